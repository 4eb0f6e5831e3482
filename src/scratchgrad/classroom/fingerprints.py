"""Tells whether a submission, its source or the grader changed since it was graded."""

import hashlib
import json
from dataclasses import asdict

from ..grading.versions import versions


def of_grader(course, limits, sandboxed):
    """A digest of what grades: our code, the libraries, the settings.

    Parameters
    ----------
    course : Course
    limits : Limits
    sandboxed : bool

    Returns
    -------
    str
    """
    settings = json.dumps([versions(), asdict(limits), sandboxed])
    return _digest(settings.encode(), (course.root / "nbgrader_config.py").read_bytes())


def of_assignment(grader, plans, files):
    """A digest of what an assignment is graded by.

    Parameters
    ----------
    grader : str
        From `of_grader`.
    plans : list of Plan
    files : dict of str to bytes
        The instructor's.

    Returns
    -------
    str
    """
    return _digest(grader.encode(), *(plan.key.encode() for plan in plans), *_named(files))


def of_submission(assignment, handed_in):
    """A digest of everything that a submission's marks depend on.

    Parameters
    ----------
    assignment : str
        From `of_assignment`.
    handed_in : HandedIn

    Returns
    -------
    str
    """
    return _digest(assignment.encode(), *_named(handed_in.notebooks), *_named(handed_in.files))


def _named(files):
    for name, content in sorted(files.items()):
        yield name.encode(errors="surrogateescape")
        yield content


def _digest(*pieces):
    """A digest of pieces that nothing moves from one into the next."""
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(b"%d:" % len(piece))
        whole.update(piece)
    return whole.hexdigest()
