"""The references of 01-activations against mpmath, over the whole range and every kind of input."""

import warnings
from pathlib import Path

import mpmath
import numpy as np
import pytest

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "01-activations")

ORACLES = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "sigmoid_grad": lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2,
    "tanh": mpmath.tanh,
    "tanh_grad": lambda x: mpmath.sech(x) ** 2,
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "relu_grad": lambda x: mpmath.mpf(x > 0),
    "leaky_relu": lambda x: x if x > 0 else mpmath.mpf(0.01) * x,
    "leaky_relu_grad": lambda x: mpmath.mpf(1) if x > 0 else mpmath.mpf(0.01),
}
LIMITS = {
    "sigmoid": (0, 1), "sigmoid_grad": (0, 0), "tanh": (-1, 1), "tanh_grad": (0, 0),
    "relu": (0, np.inf), "relu_grad": (0, 1), "leaky_relu": (-np.inf, np.inf),
    "leaky_relu_grad": (0.01, 1),
}  # fmt: skip
ELEMENTWISE = pytest.mark.parametrize("name", ORACLES)


def exact(name, x):
    with mpmath.workdps(60):
        return np.array([float(ORACLES[name](mpmath.mpf(float(value)))) for value in x])


def points():
    """Inputs of every size from 1e-300 to 1e4, of both signs, and 0."""
    rng = np.random.default_rng(1)
    sizes = np.concatenate([10 ** rng.uniform(-300, 4, 300), 10 ** rng.uniform(-3, 3, 300)])
    edges = [0.0, 1e-17, 19.0, 37.0, 709.0, 710.0, 745.0, 746.0, 1e4]
    x = np.concatenate([sizes, edges])
    return np.concatenate([-x, x])


@ELEMENTWISE
def test_exact_and_silent_from_minus_1e4_to_1e4(name):
    x = points()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        received = REFERENCE[name](x)
    np.testing.assert_allclose(received, exact(name, x), rtol=1e-12, atol=1e-300)


@ELEMENTWISE
def test_limits_at_infinity(name):
    assert REFERENCE[name](np.array([-np.inf, np.inf])).tolist() == list(LIMITS[name])


@ELEMENTWISE
@pytest.mark.parametrize("x", [0.3, [0.5, -2], (1.0, 2.0), np.array(-0.5), np.ones((2, 3, 4)), []])
def test_shape_of_any_array_like_is_kept(name, x):
    received = REFERENCE[name](x)
    assert np.shape(received) == np.shape(x)
    np.testing.assert_allclose(np.ravel(received), exact(name, np.ravel(x)), rtol=1e-12)


@ELEMENTWISE
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool, np.float64])
def test_everything_else_is_worked_in_float64(name, dtype):
    x = np.array([[0, 1, 2]]).astype(dtype)
    received = REFERENCE[name](x)
    assert received.dtype == np.float64
    np.testing.assert_allclose(received[0], exact(name, x[0]), rtol=1e-12)


@ELEMENTWISE
def test_float32_stays_float32(name):
    x = np.linspace(-80, 80, 401, dtype=np.float32)
    received = REFERENCE[name](x)
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, exact(name, x), rtol=1e-5, atol=1e-37)


@ELEMENTWISE
def test_input_is_left_alone(name):
    x = points()
    before = x.tobytes()
    REFERENCE[name](x)
    assert x.tobytes() == before


@pytest.mark.parametrize("slope", [0.2, 0.9])
def test_leaky_slopes(slope):
    x = points()
    with np.errstate(all="raise", under="ignore"):
        values, slopes = REFERENCE["leaky_relu"](x, slope), REFERENCE["leaky_relu_grad"](x, slope)
    assert values.tolist() == [v if v > 0 else slope * v for v in x]
    assert slopes.tolist() == [1.0 if v > 0 else slope for v in x]


def prelu_by_loop(x, slope, upstream):
    dx = [u if v > 0 else slope * u for v, u in zip(x.flat, upstream.flat, strict=True)]
    dslope = mpmath.fsum(
        mpmath.mpf(u) * mpmath.mpf(v) for v, u in zip(x.flat, upstream.flat, strict=True) if v < 0
    )
    return np.array(dx).reshape(x.shape), float(dslope)


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 4), (2, 3, 5), (0, 3)])
@pytest.mark.parametrize("slope", [-1.5, 0.0, 0.01, 1.0, 2.0])
def test_prelu_backward(shape, slope):
    rng = np.random.default_rng(2)
    x, upstream = rng.normal(size=(2, *shape))
    dx, dslope = REFERENCE["prelu_backward"](x, slope, upstream)
    expected_dx, expected_dslope = prelu_by_loop(x, slope, upstream)
    np.testing.assert_allclose(dx, expected_dx, rtol=1e-12)
    np.testing.assert_allclose(dslope, expected_dslope, rtol=1e-9, atol=1e-12)
    assert isinstance(dslope, float)


def test_prelu_backward_by_differences():
    rng = np.random.default_rng(3)
    x, upstream = rng.normal(size=(2, 3, 4))

    def error(x, slope):
        return np.sum(upstream * np.where(x < 0, slope * x, x))

    dx, dslope = REFERENCE["prelu_backward"](x, 1.7, upstream)
    h = 1e-6
    measured = (error(x, 1.7 + h) - error(x, 1.7 - h)) / (2 * h)
    assert dslope == pytest.approx(measured, rel=1e-8)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        measured = (error(x + step, 1.7) - error(x - step, 1.7)) / (2 * h)
        assert dx[index] == pytest.approx(measured, rel=1e-6)


def test_prelu_backward_takes_scalars_lists_and_float32():
    assert REFERENCE["prelu_backward"](-2.0, 0.5, 4.0) == (2.0, -8.0)
    dx, dslope = REFERENCE["prelu_backward"]([-2, 1], 0.5, [4, 3])
    assert (dx.tolist(), dslope) == ([2.0, 3.0], -8.0)
    single = np.float32([-2, 1])
    assert REFERENCE["prelu_backward"](single, 0.5, single)[0].dtype == np.float32


@pytest.mark.parametrize("threshold", [0.01, 0.1, 0.2, 1e-20])
def test_saturated_fraction(threshold):
    x = points()
    below = [value < threshold for value in exact("sigmoid_grad", x)]
    assert REFERENCE["saturated_fraction"](x, threshold) == sum(below) / len(below)


def test_saturated_fraction_is_strict():
    assert REFERENCE["saturated_fraction"]([0.0, 5.0], 0.25) == 0.5


@pytest.mark.parametrize("depth", [0, 1, 10, 499, 500])
def test_gradient_ceiling(depth):
    with mpmath.workdps(60):
        assert REFERENCE["gradient_ceiling"](depth) == float(mpmath.mpf(1) / 4**depth)


@pytest.mark.parametrize("shape", [(1, 5), (4, 3), (6, 1), (5, 0)])
def test_dead_units(shape):
    z = np.random.default_rng(4).integers(-4, 2, size=shape)
    dead = REFERENCE["dead_units"](z)
    expected = [all(z[i, j] <= 0 for i in range(shape[0])) for j in range(shape[1])]
    assert dead.dtype == bool
    assert dead.tolist() == expected
