"""Marks for other systems, as plugins of ``nbgrader export``.

``nbgrader export --exporter scratchgrad.classroom.exports.CanvasExport --to marks.csv`` and
``scratchgrad export --format canvas`` write the same file.
"""

import csv
from typing import NamedTuple

from nbgrader.api import Assignment, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from sqlalchemy import and_

from ..course.layout import CourseError, nbgrader_config
from .gradebook import opened


class Person(NamedTuple):
    """A learner as nbgrader knows one."""

    id: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str


class _Export(ExportPlugin):
    """Writes a CSV file; those below say what stands in it."""

    default_name = "marks.csv"

    def export(self, gradebook):
        """Write the marks of a gradebook to the file `to`.

        Parameters
        ----------
        gradebook : nbgrader.api.Gradebook
        """
        wanted = [str(name) for name in self.assignment]
        # Databases differ in how they sort text.
        entries = sorted(gradebook.db.query(Assignment), key=lambda each: each.name)
        assignments = [each for each in entries if not wanted or each.name in wanted]
        learners = {}
        for assignment in assignments:
            for person, marks in self._marks(gradebook, assignment):
                learners.setdefault(person, {})[assignment.name] = marks
        with open(self.to or self.default_name, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(self.rows(assignments, learners))

    def rows(self, assignments, learners):
        """The rows of the file.

        Parameters
        ----------
        assignments : list of nbgrader.api.Assignment
        learners : dict
            For each `Person` by name of assignment the score, the penalty for lateness and the
            time of submission, or None if nothing was handed in.
        """
        raise NotImplementedError

    def _marks(self, gradebook, assignment):
        """Each learner with marks for an assignment."""
        theirs = and_(
            SubmittedAssignment.student_id == Student.id,
            SubmittedAssignment.assignment_id == assignment.id,
        )
        found = gradebook.db.query(
            Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id,
            SubmittedAssignment.id, SubmittedAssignment.score,
            SubmittedAssignment.late_submission_penalty, SubmittedAssignment.timestamp,
        ).outerjoin(SubmittedAssignment, theirs)  # fmt: skip
        wanted = [str(name) for name in self.student]
        for *person, entry, score, penalty, timestamp in sorted(found, key=lambda row: row[0]):
            if not wanted or person[0] in wanted:
                marks = None if entry is None else (score or 0.0, penalty or 0.0, timestamp)
                yield Person(*(value or "" for value in person)), marks


class CanvasExport(_Export):
    """What Canvas imports into its gradebook.

    Its importer wants the columns ``Student``, ``ID``, ``SIS User ID``, ``SIS Login ID`` and
    ``Section`` in this order, then one for each assignment, and a row ``Points Possible``. Canvas
    knows learners by ``ID`` (nbgrader's ``lms_user_id``) or else by ``SIS Login ID``, for which
    nbgrader's name of the learner is written. A column whose title is that of an assignment in
    Canvas fills that assignment; any other title makes a new one.
    """

    default_name = "marks-canvas.csv"

    def rows(self, assignments, learners):
        """See `_Export.rows`."""
        names = [assignment.name for assignment in assignments]
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
        most = [_number(assignment.max_score) for assignment in assignments]
        yield ["Points Possible", "", "", "", "", *most]
        for person, marks in learners.items():
            name = ", ".join(part for part in (person.last_name, person.first_name) if part)
            known = [name or person.id, person.lms_user_id, "", person.id, ""]
            yield [*known, *(_final(marks[each]) for each in names)]


class MoodleExport(_Export):
    """What Moodle imports under *Grades, Import, CSV file*.

    ``Username`` (nbgrader's name of the learner), ``ID number`` (its ``lms_user_id``) and ``Email
    address`` are the fields by which Moodle finds its users; one of them is chosen when importing,
    and each other column is assigned to a grade item. A learner who handed in nothing has ``-``,
    which Moodle reads as no grade.
    """

    default_name = "marks-moodle.csv"

    def rows(self, assignments, learners):
        """See `_Export.rows`."""
        names = [assignment.name for assignment in assignments]
        yield ["Username", "First name", "Last name", "ID number", "Email address", *names]
        for person, marks in learners.items():
            known = [person.id, person.first_name, person.last_name, person.lms_user_id]
            yield [*known, person.email, *(_final(marks[each]) or "-" for each in names)]


class CsvExport(_Export):
    """A row for each learner and assignment, in the columns of nbgrader's own CSV export.

    Names with commas or quotes stay in their column, which they do not in nbgrader's.
    """

    default_name = "marks.csv"

    def rows(self, assignments, learners):
        """See `_Export.rows`."""
        yield [
            "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
            "raw_score", "late_submission_penalty", "score", "max_score",
        ]  # fmt: skip
        for assignment in assignments:
            for person, marks in learners.items():
                score, penalty, timestamp = marks[assignment.name] or (0.0, 0.0, "")
                yield [
                    assignment.name, assignment.duedate or "", timestamp or "", person.id,
                    person.last_name, person.first_name, person.email, score, penalty,
                    max(0.0, score - penalty), assignment.max_score,
                ]  # fmt: skip


_FORMATS = {"canvas": CanvasExport, "moodle": MoodleExport, "csv": CsvExport}


def write_marks(course, name, assignments=(), to=""):
    """Write the marks of a course in one of the formats.

    Parameters
    ----------
    course : Course
    name : {"canvas", "moodle", "csv"}
    assignments : sequence of str
        By default all that the gradebook knows.
    to : str
        Path of the file; by default one in the working folder.

    Returns
    -------
    str
        Path of the file.

    Raises
    ------
    CourseError
        If the file cannot be written.
    """
    config = nbgrader_config(course)
    plugin = _FORMATS[name](config=config, assignment=list(course.select(assignments)), to=to)
    with opened(config) as gradebook:
        try:
            plugin.export(gradebook)
        except OSError as error:
            raise CourseError(f"{error.filename}: {error.strerror}") from error
    return to or plugin.default_name


def _final(marks):
    """Points less the penalty, as text; empty where nothing was handed in."""
    return "" if marks is None else _number(max(0.0, marks[0] - marks[1]))


def _number(value):
    """With four decimals at most; no exponent, which importers do not read.

    >>> _number(29.0), _number(1234.56789), _number(2000000.0)
    ('29', '1234.5679', '2000000')
    """
    return f"{value:.4f}".rstrip("0").rstrip(".")
