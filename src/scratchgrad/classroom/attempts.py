"""Every attempt that learners submitted, kept: ``attempts/<assignment>/<learner>/<name>/``.

What came of an attempt is written last, in one piece: an attempt without it has yet to be graded.
"""

import json
import os
from dataclasses import asdict, dataclass

from ..course.files import put
from .filing import put_folder

_OUTCOME = "outcome.json"


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt.

    Attributes
    ----------
    event : str
        "graded", "unreadable", "over the limit" or "refused".
    reason : str or None
        Why it has no marks.
    points : float or None
    """

    event: str
    reason: str | None = None
    points: float | None = None


class Attempts:
    """The attempts of a course.

    Parameters
    ----------
    course : Course
    """

    def __init__(self, course):
        self._root = course.root / "attempts"
        paths = self._root.glob(f"*/*/*/{_OUTCOME}")
        self._outcomes = {path.parent.name: _read(path) for path in paths}

    def __contains__(self, name):
        return name in self._outcomes

    def keep(self, arrival, files):
        """Keep the files of an attempt.

        Parameters
        ----------
        arrival : Arrival
        files : dict of str to bytes
            By relative path.
        """
        put_folder(self._folder(arrival), files)

    def settle(self, arrival, outcome):
        """Write down what came of an attempt."""
        put(self._folder(arrival) / _OUTCOME, json.dumps(asdict(outcome)))
        self._outcomes[arrival.name] = outcome

    def counted(self, arrival):
        """How many attempts of this learner at this assignment were graded."""
        folder = self._folder(arrival).parent
        names = os.listdir(folder) if folder.is_dir() else []
        known = (self._outcomes.get(name) for name in names)
        return sum(each is not None and each.event == "graded" for each in known)

    def _folder(self, arrival):
        return self._root / arrival.assignment / arrival.student / arrival.name


def _read(path):
    return Outcome(**json.loads(path.read_text("utf-8")))
