"""Values in one line."""

import re

import numpy as np

_LONGEST = 120
_FEW = 6
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


def describe(value):
    """A short text for a value: small arrays in full, large ones by shape.

    >>> import numpy as np
    >>> describe(np.array([0.5, 1.0]))
    'array([0.5, 1. ])'
    >>> describe(np.zeros((50, 3)))
    'array of shape (50, 3) and dtype float64'
    >>> describe([np.random.default_rng(1), object()])
    '[Generator(PCG64), <object object>]'
    """
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, np.generic):
        return describe(value.item())
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    # Where an object lies in memory tells nobody anything, and differs from run to run.
    return shortened(_ADDRESS.sub("", repr(value)))


def _describe_array(array):
    if array.size > _FEW:
        return f"array of shape {array.shape} and dtype {array.dtype}"
    dtype = "" if array.dtype in (np.float64, np.bool_, np.int64) else f", dtype={array.dtype}"
    text = np.array2string(array, separator=", ", floatmode="maxprec", precision=8)
    return shortened(f"array({' '.join(text.split())}{dtype})")


def shortened(text):
    """The text on one line of limited length."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
