"""nbgrader's gradebook, read a notebook at a time.

nbgrader's own classes ask the database for each cell of each learner.
"""

import contextlib
import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..course.layout import CourseError
from .sharing import take_part

SUBMISSION, NOTEBOOK, GRADE, COMMENT = (
    kind.__table__
    for kind in (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
)
GRADED, COMMENTED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")


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
    db : sqlalchemy.orm.scoped_session

    Raises
    ------
    CourseError
        If it cannot be opened.
    """

    def __init__(self, config):
        self.config, self.url = config, CourseDirectory(config=config).db_url
        self._book = opened(config)
        self.db, self._known = self._book.db, {}

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
        with self._reading():
            entry = self.entry(student, known)
            return None if entry is None else self.scores_of(self.parts(entry.id, known))

    def given(self, student, assignment):
        """What a person gave a learner: manual scores and extra credit.

        Returns
        -------
        dict of (str, str) to (float or None, float or None)
            By notebook and ``grade_id``, where either was given.
        """
        known = self.assignment(assignment)
        with self._reading():
            entry = self.entry(student, known)
            parts = [] if entry is None else self.parts(entry.id, known)
            return {
                (part.name, name): (row.manual_score, row.extra_credit)
                for part in parts
                for name, row in self.rows(GRADE, part, GRADED).items()
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
        with self._reading():
            entry = self.entry(student, known)
            if entry is None:
                return None
            parts = self.parts(entry.id, known)
            comments = {
                (part.name, name): text
                for part in parts
                for name, row in self.rows(COMMENT, part, COMMENTED).items()
                if (text := row.manual_comment or row.auto_comment)
            }
            scores = self.scores_of(parts)
        marks = {key: (score, known.points.get(key, 0.0)) for key, score in scores.items()}
        return marks, comments, {part.name: part.penalty or 0.0 for part in parts}

    def states(self, assignment):
        """What grading left of each learner's work, to be compared with later.

        Returns
        -------
        dict of str to str
            By learner a digest of automatic scores, time of submission, extension and due date.
        """
        known = self.assignment(assignment)
        names = {
            cell.id: (notebook, cell.name)
            for notebook, cells in known.notebooks.values()
            for cell in cells
        }
        columns, found = SUBMISSION.c, {}
        query = (
            select(columns.student_id, columns.timestamp, columns.extension,
                   GRADE.c.cell_id, GRADE.c.auto_score)
            .join(NOTEBOOK, NOTEBOOK.c.assignment_id == columns.id)
            .join(GRADE, GRADE.c.notebook_id == NOTEBOOK.c.id)
            .where(columns.assignment_id == known.id)
            .order_by(columns.student_id)
        )  # fmt: skip
        with self._reading():
            rows = self.db.execute(query, execution_options={"yield_per": 1000})
            for student, theirs in itertools.groupby(rows, lambda row: row.student_id):
                theirs = [*theirs]
                scores = {names[row.cell_id]: row.auto_score
                          for row in theirs if row.cell_id in names}  # fmt: skip
                found[student] = state_of(theirs[0], known, scores)
        return found

    # ---- what reading and recording share

    def all(self, statement):
        """The rows that a statement finds."""
        return self.db.execute(statement).all()

    def assignment(self, name):
        """An assignment with its notebooks and their cells."""
        if name not in self._known:
            with self._reading():
                take_part(self.db)
                entry = self._book.find_assignment(name)
                cells = {
                    notebook.id: (notebook.name, self._cells(notebook.id))
                    for notebook in entry.notebooks
                }
                self._known[name] = Assignment(entry.id, entry.duedate, cells, self._points(cells))
        return self._known[name]

    def entry(self, student, known, lock=False):
        """The learner's entry for an assignment; None if there is none.

        A lock makes other graders of the same work wait, where the database can.
        """
        if not can_name(student):
            return None
        columns = SUBMISSION.c
        query = select(columns.id, columns.timestamp, columns.extension).where(
            columns.assignment_id == known.id, columns.student_id == student
        )
        return self.db.execute(query.with_for_update() if lock else query).one_or_none()

    def parts(self, entry, known):
        """The notebooks of a learner's entry."""
        columns = NOTEBOOK.c
        rows = self.all(
            select(columns.id, columns.notebook_id, columns.late_submission_penalty).where(
                columns.assignment_id == entry
            )
        )
        return [
            Part(row.id, row.late_submission_penalty, *known.notebooks[row.notebook_id])
            for row in rows
            if row.notebook_id in known.notebooks
        ]

    def rows(self, table, part, kinds):
        """Rows of a table for one notebook by name of their cells."""
        wanted = part.wanted(kinds)
        rows = self.all(select(table).where(table.c.notebook_id == part.id))
        return {wanted[row.cell_id]: row for row in rows if row.cell_id in wanted}

    def scores_of(self, parts):
        """The points for each cell, as nbgrader adds them up."""
        names = {cell.id: cell.name for part in parts for cell in part.cells}
        notebooks = {part.id: part.name for part in parts}
        found = select(api.Grade.notebook_id, api.Grade.cell_id, api.Grade.score)
        rows = self.all(found.where(api.Grade.notebook_id.in_(notebooks)))
        return {
            (notebooks[notebook], names[cell]): score
            for notebook, cell, score in rows
            if cell in names
        }

    @contextlib.contextmanager
    def _reading(self):
        """End the transaction, whatever happens: none is left open on a server."""
        try:
            yield
        finally:
            self.db.rollback()

    def _points(self, cells):
        """The most points of each cell, by notebook and ``grade_id``."""
        most = {
            row.id: row.max_score
            for kind in (api.GradeCell, api.TaskCell)
            for row in self.all(select(kind.__table__.c.id, kind.__table__.c.max_score))
        }
        return {
            (name, cell.name): most[cell.id]
            for name, several in cells.values()
            for cell in several
            if cell.id in most
        }

    def _cells(self, notebook):
        table = api.BaseCell.__table__
        return self.all(
            select(table.c.id, table.c.name, table.c.type).where(table.c.notebook_id == notebook)
        )


@dataclass(frozen=True)
class Assignment:
    """An assignment: when it is due, name and cells of each notebook by its id, most points."""

    id: str
    duedate: object
    notebooks: dict
    points: dict


@dataclass(frozen=True)
class Part:
    """One notebook of a learner's entry."""

    id: str
    penalty: float | None
    name: str
    cells: list

    def wanted(self, kinds):
        """The names of its cells of these kinds, by their ids."""
        return {cell.id: cell.name for cell in self.cells if cell.type in kinds}


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
