"""Has the engine grade the known answers to an exercise."""

import json

from scratchgrad.classroom.trial import with_tests_of
from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.submission import with_answers
from scratchgrad.grading.engine import Engine
from scratchgrad.grading.plan import make_plan


def losing_points(course, assignment, exercise):
    """Which known answers lose points; the exercise's own tests alone are run.

    Parameters
    ----------
    course : Course
    assignment, exercise : str

    Returns
    -------
    dict of str to tuple of str and bool
        By name of the answer, its kind and whether it lost points.
    """
    source = with_tests_of(notebook.read(course.notebook("source", assignment)), exercise)
    plan, found = make_plan(assignment, exercise, source), {}
    with Engine(hide=[course.root]) as engine:
        assert engine.prepare(plan) == []
        for answer in load_answers(course.misconceptions(assignment)):
            if answer.exercise == exercise:
                made = with_answers(source, {exercise: answer.source})
                scores = engine.grade(plan, json.dumps(made).encode(), answer.name)["scores"]
                lost = any(each["points"] < each["maximum"] for each in scores)
                found[answer.name] = answer.kind, lost
    return found
