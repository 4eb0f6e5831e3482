"""Calling the learner's function: on copies, without noise, with errors explained."""

import contextlib
import contextvars
import copy
import sys
import warnings

import numpy as np

from ._describe import describe
from ._failure import CheckFailed

_PACKAGE = __name__.rpartition(".")[0]


_is_quiet = contextvars.ContextVar("quiet", default=False)


@contextlib.contextmanager
def quietly():
    """Show no warnings: they cost marks only where an exercise asks for silence."""
    if _is_quiet.get():
        yield
        return
    token = _is_quiet.set(True)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        _is_quiet.reset(token)


def copies(args, kwargs):
    """Copies of the arguments of a call; what is one object among them stays one."""
    values = [value for value in (*args, *kwargs.values()) if type(value) not in _UNCHANGING]
    for value in values:
        if type(value) is not np.ndarray or value.dtype.hasobject:
            return copy.deepcopy((args, kwargs))
    if len(values) > 1 and len(set(map(id, values))) < len(values):
        return copy.deepcopy((args, kwargs))
    return tuple(map(_copy, args)), {name: _copy(value) for name, value in kwargs.items()}


def _copy(value):
    return value.copy(order="K") if type(value) is np.ndarray else value


_UNCHANGING = {bool, int, float, str, type(None), np.float64, np.float32}


class Call:
    """A call of the learner's function, on copies of the arguments.

    A function that runs elsewhere may offer ``call_later``; where checks are gathered, it is asked
    at once and its answer is read when the check is concluded.

    Attributes
    ----------
    args, kwargs
        The copies.
    """

    def __init__(self, function, args, kwargs):
        self._function, self._given = function, (args, kwargs)
        self.args, self.kwargs = copies(args, kwargs)
        later = getattr(type(function), "call_later", None) if _gathered.get() is not None else None
        self._waiting = later and later(function, self.args, self.kwargs)

    def result(self, why):
        """What the function returns; an exception becomes a `CheckFailed` that names it."""
        try:
            if self._waiting:
                return self._waiting.result()
            return self._function(*self.args, **self.kwargs)
        except NotImplementedError as error:
            detail = f"{name_of(self._function)} is not written yet."
            raise CheckFailed(why, "not written", detail) from error
        except Exception as error:
            kind = f"raised {type(error).__name__}"
            raise CheckFailed(why, kind, f"{self}: {kind}: {error}", error) from error

    def quiet_result(self, why):
        """Like `result`, without a warning."""
        if _is_quiet.get():
            return self.result(why)
        with quietly():
            return self.result(why)

    def conclude(self, finish):
        """Finish a check of this call: now, or when those gathered are settled."""
        if self._waiting:
            _gathered.get().append(finish)
        else:
            finish()

    def __str__(self):
        return call_text(self._function, *self._given)


_gathered = contextvars.ContextVar("gathered", default=None)


@contextlib.contextmanager
def gathering():
    """Let calls that can wait be asked for ahead; gives a list of checks for `conclude`."""
    finishes = []
    token = _gathered.set(finishes)
    try:
        yield finishes
    finally:
        _gathered.reset(token)


def conclude(finishes):
    """Finish checks that were gathered, in order.

    Raises
    ------
    CheckFailed
        Of the first check that fails.
    """
    with quietly():
        for finish in finishes:
            finish()


def called(function, args, kwargs, why):
    """Call `function` on copies of the arguments, so that a test's own arrays stay as they are.

    Raises
    ------
    CheckFailed
        If the function raises.
    """
    return Call(function, args, kwargs).quiet_result(why)


def call_text(function, args, kwargs):
    """The call as a learner would type it."""
    named = [f"{name}={describe(value)}" for name, value in kwargs.items()]
    return f"{name_of(function)}({', '.join([describe(value) for value in args] + named)})"


def name_of(function):
    """The name under which the notebook knows a function.

    Its ``__name__`` will not do: a right answer may be a lambda, a partial or a ``np.vectorize``.
    """
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    known = frame.f_globals if frame is not None else {}
    own = getattr(function, "__name__", None)
    if own and known.get(own) is function:
        return own
    names = [name for name, value in known.items() if value is function and name[0] != "_"]
    return names[0] if names else own or type(function).__name__
