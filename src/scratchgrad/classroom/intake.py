"""Takes submissions in, on the machine that has the course: reads them under limits."""

import os
from dataclasses import dataclass

from nbgrader.coursedir import CourseDirectory

from ..course import notebook
from ..course.answers import load_answers
from ..course.layout import CourseError, nbgrader_config
from ..grading.plan import make_plan
from ..grading.reading import instructors_files, read_submission, shown
from ..grading.restore import Unreadable
from ..grading.settings import is_sandboxed, limits_from
from . import fingerprints
from .entries import can_name
from .marking import parts_of


@dataclass(frozen=True)
class Examined:
    """What an engine made of a submission.

    Attributes
    ----------
    handed_in : HandedIn
    files : dict of str to bytes
        Those that lie beside the graded notebooks, by relative path.
    graded : dict of str to dict
        For each notebook that was handed in what `Engine.grade` returned.
    fingerprint : str
        From `fingerprints.of_submission`.
    """

    handed_in: object
    files: dict
    graded: dict
    fingerprint: str


@dataclass(frozen=True)
class Ready:
    """An assignment that can be graded.

    Attributes
    ----------
    plans : list of Plan
        One for each notebook.
    files : dict of str to bytes
        The instructor's.
    parts : list of Part
    fingerprint : str
        From `fingerprints.of_assignment`.
    """

    plans: list
    files: dict
    parts: list
    fingerprint: str

    @property
    def names(self):
        """File names of the notebooks."""
        return [f"{plan.notebook}.ipynb" for plan in self.plans]


class Broken(str):
    """Why a submission could not be graded, where the fault is not its own: again may help."""


@dataclass(frozen=True)
class Taken:
    """A submission that was read and is to be graded.

    Attributes
    ----------
    ready : Ready
        Its assignment.
    handed_in : HandedIn
    files : dict of str to bytes
        What lies beside the notebooks: the instructor's files replace the learner's.
    seed : str
        Learner and assignment.
    fingerprint : str
    """

    ready: Ready
    handed_in: object
    files: dict
    seed: str
    fingerprint: str

    def examined(self, outcome):
        """What came of it.

        Parameters
        ----------
        outcome : dict
            As from `outcome.outcome`.

        Returns
        -------
        Examined or str
        """
        if "unreadable" in outcome:
            return outcome["unreadable"]
        if "broken" in outcome:
            return Broken(f"could not be graded: {outcome['broken']}")
        return Examined(self.handed_in, self.files, outcome["graded"], self.fingerprint)


class Intake:
    """The assignments and submissions of one course.

    Parameters
    ----------
    course : Course
    sandboxed : bool, optional
        By default as the configuration says.

    Attributes
    ----------
    sandboxed : bool
    limits : Limits

    Raises
    ------
    CourseError
        If the configuration asks for limits that there are not.
    """

    def __init__(self, course, sandboxed=None):
        self._course, self._config, self._ready = course, nbgrader_config(course), {}
        self.sandboxed = is_sandboxed(self._config) if sandboxed is None else sandboxed
        try:
            self.limits = limits_from(self._config)
        except ValueError as error:
            raise CourseError(f"nbgrader_config.py: {error}") from error
        self._fingerprint = fingerprints.of_grader(course, self.limits, self.sandboxed)

    def prepare(self, assignment):
        """Read what an assignment is graded by.

        Returns
        -------
        Ready
        """
        kept = self._config.Autograde.get("exclude_overwriting", {}).get(assignment, [])
        files = instructors_files(CourseDirectory(config=self._config), assignment, kept)
        paths = sorted(self._course.folder("source", assignment).glob("*.ipynb"))
        answers = load_answers(self._course.misconceptions(assignment))
        plans = [
            make_plan(assignment, path.stem, notebook.read(path), self._config, answers)
            for path in paths
        ]
        fingerprint = fingerprints.of_assignment(self._fingerprint, plans, files)
        self._ready[assignment] = Ready(plans, files, parts_of(plans), fingerprint)
        return self._ready[assignment]

    def ready(self, assignment):
        """What was prepared."""
        return self._ready[assignment]

    def take(self, submission, known=None):
        """Read one submission.

        Parameters
        ----------
        submission : Submission
        known : callable, optional
            Given a submission and its fingerprint, what is known of it; None to grade it.

        Returns
        -------
        Taken or str or object
            A text, perhaps a `Broken` one, if it cannot be read, which says why; or what is known
            of it.
        """
        ready = self._ready[submission.assignment]
        try:
            _check_name(submission.student)
            handed_in = read_submission(submission.folder, ready.names)
            fingerprint = fingerprints.of_submission(ready.fingerprint, handed_in)
            if known is not None and (what := known(submission, fingerprint)) is not None:
                return what
        except Unreadable as error:
            return str(error)
        except OSError as error:
            return Broken(f"cannot be read: {told(error)}")
        seed = f"{submission.student}/{submission.assignment}"
        files = handed_in.files_with(ready.files)
        return Taken(ready, handed_in, files, seed, fingerprint)


def told(error):
    """What the system said, and of which file.

    Parameters
    ----------
    error : OSError
    """
    what = error.strerror or type(error).__name__
    return f"{what} ({shown(os.path.basename(error.filename))})" if error.filename else what


def _check_name(student):
    if not can_name(student):
        raise Unreadable(f"the name of the learner's folder is not UTF-8: {shown(student)}")
