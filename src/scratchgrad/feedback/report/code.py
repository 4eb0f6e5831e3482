"""Splits a learner's code into tokens, without Python's parser: broken code is code too."""

import functools

from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, String

LINE_END = "\n"


@functools.lru_cache(10_000)  # Most of a class writes the same few answers.
def tokens(source):
    """The tokens of a piece of code without blanks, comments and docstrings.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of (token type, str)
        Types are those of Pygments; the end of a line is a token too.
    """
    lexed = PythonLexer(ensurenl=False).get_tokens(source)
    said = ((kind, text) for kind, text in lexed if kind not in Comment and kind not in String.Doc)
    plain = ((kind, text if text.strip() else _line_end(text)) for kind, text in said)
    return [(kind, text) for kind, text in plain if text]


def _line_end(blank):
    return LINE_END if "\n" in blank else ""


def is_name(kind):
    """Whether a token is a name, of whatever sort."""
    return kind in Name
