"""Whether a result equals what was expected: type, then shape, then kind, then values."""

import numbers
from typing import NamedTuple

import numpy as np

from ._describe import describe

_KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "floats", "c": "complex numbers"}
_FLOAT32_RTOL = 1e-5


class Difference(NamedTuple):
    """How a result differs: its category, and the rest of the sentence after the call."""

    kind: str
    text: str


def difference(actual, expected, rtol, atol):
    """Compare a result with what was expected.

    Parameters
    ----------
    actual : object
        What the learner's function returned.
    expected : object
        None, a string, a number, an array, or tuples, lists and dicts of these.
        A list of numbers stands for an array.
    rtol, atol : float
        Largest relative and absolute difference allowed; at least 1e-5 relative where float32
        is expected.

    Returns
    -------
    Difference or None
        None when they agree.
    """
    if expected is None or isinstance(expected, (str, bytes)):
        return _plain_difference(actual, expected)
    if isinstance(expected, dict):
        return _dict_difference(actual, expected, rtol, atol)
    if isinstance(expected, tuple) or _is_ragged(expected):
        return _sequence_difference(actual, expected, rtol, atol)
    return _array_difference(actual, np.asarray(expected), rtol, atol)


def _is_ragged(expected):
    return isinstance(expected, list) and any(isinstance(x, (dict, tuple, str)) for x in expected)


def _plain_difference(actual, expected):
    if type(actual) is not type(expected):
        return _wrong_type(actual, describe(expected))
    if actual != expected:
        return Difference("wrong values", _expected_received(expected, actual))
    return None


def _dict_difference(actual, expected, rtol, atol):
    if not isinstance(actual, dict):
        return _wrong_type(actual, f"a dict with keys {sorted(expected)}")
    if set(actual) != set(expected):
        return Difference("wrong keys", _expected_received(sorted(expected), list(actual)))
    return _first((f"[{key!r}]", actual[key], expected[key]) for key in expected)(rtol, atol)


def _sequence_difference(actual, expected, rtol, atol):
    # A list in place of a tuple is the same answer in other clothes.
    if not isinstance(actual, (tuple, list)):
        return _wrong_type(actual, f"a tuple of {len(expected)}")
    if len(actual) != len(expected):
        text = f"expected {len(expected)} values, received {len(actual)}"
        return Difference("wrong shape", text)
    pairs = enumerate(zip(actual, expected, strict=True))
    return _first((f"value {i}", a, e) for i, (a, e) in pairs)(rtol, atol)


def _first(parts):
    """The first difference among named parts."""

    def find(rtol, atol):
        for place, actual, expected in parts:
            found = difference(actual, expected, rtol, atol)
            if found is not None:
                return Difference(found.kind, f"{place}: {found.text}")
        return None

    return find


def _array_difference(actual, expected, rtol, atol):
    if not _is_numeric(actual):
        return _wrong_type(actual, _what(expected))
    # An array in another memory order, or a 0-d array for a number, is as good.
    received = np.asarray(actual)
    if received.shape != expected.shape:
        text = f"expected {_what(expected)}, received {_what(received)}"
        return Difference("wrong shape", text)
    if not _same_kind(received, expected):
        text = f"expected {_kind(expected)}, received {_kind(received)} (dtype {received.dtype})"
        return Difference("wrong type", text)
    if expected.dtype == np.float32:
        rtol = max(rtol, _FLOAT32_RTOL)
    return _value_difference(received, expected, rtol, atol)


def _is_numeric(value):
    """Numbers and exact arrays; a subclass of ndarray could answer comparisons itself."""
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return value.dtype.kind in _KINDS
    return type(value) in (bool, int, float, complex)


def _same_kind(received, expected):
    kinds = _kind(received), _kind(expected)
    # A lone integer is accepted for a float: `return 0` is a fair way to write 0.0.
    whole_for_float = received.ndim == 0 and kinds == ("integers", "floats")
    return kinds[0] == kinds[1] or whole_for_float


def _kind(array):
    return _KINDS[array.dtype.kind]


def _value_difference(received, expected, rtol, atol):
    if received.dtype == expected.dtype and received.tobytes() == expected.tobytes():
        return None
    wrong = ~_close(received, expected, rtol, atol)
    count = int(np.count_nonzero(wrong))
    if count == 0:
        return None
    if expected.ndim == 0:
        return Difference("wrong values", _expected_received(expected[()], received[()]))
    if expected.size <= 6:
        return Difference("wrong values", _expected_received(expected, received))
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    pair = _expected_received(expected[index], received[index])
    place = index[0] if len(index) == 1 else index
    return Difference("wrong values", f"at index {place} {pair} ({count} of {wrong.size} differ)")


def _close(received, expected, rtol, atol):
    if expected.dtype.kind in "biu" and received.dtype.kind in "biu":
        return received == expected
    with np.errstate(all="ignore"):
        near = np.abs(received - expected) <= atol + rtol * np.abs(expected)
        # inf - inf is NaN, and rtol * inf would accept anything.
        near = np.where(np.isfinite(expected), near, received == expected)
    return near | (np.isnan(received) & np.isnan(expected))


def _what(array):
    return "a single number" if array.ndim == 0 else f"an array of shape {array.shape}"


def _wrong_type(actual, wanted):
    # Nothing of the value itself is asked for a description: it may be of any class.
    is_known = isinstance(actual, (numbers.Number, str, list, tuple, dict, type(None)))
    value = f" {describe(actual)}" if is_known and actual is not None else ""
    return Difference("wrong type", f"expected {wanted}, received {type(actual).__name__}{value}")


def _expected_received(expected, actual):
    return f"expected {_exact(expected)}, received {_exact(actual)}"


def _exact(value):
    """Like `describe`, with every digit where a rounded text would hide the difference."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return (
            f"[{', '.join(repr(float(x)) for x in value.ravel())}]"
            if value.ndim == 1
            else (describe(value))
        )
    return describe(value)
