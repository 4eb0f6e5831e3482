"""Grading a class: right, wrong, damaged and unreadable submissions."""

import itertools
import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

import tiny
from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.classroom.submissions import Submission
from scratchgrad.course import build, notebook
from scratchgrad.course.layout import CourseError
from scratchgrad.course.submission import reference_answers, with_answers, without
from tiny import ASSIGNMENT, DOUBLE, cell, exercise

FULL, NOTHING = {"double": 2, "square": 2}, {"double": 0, "square": 0}
KILLER = "import os\nos._exit(1)"
_MORE = cell(grade_id="test_square_more", source="pass", grade=True, locked=True, points=1)
_MORE["id"] = "square-more"
_HALF = DOUBLE.replace("double", "half").replace("2 * x", "x / 2")


class Class:
    """A course with a grader, and one learner more for each test."""

    def __init__(self, course, grader):
        self.course, self.grader = course, grader
        self._names = map("learner{}".format, itertools.count())
        self.new_learner()

    def new_learner(self):
        self.student = next(self._names)

    def hand_in(self, content, student=None, name=None):
        """Write a submission: a notebook, text or bytes; nothing at all for None."""
        student = student or self.student
        path = self.course.notebook("submitted", ASSIGNMENT, student)
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        path = path.with_name(name or path.name)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.write_text(content if isinstance(content, str) else notebook.text_of(content))
        return Submission(student, ASSIGNMENT, path.parent)

    def grade(self, content, **where):
        """The result of handing something in."""
        return self.grader.grade(self.hand_in(content, **where))

    def marks(self):
        """What the gradebook has of this test's learner."""
        return self.grader.marks(self.student, ASSIGNMENT)

    def autograded(self):
        """The graded notebook of this test's learner."""
        return self.course.notebook("autograded", ASSIGNMENT, self.student)


@pytest.fixture(scope="session")
def _class(tmp_path_factory, _built):
    course = tiny.make(tmp_path_factory.mktemp("graded"))
    build.write(course, _built, _built)
    with Grader(course) as grader:
        grader.prepare(ASSIGNMENT)
        yield Class(course, grader)


@pytest.fixture
def ours(_class):
    """The class, whose course no test may change."""
    _class.new_learner()
    return _class


@pytest.fixture
def changing(built, _class):
    """A class of its own, whose course the test changes."""
    shutil.copy(_class.course.root / "gradebook.db", built.root)
    with Grader(built) as grader:
        grader.prepare(ASSIGNMENT)
        yield Class(built, grader)


def _edit(course, change):
    """Change the cells of the source notebook."""
    path = course.notebook("source", ASSIGNMENT)
    source = notebook.read(path)
    change(source.cells)
    notebook.write(path, source)


def _without(name):
    def change(cells):
        cells[:] = [each for each in cells if notebook.grade_id(each) != name]

    return change


def _renamed(cells):
    """The cells with ids of their own."""
    for number, each in enumerate(cells):
        each["id"] = f"more-{number}"
    return cells


def _give(ours, name, field, value):
    """Enter something for a learner in the gradebook, as the formgrader does."""
    with Gradebook(f"sqlite:///{ours.course.root / 'gradebook.db'}", "scratchgrad") as book:
        find = book.find_comment if "comment" in field else book.find_grade
        entry = find(name, "tiny", ASSIGNMENT, ours.student)
        setattr(entry, field, value)
        book.db.commit()


@pytest.fixture
def release(_class):
    return notebook.read(_class.course.notebook("release", ASSIGNMENT))


@pytest.fixture
def perfect(_class, release):
    source = notebook.read(_class.course.notebook("source", ASSIGNMENT))
    return with_answers(release, reference_answers(source))


def test_perfect(ours, perfect):
    result = ours.grade(perfect)
    assert (result.marks, result.problem, result.notes) == (FULL, None, [])
    assert ours.autograded().is_file()


def test_half_right(ours, perfect):
    answers = {"square": "def square(x):\n    return x * abs(x)"}
    assert ours.grade(with_answers(perfect, answers)).marks == {"double": 2, "square": 1}


def test_untouched(ours, release):
    assert ours.grade(release).marks == NOTHING


def test_deleted_cells_come_back(ours, perfect):
    for name in ("test_square_examples", "test_square_positive", "figure_line"):
        perfect = without(perfect, name)
    assert ours.grade(perfect).marks == FULL


def test_deleted_solution_costs_its_exercise(ours, perfect):
    assert ours.grade(without(perfect, "double")).marks == {"double": 0, "square": 2}


def test_only_a_foreign_cell_left(ours, perfect):
    perfect.cells = [nbformat.v4.new_code_cell("x = 1")]
    assert ours.grade(perfect).marks == NOTHING


def test_edited_test_is_overwritten(ours, release):
    for each in release.cells:
        if notebook.role(each) == "test":
            each.source = "pass"
    assert ours.grade(release).marks == NOTHING


def test_lost_metadata_is_known_by_id(ours, perfect):
    for each in perfect.cells:
        each.metadata.pop("nbgrader", None)
    assert ours.grade(perfect).marks == FULL


def test_copied_cell(ours, perfect):
    perfect.cells.append(nbformat.from_dict({**perfect.cells[2], "id": "copy"}))
    assert ours.grade(perfect).marks == FULL


