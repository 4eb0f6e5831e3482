"""Has the engine grade the known answers of an assignment, as submissions of a class."""

from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import Submission
from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.submission import reference_answers, with_answers


def exercises_losing_points(course, assignment, exercise):
    """Grade each known answer to an exercise, with the reference for all others.

    Parameters
    ----------
    course : Course
        With its release built.
    assignment, exercise : str

    Returns
    -------
    dict of str to tuple of str and set of str
        By name of the answer its kind, and the exercises that lost points.
    """
    found = {}
    perfect = reference_answers(notebook.read(course.notebook("source", assignment)))
    release = notebook.read(course.notebook("release", assignment))
    with Grader(course) as grader:
        assert grader.prepare(assignment) == []
        points = {part.name: part.points for part in grader.parts(assignment)}
        for answer in load_answers(course.misconceptions(assignment)):
            if answer.exercise == exercise:
                made = with_answers(release, perfect | {exercise: answer.source})
                path = course.notebook("submitted", assignment, answer.name)
                notebook.write(path, made)
                result = grader.grade(Submission(answer.name, assignment, path.parent))
                lost = {name for name, most in points.items() if result.marks[name] < most}
                found[answer.name] = answer.kind, lost
    return found
