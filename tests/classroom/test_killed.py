"""A run that is killed at any moment is finished by the next one, and nothing shows of it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from nbgrader.api import Gradebook

import postgres
import tiny
from killing import graded_by_command
from played import PlayedClass, ended
from scratchgrad.classroom import filing, grade, recording
from scratchgrad.classroom.registering import register
from scratchgrad.course import build, files
from scratchgrad.feedback import pages
from snapshot import snapshot
from tiny import ASSIGNMENT

KILLS = 50


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ours(request, tmp_path_factory, _built):
    made = tiny.make(tmp_path_factory.mktemp("killed"))
    build.write(made, _built, _built)
    postgres.configure(made)
    with open(made.root / "nbgrader_config.py", "a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with pytest.MonkeyPatch.context() as patched:
        server = request.getfixturevalue("server") if request.param == "postgresql" else None
        kept = Kept(server, patched, tmp_path_factory.mktemp("once"))
        register(made, ASSIGNMENT)
        with Gradebook(made.gradebook_url, "scratchgrad") as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00 UTC")
        ours = PlayedClass(made)
        ours.kept = kept
        yield ours


@pytest.fixture
def moments(request):
    """Makes what random moments come from; others with another ``--seed``."""
    return lambda name: random.Random(f"{request.config.getoption('seed')} {name}")


class Kept:
    """A course as it was once, with its gradebook."""

    def __init__(self, server, environment, folder):
        self._server, self._environment, self._folder = server, environment, folder / "course"
        self._book = self._once = None
        self._open("template0")

    def keep(self, course):
        shutil.copytree(course.root, self._folder)
        self._once, self._book = self._book, None

    def bring_back(self, course):
        shutil.rmtree(course.root)
        shutil.copytree(self._folder, course.root)
        self._open(self._once)

    def _open(self, like):
        """Have a copy of a database as the gradebook, if it is on a server."""
        if self._server is None:
            return
        if self._book is not None:
            # A grader that was killed may still seem to be connected.
            self._server.execute(f"drop database {self._book} with (force)")
        self._book = self._server.database(like)
        self._environment.setenv(postgres.SHARED, self._server.url(self._book))


@pytest.fixture(scope="module")
def undisturbed(ours):
    """What version 1 leaves after version 0 was graded."""
    ours.hand_in(0)
    assert ended(lambda: ours.run(0)) == 0
    ours.kept.keep(ours.course)
    _start_over(ours)
    ours.rehearse(1)
    _start_over(ours)
    start = time.monotonic()
    graded_by_command(ours.course)
    ours.command_duration = time.monotonic() - start
    by_command = snapshot(ours.course)
    _start_over(ours)
    start = time.monotonic()
    assert ended(lambda: ours.run(1)) == 0
    ours.duration = time.monotonic() - start
    found = snapshot(ours.course)
    assert {**by_command, "feedback": None} == {**found, "feedback": None}
    return found


def _start_over(ours):
    """Bring the course to where version 0 was graded and version 1 was handed in."""
    ours.kept.bring_back(ours.course)
    ours.hand_in(1)


def _finish(ours, undisturbed):
    assert ended(lambda: ours.run(1)) == 0
    assert snapshot(ours.course) == undisturbed
    left = [path for path in ours.course.root.rglob(".new-*")]
    assert left == []


STEPS = [
    (grade, "forget"), (grade, "record"), (grade, "put_graded"), (grade, "keep"),
    (grade, "record_of"), (recording, "_entry_made"), (recording, "_record"),
    (recording, "_change"), (recording, "_assign_penalty"), (filing, "_fill"),
    (filing.os, "rename"), (filing.shutil, "rmtree"), (files.os, "replace"), (pages, "put"),
]  # fmt: skip


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("place, step", STEPS, ids=[f"{p.__name__}.{s}" for p, s in STEPS])
def test_killed_at_a_step(ours, undisturbed, place, step, number, when):
    _start_over(ours)

    def killed():
        original, calls = getattr(place, step), iter(range(1, 1000))

        def stepping(*arguments, **named):
            dies = next(calls) == number
            if dies and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = original(*arguments, **named)
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(place, step, stepping)
        ours.run(1)

    # Some steps there is but one of.
    assert ended(killed) in (-signal.SIGKILL, *([0] if number > 1 else []))
    _finish(ours, undisturbed)


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment(ours, undisturbed, moments, seed):
    _start_over(ours)
    ended(lambda: ours.run(1), moments(seed).uniform(0, ours.duration))
    _finish(ours, undisturbed)


def test_killed_and_handed_in_as_before(ours, undisturbed):
    """What was graded last is not taken for what is there."""
    ours.kept.bring_back(ours.course)
    before = snapshot(ours.course)
    path = ours.course.notebook("submitted", ASSIGNMENT, "ada")
    text = path.read_text()
    path.write_text(text.replace("return 2 * x", "return x * 2"))
    assert path.read_text() != text
    killed = [sys.executable, "-c", _KILLED_BEFORE_THE_RECORD]
    assert subprocess.run(killed, cwd=ours.course.root).returncode == -signal.SIGKILL
    assert snapshot(ours.course)["autograded"] != before["autograded"]
    path.write_text(text)
    graded_by_command(ours.course)
    assert snapshot(ours.course) == before


_KILLED_BEFORE_THE_RECORD = """
import os, signal
from scratchgrad.classroom import grade
from scratchgrad.cli import main
grade.keep = lambda *details: os.kill(os.getpid(), signal.SIGKILL)
main(["grade"])
"""


def test_killed_again_and_again(ours, undisturbed, moments):
    again = moments("again")
    _start_over(ours)
    for _ in range(10):
        ended(lambda: ours.run(1), again.uniform(0, ours.duration))
    _finish(ours, undisturbed)


@pytest.mark.parametrize("seed", range(4))
def test_the_command_is_killed_at_any_moment(ours, undisturbed, moments, seed):
    _start_over(ours)
    # From one program's start to another's: loading, registering, starting engines, grading.
    moment = moments(f"command {seed}").uniform(0, ours.command_duration)
    graded_by_command(ours.course, kill_after=moment)
    _finish(ours, undisturbed)
