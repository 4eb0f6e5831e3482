"""Brings a test's own arguments to the state in which a call left the copies that it was given."""

import contextlib

import numpy as np

from .wire import GeneratorState, WireError

_HOLDERS = (np.ndarray, list, dict, set, tuple, np.random.Generator)


def copy_into(given, changed):
    """Bring one argument to the state in which the learner's function left its copy.

    Raises
    ------
    TypeError
        If it came back as something that it cannot have become.
    """
    if type(given) is np.random.Generator and type(changed) is GeneratorState:
        try:
            changed.advance(given)
        except WireError as error:
            raise TypeError(str(error)) from None
    elif type(given) is not type(changed):
        raise TypeError("an argument came back as something else")
    elif type(given) is np.ndarray:
        _reshape(given, changed.shape)
        if (given.shape, given.dtype) != (changed.shape, changed.dtype):
            raise TypeError("the function changed the shape or dtype of its argument")
        given[...] = changed
    elif type(given) is dict:
        merged = {key: _merged(given.get(key), value) for key, value in changed.items()}
        given.clear()
        given.update(merged)
    elif type(given) is list:
        pairs = zip(given + [None] * len(changed), changed, strict=False)
        given[:] = [_merged(old, new) for old, new in pairs]
    elif type(given) is tuple:
        if len(given) != len(changed):
            raise TypeError("a tuple came back with another length")
        for old, new in zip(given, changed, strict=True):
            if type(old) in _HOLDERS:
                copy_into(old, new)
    elif type(given) is set:
        given.clear()
        given.update(changed)


def _merged(old, new):
    """`new`, in the place of `old` where that can hold it: others may refer to it."""
    fits = type(old) is type(new) and type(old) in (np.ndarray, dict, list)
    if fits and (type(old) is not np.ndarray or (old.shape, old.dtype) == (new.shape, new.dtype)):
        copy_into(old, new)
        return old
    return new


def _reshape(given, shape):
    """Give an array another shape, in place, if it can have it."""
    if given.shape != shape:
        with contextlib.suppress(ValueError, AttributeError):
            given.shape = shape
