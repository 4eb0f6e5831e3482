"""Marks for other systems, in the columns that these ask for."""

import csv
import warnings
from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from sqlalchemy.exc import SAWarning

import tiny
from scratchgrad.classroom.exports import write_marks
from scratchgrad.classroom.registering import register
from scratchgrad.cli import main

NAME = 'O\'Hara, "Bo"'


@pytest.fixture(scope="module")
def course(tmp_path_factory, _built):
    """Three learners: one graded and late, one with nothing handed in, one with odd names."""
    course = tiny.make(tmp_path_factory.mktemp("export"))
    register(course, tiny.ASSIGNMENT)
    with warnings.catch_warnings(), Gradebook(course.gradebook_url) as book:
        # Of nbgrader's own add_submission.
        warnings.simplefilter("ignore", SAWarning)
        person = {"first_name": "Ada", "last_name": "King", "email": "ada@example.org"}
        book.add_student("ada", lms_user_id="4711", **person)
        book.add_student("bob", last_name=NAME)
        book.add_student("cy")
        for student, score in (("ada", 1.5), ("bob", 0.0)):
            handed_in = book.add_submission(tiny.ASSIGNMENT, student)
            handed_in.timestamp = datetime(2026, 1, 2, 3, 4)
            (notebook,) = handed_in.notebooks
            for grade in notebook.grades:
                grade.auto_score = score if grade.name == "test_double_positive" else 0.0
        book.find_submission_notebook("tiny", tiny.ASSIGNMENT, "ada").late_submission_penalty = 0.25
        book.db.commit()
    return course


def exported(course, name, tmp_path, *options):
    path = tmp_path / "marks.csv"
    assert main(["export", "--format", name, "--to", str(path), *options]) == 0
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(autouse=True)
def inside(course, monkeypatch):
    monkeypatch.chdir(course.root)


def test_canvas(course, tmp_path):
    """The columns that Canvas's importer (gradebook_importer.rb) looks for, by their places."""
    head, most, *rows = exported(course, "canvas", tmp_path)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01-tiny"]
    assert most == ["Points Possible", "", "", "", "", "4"]
    assert rows == [
        ["King, Ada", "4711", "", "ada", "", "1.25"],
        [NAME, "", "", "bob", "", "0"],
        ["cy", "", "", "cy", "", ""],
    ]


def test_moodle(course, tmp_path):
    """Users by username, ID number or email address; "-" where there is no grade."""
    head, *rows = exported(course, "moodle", tmp_path)
    assert head == ["Username", "First name", "Last name", "ID number", "Email address", "01-tiny"]
    assert rows == [
        ["ada", "Ada", "King", "4711", "ada@example.org", "1.25"],
        ["bob", "", NAME, "", "", "0"],
        ["cy", "", "", "", "", "-"],
    ]


def test_csv_has_nbgraders_columns_and_values(course, tmp_path):
    ours = exported(course, "csv", tmp_path)
    theirs = tmp_path / "nbgrader.csv"
    nbgrader_export("--to", str(theirs))
    head, *lines = [line.split(",") for line in theirs.read_text().splitlines()]
    assert ours[0] == head
    for row, line in zip(ours[1:], sorted(lines, key=lambda line: line[3]), strict=True):
        if row[3] == "bob":
            assert row[4] == NAME and len(line) == len(row) + 1
        else:
            assert row == line


@pytest.mark.parametrize("name", ["Canvas", "Moodle", "Csv"])
def test_nbgrader_export_writes_the_same_file(course, tmp_path, name):
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    write_marks(course, name.lower(), to=str(ours))
    plugin = f"scratchgrad.classroom.exports.{name}Export"
    nbgrader_export("--exporter", plugin, "--to", str(theirs))
    assert ours.read_bytes() == theirs.read_bytes()


def test_some_learners_and_assignments(course, tmp_path):
    path = tmp_path / "one.csv"
    plugin = "scratchgrad.classroom.exports.CanvasExport"
    nbgrader_export("--exporter", plugin, "--student", "ada", "--to", str(path))
    assert path.read_text().splitlines()[2:] == ['"King, Ada",4711,,ada,,1.25']
    assert main(["export", "02-none"]) == 2


def test_a_file_that_cannot_be_written_is_named(course, tmp_path, capsys):
    assert main(["export", "--to", str(tmp_path / "none" / "marks.csv")]) == 2
    assert "none/marks.csv: No such file or directory" in capsys.readouterr().err


def nbgrader_export(*options):
    ExportApp.clear_instance()
    ExportApp.launch_instance(list(options))
    ExportApp.clear_instance()
