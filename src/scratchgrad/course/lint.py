"""Checks source notebooks against the rules, and mends what can be mended by rule."""

from . import notebook
from .answers import load_answers
from .exercise_rules import RULES
from .rules import Notebook


def lint(course, assignment):
    """Check an assignment's source notebook.

    Returns
    -------
    list of str
        A line for everything wrong: ``path: cell <id>: rule: what is wrong``.
    """
    path = course.notebook("source", assignment)
    name = path.relative_to(course.root)
    subject = _subject(course, assignment, path)
    return [
        f"{name}: cell {cell}: {rule.__name__.replace('_', '-')}: {message}"
        for rule in RULES
        for cell, message in rule(subject)
    ]


def fix(course, assignment):
    """Mend what can be mended by rule: outputs, key order, cell ids, foreign metadata."""
    path = course.notebook("source", assignment)
    notebook.write(path, notebook.normalised(notebook.read(path)))


def _subject(course, assignment, path):
    made = notebook.read_as_is(path)
    text = path.read_text(encoding="utf-8")
    answers = load_answers(course.misconceptions(assignment))
    exercises = notebook.exercises(made)
    return Notebook(made.cells, made.metadata, exercises, text, notebook.text_of(made), answers)
