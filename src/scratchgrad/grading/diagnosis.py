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

from .prepared import executed

_NUMBERS = (bool, int, float, complex, np.generic)
_HOLDERS = (np.ndarray, list, tuple, dict)
_LARGEST = 1 << 20
_ROUNDING = 64 * np.finfo(float).eps


class Heard(NamedTuple):
    """What one call gave.

    Attributes
    ----------
    name : str
        The function that was called.
    raised : str or None
        Class of the exception.
    returned : object
    warned : bool
    changed : frozenset
        Places and names of the arguments that the call changed.
    """

    name: str
    raised: str | None = None
    returned: object = None
    warned: bool = False
    changed: frozenset = frozenset()


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


def failure_of(error):
    """What tells failures apart: the reason, and the library function where that is it."""
    if not isinstance(error, CheckFailed):
        return type(error).__name__
    return error.detail if error.kind == "uses a library function" else error.why


def diagnosis(prepared, exercise, learners):
    """The sentence on the one known mistake that explains all that was seen.

    Parameters
    ----------
    prepared : Prepared
    exercise : str
    learners : dict of str to Trial
        How the test cells went with the learner's function, by name.

    Returns
    -------
    str or None
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
        _failure_with(recorded, prepared, test)
        return recorded.heard

    def fits(mistake, test):
        theirs = [each for each in learners[test].heard if not each or each.name == exercise]
        # Where all they have given is exceptions, as before it is written, nothing is near to it.
        returned = any(each and each.raised is None for each in theirs)
        compared = _Compared(exercise, mistake, theirs, right(test) if returned else ())
        failure = _failure_with(compared, prepared, test)
        return compared.agrees and failure == learners[test].failure

    fitting = set()
    for mistake in prepared.mistakes[exercise]:
        with contextlib.suppress(Exception):
            if mistake.says not in fitting and all(fits(mistake, test) for test in tests):
                fitting.add(mistake.says)
    return fitting.pop() if len(fitting) == 1 else None


def _failure_with(function, prepared, test):
    """Run a test cell with a recorded function in place of the learner's; says what failed."""
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
            return failure_of(error)
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
        before = _kept((args, kwargs))
        with warnings.catch_warnings(record=True) as caught, np.errstate(**_AS_USUAL):
            warnings.simplefilter("always")
            try:
                returned = self._function(*args, **kwargs)
            except Exception as error:
                raised = error
        kind = type(raised).__name__ if raised else None
        changed = _changed(before, (args, kwargs))
        self.heard[place] = Heard(self.__name__, kind, _kept(returned), bool(caught), changed)
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
            fits = theirs is not None and _fits_call(theirs, self.heard[place], right)
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


def heard_from(name, answer, args, kwargs):
    """What the sandbox answered to a call, for comparison; None if it is too large for that."""
    returned, raised = answer.get("returned"), answer.get("raised")
    if _size(returned) > _LARGEST:
        return None
    changed = answer.get("changed") or {}
    given = {**dict(enumerate(args)), **kwargs}
    places = frozenset(k for k in changed if not isinstance(given.get(k), np.random.Generator))
    kind = type(raised).__name__ if raised is not None else None
    return Heard(name, kind, _kept(returned), bool(answer.get("warned")), places)


def _kept(value):
    """A value as it is now, whatever becomes of arrays, lists, tuples and dicts in it."""
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    if kind is list or kind is tuple:
        return kind(map(_kept, value))
    if kind is dict:
        return {key: _kept(each) for key, each in value.items()}
    return copy.deepcopy(value) if isinstance(value, _HOLDERS) else value


def _size(value):
    if type(value) in (list, tuple):
        return sum(map(_size, value))
    if type(value) is dict:
        return sum(map(_size, value.values()))
    return value.nbytes if type(value) is np.ndarray else 8


def _fits_call(theirs, mistake, right):
    if (theirs.raised, theirs.warned, theirs.changed) != (
        mistake.raised, mistake.warned, mistake.changed,
    ):  # fmt: skip
        return False
    true = right.returned if right is not None and right.raised is None else None
    return mistake.raised is not None or _alike(theirs.returned, mistake.returned, true)


def _alike(theirs, mistake, true):
    """Whether a result is a mistake's, and not nearly the true one."""
    if isinstance(mistake, (tuple, list)) and not _is_numeric(mistake):
        if not isinstance(theirs, (tuple, list)) or len(theirs) != len(mistake):
            return False
        known = isinstance(true, (tuple, list)) and len(true) == len(mistake)
        return all(map(_alike, theirs, mistake, true if known else [None] * len(mistake)))
    if isinstance(mistake, dict):
        if not isinstance(theirs, dict) or theirs.keys() != mistake.keys():
            return False
        true = true if isinstance(true, dict) else {}
        return all(_alike(theirs[key], mistake[key], true.get(key)) for key in mistake)
    if not _is_numeric(mistake) or not _is_numeric(theirs):
        return type(theirs) is type(mistake) and theirs == mistake
    theirs, mistake = np.asarray(theirs), np.asarray(mistake)
    if (theirs.shape, theirs.dtype) != (mistake.shape, mistake.dtype):
        return False
    return _near(theirs, mistake, np.asarray(true) if _is_numeric(true) else None)


def _is_numeric(value):
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(each, _NUMBERS) for each in value)
    return isinstance(value, _NUMBERS) or (
        type(value) is np.ndarray and value.dtype.kind in "biufc"
    )


def _near(theirs, mistake, true):
    """Equal where the mistake changes nothing; else much nearer to it than to what is true."""
    if theirs.dtype.kind in "biu":
        return bool(np.array_equal(theirs, mistake))
    with np.errstate(all="ignore"):
        size = np.abs(mistake)
        allowed = 1e-9 * size
        if true is not None and true.shape == mistake.shape and true.dtype.kind in "biuf":
            gap = np.abs(mistake - true)
            allowed = np.where(gap > _ROUNDING * size, 1e-3 * gap + _ROUNDING * size, allowed)
        near = np.abs(theirs - mistake) <= allowed
    same = (theirs == mistake) | (np.isnan(theirs) & np.isnan(mistake))
    return bool(np.all(near | same))
