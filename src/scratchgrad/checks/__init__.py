"""Checks that notebooks import: comparisons that say what was called, expected and received.

Every check calls one of the learner's functions, is silent when all is well and raises
`CheckFailed` otherwise. ``why`` is the sentence that a learner reads with a failure.

>>> from scratchgrad import checks
>>> def double(x):
...     return x + x
>>> checks.returns(double, 4, expected=8, why="Twice four is eight.")
>>> checks.returns(double, 4, expected=9, why="Twice four is nine.")
Traceback (most recent call last):
...
scratchgrad.checks.CheckFailed: Twice four is nine. double(4): expected 9, received 8.

The package needs NumPy and Matplotlib only and holds no solution and no hidden test.
"""

from ._arguments import leaves_unchanged
from ._calls import conclude, gathering
from ._failure import CheckFailed
from ._generator import generator
from ._library import avoids
from ._reference import matches_reference, use_references
from ._results import gives_dtype, is_silent, raises, returns
from ._slopes import is_derivative_of, is_gradient_of

__all__ = [
    "CheckFailed",
    "avoids",
    "conclude",
    "gathering",
    "generator",
    "gives_dtype",
    "is_derivative_of",
    "is_gradient_of",
    "is_silent",
    "leaves_unchanged",
    "matches_reference",
    "raises",
    "returns",
    "use_references",
]
