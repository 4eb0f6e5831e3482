"""Making a learner's submission out of a released notebook."""

import nbformat

from . import notebook


def with_answers(release, answers):
    """A released notebook with some of its exercises answered.

    Parameters
    ----------
    release : NotebookNode
        The notebook as learners get it.
    answers : dict of str to str
        The code of the solution cell for each exercise answered.

    Returns
    -------
    NotebookNode
    """
    result = nbformat.from_dict(release)
    for exercise in notebook.exercises(result):
        if exercise.name in answers:
            exercise.solution.source = answers[exercise.name]
    return result


def without(submission, grade_id):
    """A submission from which a cell was deleted."""
    result = nbformat.from_dict(submission)
    result.cells = [cell for cell in result.cells if notebook.grade_id(cell) != grade_id]
    return result


def reference_answers(source):
    """The solution of every exercise, as the source notebook has it."""
    return {exercise.name: exercise.solution.source for exercise in notebook.exercises(source)}
