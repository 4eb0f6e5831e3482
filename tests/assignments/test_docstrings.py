"""The examples in the docstrings of all exercises hold for the references."""

import doctest
import functools

import numpy as np
import pytest

from scratchgrad.checks import _reference
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from tiny import ROOT

COURSE = Course(ROOT)
EXERCISES = [
    (assignment, exercise.name)
    for assignment in COURSE.assignments()
    for exercise in notebook.exercises(notebook.read(COURSE.notebook("source", assignment)))
]


@functools.cache
def references(assignment):
    return _reference._solutions(COURSE.folder("source", assignment))


@pytest.mark.parametrize("assignment, name", EXERCISES)
def test_examples(assignment, name):
    known = references(assignment)
    finder = doctest.DocTestFinder(recurse=False)
    tests = finder.find(known[name], name, globs={**known, "np": np}, module=False)
    results = [doctest.DocTestRunner().run(test) for test in tests]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0
