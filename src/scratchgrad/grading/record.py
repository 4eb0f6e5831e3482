"""What an instructor should know of a graded submission and the gradebook has no place for.

One file for each submission, ``results/<assignment>/<learner>.json``. Learners never get it.
"""

import json
from dataclasses import dataclass, field

from ..course.files import put

_LEARNER_CODE = "cells and tests"


@dataclass(frozen=True)
class Record:
    """How the grading of one submission went.

    Attributes
    ----------
    problem : str or None
        Why it could not be graded.
    notes : list of str
        Cells put right, processes lost, files left out.
    seconds : float
        Wall time of the learner's cells and the tests.
    memory : int or None
        The most that the learner's code had, in bytes; None if that is not known.
    fingerprint, state : str or None
        Digests of what was graded by what, and of the gradebook's entry after it: while both are
        the same, grading it again is of no use. None where nbgrader's own command graded.
    """

    problem: str | None = None
    notes: list = field(default_factory=list)
    seconds: float = 0.0
    memory: int | None = None
    fingerprint: str | None = None
    state: str | None = None


def record_of(graded, notes, **digests):
    """The record of a submission that was graded.

    Parameters
    ----------
    graded : iterable of dict
        For each of its notebooks what `Engine.grade` returned.
    notes : list of str
    **digests
        ``fingerprint`` and ``state``.
    """
    seconds = sum(each["seconds"].get(_LEARNER_CODE, 0.0) for each in graded)
    memory = max((each["memory"] for each in graded if each["memory"]), default=None)
    return Record(None, notes, round(seconds, 3), memory, **digests)


def keep(course, assignment, student, record):
    """Write a record in place of an earlier one."""
    put(_path(course, assignment, student), json.dumps(vars(record), indent=1))


def kept(course, assignment):
    """The records of an assignment.

    Returns
    -------
    dict of str to Record
        By learner.
    """
    paths = _path(course, assignment, "").parent.glob("[!.]*.json")
    return {path.stem: Record(**json.loads(path.read_text("utf-8"))) for path in sorted(paths)}


def kept_of(course, assignment, student):
    """The record of one submission; None if there is none that can be read."""
    try:
        return Record(**json.loads(_path(course, assignment, student).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(course, assignment, student):
    """Remove a record: what it says is about to change."""
    _path(course, assignment, student).unlink(missing_ok=True)


def _path(course, assignment, student):
    return course.root / "results" / assignment / f"{student}.json"
