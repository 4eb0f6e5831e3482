"""Collecting from the exchange without following links.

A submission lies in the exchange as its writer's own folder. nbgrader copies it with the
instructor's rights and follows links as it does: who hands in a link to the source notebook would
get full marks, and read the solutions in the feedback.
"""

import os
import shutil
import stat

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns


class Collect(ExchangeCollect):
    """nbgrader's, but it copies regular files only: no links, pipes or devices."""

    def do_copy(self, src, dest, log=None):
        """Copy a submission.

        Parameters
        ----------
        src, dest : str
            Folders; the second is made.
        """
        limits = {"include": self.coursedir.include, "max_file_size": self.coursedir.max_file_size}
        ignored = ignore_patterns(exclude=self.coursedir.ignore, log=self.log, **limits)
        # By open folders, not by path: the writer could put a link in the place of a folder
        # that was one when it was looked at.
        for folder, folders, names, opened in os.fwalk(src):
            place = os.path.join(dest, os.path.relpath(folder, src))
            os.makedirs(place, exist_ok=True)
            left_out = ignored(folder, folders + names)
            folders[:] = [name for name in folders if name not in left_out]
            for name in names:
                if name not in left_out and not _copy(opened, name, os.path.join(place, name)):
                    self.log.warning("Left out, as it is no regular file: %s/%s", folder, name)


def _copy(folder, name, target):
    """Copy a regular file of an open folder; False if it is none."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    with open(file, "rb") as source:
        state = os.fstat(file)
        # With a second name it is a hard link, perhaps to what only the instructor may read.
        regular = stat.S_ISREG(state.st_mode) and state.st_nlink == 1
        if regular:
            with open(target, "wb") as copy:
                shutil.copyfileobj(source, copy)
    return regular
