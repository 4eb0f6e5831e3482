"""What goes wrong around a submission costs that submission only, and the next run mends it."""

import errno
import fcntl
import os
import shutil
import signal
import sqlite3

import pytest

from scratchgrad.classroom import filing, grade
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import find
from scratchgrad.course import files
from scratchgrad.course.layout import CourseError
from snapshot import snapshot
from tiny import ASSIGNMENT


@pytest.fixture
def handed_in(graded):
    """Two learners have something new; and what grading it leaves behind."""
    graded.hand_in("ada", graded.half)
    graded.hand_in("ben", graded.perfect)
    undisturbed = graded.course.root.with_name("undisturbed")
    shutil.copytree(graded.course.root, undisturbed)
    other = type(graded)(type(graded.course)(undisturbed))
    other.grade()
    graded.undisturbed = snapshot(other.course)
    return graded


def once(original, error):
    """A function that fails when it is first called."""
    errors = iter([error])

    def failing(*arguments, **named):
        for each in errors:
            raise each
        return original(*arguments, **named)

    return failing


PLACES = [(filing, "_fill"), (filing.os, "rename"), (files.os, "replace"), (grade, "forget")]


@pytest.mark.parametrize("place, name", PLACES, ids=[name for _, name in PLACES])
def test_full_disk(handed_in, monkeypatch, place, name):
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/some/where/tiny.ipynb")
    with monkeypatch.context() as patched:
        patched.setattr(place, name, once(getattr(place, name), error))
        results = handed_in.grade()
    problem = "what came of it cannot be written: No space left on device (tiny.ipynb)"
    assert results["ada"].problem == problem
    assert results["ben"].marks == {"double": 2, "square": 2}
    handed_in.grade()
    assert snapshot(handed_in.course) == handed_in.undisturbed


def test_something_in_the_way_of_graded_notebooks(handed_in):
    place = handed_in.course.root / "autograded/ada"
    shutil.rmtree(place)
    place.write_text("not a folder")
    results = handed_in.grade()
    assert "cannot be written" in results["ada"].problem and "ada" in results["ada"].problem
    assert results["ben"].problem is None
    place.unlink()
    handed_in.grade()
    assert snapshot(handed_in.course) == handed_in.undisturbed


def test_locked_gradebook(handed_in):
    path = handed_in.course.root / "gradebook.db"
    handed_in.configure(f'c.CourseDirectory.db_url = "sqlite:///{path}?timeout=0.2"')
    with Grader(handed_in.course) as grader:
        grader.prepare(ASSIGNMENT)
        ada, ben, _ = find(handed_in.course, ASSIGNMENT)
        other = sqlite3.connect(path)
        other.execute("begin immediate")
        result = grader.grade(ada)
        other.rollback()
        other.close()
        assert result.problem == "the gradebook cannot be used: database is locked"
        assert result.marks == {"double": 2, "square": 2}
        assert grader.grade(ben).problem is None
    handed_in.grade()
    # The time to wait is a setting, so the records are others.
    rest = {**snapshot(handed_in.course), "records": None}
    assert rest == {**handed_in.undisturbed, "records": None}


def test_vanished_submission(handed_in):
    with Grader(handed_in.course) as grader:
        grader.prepare(ASSIGNMENT)
        everybody = find(handed_in.course, ASSIGNMENT)
        gone = handed_in.course.root / "gone"
        os.rename(everybody[0].folder, gone)
        results = list(grader.grade_all(everybody))
        assert "is not there" in results[0].problem
        assert results[1].marks == {"double": 2, "square": 2}
    os.rename(gone, everybody[0].folder)
    handed_in.grade()
    assert snapshot(handed_in.course) == handed_in.undisturbed


def test_lost_grading_process(handed_in):
    with Grader(handed_in.course) as grader:
        grader.prepare(ASSIGNMENT)
        ada, ben, _ = find(handed_in.course, ASSIGNMENT)
        os.kill(grader.processes[0], signal.SIGKILL)
        lost = grader.grade(ada)
        assert lost.broken and lost.problem.startswith("could not be graded: the grading process")
        assert grader.grade(ben).problem is None
        assert grader.grade(ada).problem is None
    assert snapshot(handed_in.course) == handed_in.undisturbed


def test_something_in_the_way_of_results(graded):
    shutil.rmtree(graded.course.root / "results")
    (graded.course.root / "results").write_text("not a folder")
    with pytest.raises(CourseError, match="course cannot be written: File exists"):
        graded.grade()


def test_one_grader_at_a_time_lists_cells(graded, monkeypatch):
    """nbgrader does so in steps, and two at once would list some of them twice."""
    listed, original = [], grade.register

    def register(course, assignment):
        with open(course.root / "results/.lock") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        original(course, assignment)
        listed.append(assignment)

    monkeypatch.setattr(grade, "register", register)
    graded.grade()
    assert listed == [ASSIGNMENT]
