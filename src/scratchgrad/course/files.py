"""Files that are written whole or not at all."""

import os
import tempfile


def put(path, text):
    """Write a text file in place of an earlier one, at once.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    text : str
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
