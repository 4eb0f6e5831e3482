"""What marks depend on besides the course: our code, the libraries, Python."""

import hashlib
import importlib.metadata
import sys
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
# Feedback and the gradebook do not decide on marks.
_DECIDING = ("checks", "course", "grading")
_LIBRARIES = ("ipython", "matplotlib", "nbgrader", "numpy")


def versions():
    """The versions of what grades here.

    Returns
    -------
    dict of str to str
        For our own code a digest of it.
    """
    found = {"Python": sys.version}
    found |= {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return found | {"scratchgrad": _of_code()}


def differences(theirs, ours):
    """What differs between two machines.

    Parameters
    ----------
    theirs, ours : dict of str to str
        From `versions`.

    Returns
    -------
    list of str
    """
    names = dict.fromkeys([*ours, *theirs])
    pairs = {name: (theirs.get(name), ours.get(name)) for name in names}
    return [
        "the code of scratchgrad is another"
        if name == "scratchgrad"
        else f"{name} is {' '.join((there or 'not there').split())}, not {here}"
        for name, (there, here) in pairs.items()
        if there != here
    ]


def _of_code():
    whole = hashlib.sha256()
    for part in _DECIDING:
        for path in sorted((_PACKAGE / part).rglob("*.py")):
            content = path.read_bytes()
            whole.update(f"{path.relative_to(_PACKAGE)} {len(content)}\n".encode() + content)
    return whole.hexdigest()
