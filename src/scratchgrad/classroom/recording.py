"""Writes the marks of a submission into the gradebook, in one transaction.

Two graders may be at it at once, on a gradebook that they share. Work that both of them have, one
writes after the other, so that no marks are of both. What one has just made, the other finds when
it tries again.
"""

import secrets
import time
from datetime import timedelta

from nbformat.v4 import new_notebook
from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..grading.reading import read_file
from ..grading.restore import Unreadable
from .gradebook import COMMENT, COMMENTED, GRADE, GRADED, NOTEBOOK, SUBMISSION, state_of
from .sharing import take_part

_TRIES = 5
_LONGEST_TIME = 100  # bytes


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
    for attempt in range(_TRIES):
        try:
            entry, parts, written = _write(book, submission, graded)
            break
        except BaseException as error:
            book.db.rollback()
            if not isinstance(error, IntegrityError) or attempt == _TRIES - 1:
                raise
            book.forget(submission.assignment)
    known = book.assignment(submission.assignment)
    if _is_late(entry, known) or any(part.penalty for part in parts):
        _assign_penalty(book, submission, parts)
    scores = book.scores_of(parts)
    book.db.rollback()
    return scores, state_of(entry, known, written)


def _write(book, submission, graded):
    known = book.assignment(submission.assignment)
    take_part(book.db)
    entry = _entry_made(book, submission, known)
    parts, written = _parts_made(book, entry.id, known), {}
    for part in parts:
        scores = _record(book, part, graded.get(part.name))
        written |= {(part.name, name): score for name, score in scores.items()}
    book.db.commit()
    return entry, parts, written


def _entry_made(book, submission, known):
    """The learner's entry for an assignment, made if there is none, with its time."""
    entry, when = book.entry(submission.student, known, lock=True), _time_of(submission)
    if entry is None:
        _make_student(book, submission.student)
        values = {"assignment_id": known.id, "student_id": submission.student, "timestamp": when}
        book.db.execute(insert(SUBMISSION).values(id=_new_id(), **values))
    elif when and when != entry.timestamp:
        changed = update(SUBMISSION).where(SUBMISSION.c.id == entry.id)
        book.db.execute(changed.values(timestamp=when))
    else:
        return entry
    return book.entry(submission.student, known)


def _new_id():
    """An id like nbgrader's, but in the order of time.

    Random ones would touch pages all over the database, the more of them the larger it is.
    """
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def _make_student(book, student):
    table = api.Student.__table__
    if not book.all(select(table.c.id).where(table.c.id == student)):
        book.db.execute(insert(table).values(id=student))


def _parts_made(book, entry, known):
    """The notebooks of a learner's entry; those that lack are made."""
    parts = book.parts(entry, known)
    there = {part.name for part in parts}
    absent = [each for each, (name, _) in known.notebooks.items() if name not in there]
    if not absent:
        return parts
    values = [
        {"id": _new_id(), "assignment_id": entry, "notebook_id": each} for each in sorted(absent)
    ]
    book.db.execute(insert(NOTEBOOK), values)
    return book.parts(entry, known)


def _record(book, part, graded):
    """Write down what a notebook was graded with, or that it was not handed in.

    Returns
    -------
    dict of str to float or None
        The automatic score of each cell.
    """
    names = part.wanted(GRADED).values()
    rows = book.rows(GRADE, part, GRADED)
    if graded is None:
        _change(book, GRADE, part, GRADED, rows, lambda name: {
            "auto_score": 0.0, "needs_manual_grade": False,
        })  # fmt: skip
        return dict.fromkeys(names, 0.0)
    points = {score["name"]: score["points"] for score in graded["scores"]}
    points |= dict.fromkeys(graded["unanswered"], 0.0)
    by_hand = {name for name, row in rows.items() if row.manual_score is not None}
    _change(book, GRADE, part, GRADED, rows, lambda name: {
        "auto_score": points.get(name),
        "needs_manual_grade": name in by_hand or name not in points,
    })  # fmt: skip
    unanswered, comments = set(graded["unanswered"]), book.rows(COMMENT, part, COMMENTED)
    _change(book, COMMENT, part, COMMENTED, comments, lambda name: {
        "auto_comment": "No response." if name in unanswered else None
    })  # fmt: skip
    return {name: points.get(name) for name in names}


def _change(book, table, part, kinds, rows, values):
    """Make the rows of a notebook's cells where they lack, and change those with other values."""
    made, changed = [], []
    for cell, name in part.wanted(kinds).items():
        row = rows.get(name)
        new = values(name)
        if row is None:
            made.append({"id": _new_id(), "notebook_id": part.id, "cell_id": cell, **new})
        elif any(getattr(row, column) != value for column, value in new.items()):
            changed.append({"row": row.id, **new})
    if made:
        book.db.execute(insert(table), made)
    if changed:
        columns = {column: bindparam(column) for column in changed[0] if column != "row"}
        updated = update(table).where(table.c.id == bindparam("row")).values(columns)
        book.db.connection().execute(updated, changed)


def _assign_penalty(book, submission, parts):
    """Have nbgrader's plugin say what lateness costs; most submissions are not late."""
    for part in parts:
        who = {"student": submission.student, "assignment": submission.assignment}
        resources = {"nbgrader": {**who, "notebook": part.name, "db_url": book.url}}
        AssignLatePenalties(config=book.config).preprocess(new_notebook(), resources)
    book.db.expire_all()


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
