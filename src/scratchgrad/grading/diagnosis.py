"""Which known mistake a failed exercise holds, told by what it returned.

Everything here runs on the trusted side, with the instructor's code: the tests of the exercise are
run again with the reference and with each known mistake in place of the learner's function, and
what each call gave is compared with what the learner's gave.
"""

import contextlib
import copy
import functools
import io
import warnings
from typing import NamedTuple

import numpy as np

from scratchgrad.checks import CheckFailed

from .heard import Heard, kept
from .likeness import fits_call
from .prepared import executed


class Trial(NamedTuple):
    """How a test cell went.

    Attributes
    ----------
    failure : str or None
        What failed; None if nothing did.
    heard : list of Heard
        What the calls in it gave, in order.
    """

    failure: str | None
    heard: list


class Diagnosis(NamedTuple):
    """A known mistake.

    Attributes
    ----------
    says : str
        The sentence on it.
    errors : dict of str to Exception
        What the test cells that fail for it raise, by name.
    """

    says: str
    errors: dict


def failure_of(error):
    """What tells failures apart: the reason, and the library function where that is it."""
    if not isinstance(error, CheckFailed):
        return type(error).__name__
    return error.detail if error.kind == "uses a library function" else error.why


def diagnosis(prepared, exercise, learners):
    """The one known mistake that explains all that was seen.

    Parameters
    ----------
    prepared : Prepared
    exercise : str
    learners : dict of str to Trial
        How the test cells went with the learner's function, by name.

    Returns
    -------
    Diagnosis or None
        None if no mistake explains it, or several that have different sentences.
    """
    tests = prepared.plan.mistakes[exercise]["tests"]
    # Failed tests first: they tell most mistakes apart, and the rest need not be tried.
    tests = sorted(tests, key=lambda test: learners[test].failure is None)
    if learners[tests[0]].failure is None:
        return None

    @functools.cache
    def right(test):
        recorded = _Recorded(exercise, prepared.references[exercise])
        _error_with(recorded, prepared, test)
        return recorded.heard

    def explained(mistake):
        """What the tests raise with a mistake; None if it is another one."""
        errors = {}
        for test in tests:
            theirs = [each for each in learners[test].heard if not each or each.name == exercise]
            # Where all they have given is exceptions, as before it is written, nothing is near.
            returned = any(each and each.raised is None for each in theirs)
            compared = _Compared(exercise, mistake, theirs, right(test) if returned else ())
            error = _error_with(compared, prepared, test)
            failure = None if error is None else failure_of(error)
            if not compared.agrees or failure != learners[test].failure:
                return None
            errors |= {} if error is None else {test: error}
        return errors

    fitting = {}
    for mistake in prepared.mistakes[exercise]:
        with contextlib.suppress(Exception):
            if mistake.says not in fitting and (errors := explained(mistake)) is not None:
                fitting[mistake.says] = errors
    return Diagnosis(*fitting.popitem()) if len(fitting) == 1 else None


def _error_with(function, prepared, test):
    """Run a test cell with a recorded function in place of the learner's; gives what it raises."""
    code, names = prepared.codes[test], dict(prepared.references)
    names |= {
        name: copy.deepcopy(names[name])
        for name in code.used & names.keys()
        if _may_change(name, names[name])
    }
    names[function.__name__] = function
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            executed(code, names)
        except (Exception, _Differs) as error:
            # Without the frames, which hold all that the test has made.
            return error.with_traceback(None)
    return None


def _may_change(name, value):
    return type(value) in (np.ndarray, list, dict, set) and not name.startswith("__")


class _Recorded:
    """A function that keeps what its calls gave."""

    def __init__(self, name, function):
        self.__name__, self._function = name, function
        self.heard = []

    def __call__(self, *args, **kwargs):
        place, raised, returned = len(self.heard), None, None
        self.heard.append(None)
        before = kept((args, kwargs))
        with warnings.catch_warnings(record=True) as caught, np.errstate(**_AS_USUAL):
            warnings.simplefilter("always")
            try:
                returned = self._function(*args, **kwargs)
            except Exception as error:
                raised = error
        kind = type(raised).__name__ if raised else None
        changed = _changed(before, (args, kwargs))
        self.heard[place] = Heard(self.__name__, kind, kept(returned), bool(caught), changed)
        self._look_at(place)
        for each in caught:
            warnings.warn(each.message, stacklevel=2)
        if raised:
            raise raised
        return returned

    def _look_at(self, place):
        """Look at what a call has given, before the test does."""

    def library_names(self):
        """For `checks.avoids`."""
        return set()


class _Differs(BaseException):
    """A mistake gave something else than the learner's function: the test need not go on.

    Not an `Exception`: a test that expects one must not take this for it.
    """


class _Compared(_Recorded):
    """A mistake whose calls are compared with the learner's, up to the first that differs."""

    def __init__(self, name, mistake, theirs, right):
        super().__init__(name, mistake.function)
        self._mistake, self._theirs, self._right = mistake, theirs, right
        self.agrees = True

    def _look_at(self, place):
        # The learner's calls were asked ahead: those after the one that failed do not count.
        theirs = self._theirs[place] if place < len(self._theirs) else None
        right = self._right[place] if place < len(self._right) else None
        fits = False
        with contextlib.suppress(Exception):
            fits = theirs is not None and fits_call(theirs, self.heard[place], right)
        if not fits:
            self.agrees = False
            raise _Differs

    def library_names(self):
        return self._mistake.library_names


_AS_USUAL = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


def _changed(before, after):
    """Places and names of the arrays, lists and dicts that differ."""
    pairs = [*enumerate(zip(before[0], after[0], strict=True))]
    pairs += [(name, (before[1][name], after[1][name])) for name in before[1]]
    return frozenset(key for key, (old, new) in pairs if not _same_argument(old, new))


def _same_argument(old, new):
    if isinstance(old, np.ndarray):
        return old.shape == new.shape and old.tobytes() == new.tobytes()
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(map(_same_argument, old, new))
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same_argument(old[k], new[k]) for k in old)
    return True
