"""nbgrader's gradebook: marks are written in one transaction for each submission.

nbgrader's own classes ask the database for each cell of each learner; here its tables are read and
written a notebook at a time.
"""

from dataclasses import dataclass
from datetime import timedelta

from nbformat.v4 import new_notebook
from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update

from ..grading.reading import read_file
from ..grading.restore import Unreadable

_SUBMISSION, _NOTEBOOK, _GRADE, _COMMENT = (
    kind.__table__
    for kind in (api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
)
_GRADED, _COMMENTED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")


class Book:
    """The gradebook of a course, open.

    Parameters
    ----------
    config : traitlets.config.Config
        The course's nbgrader configuration.
    """

    def __init__(self, config):
        self._config = config
        directory = CourseDirectory(config=config)
        self._url = directory.db_url
        self._book = api.Gradebook(self._url, directory.course_id)
        self._known = {}

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
        known = self._assignment(assignment)
        entry = self._entry(student, known)
        self._book.db.rollback()
        return None if entry is None else self._scores(self._parts(entry.id, known))

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
        known = self._assignment(assignment)
        entry = self._entry(student, known)
        if entry is None:
            return None
        parts = self._parts(entry.id, known)
        comments = {
            (part.name, name): text
            for part in parts
            for name, row in self._rows(_COMMENT, part, _COMMENTED).items()
            if (text := row.manual_comment or row.auto_comment)
        }
        scores = self._scores(parts)
        marks = {key: (score, known.points.get(key, 0.0)) for key, score in scores.items()}
        return marks, comments, {part.name: part.penalty or 0.0 for part in parts}

    def record(self, submission, graded):
        """Write down the scores of a graded submission.

        Manual scores and comments stay; where there is a manual score, the cell is marked for
        another look, as nbgrader does.

        Parameters
        ----------
        submission : Submission
        graded : dict of str to dict
            For each notebook that was handed in what `Engine.grade` returned.

        Returns
        -------
        dict of (str, str) to float
            As from `scores`.
        """
        known = self._assignment(submission.assignment)
        try:
            entry = self._entry_made(submission, known)
            parts = self._parts(entry.id, known)
            for part in parts:
                self._record(part, graded.get(part.name))
            self._book.db.commit()
        except BaseException:
            self._book.db.rollback()
            raise
        if _is_late(entry, known) or any(part.penalty for part in parts):
            self._assign_penalty(submission, parts)
        return self._scores(parts)

    # ---- what the gradebook knows

    def _all(self, statement):
        return self._book.db.execute(statement).all()

    def _assignment(self, name):
        """An assignment with its notebooks and their cells."""
        if name not in self._known:
            entry = self._book.find_assignment(name)
            cells = {
                notebook.id: (notebook.name, self._cells(notebook.id))
                for notebook in entry.notebooks
            }
            self._known[name] = _Assignment(entry.id, entry.duedate, cells, self._points(cells))
            self._book.db.rollback()
        return self._known[name]

    def _points(self, cells):
        """The most points of each cell, by notebook and ``grade_id``."""
        most = {
            row.id: row.max_score
            for kind in (api.GradeCell, api.TaskCell)
            for row in self._all(select(kind.__table__.c.id, kind.__table__.c.max_score))
        }
        return {
            (name, cell.name): most[cell.id]
            for name, several in cells.values()
            for cell in several
            if cell.id in most
        }

    def _cells(self, notebook):
        table = api.BaseCell.__table__
        return self._all(
            select(table.c.id, table.c.name, table.c.type).where(table.c.notebook_id == notebook)
        )

    def _entry(self, student, known):
        """The learner's entry for an assignment; None if there is none."""
        columns = _SUBMISSION.c
        return self._book.db.execute(
            select(columns.id, columns.timestamp, columns.extension).where(
                columns.assignment_id == known.id, columns.student_id == student
            )
        ).one_or_none()

    def _entry_made(self, submission, known):
        """The learner's entry for an assignment, made if there is none, with its time."""
        entry, when = self._entry(submission.student, known), _time_of(submission)
        if entry is None:
            self._make_student(submission.student)
            values = {"assignment_id": known.id, "student_id": submission.student}
            self._book.db.execute(insert(_SUBMISSION).values(timestamp=when, **values))
        elif when and when != entry.timestamp:
            changed = update(_SUBMISSION).where(_SUBMISSION.c.id == entry.id)
            self._book.db.execute(changed.values(timestamp=when))
        else:
            return entry
        return self._entry(submission.student, known)

    def _make_student(self, student):
        table = api.Student.__table__
        if not self._all(select(table.c.id).where(table.c.id == student)):
            self._book.db.execute(insert(table).values(id=student))

    def _parts(self, entry, known):
        """The notebooks of a learner's entry."""
        columns = _NOTEBOOK.c
        found = select(columns.id, columns.notebook_id, columns.late_submission_penalty).where(
            columns.assignment_id == entry
        )
        rows = self._all(found)
        absent = known.notebooks.keys() - {row.notebook_id for row in rows}
        if absent:
            values = [{"assignment_id": entry, "notebook_id": each} for each in sorted(absent)]
            self._book.db.execute(insert(_NOTEBOOK), values)
            rows = self._all(found)
        return [
            _Part(row.id, row.late_submission_penalty, *known.notebooks[row.notebook_id])
            for row in rows
            if row.notebook_id in known.notebooks
        ]

    def _rows(self, table, part, kinds):
        """Rows of a table for one notebook by name of their cells; those that lack are made."""
        wanted = {cell.id: cell.name for cell in part.cells if cell.type in kinds}
        found = select(table).where(table.c.notebook_id == part.id)
        rows = self._all(found)
        absent = wanted.keys() - {row.cell_id for row in rows}
        if absent:
            values = [{"notebook_id": part.id, "cell_id": each} for each in sorted(absent)]
            self._book.db.execute(insert(table), values)
            rows = self._all(found)
        return {wanted[row.cell_id]: row for row in rows if row.cell_id in wanted}

    def _scores(self, parts):
        names = {cell.id: cell.name for part in parts for cell in part.cells}
        notebooks = {part.id: part.name for part in parts}
        # The sum of a cell's scores as nbgrader has it.
        found = select(api.Grade.notebook_id, api.Grade.cell_id, api.Grade.score)
        rows = self._all(found.where(api.Grade.notebook_id.in_(notebooks)))
        self._book.db.rollback()
        return {
            (notebooks[notebook], names[cell]): score
            for notebook, cell, score in rows
            if cell in names
        }

    # ---- what is written

    def _record(self, part, graded):
        """Write down what a notebook was graded with, or that it was not handed in."""
        grades = self._rows(_GRADE, part, _GRADED)
        if graded is None:
            self._change(_GRADE, grades, lambda name, row: {
                "auto_score": 0.0, "needs_manual_grade": False,
            })  # fmt: skip
            return
        points = {score["name"]: score["points"] for score in graded["scores"]}
        points |= dict.fromkeys(graded["unanswered"], 0.0)
        self._change(_GRADE, grades, lambda name, row: {
            "auto_score": points.get(name),
            "needs_manual_grade": row.manual_score is not None or name not in points,
        })  # fmt: skip
        unanswered = set(graded["unanswered"])
        self._change(_COMMENT, self._rows(_COMMENT, part, _COMMENTED), lambda name, row: {
            "auto_comment": "No response." if name in unanswered else None
        })  # fmt: skip

    def _change(self, table, rows, values):
        """Update rows where their values are not those already."""
        changes = []
        for name, row in rows.items():
            new = values(name, row)
            if any(getattr(row, column) != value for column, value in new.items()):
                changes.append({"row": row.id, **new})
        if changes:
            columns = {column: bindparam(column) for column in changes[0] if column != "row"}
            changed = update(table).where(table.c.id == bindparam("row")).values(columns)
            self._book.db.connection().execute(changed, changes)

    def _assign_penalty(self, submission, parts):
        """Have nbgrader's plugin say what lateness costs; most submissions are not late."""
        for part in parts:
            who = {"student": submission.student, "assignment": submission.assignment}
            resources = {"nbgrader": {**who, "notebook": part.name, "db_url": self._url}}
            AssignLatePenalties(config=self._config).preprocess(new_notebook(), resources)
        self._book.db.expire_all()


@dataclass(frozen=True)
class _Assignment:
    """An assignment: when it is due, name and cells of each notebook by its id, most points."""

    id: str
    duedate: object
    notebooks: dict
    points: dict


@dataclass(frozen=True)
class _Part:
    """One notebook of a learner's entry."""

    id: str
    penalty: float | None
    name: str
    cells: list


def _time_of(submission):
    """When it was handed in; None if there is no sensible timestamp.txt."""
    try:
        text = read_file(submission.timestamp).decode()
        return parse_utc(text.strip())
    except (Unreadable, OSError, ValueError, OverflowError):
        return None


def _is_late(entry, known):
    if entry.timestamp is None or known.duedate is None:
        return False
    return entry.timestamp > known.duedate + (entry.extension or timedelta())
