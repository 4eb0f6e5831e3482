"""An engine outlives the process that grades for it."""

import os
import signal

import pytest

import natural
from scratchgrad.grading.engine import Engine, EngineError
from scratchgrad.grading.plan import make_plan


def plan_of(name):
    source = natural.source([("solution", 0, f"{name} = 1"), ("test", 2, f"assert {name} == 1")])
    return make_plan("01-one", name, source)


def test_a_lost_process_costs_one_request():
    with Engine() as engine:
        assert engine.prepare(plan_of("first")) == []
        os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="the grading process is lost"):
            engine.prepare(plan_of("second"))
        assert engine.prepare(plan_of("second")) == []
        scores = engine.grade(plan_of("first"), b'{"cells": [{}], "nbformat": 4}', "ada/01-one")
        assert "cell 1 is of no known type" in scores["unreadable"]
