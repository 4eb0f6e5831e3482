"""Checks of what one call returns, raises or warns of."""

import warnings

import numpy as np

from ._calls import Call
from ._compare import difference
from ._failure import CheckFailed


def returns(function, *args, expected, why, rtol=1e-6, atol=1e-12, dtype=None, **kwargs):
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
    dtype : dtype_like, optional
        The exact dtype that the result must have, see `gives_dtype`.

    Raises
    ------
    CheckFailed
        If the call raises or returns anything else.
    """
    compare(Call(function, args, kwargs), lambda: expected, why, rtol, atol, dtype)


def compare(call, expected, why, rtol, atol, dtype):
    """Compare what a call returns with what ``expected()`` does, which is asked first."""

    def finish():
        wanted = expected()
        result = call.quiet_result(why)
        found = difference(result, wanted, rtol, atol)
        if found is not None:
            raise CheckFailed(why, found.kind, f"{call}: {found.text}.")
        if dtype is not None:
            _expect_dtype(call, result, dtype, why)

    call.conclude(finish)


def _expect_dtype(call, result, dtype, why):
    received = np.asarray(result).dtype
    if received != np.dtype(dtype):
        text = f"expected dtype {np.dtype(dtype)}, received {received}"
        raise CheckFailed(why, "wrong type", f"{call}: {text}.")


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
    call = Call(function, args, kwargs)
    call.conclude(lambda: _expect_dtype(call, call.quiet_result(why), dtype, why))


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
    call = Call(function, args, kwargs)
    call.conclude(lambda: _refuse_warnings(call, why))


def _refuse_warnings(call, why):
    # A learner's np.seterr must not count as silence.
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
    ):
        warnings.simplefilter("always")
        call.result(why)
    if caught:
        category, message = caught[0].category.__name__, caught[0].message
        detail = f"{call}: warned {category}: {message}."
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
    call = Call(function, args, kwargs)
    call.conclude(lambda: _expect_error(call, error, why, mentions))


def _expect_error(call, error, why, mentions):
    try:
        call.quiet_result(why)
    except CheckFailed as failure:
        cause = failure.__cause__
        if not isinstance(cause, error):
            raise
        if mentions not in str(cause):
            detail = f"{call}: the message does not name {mentions}."
            raise CheckFailed(why, "wrong message", detail) from None
    else:
        detail = f"{call}: no {error.__name__} was raised."
        raise CheckFailed(why, f"did not raise {error.__name__}", detail)
