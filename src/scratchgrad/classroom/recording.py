"""Writes the marks of a submission into the gradebook, in one transaction.

Two graders may be at it at once, on a gradebook that they share. Work that both of them have, one
writes after the other, so that no marks are of both. What one has just made, the other finds when
it tries again.
"""

import os
import time
from dataclasses import replace
from datetime import timedelta

from nbformat.v4 import new_notebook
from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..grading.reading import read_file
from ..grading.restore import Unreadable
from .entries import (
    COMMENT,
    GRADE,
    NOTEBOOK,
    SUBMISSION,
    Entry,
    Part,
    entry_of,
    parts_of,
    rows_of,
    score_of,
    state_of,
)
from .sharing import take_part

_TRIES = 5
_LONGEST_TIME = 100  # bytes

_STUDENT = api.Student.__table__
_MAKE_STUDENT = insert(_STUDENT).from_select(
    ["id"],
    select(bindparam("student", type_=_STUDENT.c.id.type)).where(
        ~exists().where(_STUDENT.c.id == bindparam("student"))
    ),
)
_MAKE = {table: insert(table) for table in (SUBMISSION, NOTEBOOK, GRADE, COMMENT)}
_CHANGE = {
    table: update(table).where(table.c.id == bindparam("row"))
    for table in (SUBMISSION, GRADE, COMMENT)
}


def record(book, submission, graded):
    """Write down the scores of a graded submission.

    Manual scores and comments stay; where there is a manual score, the cell is marked for another
    look, as nbgrader does.

    Parameters
    ----------
    book : Book
    submission : Submission
    graded : dict of str to dict
        For each notebook that was handed in what `Engine.grade` returned.

    Returns
    -------
    scores : dict of (str, str) to float
        As from `Book.scores`.
    state : str
        As from `Book.states`.
    """
    for attempt in range(1, _TRIES + 1):
        known = book.assignment(submission.assignment)
        try:
            entry, parts, automatic, scores = _write(book, known, submission, graded)
            break
        except IntegrityError:
            if attempt == _TRIES:
                raise
            book.forget(submission.assignment)
    if _is_late(entry, known) or any(part.penalty for part in parts):
        _assign_penalty(book, submission, parts)
    return scores, state_of(entry, known, automatic)


def _write(book, known, submission, graded):
    with book.engine.begin() as connection:
        take_part(connection)
        entry = _entry_made(connection, known, submission)
        parts = _parts_made(connection, known, entry)
        return entry, parts, *_record(connection, known, entry, parts, graded)


def _entry_made(connection, known, submission):
    """The learner's entry for an assignment, made if there is none, with its time."""
    entry, when = entry_of(connection, known, submission.student, lock=True), _time_of(submission)
    if entry is None:
        entry = Entry(_new_id(), when, is_new=True)
        _make_student(connection, submission.student)
        connection.execute(_MAKE[SUBMISSION], {
            "id": entry.id, "assignment_id": known.id, "student_id": submission.student,
            "timestamp": when,
        })  # fmt: skip
    elif when and when != entry.timestamp:
        connection.execute(_CHANGE[SUBMISSION], {"row": entry.id, "timestamp": when})
        entry = replace(entry, timestamp=when)
    return entry


def _new_id():
    """An id like nbgrader's, but in the order of time.

    Random ones would touch pages all over the database, the more of them the larger it is.
    """
    return f"{time.time_ns():016x}{os.urandom(8).hex()}"


def _make_student(connection, student):
    connection.execute(_MAKE_STUDENT, {"student": student})


def _parts_made(connection, known, entry):
    """The notebooks of a learner's entry; those that lack are made."""
    parts = parts_of(connection, known, entry)
    there = {part.name for part in parts}
    absent = {each: name for each, name in sorted(known.notebooks.items()) if name not in there}
    made = [{"id": _new_id(), "assignment_id": entry.id, "notebook_id": each} for each in absent]
    if made:
        connection.execute(_MAKE[NOTEBOOK], made)
    return parts + [Part(row["id"], absent[row["notebook_id"]]) for row in made]


def _record(connection, known, entry, parts, graded):
    """Write down what the notebooks were graded with, or that they were not handed in.

    Returns
    -------
    automatic : dict of (str, str) to float or None
        The automatic score of each cell.
    scores : dict of (str, str) to float
        With what a person gave.
    """
    ids = {part.name: part.id for part in parts}
    grades = rows_of(connection, GRADE, known.graded, entry)
    comments = rows_of(connection, COMMENT, known.commented, entry)
    points = {name: _points(each) for name, each in graded.items()}
    new = {
        cell: _grade(points.get(name), grade_id, grades.get(cell))
        for cell, (name, grade_id) in known.graded.items()
    }
    said = {
        cell: {"auto_comment": _comment(graded[name], grade_id)}
        for cell, (name, grade_id) in known.commented.items()
        if name in graded
    }
    _change(connection, GRADE, grades, new, lambda cell: ids[known.graded[cell][0]])
    _change(connection, COMMENT, comments, said, lambda cell: ids[known.commented[cell][0]])
    automatic, scores = {}, {}
    for cell, name in known.graded.items():
        automatic[name] = score = new[cell]["auto_score"]
        scores[name] = score_of(score, grades.get(cell))
    return automatic, scores


def _points(graded):
    """Points by ``grade_id`` of the cells of a notebook that have an automatic score."""
    points = {score["name"]: float(score["points"]) for score in graded["scores"]}
    return points | dict.fromkeys(graded["unanswered"], 0.0)


def _grade(points, name, row):
    """What to write down for a cell, if its notebook was handed in with points, else if not."""
    if points is None:
        return {"auto_score": 0.0, "needs_manual_grade": False}
    by_hand = row is not None and row.manual_score is not None
    return {"auto_score": points.get(name), "needs_manual_grade": by_hand or name not in points}


def _comment(graded, name):
    return "No response." if name in graded["unanswered"] else None


def _change(connection, table, rows, new, place):
    """Make the rows of cells where they lack, and change those with other values."""
    made, changed = [], []
    for cell, values in new.items():
        row = rows.get(cell)
        if row is None:
            made.append({"id": _new_id(), "notebook_id": place(cell), "cell_id": cell, **values})
        elif any(getattr(row, column) != value for column, value in values.items()):
            changed.append({"row": row.id, **values})
    if made:
        connection.execute(_MAKE[table], made)
    if changed:
        connection.execute(_CHANGE[table], changed)


def _assign_penalty(book, submission, parts):
    """Have nbgrader's plugin say what lateness costs; most submissions are not late."""
    for part in parts:
        who = {"student": submission.student, "assignment": submission.assignment}
        resources = {"nbgrader": {**who, "notebook": part.name, "db_url": book.url}}
        AssignLatePenalties(config=book.config).preprocess(new_notebook(), resources)


def _time_of(submission):
    """When it was handed in; None if there is no sensible timestamp.txt."""
    try:
        text = read_file(submission.timestamp, _LONGEST_TIME).decode()
        return parse_utc(text.strip())
    except (Unreadable, OSError, ValueError, OverflowError):
        return None


def _is_late(entry, known):
    if entry.timestamp is None or known.duedate is None:
        return False
    return entry.timestamp > known.duedate + (entry.extension or timedelta())
