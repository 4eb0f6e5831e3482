"""Has the workers of a Dask cluster look at submissions; writes nothing.

Submissions are read here, go to the workers by value, and what comes of them comes back by value.
Scheduler and workers are trusted as this machine is: whoever reaches their ports can run anything
on them.
"""

import contextlib
import logging
import time
from collections import deque
from dataclasses import dataclass

from ..course.layout import CourseError
from ..grading import versions, worker
from ..grading.sandbox import SandboxUnavailable
from .intake import Broken, Intake, Taken

try:
    import dask
    import distributed
except ImportError as error:
    raise CourseError(f"a cluster needs {error.name}: pip install 'scratchgrad[cluster]'") from None

_CONNECT_SECONDS, _WORKERS_SECONDS, _COUNTED_SECONDS = 5, 30, 2
# For each thread of a worker: what it grades, and what it finds when it is done with that.
_AHEAD = 4
# A submission may be large; and Dask need not look up the code that sends it.
_SENDING = {
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    "distributed.diagnostics.computations.nframes": 0,
}


@dataclass(frozen=True)
class _Sent:
    """A submission, what was found out about it here, and the task if it was sent."""

    submission: object
    taken: object
    task: object = None


class ClusterExaminer:
    """The workers of a cluster, for one course; otherwise like `Examiner`.

    Parameters
    ----------
    course : Course
    sandboxed : bool, optional
        False runs submissions without the sandbox; by default as the configuration says.
    scheduler : str
        Its address. Of TLS Dask's own configuration says what it needs.

    Raises
    ------
    CourseError
        If the cluster cannot be reached, has no workers, or one that would grade otherwise.

    Notes
    -----
    A worker that is lost costs nothing: what it was grading is given to another. Of submissions
    that were with several workers when these were lost, each is graded again by itself; the one
    that ends workers even then is `Broken`.
    """

    processes = ()

    def __init__(self, course, sandboxed, scheduler):
        self._intake, self._assignments = Intake(course, sandboxed), {}
        self._address, self._client = scheduler, None
        self._threads, self._count_again = 1, 0.0
        # What is lost is told in one line, by whoever called.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            with self._told():
                self._client = distributed.Client(
                    scheduler, timeout=_CONNECT_SECONDS, set_as_default=False,
                    direct_to_workers=False,
                )  # fmt: skip
            self._await_workers()
            self._compare_workers()
        except BaseException:
            self.close()
            raise

    def close(self):
        """Leave the cluster; it forgets what is not finished."""
        if self._client is not None:
            self._client.close(timeout=_CONNECT_SECONDS)

    @property
    def sandboxed(self):
        """Whether submissions run in the sandbox."""
        return self._intake.sandboxed

    def prepare(self, assignment):
        """Make an assignment ready; returns what is wrong with its source notebooks."""
        ready = self._intake.prepare(assignment)
        key, content = worker.assignment(
            self._intake.limits, self.sandboxed, ready.plans, ready.files
        )
        with self._told():
            # A task, not scattered data: Dask keeps one copy of that, on a worker that may be lost.
            kept = self._submit(worker.kept, content, key=f"assignment-{key}")
            self._assignments[assignment] = key, kept
            answer = self._submit(worker.prepare, key, kept).result()
        answer = _answer(answer)
        if "broken" in answer:
            raise CourseError(f"source/{assignment} cannot be prepared: {answer['broken']}")
        return answer["problems"]

    def ready(self, assignment):
        """What was made ready."""
        return self._intake.ready(assignment)

    def examine(self, submission, known=None):
        """Look at one submission, as `Examiner.examine` does."""
        return self._received(self._sent(submission, known))

    def examine_all(self, submissions, known=None):
        """Look at submissions, each worker at one; in order.

        Yields
        ------
        submission : Submission
        examined : Examined or str or object
            As from `examine`.
        """
        waiting = deque()
        for submission in submissions:
            waiting.append(self._sent(submission, known))
            if len(waiting) > self._most():
                first = waiting.popleft()
                yield first.submission, self._received(first, waiting)
        while waiting:
            first = waiting.popleft()
            yield first.submission, self._received(first, waiting)

    def _await_workers(self):
        with self._told(f"has no workers, and none came within {_WORKERS_SECONDS} s"):
            self._client.wait_for_workers(1, timeout=_WORKERS_SECONDS)

    def _compare_workers(self):
        """Refuse workers before anything is graded; one that comes later refuses by itself."""
        with self._told():
            found = self._client.run(versions.versions, on_error="return")
        # An address that no longer answers is not a worker any more.
        found = {place: each for place, each in found.items() if not isinstance(each, OSError)}
        ours, other = versions.versions(), {}
        for place, theirs in found.items():
            if isinstance(theirs, Exception):
                other[place] = f"it has no such scratchgrad ({theirs})"
            elif differing := versions.differences(theirs, ours):
                other[place] = "; ".join(differing)
        if other:
            lines = (f"\n  {place}: {why}" for place, why in sorted(other.items()))
            raise CourseError("these workers would grade otherwise than here:" + "".join(lines))

    def _most(self):
        """How many submissions to have sent: what is ahead of the workers takes memory."""
        now = time.monotonic()
        if now >= self._count_again:
            with self._told():
                self._threads = max(1, sum(self._client.nthreads().values()))
            self._count_again = now + _COUNTED_SECONDS
        return _AHEAD * self._threads

    def _sent(self, submission, known):
        taken = self._intake.take(submission, known)
        return _Sent(submission, taken, self._task(taken, submission.assignment))

    def _task(self, taken, assignment):
        if not isinstance(taken, Taken):
            return None
        # The instructor's files are there already, with the assignment.
        theirs = {name: taken.files[name] for name in taken.files.keys() - taken.ready.files.keys()}
        asked = worker.submission(taken.handed_in.notebooks, theirs, taken.seed)
        with self._told():
            return self._submit(worker.grade, *self._assignments[assignment], asked)

    def _submit(self, work, *arguments, **options):
        with dask.config.set(_SENDING):
            return self._client.submit(work, *arguments, pure=False, **options)

    def _received(self, sent, others=()):
        if sent.task is None:
            return sent.taken
        with self._told():
            try:
                answer = sent.task.result()
            except distributed.KilledWorker:
                # With others around nobody knows which of them ended the workers.
                with self._client.as_current():
                    distributed.wait([each.task for each in others if each.task is not None])
                task = self._task(sent.taken, sent.submission.assignment)
                try:
                    answer = task.result()
                except distributed.KilledWorker:
                    return Broken("could not be graded: each worker that tried was lost")
        return sent.taken.examined(_answer(answer))

    @contextlib.contextmanager
    def _told(self, why=None):
        """Turn whatever goes wrong between machines into a line."""
        try:
            yield
        except CourseError:
            raise
        # Dask raises what it likes, and again what was raised by another machine.
        except Exception as error:
            why = why or f"cannot be used: {' '.join(str(error).split()) or type(error).__name__}"
            raise CourseError(f"the cluster at {self._address} {why}") from error


def _answer(content):
    answer = worker.answer_of(content)
    if "unavailable" in answer:
        raise SandboxUnavailable(answer["unavailable"])
    if "refused" in answer:
        raise CourseError(answer["refused"])
    return answer
