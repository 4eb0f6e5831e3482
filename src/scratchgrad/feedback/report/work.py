"""Gathers what a class handed in for an assignment, and what came of it."""

from dataclasses import dataclass, field

from ...classroom import submissions
from ...classroom.gradebook import Book
from ...course.layout import nbgrader_config
from ...grading.record import Record, kept
from ..pages import graded_pages


@dataclass
class Work:
    """What one learner handed in.

    Attributes
    ----------
    student : str
    parts : dict of str to Part
        Graded exercises by name; empty if nothing could be graded.
    others : list of Part
        Cells that the learner added.
    penalty : float
        Points taken off for lateness.
    record : Record
    """

    student: str
    parts: dict = field(default_factory=dict)
    others: list = field(default_factory=list)
    penalty: float = 0.0
    record: Record = field(default_factory=Record)

    @property
    def is_graded(self):
        """Whether there are marks for it."""
        return bool(self.parts)

    @property
    def total(self):
        """Points of all exercises, less the penalty."""
        return max(0.0, sum(part.score for part in self.parts.values()) - self.penalty)

    @property
    def maximum(self):
        """The most points that there are."""
        return sum(part.maximum for part in self.parts.values())

    @property
    def status(self):
        """One of "graded", "graded before", "unreadable" and "not graded"."""
        if self.record.problem:
            return "graded before" if self.is_graded else "unreadable"
        return "graded" if self.is_graded else "not graded"


def gather(course, assignment):
    """All that was handed in for an assignment.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    list of Work
        By learner.
    """
    records, works = kept(course, assignment), {}
    for each in submissions.find(course, assignment):
        works[each.student] = Work(each.student)
    book = Book(nbgrader_config(course))
    try:
        for path, page, problem in graded_pages(course, assignment, book):
            student = path.parent.parent.name
            work = works.setdefault(student, Work(student))
            if problem is None:
                _add(work, page)
    finally:
        book.close()
    for student, record in records.items():
        if student in works:
            works[student].record = record
    return [works[student] for student in sorted(works)]


def _add(work, page):
    work.parts |= {part.name: part for part in page.parts}
    work.others += page.others
    work.penalty += page.penalty
