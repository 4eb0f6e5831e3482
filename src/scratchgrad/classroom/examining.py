"""Has engines look at submissions, several at a time; writes nothing."""

import collections
import os
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from nbgrader.coursedir import CourseDirectory

from ..course import notebook
from ..course.answers import load_answers
from ..course.layout import CourseError, nbgrader_config
from ..grading.engine import Engine, EngineError
from ..grading.plan import make_plan
from ..grading.reading import instructors_files, read_submission, shown
from ..grading.restore import Unreadable
from ..grading.settings import is_sandboxed, limits_from
from . import fingerprints, gradebook
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


class Examiner:
    """The engines of one course.

    Parameters
    ----------
    course : Course
    sandboxed : bool, optional
        False runs submissions without the sandbox; by default as the configuration says.
    jobs : int
        How many engines.

    Raises
    ------
    SandboxUnavailable
    CourseError
        If the configuration asks for limits that there are not.
    """

    def __init__(self, course, sandboxed=None, jobs=1):
        self._course, self._config = course, nbgrader_config(course)
        self.sandboxed = is_sandboxed(self._config) if sandboxed is None else sandboxed
        try:
            limits = limits_from(self._config)
        except ValueError as error:
            raise CourseError(f"nbgrader_config.py: {error}") from error
        self._fingerprint = fingerprints.of_grader(course, limits, self.sandboxed)
        self._ready, self._engines = {}, []
        try:
            for core in _cores(jobs):
                self._engines.append(Engine(limits, self.sandboxed, [course.root], core))
        except BaseException:
            self.close()
            raise

    def close(self):
        """End the engines."""
        for engine in self._engines:
            engine.close()

    @property
    def processes(self):
        """Process ids of the engines."""
        return [engine.pid for engine in self._engines]

    def prepare(self, assignment):
        """Make an assignment ready.

        Returns
        -------
        list of str
            What is wrong with its source notebooks.
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
        found = [[engine.prepare(plan, files) for plan in plans] for engine in self._engines]
        return [problem for problems in found[0] for problem in problems]

    def ready(self, assignment):
        """What was made ready."""
        return self._ready[assignment]

    def examine(self, submission, known=None, engine=None):
        """Look at one submission.

        Parameters
        ----------
        submission : Submission
        known : callable, optional
            Given a submission and its fingerprint, what is known of it; None to look at it.

        Returns
        -------
        Examined or str or object
            A text, perhaps a `Broken` one, if it cannot be graded, which says why; or what is known
            of it.
        """
        ready = self._ready[submission.assignment]
        try:
            _check_name(submission.student)
            handed_in = read_submission(submission.folder, ready.names)
            fingerprint = fingerprints.of_submission(ready.fingerprint, handed_in)
            if known is not None and (what := known(submission, fingerprint)) is not None:
                return what
            files = handed_in.files_with(ready.files)
            engine = engine or self._engines[0]
            graded = _graded(engine, submission, ready.plans, handed_in, files)
            return Examined(handed_in, files, graded, fingerprint)
        except Unreadable as error:
            return str(error)
        except OSError as error:
            return Broken(f"cannot be read: {told(error)}")
        except EngineError as error:
            return Broken(f"could not be graded: {error}")

    def examine_all(self, submissions, known=None):
        """Look at submissions, each engine at one; in order.

        Yields
        ------
        submission : Submission
        examined : Examined or str or object
            As from `examine`.
        """
        idle, waiting = queue.SimpleQueue(), collections.deque()
        for engine in self._engines:
            idle.put(engine)

        def examined(submission):
            engine = idle.get()
            try:
                return self.examine(submission, known, engine)
            finally:
                idle.put(engine)

        with ThreadPoolExecutor(len(self._engines)) as pool:
            for submission in submissions:
                waiting.append((submission, pool.submit(examined, submission)))
                # A few ahead keep the engines busy; more would only keep results in memory.
                if len(waiting) > 2 * len(self._engines):
                    first, future = waiting.popleft()
                    yield first, future.result()
            for first, future in waiting:
                yield first, future.result()


def told(error):
    """What the system said, and of which file.

    Parameters
    ----------
    error : OSError
    """
    what = error.strerror or type(error).__name__
    return f"{what} ({shown(os.path.basename(error.filename))})" if error.filename else what


def _check_name(student):
    if not gradebook.can_name(student):
        raise Unreadable(f"the name of the learner's folder is not UTF-8: {shown(student)}")


def _cores(jobs):
    """A core for each engine, where there are as many; else the system finds one for each.

    A grader and its sandbox take turns: on one core each finds what the other has left warm.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) == jobs else [None] * jobs


def _graded(engine, submission, plans, handed_in, files):
    """What an engine makes of each notebook that was handed in."""
    graded, seed = {}, f"{submission.student}/{submission.assignment}"
    for plan in plans:
        content = handed_in.notebooks.get(f"{plan.notebook}.ipynb")
        if content is not None:
            result = engine.grade(plan, content, seed, files)
            if "unreadable" in result:
                place = f"{plan.notebook}: " if len(plans) > 1 else ""
                raise Unreadable(place + result["unreadable"])
            graded[plan.notebook] = result
    return graded
