"""Says whose marks grading would change, and changes none."""

from dataclasses import dataclass

from nbgrader.api import MissingEntry

from ..course.layout import nbgrader_config
from . import gradebook
from .entries import score_of
from .examining import make_examiner
from .marking import marks


@dataclass(frozen=True)
class Change:
    """What grading would do to the marks of one learner.

    Attributes
    ----------
    student, assignment : str
    before, after : dict of str to float, or None
        Points by exercise; None for no marks.
    problem : str or None
        Why it could not be graded; the marks would stay as they are.
    """

    student: str
    assignment: str
    before: dict | None
    after: dict | None
    problem: str | None = None

    @property
    def marks(self):
        """The marks that it has."""
        return self.before

    @property
    def differences(self):
        """Points before and after of each exercise where they differ."""
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys([*before, *after])
        pairs = {name: (before.get(name), after.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


class DryRun:
    """Grades submissions and compares the marks with those in the gradebook.

    Parameters
    ----------
    course : Course
    sandboxed, jobs, scheduler
        As of `make_examiner`.
    """

    def __init__(self, course, sandboxed=None, jobs=1, scheduler=None):
        config = nbgrader_config(course)
        self._book = gradebook.Book(config) if gradebook.exists(config) else None
        self._examiner = make_examiner(course, sandboxed, jobs, scheduler)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        if self._book is not None:
            self._book.close()
        self._examiner.close()

    @property
    def sandboxed(self):
        """Whether submissions run in the sandbox."""
        return self._examiner.sandboxed

    def parts(self, assignment):
        """What marks are given for in an assignment that was prepared."""
        return self._examiner.ready(assignment).parts

    def prepare(self, assignment):
        """Make an assignment ready; the gradebook learns nothing of it.

        Returns
        -------
        list of str
            What is wrong with its source notebooks.
        """
        return self._examiner.prepare(assignment)

    def grade_all(self, submissions):
        """Compare what submissions would get with what they have.

        Yields
        ------
        Change
        """
        for submission, examined in self._examiner.examine_all(submissions):
            yield self._change(submission, examined)

    def _change(self, submission, examined):
        who = submission.student, submission.assignment
        parts = self._examiner.ready(submission.assignment).parts
        scores, given = self._known(*who)
        before = None if scores is None else _by_part(parts, scores)
        if isinstance(examined, str):
            return Change(*who, before, before, examined)
        return Change(*who, before, marks(parts, _scores(parts, examined.graded, given)))

    def _known(self, student, assignment):
        """The gradebook's scores, and those of them that a person gave."""
        if self._book is None:
            return None, {}
        try:
            scores = self._book.scores(student, assignment)
            return scores, self._book.given(student, assignment)
        except MissingEntry:
            return None, {}


def _scores(parts, graded, given):
    """The score of each cell as the gradebook would have it."""
    return {
        (notebook, name): score_of(
            _automatic(graded.get(notebook), name), given.get((notebook, name))
        )
        for part in parts
        for notebook, name in part.cells
    }


def _automatic(graded, name):
    if graded is None:
        return 0.0
    return sum(score["points"] for score in graded["scores"] if score["name"] == name)


def _by_part(parts, scores):
    """Points by exercise, and those of tests that the source no longer has."""
    known = {cell for part in parts for cell in part.cells}
    gone = sum(score for cell, score in scores.items() if cell not in known)
    return marks(parts, scores) | ({"tests that are gone": gone} if gone else {})
