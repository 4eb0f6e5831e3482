"""Checks of derivatives and gradients against centred differences."""

import numpy as np

from ._calls import call_text, called
from ._compare import difference
from ._describe import describe
from ._failure import CheckFailed

_STEP = 1e-5
_DIRECTIONS = 8


def is_derivative_of(derivative, function, x, *, why, rtol=1e-6, atol=1e-8, **kwargs):
    """Check an elementwise derivative against the measured slope of a function.

    Parameters
    ----------
    derivative, function : callable
        Elementwise; called as ``derivative(x, **kwargs)`` and ``function(x, **kwargs)``.
    x : array_like
        Points at least 1e-4 away from any kink.
    why : str
        The sentence that a learner reads if the check fails.
    rtol, atol : float
        Largest relative and absolute difference allowed.

    Notes
    -----
    The slope is (f(x + h) - f(x - h)) / 2h with h = 1e-5, whose own error is of order h².
    """
    x = np.asarray(x, dtype=np.float64)
    above, below = (called(function, (x + h,), kwargs, why) for h in (_STEP, -_STEP))
    slope = (np.asarray(above) - np.asarray(below)) / (2 * _STEP)
    found = difference(called(derivative, (x,), kwargs, why), slope, rtol, atol)
    if found is not None:
        text = f"against the measured slope, {found.text}"
        raise CheckFailed(why, found.kind, f"{call_text(derivative, (x,), kwargs)}: {text}.")


def is_gradient_of(gradient, function, x, *, why, rtol=1e-6, atol=1e-8):
    """Check the gradient of a function of an array that returns a number.

    Parameters
    ----------
    gradient : callable
        ``gradient(x)`` returns an array in the shape of `x`.
    function : callable
        ``function(x)`` returns a number.
    x : ndarray of float64
        A point at least 1e-4 away from any kink.
    why : str
        The sentence that a learner reads if the check fails.
    rtol, atol : float
        Largest difference allowed, relative to the slope's size and absolute.

    Notes
    -----
    Along random directions v of length 1, gradient·v is compared with the centred difference
    (f(x + hv) - f(x - hv)) / 2h, h = 1e-5.
    """
    x = np.asarray(x, dtype=np.float64)
    result = called(gradient, (x,), {}, why)
    found = difference(np.shape(result), x.shape, 0, 0)
    if found is not None:
        text = f"expected shape {x.shape}, received shape {np.shape(result)}"
        raise CheckFailed(why, "wrong shape", f"{call_text(gradient, (x,), {})}: {text}.")
    rng = np.random.default_rng(0)
    for _ in range(_DIRECTIONS):
        direction = rng.normal(size=x.shape)
        direction /= np.linalg.norm(direction)
        ahead, behind = (called(function, (x + h * direction,), {}, why) for h in (_STEP, -_STEP))
        slope = (ahead - behind) / (2 * _STEP)
        along = float(np.sum(np.asarray(result) * direction))
        if not abs(along - slope) <= atol + rtol * abs(slope):
            text = (
                f"along a random direction, measured slope {describe(slope)}, "
                f"gradient gives {describe(along)}"
            )
            detail = f"{call_text(gradient, (x,), {})}: {text}."
            raise CheckFailed(why, "wrong values", detail)
