"""Finds lines of solutions and hidden tests where learners would read them."""

import json
import re

from . import notebook

_BEGIN = re.compile(r"\bBEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
_END = re.compile(r"\bEND (SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
# Shorter lines, such as ``return total``, say little and stand in many a visible cell.
_SHORTEST = 13


def secret_lines(cells):
    """Lines of solutions and hidden tests that learners see nowhere else in a source notebook.

    Parameters
    ----------
    cells : list of NotebookNode

    Returns
    -------
    set of str
    """
    seen, secret = set(), set()
    for cell in cells:
        # Without a marked region all of a solution cell is replaced by a stub.
        unmarked = notebook.role(cell) in ("solution", "written") and not _BEGIN.search(cell.source)
        inside = False
        for line in cell.source.splitlines():
            inside = inside or bool(_BEGIN.search(line))
            (secret if inside or unmarked else seen).add(line.strip())
            inside = inside and not _END.search(line)
    return {line for line in secret - seen if _tells(line)}


def _tells(line):
    return len(line) >= _SHORTEST and not line.startswith(("import ", "from "))


def leaked(name, content, secret):
    """A line of a file that learners must not read; None if there is none.

    Parameters
    ----------
    name : str
        The file's name: a notebook is read as one.
    content : bytes
    secret : set of str
        What `secret_lines` gives.
    """
    text = content.decode("utf-8", "replace")
    texts = _strings(json.loads(text)) if name.endswith(".ipynb") else [text]
    lines = (line.strip() for text in texts for line in text.splitlines())
    return next((line for line in lines if line in secret or _BEGIN.search(line)), None)


def _strings(value):
    """All text in a notebook: of cells, outputs and metadata, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
