"""Reads and guards nbgrader's gradebook."""

from nbgrader.api import Gradebook, MissingEntry

from ..course import notebook


def marks(course, assignment, student):
    """The points that a learner has for each exercise.

    Returns
    -------
    dict of str to float, or None
        None if the gradebook has no marks of this learner for this assignment.
    """
    exercises = notebook.exercises(notebook.read(course.notebook("source", assignment)))
    with Gradebook(course.gradebook_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return None
        scores = {grade.name: grade.score for part in submission.notebooks for grade in part.grades}
    return {
        exercise.name: sum(scores.get(notebook.grade_id(test), 0) for test in exercise.tests)
        for exercise in exercises
    }


def forget(course, assignment, student):
    """Remove the entry that a failed first grading left: it would read as a mark of zero."""
    with Gradebook(course.gradebook_url) as gradebook:
        try:
            gradebook.remove_submission(assignment, student)
        except MissingEntry:
            pass
