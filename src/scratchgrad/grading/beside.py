"""The folder that tests run in, with the instructor's files."""

import shutil
from pathlib import Path


class FilesBeside:
    """The instructor's files in a folder of their own.

    Parameters
    ----------
    folder : path
        An empty one.
    files : dict of str to bytes

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder, files):
        self.folder, self._files, self._stamps = Path(folder), files, {}
        self.restore()

    def restore(self):
        """Have the folder hold these files and nothing else.

        What the source's own solutions or the tests of one submission have written is not to be
        found by the tests of another.
        """
        for path in self.folder.iterdir():
            self._tidy(path)
        for name, content in self._files.items():
            path = self.folder / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                self._stamps[name] = _stamp(path)

    def _tidy(self, path):
        """Remove a file or folder that is not ours as it was."""
        name = path.relative_to(self.folder).as_posix()
        is_folder = path.is_dir() and not path.is_symlink()
        if is_folder and any(each.startswith(f"{name}/") for each in self._files):
            for inner in path.iterdir():
                self._tidy(inner)
        elif is_folder:
            shutil.rmtree(path)
        elif name not in self._files or self._stamps[name] != _stamp(path):
            path.unlink()


def _stamp(path):
    about = path.lstat()
    return about.st_ino, about.st_size, about.st_mtime_ns
