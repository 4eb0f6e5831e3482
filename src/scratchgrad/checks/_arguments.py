"""Check that a function leaves its arguments alone."""

import numpy as np

from ._calls import Call
from ._failure import CheckFailed


def leaves_unchanged(function, *args, why, **kwargs):
    """Check that a call does not change its arguments.

    Arrays are compared bit by bit, lists, tuples and dicts entry by entry.

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
    call.conclude(lambda: _refuse_changes(call, args, kwargs, why))


def _refuse_changes(call, args, kwargs, why):
    call.quiet_result(why)
    before = {**dict(enumerate(args)), **kwargs}
    after = {**dict(enumerate(call.args)), **call.kwargs}
    for key, value in before.items():
        if not _same(value, after[key]):
            which = f"argument {key + 1}" if isinstance(key, int) else f"argument {key}"
            detail = f"{call}: {which} was changed by the call."
            raise CheckFailed(why, "changed its input", detail)


def _same(before, after):
    if isinstance(before, np.ndarray):
        same_form = (before.shape, before.dtype) == (after.shape, after.dtype)
        return same_form and before.tobytes() == after.tobytes()
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(before[k], after[k]) for k in before)
    if isinstance(before, (list, tuple)):
        same_length = len(before) == len(after)
        return same_length and all(map(_same, before, after))
    return isinstance(before, np.random.Generator) or callable(before) or before == after
