"""Grades a made-up notebook, so that graders are forked from a process that has done it before.

Code that runs for the first times is slow: Python has yet to find out what it works on, and writes
that into it. A fork would do so again each time, on pages that it has to copy first. Nothing of a
course is run here: whatever its code changed would then be changed for every submission.
"""

import json

from scratchgrad.checks import use_references

from .grade import grade
from .plan import Plan, PlannedCell
from .prepared import Prepared

_ROUNDS = 2
_SETUP = "import numpy as np\nfrom scratchgrad import checks\nscale = np.array([2.0, 3.0])"
_RIGHT = '''\
def f(x, slope=0.1):
    """Something elementwise."""
    values = np.asarray(x) * 1.0
    return np.where(values < 1, slope * np.abs(values), values - 3)
'''
_WRONG = _RIGHT.replace("slope * np.abs", "np.abs")
_PAIR = "def pair(function, x):\n    return function(x), float(np.sum(x))"
_CHECKS = """\
rng = checks.generator("rehearsal")
matrix = rng.normal(size=(2, 3))
for x in (0.5, 2, [1.0, -2.0], np.array(1.0), np.float32([-1.5, 0.5]), np.array([[True]]), matrix):
    checks.matches_reference(f, x, why="It is the same.")
    checks.matches_reference(f, x, slope=0.3, rtol=1e-9, why="It is the same.")
checks.returns(f, np.array([1.0, -2.0]), expected=[-2.0, 0.2], why="It is so.")
checks.gives_dtype(f, 1.0, dtype=np.float64, why="It is a float.")
checks.is_silent(f, matrix, why="It is silent.")
checks.leaves_unchanged(f, matrix, why="It is left alone.")
"""
_NATURAL = """\
for x in (scale, -scale):
    values, total = pair(np.abs, x)
    assert np.allclose(values, np.abs(x)) and abs(total - x.sum()) < 1e-9
checks.is_derivative_of(f, lambda x: x * x / 2 - 3 * x, scale, why="It is the slope.")
checks.avoids(f, "tanh", why="It is made by hand.")
"""
_CELLS = (
    ("setup", "locked", _SETUP),
    ("f", "solution", _RIGHT),
    ("test_f", "test", _CHECKS),
    ("test_f_more", "test", _CHECKS),
    ("pair", "solution", _PAIR),
    ("test_pair", "test", _NATURAL),
    ("end", "locked", "print(scale)"),
)
_MISTAKES = {"tests": ["test_f", "test_f_more"], "known": [{"says": "No.", "source": _WRONG}]}


def rehearse(sandbox, limits):
    """Grade a right and a wrong submission a few times, and leave nothing behind.

    Parameters
    ----------
    sandbox : Sandbox
    limits : Limits
    """
    cells = [PlannedCell(n, kind, "code", text, text, {}, n, 1.0) for n, kind, text in _CELLS]
    solutions, mistakes = {"f": _RIGHT, "pair": _PAIR}, {"f": _MISTAKES}
    prepared = Prepared(Plan("rehearsal", "rehearsal", cells, solutions, {}, False, mistakes))
    use_references(prepared.references)
    for number in range(_ROUNDS):
        with sandbox.spawn() as child:
            child.ready()
            content = _submission(cells, _WRONG if number % 2 else _RIGHT)
            grade(content, prepared, child, limits, sandbox.spawn)
    use_references({})


def _submission(cells, answer):
    made = [
        {
            "cell_type": "code", "metadata": {"nbgrader": {"grade_id": cell.name}},
            "source": answer if cell.name == "f" else cell.source,
        }
        for cell in cells
    ]  # fmt: skip
    return json.dumps({"cells": made, "nbformat": 4}).encode()
