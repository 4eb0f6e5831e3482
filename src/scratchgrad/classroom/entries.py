"""Rows of nbgrader's database: an assignment, a learner's entry for it, and what is in that.

nbgrader's own classes ask the database for each cell of each learner. Statements that each
submission needs are made once: to make one takes longer than to execute it.
"""

import hashlib
from dataclasses import dataclass

from nbgrader import api
from sqlalchemy import bindparam, select

SUBMISSION, NOTEBOOK, GRADE, COMMENT = (
    kind.__table__
    for kind in (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
)
_GRADED, _COMMENTED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")

_ENTRY = select(SUBMISSION.c["id", "timestamp", "extension"]).where(
    SUBMISSION.c.assignment_id == bindparam("assignment"),
    SUBMISSION.c.student_id == bindparam("student"),
)
_ENTRY_LOCKED = _ENTRY.with_for_update()
_PARTS = select(NOTEBOOK.c["id", "notebook_id", "late_submission_penalty"]).where(
    NOTEBOOK.c.assignment_id == bindparam("entry")
)
_ROWS = {
    table: select(table).join(NOTEBOOK).where(NOTEBOOK.c.assignment_id == bindparam("entry"))
    for table in (GRADE, COMMENT)
}


@dataclass(frozen=True)
class Assignment:
    """An assignment as the gradebook knows it.

    Attributes
    ----------
    id : str
    duedate : datetime or None
    notebooks : dict of str to str
        Their names by id.
    graded, commented : dict of str to (str, str)
        Notebook and ``grade_id`` of the cells that have scores, and comments, by id.
    points : dict of (str, str) to float
        The most points of each cell, by notebook and ``grade_id``.
    """

    id: str
    duedate: object
    notebooks: dict
    graded: dict
    commented: dict
    points: dict


@dataclass(frozen=True)
class Entry:
    """A learner's entry for an assignment.

    Attributes
    ----------
    id : str
    timestamp : datetime or None
    extension : timedelta or None
    is_new : bool
        Whether it was made in this transaction, so that there is nothing in it to be read.
    """

    id: str
    timestamp: object
    extension: object = None
    is_new: bool = False


@dataclass(frozen=True)
class Part:
    """One notebook of a learner's entry."""

    id: str
    name: str
    penalty: float | None = None


def entry_of(connection, known, student, lock=False):
    """The learner's entry for an assignment; None if there is none.

    A lock makes other graders of the same work wait, where the database can.
    """
    if not can_name(student):
        return None
    who = {"assignment": known.id, "student": student}
    row = connection.execute(_ENTRY_LOCKED if lock else _ENTRY, who).one_or_none()
    return None if row is None else Entry(*row)


def parts_of(connection, known, entry):
    """The notebooks of a learner's entry."""
    rows = [] if entry.is_new else connection.execute(_PARTS, {"entry": entry.id})
    return [
        Part(id, known.notebooks[notebook], penalty)
        for id, notebook, penalty in rows
        if notebook in known.notebooks
    ]


def rows_of(connection, table, names, entry):
    """Rows of a table for a learner's entry, by id of their cells, if these have a name."""
    rows = [] if entry.is_new else connection.execute(_ROWS[table], {"entry": entry.id})
    return {row.cell_id: row for row in rows if row.cell_id in names}


def score_of(automatic, row):
    """The points for a cell, as nbgrader adds them up: a row has what a person gave."""
    manual, extra = (None, None) if row is None else (row.manual_score, row.extra_credit)
    given = automatic if manual is None else manual
    return 0.0 if given is None else given + (extra or 0.0)


def listed(db, entry):
    """An assignment with its notebooks and their cells."""
    columns = api.Notebook.__table__.c
    query = select(columns["id", "name"]).where(columns.assignment_id == entry.id)
    notebooks = dict(db.execute(query).all())
    cells = {name: _cells(db, id) for id, name in notebooks.items()}
    graded, commented = (
        {cell.id: (name, cell.name) for name in cells for cell in cells[name] if cell.type in kinds}
        for kinds in (_GRADED, _COMMENTED)
    )
    most = _most(db)
    points = {name: most[cell] for cell, name in graded.items() if cell in most}
    return Assignment(entry.id, entry.duedate, notebooks, graded, commented, points)


def _cells(db, notebook):
    columns = api.BaseCell.__table__.c
    query = select(columns["id", "name", "type"]).where(columns.notebook_id == notebook)
    return db.execute(query).all()


def _most(db):
    """The most points of each cell by its id."""
    tables = api.GradeCell.__table__, api.TaskCell.__table__
    return {
        row.id: row.max_score
        for table in tables
        for row in db.execute(select(table.c["id", "max_score"]))
    }


def state_of(entry, known, scores):
    """A digest of a learner's automatic scores and of what decides on lateness."""
    when = entry.timestamp, entry.extension, known.duedate
    exact = sorted((key, score if score is None else float(score)) for key, score in scores.items())
    return hashlib.sha256(repr((when, exact)).encode()).hexdigest()


def can_name(student):
    """Whether a gradebook can hold a name; one that a folder has in another encoding it cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in student)
