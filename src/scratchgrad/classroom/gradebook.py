"""nbgrader's gradebook, read a learner's work at a time.

nbgrader's own classes ask the database for each cell of each learner. Statements that each
submission needs are made once: to make one takes longer than to execute it.
"""

import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import bindparam, create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..course.layout import CourseError
from .sharing import take_part

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


class Book:
    """The gradebook of a course, open.

    Parameters
    ----------
    config : traitlets.config.Config
        The course's nbgrader configuration.

    Attributes
    ----------
    config : traitlets.config.Config
    url : str
    engine : sqlalchemy.Engine

    Raises
    ------
    CourseError
        If it cannot be opened.
    """

    def __init__(self, config):
        self.config, self.url = config, CourseDirectory(config=config).db_url
        self._book = opened(config)
        self.engine, self._known = self._book.engine, {}

    def close(self):
        """Close the database."""
        self._book.close()

    def forget(self, assignment):
        """Read an assignment's cells again: they may have changed."""
        self._known.pop(assignment, None)

    def scores(self, student, assignment):
        """The points that a learner has for each cell.

        Returns
        -------
        dict of (str, str) to float, or None
            By notebook and ``grade_id``; None if the gradebook has nothing of this learner for
            this assignment.
        """
        known = self.assignment(assignment)
        with self.engine.connect() as connection:
            entry = entry_of(connection, known, student)
            if entry is None:
                return None
            grades = rows_of(connection, GRADE, known.graded, entry)
        return {known.graded[cell]: score_of(row.auto_score, row) for cell, row in grades.items()}

    def given(self, student, assignment):
        """What a person gave a learner: manual scores and extra credit.

        Returns
        -------
        dict of (str, str) to (float or None, float or None)
            By notebook and ``grade_id``, where either was given.
        """
        known = self.assignment(assignment)
        with self.engine.connect() as connection:
            entry = entry_of(connection, known, student)
            grades = {} if entry is None else rows_of(connection, GRADE, known.graded, entry)
        return {
            known.graded[cell]: (row.manual_score, row.extra_credit)
            for cell, row in grades.items()
            if row.manual_score is not None or row.extra_credit
        }

    def marks_and_comments(self, student, assignment):
        """What a learner is told of an assignment.

        Returns
        -------
        marks : dict of (str, str) to (float, float)
            Points and the most points, by notebook and ``grade_id``.
        comments : dict of (str, str) to str
        penalties : dict of str to float
            For lateness, by notebook.

        Or None if the gradebook has nothing of this learner for this assignment.
        """
        known = self.assignment(assignment)
        with self.engine.connect() as connection:
            entry = entry_of(connection, known, student)
            if entry is None:
                return None
            parts = parts_of(connection, known, entry)
            grades = rows_of(connection, GRADE, known.graded, entry)
            comments = rows_of(connection, COMMENT, known.commented, entry)
        marks = {
            name: (score_of(row.auto_score, row), known.points.get(name, 0.0))
            for name, row in ((known.graded[cell], row) for cell, row in grades.items())
        }
        said = {
            known.commented[cell]: text
            for cell, row in comments.items()
            if (text := row.manual_comment or row.auto_comment)
        }
        return marks, said, {part.name: part.penalty or 0.0 for part in parts}

    def states(self, assignment):
        """What grading left of each learner's work, to be compared with later.

        Returns
        -------
        dict of str to str
            By learner a digest of automatic scores, time of submission, extension and due date.
        """
        known = self.assignment(assignment)
        columns, found = SUBMISSION.c, {}
        query = (
            select(columns.student_id, columns.timestamp, columns.extension,
                   GRADE.c.cell_id, GRADE.c.auto_score)
            .join(NOTEBOOK, NOTEBOOK.c.assignment_id == columns.id)
            .join(GRADE, GRADE.c.notebook_id == NOTEBOOK.c.id)
            .where(columns.assignment_id == known.id)
            .order_by(columns.student_id)
        )  # fmt: skip
        with self.engine.connect() as connection:
            rows = connection.execute(query, execution_options={"yield_per": 1000})
            for student, theirs in itertools.groupby(rows, lambda row: row.student_id):
                theirs = [*theirs]
                scores = {known.graded[row.cell_id]: row.auto_score
                          for row in theirs if row.cell_id in known.graded}  # fmt: skip
                found[student] = state_of(theirs[0], known, scores)
        return found

    def assignment(self, name):
        """An assignment as the gradebook knows it.

        Returns
        -------
        Assignment
        """
        if name not in self._known:
            db = self._book.db
            try:
                take_part(db.connection())
                self._known[name] = _listed(db, self._book.find_assignment(name))
            finally:
                # Whatever happens, no transaction is left open on a server.
                db.rollback()
        return self._known[name]


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


def _listed(db, entry):
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


def opened(config):
    """nbgrader's gradebook of a course, which is made if there is none.

    Raises
    ------
    CourseError
        If it cannot be opened.
    """
    directory = CourseDirectory(config=config)
    try:
        return api.Gradebook(directory.db_url, directory.course_id)
    except (SQLAlchemyError, ImportError) as error:
        raise unusable(error) from error


def can_name(student):
    """Whether a gradebook can hold a name; one that a folder has in another encoding it cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in student)


def exists(config):
    """Whether there is a gradebook yet: opening one makes it."""
    url = make_url(CourseDirectory(config=config).db_url)
    if url.get_backend_name() == "sqlite":
        return bool(url.database) and Path(url.database).exists()
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            return inspect(connection).has_table(SUBMISSION.name)
    except (SQLAlchemyError, ImportError) as error:
        raise unusable(error) from error


def unusable(error):
    """What to tell of a gradebook that cannot be used."""
    return CourseError(f"the gradebook cannot be used: {reason(error)}")


def reason(error):
    """Why the database refused, in one line."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__
