"""Reads what a learner handed in: once, under limits, regular files only."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .restore import Unreadable

MOST_NOTEBOOK_BYTES = 32 << 20
MOST_FILES, MOST_FILE_BYTES, DEEPEST = 500, 32 << 20, 10
_MOST_NOTES = 20
_SKIPPED = {".ipynb_checkpoints", "__pycache__"}


@dataclass
class HandedIn:
    """A submission's content.

    Attributes
    ----------
    notebooks : dict of str to bytes
        Those that are there, by file name.
    files : dict of str to bytes
        What lies beside them, by relative path.
    notes : list of str
        What was left out and why.
    """

    notebooks: dict
    files: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)

    def files_with(self, ours):
        """The files with the instructor's in place of the learner's.

        A learner's file where the instructor has a folder, or the other way round, is left out
        and noted.

        Parameters
        ----------
        ours : dict of str to bytes
            By relative path.

        Returns
        -------
        dict of str to bytes
        """
        folders = {str(each) for name in ours for each in PurePosixPath(name).parents}
        kept, obstacles = {}, {}
        for name, content in self.files.items():
            above = map(str, PurePosixPath(name).parents)
            obstacle = name if name in folders else next((p for p in above if p in ours), None)
            (kept if obstacle is None else obstacles)[obstacle or name] = content
        self.notes += [
            f"{shown(name)} is in the way of the instructor's files and was left out"
            for name in obstacles
        ]
        return kept | ours


def read_submission(folder, names):
    """Read a submission's folder.

    Parameters
    ----------
    folder : path
    names : list of str
        File names of the assignment's notebooks. One at least must be there.

    Returns
    -------
    HandedIn

    Raises
    ------
    Unreadable
    """
    reader = _Reader(MOST_FILE_BYTES)
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise Unreadable("the folder of the submission is not there") from None
    except OSError:
        raise Unreadable(f"{os.path.basename(folder)} {_kind_of(folder)}") from None
    try:
        entries = set(os.listdir(top))
        there = [name for name in names if name in entries]
        if not there:
            raise Unreadable(_absence(top, ", ".join(names)))
        notebooks = {name: _notebook(top, name) for name in there}
        reader.walk(top, PurePosixPath())
    finally:
        os.close(top)
    return HandedIn(notebooks, reader.files, reader.notes)


def read_everything(folder):
    """Every regular file of a folder that somebody else owns, as far as the limits go.

    A file with a second name is left out: it may be another's, linked to.

    Parameters
    ----------
    folder : path

    Returns
    -------
    dict of str to bytes
        By relative path.

    Raises
    ------
    Unreadable
    """
    reader = _Reader(MOST_NOTEBOOK_BYTES + MOST_FILE_BYTES, skipped=(), most_names=1)
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise Unreadable(f"{os.path.basename(folder)} cannot be opened as a folder") from None
    try:
        reader.walk(top, PurePosixPath())
    finally:
        os.close(top)
    return reader.files


def instructors_files(directory, assignment, kept=()):
    """The instructor's files beside the source notebooks, which replace the learner's.

    Parameters
    ----------
    directory : CourseDirectory
    assignment : str
    kept : collection of str
        Files that are the learner's to change: ``c.Autograde.exclude_overwriting``.

    Returns
    -------
    dict of str to bytes
        By relative path.
    """
    from nbgrader.utils import find_all_files

    folder = directory.format_path(directory.source_directory, ".", assignment)
    paths = find_all_files(folder, [*directory.ignore, "*.ipynb"])
    files = {os.path.relpath(path, folder): Path(path) for path in paths}
    return {name: path.read_bytes() for name, path in sorted(files.items()) if name not in kept}


def read_file(path, limit=MOST_NOTEBOOK_BYTES):
    """Read one file of a submission, if it is a regular one of decent size."""
    folder, name = os.path.split(path)
    top = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        return _notebook(top, name, limit)
    finally:
        os.close(top)


def _notebook(top, name, limit=MOST_NOTEBOOK_BYTES):
    try:
        content = _read(top, name, limit)
    except FileNotFoundError:
        raise Unreadable(_absence(top, name)) from None
    except _Refused as refused:
        raise Unreadable(f"{name} {refused}") from None
    except OSError as error:
        raise Unreadable(f"{name} cannot be opened: {error.strerror}") from None
    return content


def _absence(top, name):
    others = sorted(entry for entry in os.listdir(top) if not entry.startswith("."))
    if not others:
        return f"no {name}: the folder is empty"
    named = ", ".join(shown(other, 40) for other in others[:3])
    return f"no {name}; there is: {named}{', and more' if len(others) > 3 else ''}"


class _Refused(Exception):
    """A file that is not read; the text says what it is."""


def _read(folder, name, limit, most_names=None):
    """Read a regular file in an open folder, following no link and waiting for no writer."""
    if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
        raise _Refused(_kind_of(name, folder))
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with open(file, "rb") as opened:
        # It may be another by now.
        state = os.fstat(file)
        if not stat.S_ISREG(state.st_mode):
            raise _Refused("is not a regular file")
        if most_names and state.st_nlink > most_names:
            raise _Refused("is a hard link")
        # Room for the limit itself would be made first, and given back.
        content = opened.read(min(limit, state.st_size) + 1)
        if len(content) > state.st_size:  # it grows
            content += opened.read(limit + 1 - len(content))
    if len(content) > limit:
        raise _Refused(f"is larger than {_size(limit)}")
    return content


def _kind_of(name, folder=None):
    """What something is that is not what it should be, to go on after its name."""
    mode = os.lstat(name, dir_fd=folder).st_mode
    if stat.S_ISLNK(mode):
        return "is a symbolic link"
    if stat.S_ISDIR(mode):
        return "is a folder"
    return "is not a folder" if folder is None else "is not a regular file"


def _size(limit):
    return f"{limit >> 20} MiB" if limit >> 20 else f"{limit} bytes"


class _Reader:
    """Collects the files of a folder up to a number of bytes."""

    def __init__(self, room, skipped=(".ipynb",), most_names=None):
        self.files, self.notes, self.room = {}, [], room
        self._skipped, self._most_names = skipped, most_names

    def walk(self, folder, place):
        for name in sorted(os.listdir(folder)):
            if name in _SKIPPED or name.endswith(self._skipped):
                continue
            path = place / name
            if len(self.files) >= MOST_FILES:
                self._note("too many files beside the notebook; the rest was left out")
                return
            if len(path.parts) > DEEPEST:
                self._note(f"folders beside the notebook more than {DEEPEST} deep were left out")
                return
            self._take(folder, name, path)

    def _take(self, folder, name, path):
        try:
            if stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
                self._descend(folder, name, path)
                return
            content = _read(folder, name, self.room, self._most_names)
        except _Refused as refused:
            self._note(f"{shown(path)} {refused} and was left out")
        except OSError as error:
            self._note(f"{shown(path)} cannot be read ({error.strerror}) and was left out")
        else:
            self.room -= len(content)
            self.files[str(path)] = content

    def _note(self, text):
        # One learner's links and pipes by the thousand are not to hide what others' notes say.
        if len(self.notes) == _MOST_NOTES:
            text = "more beside the notebook was left out"
        if len(self.notes) <= _MOST_NOTES and text not in self.notes:
            self.notes.append(text)

    def _descend(self, folder, name, path):
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            self.walk(inner, path)
        finally:
            os.close(inner)


def shown(path, most=100):
    """A path that may hold anything, as text for a message.

    Parameters
    ----------
    path : str or path
    most : int
        How many characters.

    Returns
    -------
    str
    """
    text = ascii(str(path))[1:-1]
    return text if len(text) <= most else f"{text[: most - 3]}..."
