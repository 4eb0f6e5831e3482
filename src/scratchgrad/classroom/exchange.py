"""nbgrader's exchange, seen from the course: what learners submitted, and their feedback."""

import hashlib
import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange as NbgraderExchange
from nbgrader.exchange.default import ExchangeCollect

from ..course.files import put
from ..grading.reading import read_file
from ..grading.restore import Unreadable

# `nbgrader submit` writes this one last.
_SECRET = "submission_secret.txt"
_NAME = re.compile(
    r"(?P<student>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d [^+]+)(\+[^+]*)?"
)


@dataclass(frozen=True)
class Arrival:
    """A folder that a learner put into the exchange.

    Attributes
    ----------
    name : str
        The folder's name: learner, assignment, time and a random string.
    folder : Path
    student, assignment, time : str
    secret : str
        What the learner finds the feedback by.
    """

    name: str
    folder: Path
    student: str
    assignment: str
    time: str
    secret: str


class Exchange:
    """The exchange of a course.

    Parameters
    ----------
    config : traitlets.config.Config
        The course's nbgrader configuration.
    """

    def __init__(self, config):
        course = CourseDirectory(config=config).course_id
        root = Path(NbgraderExchange(config=config).root) / course
        self.inbound, self.feedback = root / "inbound", root / "feedback"
        self._checks_owner = ExchangeCollect(config=config).check_owner

    def arrivals(self, seen):
        """Folders that are complete and have not been seen, the oldest first.

        Parameters
        ----------
        seen : container of str
            Names of folders.

        Returns
        -------
        list of Arrival
        """
        names = (name for name in os.listdir(self.inbound) if name not in seen)
        found = [each for each in map(self._arrival, names) if each is not None]
        return sorted(found, key=lambda each: (each.time, each.name))

    def objection(self, arrival):
        """Why a submission cannot be its learner's own; None if it can."""
        if not self._checks_owner:
            return None
        owner = os.stat(arrival.folder, follow_symlinks=False).st_uid
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = f"user {owner}"
        if name == arrival.student:
            return None
        return f"it says that it is {arrival.student}'s, but it belongs to {name}"

    def publish(self, arrival, notebook, page):
        """Put a feedback page where ``nbgrader fetch_feedback`` looks for it.

        Parameters
        ----------
        arrival : Arrival
        notebook : str
            Its name, without the ending.
        page : str
            HTML.
        """
        name = hashlib.md5((arrival.secret + notebook).encode(), usedforsecurity=False).hexdigest()
        put(self.feedback / f"{name}.html", page)

    def _arrival(self, name):
        """What a folder's name says; None if it is no submission, or not complete."""
        parts = _NAME.fullmatch(name)
        if parts is None or name.startswith("."):
            return None
        folder = self.inbound / name
        try:
            secret = read_file(folder / _SECRET).decode("ascii")
        except (Unreadable, OSError, UnicodeDecodeError):
            return None
        who = parts["student"], parts["assignment"], parts["time"]
        return Arrival(name, folder, *who, secret) if secret else None
