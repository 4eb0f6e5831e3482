"""Calls whose answers could make a test pass that proves nothing, judged by the reference.

A natural test compares by broadcasting, so that one number or none agrees with a whole array; and
it often works out what it expects only after the call, from arguments that the call may have
spoilt. What the reference returns for the same arguments, and which of them it changes, tells.
"""

import contextlib
import copy
import io
import random
import warnings

import numpy as np

from .copying import copy_into
from .wire import is_same
from .wire.exact import EXACT

_NUMBERS = (bool, int, float, complex, np.generic, *EXACT)
_PLAIN = {*_NUMBERS, str, bytes, type(None), slice, range, np.ndarray, np.random.Generator}


class Referee:
    """Judges the calls of a test cell.

    Parameters
    ----------
    references : dict
        What the source's solutions define.
    only_shields : bool
        For a cell that is no test: it is kept from being spoilt, and no result is complained of.

    Attributes
    ----------
    spoilt : bool
        Whether a call has changed an argument that the reference leaves alone.
    is_shielding : bool
        Whether the test's own arguments are kept from such changes.
    """

    def __init__(self, references, only_shields=False):
        self._references, self._only_shields = references, only_shields
        self.spoilt, self.is_shielding = False, only_shields
        self._before = []

    def restore(self):
        """Put arguments that a call has spoilt back, in place, to what they were before it.

        They may be of those that the next test meets too, such as an array in a tuple or a module.
        """
        while self._before:
            given, before = self._before.pop()
            if isinstance(given, np.random.Generator):
                given.bit_generator.state = before
            else:
                copy_into(given, before)

    @contextlib.contextmanager
    def shielding(self):
        """Keep the test's arguments as the reference would leave them."""
        self.is_shielding = True
        try:
            yield
        finally:
            self.spoilt = self.is_shielding = False

    def judge(self, name, args, kwargs, answer):
        """Look at the answer to a call before the test sees it.

        Parameters
        ----------
        name : str
            The learner's function.
        args : sequence
        kwargs : dict
            As they were sent.
        answer : dict
            As it came; the changes that are to be kept from the test are taken out.

        Returns
        -------
        AssertionError or None
            What is wrong with the result.
        """
        returned, changed = answer.get("returned"), answer.get("changed")
        is_small = not self._only_shields and _could_broadcast(returned)
        if not changed and not is_small:
            return None
        theirs = self._reference_answer(name, args, kwargs)
        if theirs is None:
            return None
        expected, left = theirs
        if type(changed) is dict:
            self._judge_changes(changed, {**dict(enumerate(args)), **kwargs}, left)
        if is_small and _is_fewer(returned, expected):
            return AssertionError(f"{name} returned one number or none where there are to be more")
        return None

    def _judge_changes(self, changed, given, left):
        for key in changed.keys() & given.keys():
            if is_same(given[key], left[key]):
                self.spoilt = True
                if self.is_shielding:
                    del changed[key]
                else:
                    self._before.append((given[key], _state_of(given[key])))

    def _reference_answer(self, name, args, kwargs):
        """What the reference returns and how it leaves its arguments; None if it cannot tell."""
        reference = self._references.get(name)
        # A function of the test would be called once more than the test knows of.
        if not callable(reference) or not _is_plain([*args, *kwargs.values()]):
            return None
        copies, named = copy.deepcopy((list(args), kwargs))
        try:
            with (
                _global_generators_kept(),
                warnings.catch_warnings(),
                contextlib.redirect_stdout(io.StringIO()),
            ):
                warnings.simplefilter("ignore")
                returned = reference(*copies, **named)
        except Exception:
            return None
        return returned, {**dict(enumerate(copies)), **named}


_spare = np.random.MT19937(0)


@contextlib.contextmanager
def _global_generators_kept():
    """Let the global generators of NumPy and Python draw, and be where they were afterwards."""
    # Putting another one in NumPy's place takes a hundredth of the time of its state.
    ours, before = np.random.get_bit_generator(), random.getstate()
    np.random.set_bit_generator(_spare)
    try:
        yield
    finally:
        np.random.set_bit_generator(ours)
        random.setstate(before)


def _is_plain(value):
    if type(value) in (list, tuple, set):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(map(_is_plain, value.values()))
    return type(value) in _PLAIN or isinstance(value, np.generic)


def _state_of(value):
    """What it takes to put an argument back."""
    is_generator = isinstance(value, np.random.Generator)
    return value.bit_generator.state if is_generator else copy.deepcopy(value)


def _could_broadcast(value):
    """Whether a result, or one of several, is a single number or none."""
    if parts := _parts(value):
        return any(map(_could_broadcast, parts.values()))
    size = _size(value)
    return size is not None and size < 2


def _is_fewer(returned, expected):
    """Whether a result has one number or none where what is expected has more."""
    theirs, ours = _parts(returned), _parts(expected)
    if theirs and ours and theirs.keys() == ours.keys():
        return any(_is_fewer(theirs[key], ours[key]) for key in ours)
    few, many = _size(returned), _size(expected)
    return few is not None and many is not None and few < min(2, many)


def _parts(value):
    """The results that a result is made of, by place or key; None for one that stands alone."""
    kind = type(value)
    if kind is tuple or (kind is list and not all(isinstance(v, _NUMBERS) for v in value)):
        return dict(enumerate(value))
    return value if kind is dict else None


def _size(value):
    """How many numbers an array, a list of numbers or a number has; None for anything else."""
    if isinstance(value, _NUMBERS):
        return 1
    if type(value) in (list, tuple):
        return _size(value[0]) if len(value) == 1 else len(value)
    return value.size if type(value) is np.ndarray and value.dtype.kind in "biufc" else None
