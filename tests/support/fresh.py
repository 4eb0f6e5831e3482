"""What is installed here, lent to a new environment, but for this package."""

import sysconfig
from pathlib import Path


def lend(folder):
    """Fill a folder for an import path. It saves a new environment all downloads."""
    folder.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "scratchgrad" not in path.name and path.suffix != ".pth":
            (folder / path.name).symlink_to(path)
