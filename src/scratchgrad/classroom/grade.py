"""Grades submissions and keeps what came of it.

A run may be killed at any moment. A submission's record is removed before anything of it is
written, and written last: what has no record is graded again by the next run.
"""

import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from ..course.layout import CourseError, nbgrader_config
from ..grading.record import Record, forget, keep, kept_of, record_of
from . import gradebook
from .examining import make_examiner
from .filing import has_graded, put_graded, writing
from .intake import Broken, told
from .marking import marks
from .recording import record
from .registering import register


@dataclass(frozen=True)
class Result:
    """What became of one submission.

    Parameters
    ----------
    student, assignment : str
    marks : dict of str to float, or None
        Points by exercise; None if the learner has none.
    problem : str or None
        Why this submission could not be graded. The marks are then those of an earlier one.
    notes : list of str
        What an instructor should know of a submission that was graded.
    seconds : dict of str to float
        Time by what it was spent on.
    unchanged : bool
        Whether it was graded before, with the same source by the same grader, and left alone.
    broken : bool
        Whether the problem is not the submission's: grading it again may help.
    """

    student: str
    assignment: str
    marks: dict | None
    problem: str | None = None
    notes: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)
    unchanged: bool = False
    broken: bool = False


class Grader:
    """Grades the submissions of one course.

    Parameters
    ----------
    course : Course
    sandboxed : bool, optional
        False grades without the sandbox; by default as the course's configuration says.
    jobs : int
        How many submissions to grade at a time.
    force : bool
        Grade again what was graded before and has not changed.
    scheduler : str, optional
        Address of the scheduler of a cluster that does the grading.

    Raises
    ------
    SandboxUnavailable
    CourseError
        If the configuration asks for limits that there are not.
    """

    def __init__(self, course, sandboxed=None, jobs=1, force=False, scheduler=None):
        self.course, self._force = course, force
        self._examiner = make_examiner(course, sandboxed, jobs, scheduler)
        self._book, self._states = None, {}

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def close(self):
        """End the engines and close the gradebook."""
        if self._book is not None:
            self._book.close()
        self._examiner.close()

    @property
    def sandboxed(self):
        """Whether submissions run in the sandbox."""
        return self._examiner.sandboxed

    @property
    def processes(self):
        """Process ids of the engines."""
        return self._examiner.processes

    def prepare(self, assignment):
        """Make an assignment ready: in the gradebook and in the engines.

        Returns
        -------
        list of str
            What is wrong with its source notebooks.

        Raises
        ------
        CourseError
        """
        try:
            with writing(self.course):
                register(self.course, assignment)
        except OSError as error:
            raise CourseError(f"{self.course.root} cannot be written: {told(error)}") from error
        self._book = self._book or gradebook.Book(nbgrader_config(self.course))
        self._book.forget(assignment)
        self._states[assignment] = {} if self._force else self._book.states(assignment)
        return self._examiner.prepare(assignment)

    def parts(self, assignment):
        """What marks are given for in an assignment that was prepared."""
        return self._examiner.ready(assignment).parts

    def marks(self, student, assignment):
        """The points that a learner has in the gradebook, by part; None if there are none."""
        scores = self._book.scores(student, assignment)
        return None if scores is None else marks(self.parts(assignment), scores)

    def grade(self, submission):
        """Grade one submission; whatever is wrong with it becomes part of the result.

        Parameters
        ----------
        submission : Submission
            Of an assignment that was prepared.

        Returns
        -------
        Result
        """
        return self._kept(submission, self._examiner.examine(submission, self._current))

    def grade_all(self, submissions):
        """Grade submissions, several at a time where there are several engines.

        The gradebook has one writer: what the engines find is written here, in order.

        Yields
        ------
        Result
        """
        for submission, examined in self._examiner.examine_all(submissions, self._current):
            yield self._kept(submission, examined)

    def _current(self, submission, fingerprint):
        """The record of a submission, if all that came of it is there and still holds."""
        if self._force:
            return None
        known = kept_of(self.course, submission.assignment, submission.student)
        if known is None or known.problem or known.fingerprint != fingerprint:
            return None
        state = self._states[submission.assignment].get(submission.student)
        if state is None or known.state != state:
            return None
        names = self._examiner.ready(submission.assignment).names
        names = [name for name in names if (submission.folder / name).is_file()]
        return known if has_graded(self.course, submission, names) else None

    def _kept(self, submission, examined):
        """Write down what was found; returns the result."""
        who = _who(submission)
        try:
            if isinstance(examined, Record):
                return Result(*who, self.marks(*who), notes=examined.notes, unchanged=True)
            with writing(self.course):
                if isinstance(examined, str):
                    self._keep(submission, Record(str(examined)))
                    broken = isinstance(examined, Broken)
                    return Result(*who, self.marks(*who), str(examined), broken=broken)
                return self._written(submission, examined)
        except SQLAlchemyError as error:
            why = f"the gradebook cannot be used: {gradebook.reason(error)}"
        except OSError as error:
            why = f"what came of it cannot be written: {told(error)}"
        return Result(*who, self._marks_if_any(*who), why, broken=True)

    def _written(self, submission, examined):
        ready, who = self._examiner.ready(submission.assignment), _who(submission)
        notes, seconds = _together(examined.graded)
        absent = [name for name in ready.names if name not in examined.handed_in.notebooks]
        notes = examined.handed_in.notes + notes + [f"no {name}: it counts 0" for name in absent]
        forget(self.course, submission.assignment, submission.student)
        with _timed(seconds, "gradebook"):
            scores, state = record(self._book, submission, examined.graded)
        with _timed(seconds, "write"):
            put_graded(self.course, submission, examined.files | _notebooks(examined.graded))
            digests = {"fingerprint": examined.fingerprint, "state": state}
            self._keep(submission, record_of(examined.graded.values(), notes, **digests))
        self._states[submission.assignment][submission.student] = state
        return Result(*who, marks(ready.parts, scores), notes=notes, seconds=seconds)

    def _keep(self, submission, record):
        keep(self.course, submission.assignment, submission.student, record)

    def _marks_if_any(self, student, assignment):
        try:
            return self.marks(student, assignment)
        except SQLAlchemyError:
            return None


def _who(submission):
    return submission.student, submission.assignment


def _notebooks(graded):
    """The files of graded notebooks."""
    return {f"{name}.ipynb": each["notebook"].encode() for name, each in graded.items()}


def _together(graded):
    """Notes and seconds of several notebooks."""
    notes, seconds = [], Counter()
    for name, each in graded.items():
        notes += [f"{name}: {note}" if len(graded) > 1 else note for note in each["notes"]]
        seconds.update(each["seconds"])
    return notes, seconds


@contextlib.contextmanager
def _timed(seconds, what):
    start = time.perf_counter()
    yield
    seconds[what] = time.perf_counter() - start
