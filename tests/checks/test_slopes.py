"""Derivatives and gradients against centred differences."""

import numpy as np
import pytest

from scratchgrad import checks
from scratchgrad.checks import CheckFailed

POINTS = np.array([-1.5, -0.2, 0.3, 2.0])
WHY = {"why": "The derivative is the measured slope."}


def cube(x, scale=1.0):
    return scale * x**3


def cube_slope(x, scale=1.0):
    return 3 * scale * x**2


def test_right_derivative_passes():
    checks.is_derivative_of(cube_slope, cube, POINTS, **WHY)
    checks.is_derivative_of(cube_slope, cube, POINTS, scale=2.0, **WHY)
    checks.is_derivative_of(cube_slope, cube, 0.7, **WHY)


@pytest.mark.parametrize("wrong", [cube, lambda x: 3 * x**2 * (1 + 1e-5), lambda x: -3 * x**2])
def test_wrong_derivative_fails(wrong):
    with pytest.raises(CheckFailed, match="measured slope"):
        checks.is_derivative_of(wrong, cube, POINTS, **WHY)


def test_slopes_are_told_as_plain_numbers():
    x = np.array([1.0, 2.0])
    with pytest.raises(CheckFailed, match=r"measured slope -?[\d.]+, gradient gives -?[\d.]+\.$"):
        checks.is_gradient_of(lambda x: x, lambda x: np.sum(x**2), x, **WHY)


def test_right_gradient_passes():
    weights = np.arange(6.0).reshape(2, 3)
    x = np.linspace(-1, 1, 6).reshape(2, 3)
    checks.is_gradient_of(lambda x: 2 * weights * x, lambda x: np.sum(weights * x**2), x, **WHY)


@pytest.mark.parametrize(
    "wrong, kind",
    [
        (lambda x: 2 * x * (1 + 1e-4), "wrong values"),
        (lambda x: np.zeros_like(x), "wrong values"),
        (lambda x: np.full_like(x, np.nan), "wrong values"),
        (lambda x: (2 * x).T, "wrong shape"),
        (lambda x: np.sum(2 * x), "wrong shape"),
    ],
)
def test_wrong_gradient_fails(wrong, kind):
    x = np.linspace(-1, 2, 6).reshape(2, 3)
    with pytest.raises(CheckFailed) as caught:
        checks.is_gradient_of(wrong, lambda x: np.sum(x**2), x, **WHY)
    assert caught.value.kind == kind
