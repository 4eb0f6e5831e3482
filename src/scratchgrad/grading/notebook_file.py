"""Reads the JSON of a notebook's file, or says what the file is instead."""

import codecs
import json
import re

from .restore import Unreadable

_CONFLICT = re.compile(rb"^(<<<<<<< |>>>>>>> )", re.MULTILINE)
_PAGE = re.compile(rb"\s*<(!doctype|html|head|\?xml|!--)", re.IGNORECASE)
_PROGRAM = re.compile(rb"^(import \w|from \w+ import|def \w+\()", re.MULTILINE)
_STARTS = {
    b"PK\x03\x04": "a zip archive: it has to be unpacked",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file: it has to be unpacked",
    b"\x89PNG": "a picture",
    b"SQLite format 3\0": "a database",
    b"version https://git-lfs": "a pointer of Git LFS, not the notebook itself",
    # UTF-32 before UTF-16: one begins as the other does.
    codecs.BOM_UTF32_LE: "text in UTF-32; a notebook is text in UTF-8",
    codecs.BOM_UTF32_BE: "text in UTF-32; a notebook is text in UTF-8",
    codecs.BOM_UTF16_LE: "text in UTF-16; a notebook is text in UTF-8",
    codecs.BOM_UTF16_BE: "text in UTF-16; a notebook is text in UTF-8",
}


def parsed(content):
    """What a notebook's file holds.

    Parameters
    ----------
    content : bytes
        From anyone.

    Returns
    -------
    object
        Any JSON; whether it is a notebook, `restored` says.

    Raises
    ------
    Unreadable
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        reason = "is nested too deeply"
    except MemoryError:
        reason = "needs too much memory to be read"
    except UnicodeDecodeError as error:
        other = _other_kind(content)
        reason = f"is {other or f'not text in UTF-8 (byte {error.start})'}"
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        reason = f"is {_other_kind(content) or f'not valid JSON: {error.msg} ({place})'}"
    except ValueError:
        reason = "holds a number that is too long to be read"
    raise Unreadable(f"the notebook {reason}")


def _other_kind(content):
    """What kind of file it is that is no JSON; None if that is not known."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    if not content.strip():
        return "an empty file"
    if not content.strip(b"\0"):
        return "nothing but zero bytes"
    if b"\0" in content[:4]:
        return "not text in UTF-8: it holds zero bytes"
    if _PAGE.match(content):
        return "a web page, as a download without a login gives"
    if conflict := _CONFLICT.search(content):
        line = content.count(b"\n", 0, conflict.start()) + 1
        return f"not valid JSON: it holds the marks of a merge conflict in Git (line {line})"
    if _PROGRAM.search(content):
        return "a Python script, not valid JSON"
    return None