def test_a_cell_that_ends_its_process_costs_its_own_exercise(ours, perfect):
    result = ours.grade(with_answers(perfect, {"double": KILLER}))
    assert (result.marks, result.problem) == ({"double": 0, "square": 2}, None)
    assert "ended the process (exit code 1)" in " ".join(result.notes)
    ours.new_learner()
    assert ours.grade(perfect).marks == FULL


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
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "nothing": (None, "folder is empty"),
}


@pytest.mark.parametrize("content, reason", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(ours, content, reason):
    result = ours.grade(content)
    assert reason in result.problem and "\n" not in result.problem
    assert result.marks is None and ours.marks() is None
    assert not ours.autograded().exists()


def test_another_name_is_mentioned(ours, perfect):
    result = ours.grade(perfect, name="tiny (1).ipynb")
    assert result.problem == "no tiny.ipynb; there is: tiny (1).ipynb"


def test_a_file_in_place_of_the_folder(ours, tmp_path):
    path = tmp_path / ASSIGNMENT
    path.touch()
    result = ours.grader.grade(Submission(ours.student, ASSIGNMENT, path))
    assert "not a folder" in result.problem


@pytest.mark.parametrize("content", ["{", None])
def test_unreadable_resubmission_keeps_the_marks(ours, perfect, content):
    ours.grade(perfect)
    before = ours.autograded().read_bytes()
    result = ours.grade(content)
    assert result.problem and result.marks == FULL
    assert ours.marks() == FULL
    assert ours.autograded().read_bytes() == before


def test_resubmission_replaces_the_marks(ours, perfect):
    ours.grade(perfect)
    wrong = with_answers(perfect, {"double": "def double(x):\n    return x"})
    assert ours.grade(wrong).marks == ours.marks() == {"double": 0, "square": 2}
    ours.grade(with_answers(perfect, {"double": KILLER}))
    assert ours.marks() == {"double": 0, "square": 2}


@pytest.mark.parametrize("student", ["o'neil (żółć)", "b*", "[ab]", "%s", "a b", "-x", "学生"])
def test_odd_folder_name(ours, perfect, student):
    ours.grade(perfect)
    ours.student = student
    assert ours.grade(with_answers(perfect, {"double": ""})).marks == {"double": 0, "square": 2}
    assert ours.marks() == {"double": 0, "square": 2}


def test_finding(course):
    for student in ("zoe", "ada", ".hidden"):
        course.folder("submitted", ASSIGNMENT, student).mkdir(parents=True)
    (course.root / "submitted/.gitkeep").touch()
    assert [each.student for each in submissions.find(course, ASSIGNMENT)] == ["ada", "zoe"]
    assert [each.student for each in submissions.find(course, ASSIGNMENT, ["zoe"])] == ["zoe"]


def test_changed_source_is_graded_by(changing, perfect):
    path = changing.course.notebook("source", ASSIGNMENT)
    path.write_text(path.read_text().replace('"points": 1', '"points": 3'))
    changing.grader.prepare(ASSIGNMENT)
    assert changing.grade(perfect).marks == {"double": 6, "square": 6}


def test_a_test_added_after_grading_counts(changing, perfect):
    changing.grade(perfect)
    _edit(changing.course, lambda cells: cells.append(_MORE))
    changing.grader.prepare(ASSIGNMENT)
    result = changing.grade(perfect)
    assert (result.marks, result.unchanged) == ({"double": 2, "square": 3}, False)


def test_a_test_that_is_gone_counts_no_more(changing, perfect):
    changing.grade(perfect)
    _edit(changing.course, _without("test_square_negative"))
    changing.grader.prepare(ASSIGNMENT)
    assert changing.marks() == {"double": 2, "square": 1}
    assert changing.grade(perfect).marks == {"double": 2, "square": 1}


def test_an_exercise_comes_and_goes(changing, perfect):
    changing.grade(perfect)
    before = notebook.read(changing.course.notebook("source", ASSIGNMENT))
    _edit(changing.course, lambda cells: cells.extend(_renamed(exercise("half", _HALF))))
    changing.grader.prepare(ASSIGNMENT)
    assert changing.grade(perfect).marks == {**FULL, "half": 0}
    notebook.write(changing.course.notebook("source", ASSIGNMENT), before)
    changing.grader.prepare(ASSIGNMENT)
    assert changing.grade(perfect).marks == FULL


@pytest.mark.parametrize("given", ["manual_score", "extra_credit", "manual_comment"])
def test_what_a_person_gave_keeps_its_cell(changing, perfect, given):
    changing.grade(perfect)
    name = "square" if given == "manual_comment" else "test_square_negative"
    _give(changing, name, given, "well done" if given == "manual_comment" else 0.5)
    _edit(changing.course, _without(name))
    with pytest.raises(CourseError, match=f"{name} is gone .* 1 learners have marks"):
        changing.grader.prepare(ASSIGNMENT)
    assert changing.marks()["double"] == 2


def test_registering_leaves_release_alone(built):
    path = built.notebook("release", ASSIGNMENT)
    path.write_text(json.dumps({"mine": True}))
    register(built, ASSIGNMENT)
    assert json.loads(path.read_text()) == {"mine": True}
