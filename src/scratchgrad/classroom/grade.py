"""Grades submissions with the engine and keeps what came of it."""

import collections
import contextlib
import os
import queue
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from ..course import notebook
from ..course.answers import load_answers
from ..course.layout import CourseError, nbgrader_config
from ..course.nbgrader import ConversionError, convert
from ..grading.engine import Engine, EngineError
from ..grading.plan import make_plan
from ..grading.reading import instructors_files, read_submission
from ..grading.record import Record, keep, record_of
from ..grading.restore import Unreadable
from ..grading.settings import is_sandboxed, limits_from
from . import gradebook
from .marking import marks, parts_of


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
    """

    student: str
    assignment: str
    marks: dict | None
    problem: str | None = None
    notes: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)


def register(course, assignment):
    """Make the gradebook know the cells of an assignment's source notebook as it is now.

    Raises
    ------
    CourseError
        If nbgrader refuses, as it does when test cells came or went after grading.
    """
    with tempfile.TemporaryDirectory() as release:
        try:
            convert(GenerateAssignment, course, assignment, release_directory=release)
        except ConversionError as error:
            raise CourseError(f"source/{assignment}: {error}") from error


class Grader:
    """Grades the submissions of one course.

    Parameters
    ----------
    course : Course
    sandboxed : bool, optional
        False grades without the sandbox; by default as the course's configuration says.
    jobs : int
        How many submissions to grade at a time.

    Raises
    ------
    SandboxUnavailable
    """

    def __init__(self, course, sandboxed=None, jobs=1):
        self.course, self._config = course, nbgrader_config(course)
        self.sandboxed = is_sandboxed(self._config) if sandboxed is None else sandboxed
        try:
            limits = limits_from(self._config)
        except ValueError as error:
            raise CourseError(f"nbgrader_config.py: {error}") from error
        self._ready, self._book, self._engines = {}, None, []
        try:
            for core in _cores(jobs):
                self._engines.append(Engine(limits, self.sandboxed, [course.root], core))
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def close(self):
        """End the engines and close the gradebook."""
        if self._book is not None:
            self._book.close()
        for engine in self._engines:
            engine.close()

    @property
    def processes(self):
        """Process ids of the engines."""
        return [engine.pid for engine in self._engines]

    def prepare(self, assignment):
        """Make an assignment ready: in the gradebook and in the engine.

        Returns
        -------
        list of str
            What is wrong with its source notebooks.
        """
        register(self.course, assignment)
        self._book = self._book or gradebook.Book(self._config)
        self._book.forget(assignment)
        kept = self._config.Autograde.get("exclude_overwriting", {}).get(assignment, [])
        files = instructors_files(CourseDirectory(config=self._config), assignment, kept)
        paths = sorted(self.course.folder("source", assignment).glob("*.ipynb"))
        answers = load_answers(self.course.misconceptions(assignment))
        plans = [
            make_plan(assignment, path.stem, notebook.read(path), self._config, answers)
            for path in paths
        ]
        self._ready[assignment] = _Ready(plans, files, parts_of(plans))
        found = [[engine.prepare(plan, files) for plan in plans] for engine in self._engines]
        return [problem for problems in found[0] for problem in problems]

    def parts(self, assignment):
        """What marks are given for in an assignment that was prepared."""
        return self._ready[assignment].parts

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
        return self._kept(submission, self._examined(self._engines[0], submission))

    def grade_all(self, submissions):
        """Grade submissions, several at a time where there are several engines.

        The gradebook has one writer: what the engines find is written here, in order.

        Yields
        ------
        Result
        """
        idle, waiting = queue.SimpleQueue(), collections.deque()
        for engine in self._engines:
            idle.put(engine)

        def examined(submission):
            engine = idle.get()
            try:
                return self._examined(engine, submission)
            finally:
                idle.put(engine)

        with ThreadPoolExecutor(len(self._engines)) as pool:
            for submission in submissions:
                waiting.append((submission, pool.submit(examined, submission)))
                # A few ahead keep the engines busy; more would only keep results in memory.
                if len(waiting) > 2 * len(self._engines):
                    first, future = waiting.popleft()
                    yield self._kept(first, future.result())
            for first, future in waiting:
                yield self._kept(first, future.result())

    def _examined(self, engine, submission):
        """What an engine makes of a submission; its problem, a text, if that cannot be said."""
        ready = self._ready[submission.assignment]
        try:
            handed_in = read_submission(submission.folder, ready.names)
            files = handed_in.files | ready.files
            return handed_in, files, _graded(engine, submission, ready.plans, handed_in, files)
        except Unreadable as error:
            return str(error)
        except EngineError as error:
            return f"could not be graded: {error}"

    def _kept(self, submission, examined):
        """Write down what was found; returns the result."""
        who = submission.student, submission.assignment
        if isinstance(examined, str):
            self._keep(submission, Record(examined))
            return Result(*who, self.marks(*who), examined)
        handed_in, files, graded = examined
        ready = self._ready[submission.assignment]
        notes, seconds = _together(graded)
        absent = [name for name in ready.names if name not in handed_in.notebooks]
        notes += [f"no {name}: it counts 0" for name in absent]
        notes = handed_in.notes + notes
        with _timed(seconds, "gradebook"):
            scores = self._book.record(submission, graded)
        with _timed(seconds, "write"):
            made = {f"{name}.ipynb": each["notebook"].encode() for name, each in graded.items()}
            self._write(submission, files | made)
            self._keep(submission, record_of(graded.values(), notes))
        return Result(*who, marks(ready.parts, scores), notes=notes, seconds=seconds)

    def _keep(self, submission, record):
        keep(self.course, submission.assignment, submission.student, record)

    def _write(self, submission, files):
        """Put the graded notebooks and their files in place of earlier ones, at once."""
        place = self.course.folder("autograded", submission.assignment, submission.student)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o444)
        new.chmod(0o755)
        old = place.with_name(f"{new.name}.old")
        if place.exists():
            os.rename(place, old)
        os.rename(new, place)
        shutil.rmtree(old, ignore_errors=True)


def _cores(jobs):
    """A core for each engine, where there are as many; else the system finds one for each.

    A grader and its sandbox take turns: on one core each finds what the other has left warm.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) == jobs else [None] * jobs


@dataclass(frozen=True)
class _Ready:
    """An assignment that can be graded: plans of its notebooks, the instructor's files, parts."""

    plans: list
    files: dict
    parts: list

    @property
    def names(self):
        """File names of the notebooks."""
        return [f"{plan.notebook}.ipynb" for plan in self.plans]


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
