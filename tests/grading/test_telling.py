"""What is told of a visible test that failed holds nothing that a function has kept."""

from types import SimpleNamespace

import pytest

from scratchgrad.grading.diagnosis import Diagnosis
from scratchgrad.grading.score import Score
from scratchgrad.grading.telling import told_of
from scratchgrad.grading.testing import Outcome

SECRET = Outcome(error=AssertionError("31337"))


def cell(name, hidden):
    planned = SimpleNamespace(name=name, is_hidden=hidden, points=1.0)
    return SimpleNamespace(is_run=True, kind="test", planned=planned)


def told(diagnoses, alone, hidden=True):
    cells = [cell("hidden", hidden), cell("visible", False)]
    prepared = SimpleNamespace(
        plan=SimpleNamespace(together=False),
        cells={each.planned.name: each.planned for each in cells},
    )
    outcomes = {"hidden": Outcome(), "visible": SECRET}
    scores = {
        "hidden": Score("hidden", 1.0, 1.0),
        "visible": Score("visible", 0.0, 1.0, "raised AssertionError", detail="31337"),
    }
    outcomes, scores = told_of(cells, outcomes, scores, prepared, diagnoses, alone)
    return str(outcomes["visible"].error), scores["visible"].detail, scores["visible"].points


def not_run():
    raise AssertionError("nothing has to be run again")


def test_a_known_mistake_tells_what_it_gives_itself():
    known = {"f": Diagnosis("So it is.", {"visible": AssertionError("2")})}
    assert told(known, not_run) == ("2", "AssertionError: 2", 0.0)


def test_else_what_it_says_without_hidden_tests():
    alone = {"visible": Outcome(error=AssertionError("3"))}
    assert told({}, lambda: alone) == ("3", "AssertionError: 3", 0.0)


@pytest.mark.parametrize(
    "alone, detail", [({"visible": Outcome()}, "It fails only after"), ({}, "")]
)
def test_where_it_passes_then_or_time_is_up_nothing_is_told(alone, detail):
    error, said, points = told({}, lambda: alone)
    assert (error, points) == ("", 0.0)
    assert said.startswith(detail) and "31337" not in said


def test_without_hidden_tests_all_is_told():
    assert told({}, not_run, hidden=False) == ("31337", "31337", 0.0)
