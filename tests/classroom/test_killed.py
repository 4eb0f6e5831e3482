"""A run that is killed at any moment is finished by the next one, and nothing shows of it."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from nbgrader.api import Gradebook

import tiny
from scratchgrad.classroom import filing, grade, recording, submissions
from scratchgrad.classroom.examining import Examined, Examiner
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.course import build, files, notebook
from scratchgrad.course.submission import reference_answers, with_answers
from scratchgrad.feedback import pages
from snapshot import snapshot
from tiny import ASSIGNMENT

KILLS = 50
# By this the processes of a command are known from those of other tests.
_MARK = "SCRATCHGRAD_TEST_OF_KILLING"
WRONG = {"square": "def square(x):\n    return x + x"}


class Played:
    """Engines that say at once what real ones said of the same submissions."""

    sandboxed, processes = True, []

    def __init__(self, ready, examined):
        self._ready, self._examined = ready, examined

    def prepare(self, assignment):
        return []

    def ready(self, assignment):
        return self._ready

    def close(self):
        pass

    def examine_all(self, handed_in, known):
        for each in handed_in:
            found = self._examined[each.student]
            same = isinstance(found, Examined) and known(each, found.fingerprint)
            yield each, same or found


class Class:
    """A course with four learners who hand in first one thing, then another."""

    def __init__(self, course):
        self.course = course
        source = notebook.read(course.notebook("source", ASSIGNMENT))
        perfect = with_answers(notebook.read(course.notebook("release", ASSIGNMENT)),
                               reference_answers(source))  # fmt: skip
        right, half = notebook.text_of(perfect), notebook.text_of(with_answers(perfect, WRONG))
        self.versions = [
            {"ada": right, "ben": half, "cy": half, "eve": "{"},
            {"ada": half, "ben": right, "cy": "{", "eve": right},
        ]
        with contextlib.closing(Examiner(course)) as examiner:
            examiner.prepare(ASSIGNMENT)
            ready = examiner.ready(ASSIGNMENT)
            self.engines = [
                Played(ready, {each.student: found for each, found in
                               examiner.examine_all(self.hand_in(version))})
                for version in (0, 1)
            ]  # fmt: skip

    def hand_in(self, version):
        for student, content in self.versions[version].items():
            path = self.course.notebook("submitted", ASSIGNMENT, student)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            late = "2026-11-02" if version else "2026-11-01"
            path.with_name("timestamp.txt").write_text(f"{late} 10:00:00 UTC\n")
        return submissions.find(self.course, ASSIGNMENT)

    def run(self, version):
        """Grade what was handed in and write feedback, as the two commands do."""
        grade.register = lambda course, assignment: None
        grade.Examiner = lambda *details: self.engines[version]
        with Grader(self.course) as grader:
            grader.prepare(ASSIGNMENT)
            list(grader.grade_all(submissions.find(self.course, ASSIGNMENT)))
        list(pages.write_feedback(self.course, ASSIGNMENT))


@pytest.fixture(scope="module")
def ours(tmp_path_factory, _built):
    made = tiny.make(tmp_path_factory.mktemp("killed"))
    build.write(made, _built, _built)
    with open(made.root / "nbgrader_config.py", "a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    register(made, ASSIGNMENT)
    with Gradebook(f"sqlite:///{made.root / 'gradebook.db'}", "scratchgrad") as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00 UTC")
    return Class(made)


@pytest.fixture(scope="module")
def undisturbed(ours, tmp_path_factory):
    """What version 1 leaves after version 0 was graded."""
    ours.hand_in(0)
    assert _ended(lambda: ours.run(0)) == 0
    ours.graded_once = tmp_path_factory.mktemp("once") / "course"
    shutil.copytree(ours.course.root, ours.graded_once)
    _start_over(ours)
    start = time.monotonic()
    _command(ours)
    ours.command_duration = time.monotonic() - start
    by_command = snapshot(ours.course)
    _start_over(ours)
    start = time.monotonic()
    assert _ended(lambda: ours.run(1)) == 0
    ours.duration = time.monotonic() - start
    found = snapshot(ours.course)
    assert {**by_command, "feedback": None} == {**found, "feedback": None}
    return found


def _ended(function, kill_after=None):
    """Run something in a forked process; its exit status, negative if a signal ended it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            function()
            status = 0
        finally:
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _start_over(ours):
    """Bring the course to where version 0 was graded and version 1 was handed in."""
    shutil.rmtree(ours.course.root)
    shutil.copytree(ours.graded_once, ours.course.root)
    ours.hand_in(1)


def _finish(ours, undisturbed):
    assert _ended(lambda: ours.run(1)) == 0
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
    assert _ended(killed) in (-signal.SIGKILL, *([0] if number > 1 else []))
    _finish(ours, undisturbed)


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment(ours, undisturbed, seed):
    _start_over(ours)
    _ended(lambda: ours.run(1), random.Random(seed).uniform(0, ours.duration))
    _finish(ours, undisturbed)


def test_killed_and_handed_in_as_before(ours, undisturbed):
    """What was graded last is not taken for what is there."""
    shutil.rmtree(ours.course.root)
    shutil.copytree(ours.graded_once, ours.course.root)
    before = snapshot(ours.course)
    path = ours.course.notebook("submitted", ASSIGNMENT, "ada")
    text = path.read_text()
    path.write_text(text.replace("return 2 * x", "return x * 2"))
    assert path.read_text() != text
    killed = [sys.executable, "-c", _KILLED_BEFORE_THE_RECORD]
    assert subprocess.run(killed, cwd=ours.course.root).returncode == -signal.SIGKILL
    assert snapshot(ours.course)["autograded"] != before["autograded"]
    path.write_text(text)
    _command(ours)
    assert snapshot(ours.course) == before


_KILLED_BEFORE_THE_RECORD = """
import os, signal
from scratchgrad.classroom import grade
from scratchgrad.cli import main
grade.keep = lambda *details: os.kill(os.getpid(), signal.SIGKILL)
main(["grade"])
"""


def test_killed_again_and_again(ours, undisturbed):
    moments = random.Random("again")
    _start_over(ours)
    for _ in range(10):
        _ended(lambda: ours.run(1), moments.uniform(0, ours.duration))
    _finish(ours, undisturbed)


@pytest.mark.parametrize("seed", range(4))
def test_the_command_is_killed_at_any_moment(ours, undisturbed, seed):
    _start_over(ours)
    # From one program's start to another's: loading, registering, starting engines, grading.
    _command(ours, random.Random(f"command {seed}").uniform(0, ours.command_duration))
    _until_none_is_left(ours)
    _finish(ours, undisturbed)


def _command(ours, kill_after=None):
    command = [sys.executable, "-m", "scratchgrad", "grade"]
    marked = {**os.environ, _MARK: str(ours.course.root)}
    with subprocess.Popen(command, cwd=ours.course.root, env=marked, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
    assert kill_after is not None or process.returncode == 0


def _until_none_is_left(ours):
    """Wait until the processes that the command started have noticed its end."""
    mark = f"{_MARK}={ours.course.root}\0".encode()
    while any(_has(pid, mark) for pid in os.listdir("/proc") if pid.isdecimal()):
        time.sleep(0.05)


def _has(pid, mark):
    """Whether a process was started with this in its environment."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/environ", "rb") as environment:
            return mark in environment.read()
    return False
