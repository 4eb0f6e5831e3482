"""What grading asks of the gradebook, and that it need not ask for what it has just written."""

import contextlib
import itertools

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import event

from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.gradebook import Book
from scratchgrad.classroom.recording import record
from scratchgrad.classroom.submissions import Submission, find
from scratchgrad.course.layout import nbgrader_config
from tiny import ASSIGNMENT

GROWING = ("grade", "comment", "submitted_assignment", "submitted_notebook", "student")


def test_one_learners_marks_are_found_without_reading_everybodys(graded):
    graded.hand_in("ada", graded.half)
    with Grader(graded.course) as grader:
        grader.prepare(ASSIGNMENT)
        engine = grader._book.engine
        asked = _asked(engine)
        ada, *others = find(graded.course, ASSIGNMENT)
        assert grader.grade(ada).marks == {"double": 2, "square": 0}
        assert grader.marks("ben", ASSIGNMENT) == {"double": 2, "square": 0}
        plans = {
            (statement, step.detail)
            for statement, values in asked
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE"))
            for step in _plan(engine, statement, values)
        }
    assert len(plans) > 5
    scans = {each for each in plans if each[1].startswith("SCAN")}
    assert {each for each in scans if each[1].split()[1] in GROWING} == set()


@pytest.fixture
def book(graded):
    with contextlib.closing(Book(nbgrader_config(graded.course))) as book:
        yield book


def test_a_new_entry_takes_few_statements(book, tmp_path):
    asked = _asked(book.engine)
    book.assignment(ASSIGNMENT)
    asked.clear()
    record(book, Submission("zoe", ASSIGNMENT, tmp_path), _outcome({"test_square_positive": 1.0}))
    words = [" ".join(statement.split()[:3]) for statement, _ in asked]
    assert words == [
        "SELECT submitted_assignment.id, submitted_assignment.timestamp,", "INSERT INTO student",
        "INSERT INTO submitted_assignment", "INSERT INTO submitted_notebook", "INSERT INTO grade",
        "INSERT INTO comment",
    ]  # fmt: skip


def test_scores_are_nbgraders(graded, book):
    """Whatever a person gave: those that recording says it wrote, and those that are read."""
    cell, ben = "test_square_positive", find(graded.course, ASSIGNMENT)[1]
    with Gradebook(book.url, "scratchgrad") as theirs:
        for automatic, manual, extra in itertools.product((None, 0.0, 0.5), repeat=3):
            grade = theirs.find_grade(cell, "tiny", ASSIGNMENT, ben.student)
            grade.manual_score, grade.extra_credit = manual, extra
            theirs.db.commit()
            points = {} if automatic is None else {cell: automatic}
            written, state = record(book, ben, _outcome(points))
            assert written["tiny", cell] == grade.score
            assert written == book.scores(ben.student, ASSIGNMENT)
            assert state == book.states(ASSIGNMENT)[ben.student]
            assert grade.needs_manual_grade == (automatic is None or manual is not None)
            theirs.db.commit()


def test_the_time_that_is_written_is_the_one_that_is_read(book, tmp_path):
    zoe = Submission("zoe", ASSIGNMENT, tmp_path)
    for text in ("2026-10-25 02:30:00 Europe/Paris", "2026-11-01 10:00:00.123456 UTC", "no time"):
        zoe.timestamp.write_text(text)
        _, state = record(book, zoe, _outcome({}))
        assert state == book.states(ASSIGNMENT)["zoe"]


def _outcome(points):
    """What an engine says of the notebook whose cells have these points."""
    scores = [{"name": name, "points": each} for name, each in points.items()]
    return {"tiny": {"scores": scores, "unanswered": []}}


def _asked(engine):
    """A list that each statement is added to, with its values."""
    asked = []
    event.listen(engine, "before_cursor_execute",
                 lambda connection, cursor, statement, values, *rest:
                 asked.append((statement, values)))  # fmt: skip
    return asked


def _plan(engine, statement, values):
    with engine.connect() as connection:
        many = values if isinstance(values, list) else [values]
        return connection.exec_driver_sql(f"explain query plan {statement}", many[0]).all()
