"""nbgrader's gradebook: marks are written in one transaction for each submission."""

import warnings

from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SAWarning

from ..grading.reading import read_file
from ..grading.restore import Unreadable


class Book:
    """The gradebook of a course, open.

    Parameters
    ----------
    config : traitlets.config.Config
        The course's nbgrader configuration.
    """

    def __init__(self, config):
        self._config = config
        directory = CourseDirectory(config=config)
        self._url = directory.db_url
        self._book = Gradebook(self._url, directory.course_id)

    def close(self):
        """Close the database."""
        self._book.close()

    def scores(self, student, assignment):
        """The points that a learner has for each cell.

        Returns
        -------
        dict of (str, str) to float, or None
            By notebook and ``grade_id``; None if the gradebook has nothing of this learner for
            this assignment.
        """
        try:
            return _scores(self._book.find_submission(assignment, student))
        except MissingEntry:
            return None

    def record(self, submission, graded):
        """Write down the scores of a graded submission.

        Manual scores and comments stay; where there is a manual score, the cell is marked for
        another look, as nbgrader does.

        Parameters
        ----------
        submission : Submission
        graded : dict of str to dict
            For each notebook that was handed in what `Engine.grade` returned.

        Returns
        -------
        dict of (str, str) to float
            As from `scores`.
        """
        entry = self._entry(submission)
        for part in entry.notebooks:
            if part.name in graded:
                _record(part, graded[part.name])
            else:
                for grade in part.grades:
                    grade.auto_score, grade.needs_manual_grade = 0.0, False
        self._book.db.commit()
        self._assign_penalty(submission, entry)
        return _scores(entry)

    def _entry(self, submission):
        """The learner's entry for an assignment, made if there is none."""
        self._book.update_or_create_student(submission.student)
        when = self._time_of(submission)
        times = {"timestamp": when} if when else {}
        with warnings.catch_warnings():
            # nbgrader's way of making an entry's parts makes SQLAlchemy warn.
            warnings.simplefilter("ignore", SAWarning)
            return self._book.update_or_create_submission(
                submission.assignment, submission.student, **times
            )

    @staticmethod
    def _time_of(submission):
        """When it was handed in; None if there is no sensible timestamp.txt."""
        try:
            text = read_file(submission.timestamp).decode()
            return parse_utc(text.strip())
        except (Unreadable, OSError, ValueError, OverflowError):
            return None

    def _assign_penalty(self, submission, entry):
        """Have nbgrader's plugin say what lateness costs; most submissions are not late."""
        late = entry.total_seconds_late > 0
        if not late and not any(part.late_submission_penalty for part in entry.notebooks):
            return
        for part in entry.notebooks:
            who = {"student": submission.student, "assignment": submission.assignment}
            resources = {"nbgrader": {**who, "notebook": part.name, "db_url": self._url}}
            AssignLatePenalties(config=self._config).preprocess(new_notebook(), resources)
        self._book.db.expire_all()


def _record(part, graded):
    points = {score["name"]: score["points"] for score in graded["scores"]}
    points |= dict.fromkeys(graded["unanswered"], 0.0)
    for grade in part.grades:
        grade.auto_score = points.get(grade.name)
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for comment in part.comments:
        unanswered = comment.name in graded["unanswered"]
        comment.auto_comment = "No response." if unanswered else None


def _scores(entry):
    return {
        (part.name, grade.name): grade.score for part in entry.notebooks for grade in part.grades
    }
