"""Puts the report on a class together and writes it as a page and as a table."""

import csv
import io
from dataclasses import dataclass

from ...course import notebook
from ...course.answers import load_answers
from ...course.files import put
from ...course.layout import CourseError
from ...course.submission import reference_answers
from ..render import rendered
from . import statistics
from .likeness import alike
from .reach import reaches
from .work import gather

_LONGER, _MORE_MEMORY = 1.0, 64 << 20  # seconds and bytes that are worth a line
_MOST_LINES = 12


class NothingGraded(CourseError):
    """Nobody's work on an assignment has been graded."""


@dataclass(frozen=True)
class Report:
    """All that the page shows.

    Attributes
    ----------
    assignment : str
    works : list of Work
        Of everybody who handed something in.
    spread : Spread
    exercises : list of Exercise
    mistakes, checks : list of tuple
        From `statistics.mistakes` and `statistics.failing_checks`.
    unreadable : list of Work
    reached : dict of str to list of str
        What learners' code reached for besides the exercises, by learner.
    noted : dict of str to list of str
        What grading noted, by learner.
    slow, large : list of (str, float)
        Learners whose code took much longer, or much more memory, than others'.
    pairs : list of Pair
    """

    assignment: str
    works: list
    spread: object
    exercises: list
    mistakes: list
    checks: list
    unreadable: list
    reached: dict
    noted: dict
    slow: list
    large: list
    pairs: list

    @property
    def graded(self):
        """The works that have marks."""
        return [work for work in self.works if work.is_graded]

    @property
    def common_mistakes(self):
        """As many of the mistakes as can be read."""
        return self.mistakes[:_MOST_LINES]

    @property
    def failing_checks(self):
        """As many of the failing checks as can be read."""
        return self.checks[:_MOST_LINES]


def report_on(course, assignment):
    """Work out the report on an assignment.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    Report

    Raises
    ------
    NothingGraded
    """
    works = gather(course, assignment)
    graded = [work for work in works if work.is_graded]
    if not graded:
        raise NothingGraded(
            f"nothing of {assignment} has been graded yet: scratchgrad grade {assignment}"
        )
    seconds = {work.student: work.record.seconds for work in graded}
    memory = {work.student: work.record.memory for work in works if work.record.memory}
    return Report(
        assignment,
        works,
        statistics.spread(graded),
        statistics.exercises(graded),
        statistics.mistakes(graded),
        statistics.failing_checks(graded),
        [work for work in works if not work.is_graded or work.record.problem],
        {work.student: found for work in graded if (found := _reached(work))},
        {work.student: work.record.notes for work in works if work.record.notes},
        statistics.outliers(seconds, _LONGER),
        statistics.outliers(memory, _MORE_MEMORY),
        alike({work.student: _code(work) for work in graded}, _known(course, assignment)),
    )


def write_report(course, assignment):
    """Write ``reports/<assignment>.html`` and ``.csv``.

    Returns
    -------
    list of Path
    """
    report = report_on(course, assignment)
    page, table = (course.root / "reports" / f"{assignment}.{end}" for end in ("html", "csv"))
    put(page, rendered("report.html.j2", report=report))
    put(table, table_of(report))
    return [page, table]


def table_of(report):
    """The report's learners as CSV: one row each.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
    """
    names = [exercise.name for exercise in report.exercises]
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["learner", "status", "total", "maximum", *names, *_MORE])
    for work in report.works:
        marks = [_score(work, name) for name in names]
        total = [round(work.total, 4), report.spread.maximum] if work.is_graded else ["", ""]
        memory = work.record.memory and round(work.record.memory / 2**20, 1)
        write([
            *map(_harmless, (work.student, work.status)), *total, *marks, work.penalty,
            work.record.seconds, memory or "",
            *map(_harmless, (_said(report.reached, work), _mistakes_of(work),
                             work.record.problem or "", _said(report.noted, work))),
        ])  # fmt: skip
    return text.getvalue()


_MORE = ("late penalty", "seconds", "memory MiB", "reaches for", "mistakes", "problem", "notes")


def _score(work, name):
    return round(work.parts[name].score, 4) if name in work.parts else ""


def _said(lines, work):
    return "; ".join(lines.get(work.student, []))


def _mistakes_of(work):
    return "; ".join(f"{p.name}: {p.diagnosis}" for p in work.parts.values() if p.diagnosis)


def _harmless(text):
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _code(work):
    return {part.name: part.code for part in work.parts.values() if part.code}


def _reached(work):
    """What a learner's cells reach for, each once."""
    cells = [*work.parts.values(), *work.others]
    return list(dict.fromkeys(what for cell in cells for what in reaches(cell.code)))


def _known(course, assignment):
    """Code that anybody may have: the stubs, the references and the known answers."""
    known = load_answers(course.misconceptions(assignment))
    yield from ((answer.exercise, answer.source) for answer in known)
    for step in ("source", "release"):
        for path in course.folder(step, assignment).glob("*.ipynb"):
            yield from reference_answers(notebook.read(path)).items()
