"""Whether a function is worked out or taken from a library."""

import math
from functools import partial

import numpy as np
import pytest

from scratchgrad import checks
from scratchgrad.checks import CheckFailed

FORBIDDEN = ("tanh", "sinh", "cosh")


def refused(function):
    with pytest.raises(CheckFailed) as caught:
        checks.avoids(function, *FORBIDDEN, why="Build it yourself.")
    return caught.value.kind == "uses a library function"


def by_attribute(x):
    return np.tanh(x)


def by_helper(x):
    return by_attribute(x) * 1


def by_import(x):
    from math import tanh as t

    return t(x)


def by_getattr(x):
    return getattr(np, "tanh")(x)  # noqa: B009


def by_default(x, f=np.tanh):
    return f(x)


def by_comprehension(x):
    return [math.cosh(v) for v in x]


def by_closure():
    f = np.sinh
    return lambda x: f(x)


@pytest.mark.parametrize(
    "function",
    [
        np.tanh, math.tanh, by_attribute, by_helper, by_import, by_getattr, by_default,
        by_comprehension, by_closure(), partial(by_attribute), np.vectorize(by_attribute),
        lambda x: np.sinh(x) / np.cosh(x),
    ],
)  # fmt: skip
def test_refuses_library_functions(function):
    assert refused(function)


def tanh(x):
    """tanh, but not np.tanh: says "tanh" in its documentation only."""
    return sinh(x) / (np.exp(x) + np.exp(-x)) * 2


def sinh(x):
    return (np.exp(x) - np.exp(-x)) / 2


def recursive(x):
    return x if x > 1 else recursive(x + 1)


@pytest.mark.parametrize("function", [tanh, recursive, np.exp, np.vectorize(tanh), lambda x: x])
def test_accepts_what_is_written_by_hand(function):
    checks.avoids(function, *FORBIDDEN, why="Build it yourself.")
