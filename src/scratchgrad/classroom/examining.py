"""Has engines look at submissions, several at a time; writes nothing."""

import collections
import os
import queue
from concurrent.futures import ThreadPoolExecutor

from ..grading.engine import Engine
from ..grading.outcome import outcome
from .intake import Intake, Taken


def make_examiner(course, sandboxed=None, jobs=1, scheduler=None):
    """Have submissions looked at here or by a cluster.

    Parameters
    ----------
    course, sandboxed, jobs
        As of `Examiner`.
    scheduler : str, optional
        Address of the cluster's.

    Returns
    -------
    Examiner or ClusterExaminer
    """
    if scheduler is None:
        return Examiner(course, sandboxed, jobs)
    # Here, as not everybody has installed what it needs.
    from .cluster import ClusterExaminer

    return ClusterExaminer(course, sandboxed, scheduler)


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
        self._intake, self._engines = Intake(course, sandboxed), []
        try:
            for core in _cores(jobs):
                engine = Engine(self._intake.limits, self.sandboxed, [course.root], core)
                self._engines.append(engine)
        except BaseException:
            self.close()
            raise

    def close(self):
        """End the engines."""
        for engine in self._engines:
            engine.close()

    @property
    def sandboxed(self):
        """Whether submissions run in the sandbox."""
        return self._intake.sandboxed

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
        ready = self._intake.prepare(assignment)
        found = [[engine.prepare(plan, ready.files) for plan in ready.plans]
                 for engine in self._engines]  # fmt: skip
        return [problem for problems in found[0] for problem in problems]

    def ready(self, assignment):
        """What was made ready."""
        return self._intake.ready(assignment)

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
        taken = self._intake.take(submission, known)
        if not isinstance(taken, Taken):
            return taken
        plans, notebooks = taken.ready.plans, taken.handed_in.notebooks
        engine = engine or self._engines[0]
        return taken.examined(outcome(engine, plans, notebooks, taken.files, taken.seed))

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


def _cores(jobs):
    """A core for each engine, where there are as many; else the system finds one for each.

    A grader and its sandbox take turns: on one core each finds what the other has left warm.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) == jobs else [None] * jobs
