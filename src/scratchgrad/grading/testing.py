"""Runs test cells on the trusted side, with stand-ins for what the learner defined."""

import contextlib
import copy
import inspect
import io
import sys
import warnings
from dataclasses import dataclass, field
from types import ModuleType
from typing import NamedTuple

import numpy as np

from scratchgrad.checks import conclude, gathering

from .common_classes import CommonClasses
from .conversation import WorkerLost
from .errors import LearnersError
from .prepared import executed, fresh_names
from .referee import Referee
from .standins import GETSOURCE, Standin, source_of
from .syntax import Code
from .turn import TooLong, Turn, alarm, alarms
from .uses import Uses

# What stays good until a cell is run; a value may be changed by a call.
_STABLE = {Standin, LearnersError}
_FIXTURES = (np.ndarray, list, dict, set, np.random.Generator)


class Test(NamedTuple):
    """A test cell, or a locked one, to be run.

    Attributes
    ----------
    code : Code
    referee : Referee
    uses : Uses
    """

    __test__ = False

    code: Code
    referee: Referee
    uses: Uses


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
    heard : sequence of Heard
        What its calls gave.
    """

    value: object = None
    error: Exception | None = None
    fault: str | None = None
    printed: str = ""
    heard: tuple = ()


@dataclass
class _Asked:
    """A cell that was run, but for the checks of calls whose answers have not been read."""

    turn: Turn
    checks: list = field(default_factory=list)
    printed: io.StringIO = field(default_factory=io.StringIO)
    value: object = None
    error: Exception | None = None
    fault: str | None = None
    # Another cell has lost the process before this one came to its end.
    is_cut_off: bool = False


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
        self._main = ModuleType("__main__")
        self.names = vars(self._main)
        self.names.update(fresh_names())
        for line in imports:
            with contextlib.suppress(Exception):
                exec(line, self.names)
        self._learners, self._taken = learners, set()
        self._fixtures, self._met = {}, None
        self._common = CommonClasses(self.names)

    def run_locked(self, test, session, seconds):
        """Run a locked cell; its errors are the learner's affair, or were met in preparing.

        What it shows of a learner's function is not to spoil what tests work with.
        """
        self._common.defined |= test.code.defined
        with alarms(), _quiet():
            outcome = self._concluded(self._ask(test, session, seconds), session)
        # Those from before are kept anew: the cell may have changed them in place.
        names = (self._fixtures.keys() | test.code.defined) & self.names.keys()
        found = {name: self.names[name] for name in names}
        self._fixtures = _copies({n: v for n, v in found.items() if type(v) in _FIXTURES})
        return outcome

    def give_back(self, names):
        """From now on these names are the learner's again: a solution cell defines them."""
        self._taken.difference_update(names)
        self._met = None

    def run_tests(self, tests, session, seconds, meanwhile):
        """Run test cells that follow each other, each on fresh fixtures.

        All ask for their calls before the answers to the first are looked at, so that the
        learner's process has always something to do.

        Parameters
        ----------
        tests : dict of str to Test
        session : Session
        seconds : float
            For each.
        meanwhile : callable
            Called when all have asked: may give the learner's process more to do.

        Returns
        -------
        dict of str to Outcome
            Where the learner's process is lost, of the test that lost it and those that had come
            to their end; of all tests else.
        """
        asked = {}
        with alarms(), _quiet():
            for name, test in tests.items():
                if session.loss is None:
                    asked[name] = self._ask_on_fresh_fixtures(test, session, seconds)
            if session.loss is None and not any(test.referee.spoilt for test in tests.values()):
                meanwhile()
            return self._all_judged(tests, asked, session, seconds)

    def _all_judged(self, tests, asked, session, seconds):
        outcomes = {}
        for name, each in asked.items():
            outcome = self._judged(tests[name], each, session, seconds)
            if not each.is_cut_off:
                outcomes[name] = outcome
        # What a failed test has left unread is not to reach the next cell.
        with contextlib.suppress(WorkerLost):
            session.let_go([each.turn for each in asked.values()])
        return outcomes

    def _judged(self, test, asked, session, seconds):
        outcome, referee = self._concluded(asked, session), test.referee
        if (outcome.error or outcome.fault) is not None:
            return outcome
        if referee.spoilt:
            # What it compared with may have been worked out from arguments that a call has spoilt.
            with referee.shielding():
                again = self._ask_on_fresh_fixtures(test, session, seconds)
                outcome, asked.is_cut_off = self._concluded(again, session), again.is_cut_off
        return outcome

    def _ask_on_fresh_fixtures(self, test, session, seconds):
        fresh = copy.deepcopy(self._fixtures)
        self.names.update(fresh)
        asked = self._ask(test, session, seconds)
        test.referee.restore()
        for name, value in fresh.items():
            if self.names.get(name) is not value:
                del self._fixtures[name]
        return asked

    def _ask(self, test, session, seconds):
        """Run a cell; checks that wait for answers are left for later."""
        # What locked cells bind is bound over there too.
        taken = (self._taken | self._taken_by(test.code)) - self._common.defined
        about = test.referee, test.uses, self.names, self._common, taken
        asked = _Asked(session.begin(seconds, *about))
        with _at_work(asked), _quiet(), self._as_main():
            self._meet(session)
            self._taken |= self._taken_by(test.code)
            with gathering() as asked.checks:
                try:
                    asked.value = executed(test.code, self.names)
                except Exception as error:
                    asked.error = error
                session.asked_all()
        loss = session.loss
        if loss is not None and loss.turn is asked.turn and asked.fault is None:
            asked.fault = "the process was lost"
        return asked

    @contextlib.contextmanager
    def _as_main(self):
        """Let the cell's names be those of the main module: `unittest.main` looks there.

        And let ``inspect`` find what the learner's functions look like.
        """
        before, sys.modules["__main__"] = sys.modules["__main__"], self._main
        inspect.getsource = source_of
        try:
            yield
        finally:
            sys.modules["__main__"], inspect.getsource = before, GETSOURCE

    def _concluded(self, asked, session):
        """Finish the checks of a cell that was run."""
        session.resume(asked.turn)
        if asked.checks and asked.fault is None and not asked.is_cut_off:
            with _at_work(asked):
                try:
                    conclude(asked.checks)
                except Exception as error:
                    # What was asked first fails first.
                    asked.error = error
        turn = asked.turn
        return Outcome(
            asked.value, asked.error or turn.failure, asked.fault,
            asked.printed.getvalue()[:10_000], turn.heard,
        )  # fmt: skip

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
        self._met = state if all(type(each) in _STABLE for each in found.values()) else None

    def _taken_by(self, code):
        """What the instructor's code defines is not the learner's, whatever its name."""
        return code.defined.intersection(self._learners)


def _copies(values):
    """Copies of values by name, but for those that cannot be copied.

    Such as a set of the learner's objects, which nothing may be asked for while no cell is run.
    """
    try:
        return copy.deepcopy(values)
    except Exception:
        found = {}
        for name, value in values.items():
            with contextlib.suppress(Exception):
                found[name] = copy.deepcopy(value)
        return found


@contextlib.contextmanager
def _at_work(asked):
    """Run a cell's code within its time; what it prints and its end go into `asked`."""
    seconds, turn = asked.turn.seconds, asked.turn
    try:
        with alarm(seconds + 1), contextlib.redirect_stdout(asked.printed):
            yield
    except WorkerLost as lost:
        if lost.turn is turn:
            asked.fault = lost.reason
        else:
            asked.is_cut_off = True
    except TooLong:
        asked.fault = f"took longer than {seconds:g} s"
    except Exception as raised:
        asked.error = raised
    except BaseException as raised:
        asked.error = RuntimeError(f"the test ended with {type(raised).__name__}")


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
