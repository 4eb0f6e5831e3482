"""Grades submissions with nbgrader's own autograder, one at a time."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbgrader.converters import Autograde, GenerateAssignment

from ..course.layout import CourseError
from ..course.nbgrader import ConversionError, convert
from . import gradebook


@dataclass(frozen=True)
class Result:
    """What became of one submission.

    Parameters
    ----------
    student, assignment : str
    marks : dict of str to float, or None
        Points by exercise; None if the learner has none.
    problem : str or None
        Why this submission could not be graded. The marks are then those of an earlier one.
    """

    student: str
    assignment: str
    marks: dict | None
    problem: str | None = None


def register(course, assignment):
    """Make the gradebook know the cells of an assignment's source notebook as it is now.

    Raises
    ------
    CourseError
        If nbgrader refuses, as it does when test cells came or went after grading.
    """
    with tempfile.TemporaryDirectory() as release:
        try:
            convert(GenerateAssignment, course, assignment, release_directory=release)
        except ConversionError as error:
            raise CourseError(f"source/{assignment}: {error}") from error


def grade(course, submission):
    """Grade one submission; whatever is wrong with it becomes part of the result.

    Parameters
    ----------
    course : Course
        Its gradebook must know the assignment: see `register`.
    submission : Submission

    Returns
    -------
    Result
    """
    who = submission.student, submission.assignment
    before = gradebook.marks(course, submission.assignment, submission.student)
    problem = submission.problem() or _autograde(course, submission)
    if problem is None:
        return Result(*who, gradebook.marks(course, submission.assignment, submission.student))
    if before is None:
        gradebook.forget(course, submission.assignment, submission.student)
    return Result(*who, before, problem)


def _autograde(course, submission):
    """Autograde beside the earlier results, and put the new ones in their place if it succeeds."""
    assignment, student = submission.assignment, submission.student
    with tempfile.TemporaryDirectory() as folder:
        try:
            convert(Autograde, course, assignment, student, autograded_directory=folder)
        except ConversionError as error:
            return f"could not be graded: {error}"
        _replace(
            course.folder("autograded", assignment, student), Path(folder, student, assignment)
        )
    return None


def _replace(old, new):
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(new, old)
