"""Checks of what one call returns, raises or warns of."""

import copy
import warnings

import numpy as np

from ._calls import call_text, called, explaining_errors
from ._compare import difference
from ._failure import CheckFailed


def returns(function, *args, expected, why, rtol=1e-6, atol=1e-12, **kwargs):
    """Check that a call returns the expected value.

    Parameters
    ----------
    function : callable
        The learner's function.
    *args, **kwargs
        Its arguments. It receives copies.
    expected : object
        The right result: a number, an array or a list of numbers (an array is expected then),
        a string, None, or tuples and dicts of these. Type, shape and kind (floats, integers,
        booleans) are compared before values.
    why : str
        The sentence that a learner reads if the check fails.
    rtol, atol : float
        Largest relative and absolute difference allowed.

    Raises
    ------
    CheckFailed
        If the call raises or returns anything else.
    """
    compare(function, args, kwargs, expected, why, rtol, atol)


def compare(function, args, kwargs, expected, why, rtol, atol):
    """Call and compare: what `returns` and `matches_reference` share."""
    actual = called(function, args, kwargs, why)
    found = difference(actual, expected, rtol, atol)
    if found is not None:
        detail = f"{call_text(function, args, kwargs)}: {found.text}."
        raise CheckFailed(why, found.kind, detail)


def gives_dtype(function, *args, dtype, why, **kwargs):
    """Check the exact dtype of a result; a Python float counts as float64.

    Parameters
    ----------
    function : callable
        The learner's function.
    *args, **kwargs
        Its arguments. It receives copies.
    dtype : dtype_like
        The dtype that the result must have.
    why : str
        The sentence that a learner reads if the check fails.
    """
    result = called(function, args, kwargs, why)
    received = np.asarray(result).dtype
    if received != np.dtype(dtype):
        text = f"expected dtype {np.dtype(dtype)}, received {received}"
        raise CheckFailed(why, "wrong type", f"{call_text(function, args, kwargs)}: {text}.")


def is_silent(function, *args, why, **kwargs):
    """Check that a call gives no warning under NumPy's default settings.

    Parameters
    ----------
    function : callable
        The learner's function.
    *args, **kwargs
        Its arguments. It receives copies.
    why : str
        The sentence that a learner reads if the check fails.
    """
    copies, named = copy.deepcopy((args, kwargs))
    # A learner's np.seterr must not count as silence.
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
    ):
        warnings.simplefilter("always")
        explaining_errors(function, copies, named, why)
    if caught:
        category, message = caught[0].category.__name__, caught[0].message
        detail = f"{call_text(function, args, kwargs)}: warned {category}: {message}."
        raise CheckFailed(why, f"warned {category}", detail)


def raises(error, function, *args, why, mentions="", **kwargs):
    """Check that a call raises.

    Parameters
    ----------
    error : type
        The exception class; a subclass is accepted.
    function : callable
        The learner's function.
    *args, **kwargs
        Its arguments. It receives copies.
    why : str
        The sentence that a learner reads if the check fails.
    mentions : str
        A word that the message must contain, such as the name of the argument.
    """
    try:
        called(function, args, kwargs, why)
    except CheckFailed as failure:
        cause = failure.__cause__
        if not isinstance(cause, error):
            raise
        if mentions not in str(cause):
            detail = f"{call_text(function, args, kwargs)}: the message does not name {mentions}."
            raise CheckFailed(why, "wrong message", detail) from None
    else:
        detail = f"{call_text(function, args, kwargs)}: no {error.__name__} was raised."
        raise CheckFailed(why, f"did not raise {error.__name__}", detail)
