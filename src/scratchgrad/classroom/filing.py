"""Puts folders into place, whole or not at all; and lets one grader write at a time."""

import contextlib
import fcntl
import os
import shutil
import tempfile

_NEW = ".new-"


@contextlib.contextmanager
def writing(course):
    """Keep other graders of this course folder from writing for a while."""
    folder = course.root / "results"
    folder.mkdir(exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put_graded(course, submission, files):
    """Put graded notebooks and their files in place of earlier ones, at once.

    Parameters
    ----------
    course : Course
    submission : Submission
    files : dict of str to bytes
        By relative path.
    """
    put_folder(course.folder("autograded", submission.assignment, submission.student), files)


def put_folder(place, files):
    """Put a folder in place of an earlier one, at once.

    Parameters
    ----------
    place : Path
    files : dict of str to bytes
        By relative path.
    """
    parent = os.path.dirname(place)
    os.makedirs(parent, exist_ok=True)
    for name in os.listdir(parent):
        if name.startswith(_NEW):
            shutil.rmtree(os.path.join(parent, name), ignore_errors=True)
    new = tempfile.mkdtemp(prefix=_NEW, dir=parent)
    try:
        _fill(new, files)
        if os.path.exists(place):
            # A folder that is not empty cannot be replaced: killed in between, there is none,
            # and the next run grades again.
            os.rename(place, old := f"{new}.old")
            os.rename(new, place)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(new, place)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def has_graded(course, submission, names):
    """Whether the graded notebooks of a submission are in place."""
    place = course.folder("autograded", submission.assignment, submission.student)
    return all((place / name).is_file() for name in names)


def _fill(folder, files):
    for name, content in files.items():
        path = os.path.join(folder, name)
        if inner := os.path.dirname(name):
            os.makedirs(os.path.join(folder, inner), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o444)
    os.chmod(folder, 0o755)
