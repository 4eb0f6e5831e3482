"""Whether what a call gave is what a known mistake gives."""

import numpy as np

_NUMBERS = (bool, int, float, complex, np.generic)
_ROUNDING = 64 * np.finfo(float).eps


def fits_call(theirs, mistake, right):
    """Whether a call went as the mistake's did, and not nearly as the reference's.

    Parameters
    ----------
    theirs, mistake : Heard
    right : Heard or None
        Of the reference; None if that is not known.

    Returns
    -------
    bool
    """
    if (theirs.raised, theirs.warned, theirs.changed) != (
        mistake.raised, mistake.warned, mistake.changed,
    ):  # fmt: skip
        return False
    true = right.returned if right is not None and right.raised is None else None
    return mistake.raised is not None or _alike(theirs.returned, mistake.returned, true)


def _alike(theirs, mistake, true):
    """Whether a result is a mistake's, and not nearly the true one."""
    if isinstance(mistake, (tuple, list)) and not _is_numeric(mistake):
        if not isinstance(theirs, (tuple, list)) or len(theirs) != len(mistake):
            return False
        known = isinstance(true, (tuple, list)) and len(true) == len(mistake)
        return all(map(_alike, theirs, mistake, true if known else [None] * len(mistake)))
    if isinstance(mistake, dict):
        if not isinstance(theirs, dict) or theirs.keys() != mistake.keys():
            return False
        true = true if isinstance(true, dict) else {}
        return all(_alike(theirs[key], mistake[key], true.get(key)) for key in mistake)
    if not _is_numeric(mistake) or not _is_numeric(theirs):
        return type(theirs) is type(mistake) and theirs == mistake
    theirs, mistake = np.asarray(theirs), np.asarray(mistake)
    if (theirs.shape, theirs.dtype) != (mistake.shape, mistake.dtype):
        return False
    return _near(theirs, mistake, np.asarray(true) if _is_numeric(true) else None)


def _is_numeric(value):
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(each, _NUMBERS) for each in value)
    return isinstance(value, _NUMBERS) or (
        type(value) is np.ndarray and value.dtype.kind in "biufc"
    )


def _near(theirs, mistake, true):
    """Equal where the mistake changes nothing; else much nearer to it than to what is true."""
    if theirs.dtype.kind in "biu":
        return bool(np.array_equal(theirs, mistake))
    with np.errstate(all="ignore"):
        size = np.abs(mistake)
        allowed = 1e-9 * size
        if true is not None and true.shape == mistake.shape and true.dtype.kind in "biuf":
            gap = np.abs(mistake - true)
            allowed = np.where(gap > _ROUNDING * size, 1e-3 * gap + _ROUNDING * size, allowed)
        near = np.abs(theirs - mistake) <= allowed
    same = (theirs == mistake) | (np.isnan(theirs) & np.isnan(mistake))
    return bool(np.all(near | same))
