"""Finds what learners handed in."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Submission:
    """What one learner handed in for one assignment.

    Parameters
    ----------
    student, assignment : str
    folder : Path
        The folder that holds the notebooks.
    """

    student: str
    assignment: str
    folder: Path

    @property
    def timestamp(self):
        """Path of the file with the time of submission, which may not be there."""
        return self.folder / "timestamp.txt"


def find(course, assignment, students=()):
    """The submissions for an assignment, by learner.

    Parameters
    ----------
    course : Course
    assignment : str
    students : collection of str
        The learners to look for, by default everybody.

    Returns
    -------
    list of Submission
    """
    # A link that leads nowhere is there too: its learner is to hear of it.
    folders = (path / assignment for path in sorted(course.root.glob("submitted/*")))
    folders = [path for path in folders if os.path.lexists(path)]
    found = [Submission(path.parent.name, assignment, path) for path in folders]
    visible = [each for each in found if not each.student.startswith(".")]
    return [each for each in visible if not students or each.student in students]
