"""A dry run says whose marks would change, and changes nothing."""

import json

import pytest
from nbgrader.api import Gradebook

from scratchgrad.cli import main
from scratchgrad.course import notebook
from snapshot import snapshot
from tiny import ASSIGNMENT

on_both = pytest.mark.parametrize("graded", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def inside(graded, monkeypatch):
    monkeypatch.chdir(graded.course.root)
    return graded


def told(capsys, *arguments):
    assert main(["grade", "--dry-run", "--json", *arguments]) == 0
    return {each["student"]: each for each in json.loads(capsys.readouterr().out)}


def test_nothing_would_change(inside, capsys):
    assert main(["grade", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "01-tiny: the marks of 0 of 3 learners would change. Nothing was written." in out
    assert "eve: the notebook is not valid JSON" in out


@on_both
def test_a_resubmission(inside, capsys):
    inside.hand_in("ben", inside.perfect)
    before = snapshot(inside.course)
    assert main(["grade", "--dry-run"]) == 0
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if line.split()[:1] == ["ben"])
    assert row.strip().split(maxsplit=3) == ["ben", "2", "4", "square 0 to 2"]
    assert "ada" not in out and "1 of 3 learners" in out
    assert snapshot(inside.course) == before
    assert main(["grade"]) == 0
    assert "1 graded, 1 unchanged since they were, 1 could not be" in capsys.readouterr().out
    assert told(capsys)["ben"]["before"] == {"double": 2, "square": 2}


@on_both
def test_a_test_that_is_new_or_gone(inside, capsys):
    before = snapshot(inside.course)["grades"]
    known = notebook.read(inside.course.notebook("source", ASSIGNMENT))
    inside.edit_source(lambda source: source.cells.pop(5))
    found = told(capsys)["ada"]
    assert found["before"] == {"double": 1, "square": 2, "tests that are gone": 1}
    assert found["after"] == {"double": 1, "square": 2}
    assert main(["grade"]) == 0
    capsys.readouterr()
    assert told(capsys)["ada"]["before"] == found["after"]
    notebook.write(inside.course.notebook("source", ASSIGNMENT), known)
    assert told(capsys)["ada"]["after"] == {"double": 2, "square": 2}
    assert main(["grade"]) == 0
    assert snapshot(inside.course)["grades"] == before


def test_marks_given_by_hand_count(inside, capsys):
    with Gradebook(inside.course.gradebook_url, "scratchgrad") as book:
        grade = book.find_grade("test_square_positive", "tiny", "01-tiny", "ben")
        grade.manual_score, grade.extra_credit = 0.5, 0.25
        book.db.commit()
    inside.hand_in("ben", inside.perfect)
    promised = told(capsys)["ben"]
    assert (promised["before"]["square"], promised["after"]["square"]) == (0.75, 1.75)
    assert inside.grade()["ben"].marks == promised["after"]


def test_no_gradebook_yet(inside, capsys):
    path = inside.course.root / "gradebook.db"
    path.unlink()
    found = told(capsys)
    assert (found["ada"]["before"], found["ada"]["after"]) == (None, {"double": 2, "square": 2})
    assert not path.exists()
