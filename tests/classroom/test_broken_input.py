"""A class in which nearly everybody hands in something broken: each gets a reason or marks."""

import ctypes
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

import broken
import tiny
from scratchgrad.course import build, notebook
from scratchgrad.course.submission import reference_answers, with_answers
from snapshot import snapshot
from tiny import ASSIGNMENT

CASES = broken.cases()
HONEST = {broken.FIRST: broken.FULL, broken.MIDDLE: broken.SQUARE, broken.LAST: broken.FULL}
MOST_LETTERS = 200
# What is for programmers: classes of errors, tracebacks, places on this machine.
NOT_FOR_PEOPLE = re.compile(
    r"[A-Z]\w+(Error|Exception|Warning)\b|Traceback|Errno|<class|(?<!\w)/\w+/"
)
_SUBREAPER, _SECONDS_TO_END = 36, 20


@dataclass
class Graded:
    """What grading the class left behind.

    Attributes
    ----------
    found : dict of str to dict
        What the command says of each learner.
    order : list of str
        Learners as the command names them.
    kept : dict
        From `snapshot`.
    again : subprocess.CompletedProcess
        The command, run once more for people.
    kept_again : dict
    outside_before, outside : dict of str to tuple
        What lies beside the course, before and after.
    strays : set of int
        Processes that were left.
    """

    found: dict
    order: list
    kept: dict
    again: object
    kept_again: dict
    outside_before: dict
    outside: dict
    strays: set


@pytest.fixture(scope="module")
def graded(tmp_path_factory, _built):
    base = tmp_path_factory.mktemp("broken")
    (base / "tmp").mkdir()
    (base / "neighbour").write_text("not ours")
    (base / "course").mkdir()
    course = tiny.make(base / "course")
    build.write(course, _built, _built)
    ours = course.folder("source", ASSIGNMENT) / "data" / "points.csv"
    ours.parent.mkdir()
    ours.write_text("1,2\n")
    _hand_in(course)
    before = _lie_of(base)
    with _adopting() as strays:
        done = _run(base, "--json")
        assert done.returncode == 0, done.stderr[-3000:]
        kept, again = snapshot(course), _run(base)
    found = json.loads(done.stdout)[0]["submissions"]
    return Graded({each["student"]: each for each in found}, [each["student"] for each in found],
                  kept, again, snapshot(course), before, _lie_of(base), strays)  # fmt: skip


def _hand_in(course):
    source = notebook.read(course.notebook("source", ASSIGNMENT))
    released = notebook.read(course.notebook("release", ASSIGNMENT))
    perfect = with_answers(released, reference_answers(source))
    text = json.dumps(perfect)
    for case in CASES.values():
        folder = course.folder("submitted", ASSIGNMENT, case.student)
        folder.mkdir(parents=True)
        case.write(folder, json.loads(text))
    half = with_answers(perfect, {"double": "def double(x):\n    return x"})
    for student, total in HONEST.items():
        path = course.notebook("submitted", ASSIGNMENT, student)
        path.parent.mkdir(parents=True)
        notebook.write(path, perfect if total == broken.FULL else half)


def _run(base, *options):
    command = [sys.executable, "-m", "scratchgrad", "grade", *options]
    environment = {**os.environ, "TMPDIR": str(base / "tmp"), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=base / "course", env=environment, capture_output=True,
                          text=True)  # fmt: skip


def _lie_of(base):
    """What lies beside the course, and the files that submissions link to."""
    course = base / "course"
    beside = [path for path in base.rglob("*") if course not in (path, *path.parents)]
    states = {path: os.lstat(path) for path in (*beside, "/etc/passwd")}
    return {str(path): (state.st_mode, state.st_size, state.st_nlink)
            for path, state in states.items()}  # fmt: skip


class _adopting:
    """Processes that lose their parent become ours for a while; gives the set of them."""

    def __enter__(self):
        self._set(1)
        self._before, self._found = _children(), set()
        return self._found

    def __exit__(self, *details):
        self._found |= _children() - self._before
        until = time.monotonic() + _SECONDS_TO_END
        while self._found and time.monotonic() < until:
            self._found -= {pid for pid in self._found if os.waitpid(pid, os.WNOHANG)[0]}
            time.sleep(0.05)
        self._set(0)

    @staticmethod
    def _set(value):
        assert ctypes.CDLL(None).prctl(_SUBREAPER, value, 0, 0, 0) == 0


def _children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return set(map(int, file.read().split()))


def test_there_are_enough():
    assert len(CASES) >= 200


@pytest.mark.parametrize("name", CASES)
def test_each_gets_its_due(graded, name):
    case, found = CASES[name], graded.found[CASES[name].student]
    assert found["total"] == case.total, found
    assert found["status"] == ("unreadable" if case.total is None else "graded")
    assert (found["reason"] is None) == (case.total is not None)
    told = [found["reason"]] if found["reason"] else found["notes"]
    for sentence in told:
        assert len(sentence) < MOST_LETTERS, sentence
        assert sentence.isprintable() and " " in sentence
        assert not NOT_FOR_PEOPLE.search(sentence), sentence
    if case.says is not None:
        assert any(re.search(case.says, sentence) for sentence in told), told


@pytest.mark.parametrize("student", HONEST, ids=["first", "middle", "last"])
def test_the_honest_get_their_marks(graded, student):
    found = graded.found[student]
    assert (found["total"], found["notes"]) == (HONEST[student], [])


def test_the_honest_stand_first_and_last(graded):
    assert (graded.order[0], graded.order[-1]) == (broken.FIRST, broken.LAST)
    assert sorted(graded.order) == graded.order and broken.MIDDLE in graded.order[100:-100]
    assert len(graded.order) == len(CASES) + len(HONEST)


def test_nothing_outside_the_course_is_touched(graded):
    assert graded.outside == graded.outside_before


def test_no_process_is_left(graded):
    assert not graded.strays


def test_again_gives_the_same(graded):
    assert graded.again.returncode == 0, graded.again.stderr[-3000:]
    assert graded.kept_again == graded.kept
    unreadable = sum(case.total is None for case in CASES.values())
    assert f"could not be graded: {unreadable}\n" in graded.again.stdout
    counts = f"0 graded, {len(graded.order) - unreadable} unchanged since they were"
    assert f"{counts}, {unreadable} could not be" in graded.again.stdout


def test_names_do_not_reach_the_terminal_raw(graded):
    assert graded.again.stdout.replace("\n", "").isprintable()


def test_whoever_has_no_marks_is_not_in_the_gradebook(graded):
    students = {row[0] for row in graded.kept["entries"]}
    marked = {case.student for case in CASES.values() if case.total is not None}
    assert students == marked | set(HONEST)
