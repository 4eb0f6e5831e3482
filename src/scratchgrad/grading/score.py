"""From what a test cell did to points."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from scratchgrad.checks import CheckFailed

_NUMBERS = (int, float, Fraction, Decimal, np.integer, np.floating)
# Numbers to Python, though not to who wrote them.
_NO_NUMBERS = (bool, np.timedelta64)


@dataclass(frozen=True)
class Score:
    """The mark of a test cell.

    Attributes
    ----------
    name : str
        The cell's ``grade_id``.
    points, maximum : float
    kind : str
        "passed", or in a few words how it failed: "wrong values", "raised ValueError", ...
    why : str
        The reason that a learner may read; empty if the test gives none.
    detail : str
        What an instructor may read besides.
    problem : str
        A mistake in the test itself, for the instructor.
    """

    name: str
    points: float
    maximum: float
    kind: str = "passed"
    why: str = ""
    detail: str = ""
    problem: str = ""


def scored(cell, outcome):
    """Score a test cell.

    Parameters
    ----------
    cell : PlannedCell
    outcome : Outcome

    Returns
    -------
    Score

    Notes
    -----
    As in nbgrader an error is 0, a number is partial credit, anything else full marks. Unlike in
    nbgrader a value that can be no mark is no full mark either, but the instructor's to mend.
    """
    name, most = cell.name, cell.points
    if outcome.fault is not None:
        return Score(name, 0.0, most, outcome.fault, detail=outcome.fault)
    if outcome.error is not None:
        return _failed(name, most, outcome.error)
    value = outcome.value
    if value is None:
        return Score(name, most, most)
    points = _number(value)
    if points is None:
        # nbgrader gives full marks for anything that shows no number.
        problem = f"the test's last value is a {type(value).__name__}, not a number of points"
    elif not 0 <= points <= most:
        problem = f"the test's value {points!r} is no mark between 0 and {most:g}"
    else:
        return Score(name, points, most, "passed" if points == most else "partial credit")
    return Score(name, 0.0, most, "invalid mark", problem=problem)


def _failed(name, most, error):
    if isinstance(error, CheckFailed):
        return Score(name, 0.0, most, error.kind, error.why, error.detail)
    kind = type(error).__name__
    said = _said(error)
    text = f"{kind}: {said}" if said else kind
    told = "not written" if isinstance(error, NotImplementedError) else f"raised {kind}"
    return Score(name, 0.0, most, told, detail=text[:2000])


def _said(error):
    try:
        return str(error)
    except Exception:
        return "(its text could not be had)"


def _number(value):
    """A number as float; None for anything else, such as True."""
    # By exact type: a stand-in asked for its shape would ask the learner's code.
    if type(value) is np.ndarray and value.shape == ():
        value = value[()]
    kind = type(value)
    if not issubclass(kind, _NUMBERS) or issubclass(kind, _NO_NUMBERS):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
