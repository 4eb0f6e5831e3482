"""Files that are written whole or not at all, and archives that depend on their content only."""

import io
import os
import tempfile
import zipfile


def put(path, content):
    """Write a file in place of an earlier one, at once.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    content : str or bytes
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def zipped(files):
    """A zip archive: the same bytes for the same files, on every day and machine.

    Parameters
    ----------
    files : dict of str to bytes
        Files by their path in the archive.

    Returns
    -------
    bytes
    """
    result = io.BytesIO()
    # Not compressed: what compression gives depends on the version of zlib.
    with zipfile.ZipFile(result, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return result.getvalue()
