"""How much one message may cost the side that reads it."""

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from math import prod

import numpy as np


class WireError(Exception):
    """A message, or a value to be sent, that the wire does not carry."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits of one message.

    Attributes
    ----------
    message : int
        Bytes of the whole message.
    body : int
        Bytes of everything but array contents. It bounds memory before
        anything is built: the costliest byte, an empty list, becomes 64.
    items : int
        Values of any kind, keys and members of containers included.
    depth : int
        Containers within containers.
    text : int
        Bytes of one string or bytes object.
    elements : int
        Elements of one array.
    array_bytes : int
        Bytes of one array.
    axes : int
        Axes of one array.
    empty : int
        Product of the other axes of an array with a zero axis: reducing over
        the zero axis makes an array of that size.
    width : int
        Characters per element of a string array.
    keys : int
        Keys and set members with hashes that a sender can choose: numbers,
        in the whole message. Colliding ones cost time quadratic in this.
    tuple_keys : int
        The same for tuples that hold numbers; these collide in full.
    integer : int
        Bytes of an integer beyond 64 bits.
    error : int
        Characters of an exception's message; the rest is cut off.
    """

    message: int = 64 << 20
    body: int = 4 << 20
    items: int = 500_000
    depth: int = 32
    text: int = 1 << 20
    elements: int = 32 << 20
    array_bytes: int = 64 << 20
    axes: int = 32
    empty: int = 100_000
    width: int = 10_000
    keys: int = 10_000
    tuple_keys: int = 2_000
    integer: int = 1024
    error: int = 10_000


DEFAULT_CAPS = Caps()

CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
_KEYED = frozenset({dict, set, frozenset})
# Hashes of text are keyed with a secret of the process; of these others there
# are too few values to collide.
_SAFE_KEYS = frozenset({str, bytes, np.str_, np.bytes_, bool, np.bool_, type(None)})
_NUMBER_KEYS = frozenset(
    {
        int,
        float,
        np.int8,
        np.int16,
        np.int32,
        np.int64,
        np.uint8,
        np.uint16,
        np.uint32,
        np.uint64,
        np.longlong,
        np.ulonglong,
        np.float16,
        np.float32,
        np.float64,
    }
)
_LONGEST_TUPLE_KEY = 8


class KeyBudget:
    """Counts the keys of one message that could have been made to collide."""

    __slots__ = ("_numbers", "_tuples")

    def __init__(self, caps):
        self._numbers, self._tuples = caps.keys, caps.tuple_keys

    def check(self, keys):
        """Refuse keys of other kinds, or too many of a risky kind."""
        if _SAFE_KEYS.issuperset(map(type, keys)):
            return
        for kind, count in Counter(map(type, keys)).items():
            if kind in _NUMBER_KEYS:
                self._numbers -= count
                # Beyond 64 bits there is no end of integers with one hash.
                if kind is int and any(k.bit_length() > 64 for k in keys if type(k) is int):
                    raise WireError("an integer key beyond 64 bits")
            elif kind is tuple:
                for key in keys:
                    if type(key) is tuple:
                        self._check_tuple(key)
            elif kind not in _SAFE_KEYS:
                raise WireError(f"a key or set member of type {kind.__name__}")
        if self._numbers < 0 or self._tuples < 0:
            raise WireError("too many numbers or tuples as keys or set members")

    def _check_tuple(self, key):
        kinds = set(map(type, key))
        if len(key) > _LONGEST_TUPLE_KEY or not kinds <= _SAFE_KEYS | _NUMBER_KEYS:
            raise WireError("a key or set member that is a long or nested tuple")
        if not kinds <= {str, bytes}:
            self._tuples -= 1
            if int in kinds and any(k.bit_length() > 64 for k in key if type(k) is int):
                raise WireError("an integer key beyond 64 bits")


def check_values(value, caps, *, allowed=None, keys=None):
    """Check depth and number of values, level by level, without recursion.

    Parameters
    ----------
    value : object
    caps : Caps
    allowed : frozenset of type, optional
        Refuse values of any other type.
    keys : KeyBudget, optional
        Check keys and set members as well.
    """
    level, items = [value], 1
    for _ in range(caps.depth + 1):
        kinds = set(map(type, level))
        if allowed is not None and not kinds <= allowed:
            raise WireError("a value of a kind that does not cross")
        if kinds.isdisjoint(CONTAINERS):
            return
        inner = [v for v in level if type(v) in CONTAINERS]
        dicts = [v for v in inner if type(v) is dict] if dict in kinds else ()
        items += sum(map(len, inner)) + sum(map(len, dicts))
        if items > caps.items:
            raise WireError(f"more than {caps.items} values")
        if keys is not None and not kinds.isdisjoint(_KEYED):
            for v in inner:
                if type(v) in _KEYED:
                    keys.check(v)
        level = list(chain.from_iterable([v.values() if type(v) is dict else v for v in inner]))
    raise WireError(f"containers nested more than {caps.depth} deep")


def check_shape(shape, itemsize, caps):
    """Refuse arrays that are too large, or from which too large ones come.

    Returns
    -------
    nbytes : int
    """
    size = prod(shape)
    if itemsize == 0:  # any number of elements would need no bytes
        raise WireError("an array of text without width")
    if len(shape) > caps.axes or size > caps.elements or size * itemsize > caps.array_bytes:
        raise WireError(f"an array of shape {shape} is too large")
    if size == 0 and prod(n for n in shape if n) > caps.empty:
        raise WireError(f"an empty array of shape {shape} has too large an axis")
    return size * itemsize
