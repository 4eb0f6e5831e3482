"""Every misconception loses points on its own exercise only; every alternative gets full marks."""

import functools

import pytest

from running import Forks
from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from tiny import ROOT

COURSE = Course(ROOT)
ANSWERS = [
    pytest.param(name, answer, id=f"{answer.exercise}-{answer.name}")
    for name in COURSE.assignments()
    for answer in load_answers(COURSE.misconceptions(name))
]


@functools.lru_cache(1)
def forks(assignment):
    source = notebook.read(COURSE.notebook("source", assignment))
    return source, Forks(source, COURSE.folder("source", assignment))


def exercises_losing_points(assignment, answer):
    source, running = forks(assignment)
    failed = running.failing(answer.exercise, answer.source)
    return {
        exercise.name
        for exercise in notebook.exercises(source)
        for test in exercise.tests
        if notebook.grade_id(test) in failed and test.metadata.nbgrader.points
    }


@pytest.mark.parametrize("assignment, answer", ANSWERS)
def test_answer_is_judged_rightly(assignment, answer):
    expected = {answer.exercise} if answer.kind == "misconception" else set()
    assert exercises_losing_points(assignment, answer) == expected


@pytest.mark.parametrize("assignment, answer", ANSWERS)
def test_misconception_has_a_sentence_for_the_learner(assignment, answer):
    assert bool(answer.says) == (answer.kind == "misconception")
