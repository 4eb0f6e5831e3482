"""Grading through nbgrader: right, wrong, damaged and unreadable submissions."""

import json
import shutil

import nbformat
import pytest

import tiny
from scratchgrad.classroom import gradebook, submissions
from scratchgrad.classroom.grade import grade, register
from scratchgrad.classroom.submissions import Submission
from scratchgrad.course import notebook
from scratchgrad.course.layout import CourseError
from scratchgrad.course.submission import reference_answers, with_answers, without
from tiny import ASSIGNMENT, cell

FULL, NOTHING = {"double": 2, "square": 2}, {"double": 0, "square": 0}


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook that knows the tiny assignment and nobody."""
    course = tiny.make(tmp_path_factory.mktemp("registered"))
    register(course, ASSIGNMENT)
    return course.root / "gradebook.db"


@pytest.fixture
def registered(built, empty_gradebook):
    shutil.copy(empty_gradebook, built.root)
    return built


@pytest.fixture
def perfect(built):
    answers = reference_answers(notebook.read(built.notebook("source", ASSIGNMENT)))
    return with_answers(notebook.read(built.notebook("release", ASSIGNMENT)), answers)


def hand_in(course, content, student="ada", name=None):
    """Write a submission: a notebook, text or bytes; nothing at all for None."""
    path = course.notebook("submitted", ASSIGNMENT, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.with_name(name or path.name)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.write_text(content if isinstance(content, str) else notebook.text_of(content))
    return Submission(student, ASSIGNMENT, path.parent)


def test_perfect(registered, perfect):
    result = grade(registered, hand_in(registered, perfect))
    assert (result.marks, result.problem) == (FULL, None)
    assert registered.notebook("autograded", ASSIGNMENT, "ada").is_file()


def test_half_right(registered, perfect):
    answers = {"square": "def square(x):\n    return x * abs(x)"}
    result = grade(registered, hand_in(registered, with_answers(perfect, answers)))
    assert result.marks == {"double": 2, "square": 1}


def test_untouched(registered):
    release = notebook.read(registered.notebook("release", ASSIGNMENT))
    assert grade(registered, hand_in(registered, release)).marks == NOTHING


def test_deleted_cells_come_back(registered, perfect):
    for name in ("test_square_examples", "test_square_positive", "figure_line"):
        perfect = without(perfect, name)
    assert grade(registered, hand_in(registered, perfect)).marks == FULL


def test_deleted_solution_costs_its_exercise(registered, perfect):
    result = grade(registered, hand_in(registered, without(perfect, "double")))
    assert result.marks == {"double": 0, "square": 2}


def test_only_a_foreign_cell_left(registered, perfect):
    perfect.cells = [nbformat.v4.new_code_cell("x = 1")]
    assert grade(registered, hand_in(registered, perfect)).marks == NOTHING


def test_edited_test_is_overwritten(registered):
    release = notebook.read(registered.notebook("release", ASSIGNMENT))
    for each in release.cells:
        if notebook.role(each) == "test":
            each.source = "pass"
    assert grade(registered, hand_in(registered, release)).marks == NOTHING


def test_lost_metadata_is_known_by_id(registered, perfect):
    for each in perfect.cells:
        each.metadata.pop("nbgrader", None)
    assert grade(registered, hand_in(registered, perfect)).marks == FULL


def test_damage_that_does_not_matter(registered, perfect):
    content = json.loads(notebook.text_of(perfect))
    for each in content["cells"]:
        each["cellView"] = "form"
        each.pop("outputs", None)
        if marks := each["metadata"].get("nbgrader"):
            marks |= {"schema_version": 1, "points": "many"}
            del marks["locked"]
    assert grade(registered, hand_in(registered, json.dumps(content))).marks == FULL


def test_copied_cell(registered, perfect):
    perfect.cells.append(nbformat.from_dict({**perfect.cells[2], "id": "copy"}))
    assert grade(registered, hand_in(registered, perfect)).marks == FULL


def test_a_cell_that_kills_its_kernel_costs_its_own_submission(registered, perfect):
    killer = with_answers(perfect, {"double": "import os\nos._exit(1)"})
    killed = grade(registered, hand_in(registered, killer, "kim"))
    assert killed.marks is None and "DeadKernel" in killed.problem
    assert grade(registered, hand_in(registered, perfect)).marks == FULL


UNREADABLE = {
    "broken JSON": ('{"cells": [', "not valid JSON"),
    "empty": ("", "empty file"),
    "text": ("hello", "not valid JSON"),
    "a list": ("[]", "not a notebook"),
    "other JSON": ('{"a": 1}', "not a notebook"),
    "null": ("null", "not a notebook"),
    "no cells": ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "no cells"),
    "cells of no kind": (
        '{"cells": [{"source": 1}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "not a notebook",
    ),
    "UTF-16": ('{"cells": []}'.encode("utf-16"), "UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "UTF-8"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "nothing": (None, "folder is empty"),
}


@pytest.mark.parametrize("content, reason", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(course, content, reason):
    problem = hand_in(course, content).problem()
    assert reason in problem and "\n" not in problem


def test_another_name_is_mentioned(course, perfect):
    submission = hand_in(course, perfect, name="tiny (1).ipynb")
    assert submission.problem() == "no tiny.ipynb; there is: tiny (1).ipynb"


def test_a_file_in_place_of_the_folder(course):
    path = course.folder("submitted", ASSIGNMENT, "ada")
    path.parent.mkdir(parents=True)
    path.touch()
    assert "not a folder" in Submission("ada", ASSIGNMENT, path).problem()


def test_unreadable_first_submission_has_no_marks(registered):
    result = grade(registered, hand_in(registered, "{"))
    assert result.marks is None
    assert gradebook.marks(registered, ASSIGNMENT, "ada") is None


@pytest.mark.parametrize("content", ["{", None, "killer"])
def test_unreadable_resubmission_keeps_the_marks(registered, perfect, content):
    submission = hand_in(registered, perfect)
    grade(registered, submission)
    before = registered.notebook("autograded", ASSIGNMENT, "ada").read_bytes()
    if content == "killer":
        content = with_answers(perfect, {"double": "import os\nos._exit(1)"})
    submission.notebook.unlink()
    result = grade(registered, hand_in(registered, content))
    assert result.problem and result.marks == FULL
    assert gradebook.marks(registered, ASSIGNMENT, "ada") == FULL
    assert registered.notebook("autograded", ASSIGNMENT, "ada").read_bytes() == before


def test_resubmission_replaces_the_marks(registered, perfect):
    grade(registered, hand_in(registered, perfect))
    wrong = with_answers(perfect, {"double": "def double(x):\n    return x"})
    assert grade(registered, hand_in(registered, wrong)).marks == {"double": 0, "square": 2}


def test_odd_folder_name(registered, perfect):
    assert grade(registered, hand_in(registered, perfect, "o'neil (żółć)")).marks == FULL


def test_a_folder_name_that_reads_as_a_pattern(registered, perfect):
    hand_in(registered, perfect, "bo")
    result = grade(registered, hand_in(registered, perfect, "b*"))
    assert "in its name" in result.problem
    assert gradebook.marks(registered, ASSIGNMENT, "bo") is None


def test_finding(course, perfect):
    for student in ("zoe", "ada", ".hidden"):
        hand_in(course, perfect, student)
    (course.root / "submitted/.gitkeep").touch()
    assert [each.student for each in submissions.find(course, ASSIGNMENT)] == ["ada", "zoe"]
    assert [each.student for each in submissions.find(course, ASSIGNMENT, ["zoe"])] == ["zoe"]


def test_changed_source_is_registered_again(registered, perfect):
    path = registered.notebook("source", ASSIGNMENT)
    text = path.read_text().replace('"points": 1', '"points": 3')
    path.write_text(text)
    register(registered, ASSIGNMENT)
    assert grade(registered, hand_in(registered, perfect)).marks == {"double": 6, "square": 6}


def test_cells_added_after_grading_are_refused_and_nothing_is_lost(registered, perfect):
    grade(registered, hand_in(registered, perfect))
    path = registered.notebook("source", ASSIGNMENT)
    source = notebook.read(path)
    extra = cell(grade_id="test_square_more", source="pass", grade=True, locked=True, points=1)
    source.cells.append(nbformat.from_dict({**extra, "id": "square-more"}))
    notebook.write(path, source)
    with pytest.raises(CourseError, match="Cannot add or remove cells"):
        register(registered, ASSIGNMENT)
    assert gradebook.marks(registered, ASSIGNMENT, "ada") == FULL


def test_registering_leaves_release_alone(built):
    path = built.notebook("release", ASSIGNMENT)
    path.write_text(json.dumps({"mine": True}))
    register(built, ASSIGNMENT)
    assert json.loads(path.read_text()) == {"mine": True}
