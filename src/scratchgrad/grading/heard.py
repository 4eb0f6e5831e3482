"""What calls of a learner's functions gave, kept for comparison with known mistakes."""

import copy
from typing import NamedTuple

import numpy as np

_HOLDERS = (np.ndarray, list, tuple, dict)
_LARGEST = 1 << 20


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


def heard_from(name, answer, args, kwargs):
    """What the sandbox answered to a call, for comparison; None if it is too large for that."""
    returned, raised = answer.get("returned"), answer.get("raised")
    if _size(returned) > _LARGEST:
        return None
    changed = answer.get("changed") or {}
    given = {**dict(enumerate(args)), **kwargs}
    places = frozenset(k for k in changed if not isinstance(given.get(k), np.random.Generator))
    kind = type(raised).__name__ if raised is not None else None
    return Heard(name, kind, kept(returned), bool(answer.get("warned")), places)


def kept(value):
    """A value as it is now, whatever becomes of arrays, lists, tuples and dicts in it."""
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    if kind is list or kind is tuple:
        return kind(map(kept, value))
    if kind is dict:
        return {key: kept(each) for key, each in value.items()}
    return copy.deepcopy(value) if isinstance(value, _HOLDERS) else value


def _size(value):
    if type(value) in (list, tuple):
        return sum(map(_size, value))
    if type(value) is dict:
        return sum(map(_size, value.values()))
    return value.nbytes if type(value) is np.ndarray else 8
