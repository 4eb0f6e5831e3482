"""nbgrader's gradebook: opens it, and reads a learner's work at a time."""

import itertools
from pathlib import Path

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..course.layout import CourseError
from .entries import (
    COMMENT,
    GRADE,
    NOTEBOOK,
    SUBMISSION,
    entry_of,
    listed,
    parts_of,
    rows_of,
    score_of,
    state_of,
)
from .sharing import take_part


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
        dict of (str, str) to Row
            By notebook and ``grade_id``, where either was given; as for `entries.score_of`.
        """
        known = self.assignment(assignment)
        with self.engine.connect() as connection:
            entry = entry_of(connection, known, student)
            grades = {} if entry is None else rows_of(connection, GRADE, known.graded, entry)
        return {
            known.graded[cell]: row
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
                self._known[name] = listed(db, self._book.find_assignment(name))
            finally:
                # Whatever happens, no transaction is left open on a server.
                db.rollback()
        return self._known[name]


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
