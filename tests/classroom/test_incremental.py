"""A submission is graded again only when something changed that its marks depend on."""

import shutil

import pytest
from nbgrader.api import Gradebook

from scratchgrad.classroom import fingerprints
from scratchgrad.grading import versions
from snapshot import snapshot
from tiny import ASSIGNMENT


def graded_again(results):
    return {student for student, each in results.items() if not (each.unchanged or each.problem)}


def book_of(ours):
    return Gradebook(ours.course.gradebook_url, "scratchgrad")


on_both = pytest.mark.parametrize("graded", ["sqlite", "postgresql"], indirect=True)


@on_both
def test_nothing_changed(graded):
    before = snapshot(graded.course)
    results = graded.grade()
    assert graded_again(results) == set()
    assert results["ada"].marks == {"double": 2, "square": 2}
    assert "not valid JSON" in results["eve"].problem
    assert snapshot(graded.course) == before


def test_what_is_unchanged_keeps_its_notes(graded):
    graded.perfect.cells.pop(4)
    graded.hand_in("ada", graded.perfect)
    first, second = graded.grade()["ada"], graded.grade()["ada"]
    assert second.unchanged and first.notes and second.notes == first.notes


def resubmitted(ours):
    ours.hand_in("ben", ours.perfect)


def another_time(ours):
    folder = ours.course.folder("submitted", ASSIGNMENT, "ben")
    (folder / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC\n")


def another_file(ours):
    (ours.course.folder("submitted", ASSIGNMENT, "ben") / "data.csv").write_text("1,2\n")


def graded_notebook_lost(ours):
    shutil.rmtree(ours.course.folder("autograded", ASSIGNMENT, "ben"))


def score_changed_behind_our_back(ours):
    with book_of(ours) as book:
        book.find_grade("test_square_positive", "tiny", ASSIGNMENT, "ben").auto_score = 1.0
        book.db.commit()


def more_time_given(ours):
    with book_of(ours) as book:
        entry = book.find_submission(ASSIGNMENT, "ben")
        book.update_or_create_submission(ASSIGNMENT, "ben", timestamp=entry.timestamp)
        book.grant_extension(ASSIGNMENT, "ben", minutes=5)


@pytest.mark.parametrize(
    "change",
    [resubmitted, another_time, another_file, graded_notebook_lost, score_changed_behind_our_back,
     more_time_given],
)  # fmt: skip
def test_what_concerns_one_learner(graded, change):
    change(graded)
    assert graded_again(graded.grade()) == {"ben"}
    assert graded_again(graded.grade()) == set()


def points_changed(ours):
    ours.edit_source(lambda source: source.cells[4].metadata.nbgrader.update(points=3))


def file_beside_the_source(ours):
    (ours.course.folder("source", ASSIGNMENT) / "data.csv").write_text("1,2\n")


def another_limit(ours):
    ours.configure("c.Sandbox.cell_seconds = 14")


def gradebook_lost(ours):
    (ours.course.root / "gradebook.db").unlink()


def due_date_changed(ours):
    with book_of(ours) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00 UTC")


@pytest.mark.parametrize(
    "change",
    [points_changed, file_beside_the_source, another_limit, gradebook_lost, due_date_changed],
)
def test_what_concerns_everybody(graded, change):
    change(graded)
    assert graded_again(graded.grade()) == {"ada", "ben"}
    assert graded_again(graded.grade()) == set()


def test_another_grader(graded, monkeypatch):
    monkeypatch.setattr(versions, "_LIBRARIES", ("numpy",))
    assert graded_again(graded.grade()) == {"ada", "ben"}


def test_the_code_that_grades_is_part_of_it(graded, monkeypatch, tmp_path):
    for part in versions._DECIDING:
        (tmp_path / "package" / part).mkdir(parents=True)
    new = tmp_path / "package/grading/new.py"
    new.touch()
    before = _of_grader(graded)
    monkeypatch.setattr(versions, "_PACKAGE", tmp_path / "package")
    first = _of_grader(graded)
    new.write_text("1")
    assert len({before, first, _of_grader(graded)}) == 3


def _of_grader(ours):
    from scratchgrad.grading.sandbox import Limits

    return fingerprints.of_grader(ours.course, Limits(), True)


def test_by_force(graded):
    before = snapshot(graded.course)
    assert graded_again(graded.grade(force=True)) == {"ada", "ben"}
    assert snapshot(graded.course) == before


@on_both
def test_what_a_person_gave_stays(graded):
    with book_of(graded) as book:
        grade = book.find_grade("test_square_positive", "tiny", ASSIGNMENT, "ben")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
        book.find_comment("square", "tiny", ASSIGNMENT, "ben").manual_comment = "nearly"
        book.db.commit()
    result = graded.grade()["ben"]
    assert result.unchanged and result.marks["square"] == 0.75
    with book_of(graded) as book:
        grade = book.find_grade("test_square_positive", "tiny", ASSIGNMENT, "ben")
        assert not grade.needs_manual_grade
    graded.hand_in("ben", graded.perfect)
    assert graded.grade()["ben"].marks["square"] == 1.75
    with book_of(graded) as book:
        grade = book.find_grade("test_square_positive", "tiny", ASSIGNMENT, "ben")
        assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (1, 0.5, True)
        assert book.find_comment("square", "tiny", ASSIGNMENT, "ben").comment == "nearly"
