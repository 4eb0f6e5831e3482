"""Runs test cells on the trusted side, with stand-ins for what the learner defined."""

import contextlib
import copy
import io
import signal
import warnings
from dataclasses import dataclass

import numpy as np

from scratchgrad.checks import gathering

from .prepared import executed, fresh_names
from .session import WorkerLost
from .standins import Standin

_FIXTURES = (np.ndarray, list, dict, set, np.random.Generator)


@dataclass(frozen=True)
class Outcome:
    """How a test cell went.

    Attributes
    ----------
    value : object
        The value of its last expression; None if there is none.
    error : Exception or None
        What it raised.
    fault : str or None
        Why the learner's process was lost, in plain words.
    printed : str
    """

    value: object = None
    error: Exception | None = None
    fault: str | None = None
    printed: str = ""


class _TooLong(BaseException):
    """A test cell has used up its time."""


class TestBench:
    """The names of the tests: locked cells' own, and stand-ins for the learner's.

    Parameters
    ----------
    learners : list of str
        Names that are the learner's.
    imports : sequence of str
        Statements that bring what the source's solution cells import.
    """

    __test__ = False

    def __init__(self, learners, imports=()):
        self.names = fresh_names()
        for line in imports:
            with contextlib.suppress(Exception):
                exec(line, self.names)
        self._learners, self._taken = learners, set()
        self._fixtures, self._met = {}, None

    def run_locked(self, code, session, seconds):
        """Run a locked cell; its errors are the learner's affair, or were met in preparing."""
        outcome = self._run(code, session, seconds)
        # Those from before are kept anew: the cell may have changed them in place.
        names = (self._fixtures.keys() | code.defined) & self.names.keys()
        found = {name: self.names[name] for name in names}
        self._fixtures = copy.deepcopy({n: v for n, v in found.items() if type(v) in _FIXTURES})
        return outcome

    def give_back(self, names):
        """From now on these names are the learner's again: a solution cell defines them."""
        self._taken.difference_update(names)
        self._met = None

    def run_test(self, code, session, seconds):
        """Run a test cell on fresh fixtures.

        Parameters
        ----------
        code : Code
        session : Session
        seconds : float

        Returns
        -------
        Outcome
        """
        outcome = self._run_on_fresh_fixtures(code, session, seconds)
        if session.referee.spoilt and (outcome.error or outcome.fault) is None:
            # What it compared with may have been worked out from arguments that a call has spoilt.
            with session.referee.shielding():
                return self._run_on_fresh_fixtures(code, session, seconds)
        return outcome

    def _run_on_fresh_fixtures(self, code, session, seconds):
        fresh = copy.deepcopy(self._fixtures)
        self.names.update(fresh)
        outcome = self._run(code, session, seconds)
        for name, value in fresh.items():
            if self.names.get(name) is not value:
                del self._fixtures[name]
        return outcome

    def _run(self, code, session, seconds):
        printed, value, error, fault = io.StringIO(), None, None, None
        session.begin(seconds)
        try:
            with _alarm(seconds + 1), contextlib.redirect_stdout(printed), _quiet():
                self._meet(session)
                self._take(code)
                with gathering():
                    value = executed(code, self.names)
        except WorkerLost as lost:
            fault = lost.reason
        except _TooLong:
            fault = f"took longer than {seconds:g} s"
        except Exception as raised:
            error = raised
        except BaseException as raised:
            error = RuntimeError(f"the test ended with {type(raised).__name__}")
        if session.failure is not None and error is None:
            error = session.failure
        if session.channel.fileno() < 0 and fault is None:
            fault = "the process was lost"
        if fault is None:
            # Else their answers would reach the next cell. A test that has failed has its reason.
            lost = session.let_go()
            fault = lost if error is None else None
        return Outcome(value, error, fault, printed.getvalue()[:10_000])

    def _meet(self, session):
        """Bind the learner's names as they are now."""
        state = session, session.cells_run
        if state == self._met:
            return
        wanted = [name for name in self._learners if name not in self._taken]
        for name in wanted:
            self.names.pop(name, None)
        found = session.look(wanted)
        self.names.update(found)
        # A stand-in stays good until a cell is run; a value may be changed by a call.
        self._met = state if all(type(each) is Standin for each in found.values()) else None

    def _take(self, code):
        """What the instructor's code has just defined is not the learner's, whatever its name."""
        self._taken |= code.defined.intersection(self._learners)


@contextlib.contextmanager
def _quiet():
    """Warnings cost no marks, and do not outlast the cell."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="warn"),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _alarm(seconds):
    """End the block after some seconds, even if it loops without asking the learner's code."""

    def ring(number, frame):
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
