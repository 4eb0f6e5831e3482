"""Finds code that reaches for more than the exercises need.

The sandbox stops what could do harm; an instructor may still want to know who tried.
"""

import re

from .code import LINE_END, is_name, tokens

_ORDINARY = set(
    "numpy math cmath matplotlib scratchgrad typing functools itertools collections operator "
    "dataclasses abc enum fractions decimal statistics random warnings copy string re numbers "
    "time datetime bisect heapq textwrap pprint contextlib types __future__".split()
)
_CALLS = set("open exec eval compile __import__ get_ipython breakpoint globals input".split())
_INNER = re.compile(
    r"__(subclasses|globals|builtins|code|closure|mro|bases|loader|spec|reduce|reduce_ex|"
    r"getattribute|import|defaults|kwdefaults|wrapped)__|[fgt]b?_(frame|back|globals|code|builtins)"
)
_LIBRARIES = {"np", "numpy", "checks", "scratchgrad", "plt", "math"}
# A shell command or a magic one; not an operator at the start of a line.
_COMMAND = re.compile(
    r"^[ \t]*(?:\w+[ \t]*=[ \t]*)?(![^\n=].*|%%?(?!matplotlib)[a-z]\w*(?![ \t]*[\w]*[)\]]).*)$",
    re.MULTILINE,
)


def reaches(source):
    """What a cell's code reaches for besides the exercise.

    Parameters
    ----------
    source : str
        A learner's code; it is split into tokens, never run.

    Returns
    -------
    list of str
        In words, each once; empty for ordinary answers.

    Examples
    --------
    >>> reaches("import os, numpy as np\\nos.system('id')\\nopen('/etc/passwd')")
    ['imports os', 'calls open']
    """
    found = [f"runs {command.strip()[:60]}" for command in _COMMAND.findall(source)]
    several = tokens(_COMMAND.sub("", source))
    found += [f"imports {name}" for name in _imported(several) if name not in _ORDINARY]
    for place, (kind, text) in enumerate(several):
        follows = several[place + 1][1] if place + 1 < len(several) else ""
        if text in _CALLS and follows == "(":
            found.append(f"calls {text}")
        elif is_name(kind) and _INNER.fullmatch(text):
            found.append(f"uses {text}")
        elif text in _LIBRARIES and follows == ".":
            found += _changed(several[place:])
    return list(dict.fromkeys(found))


def _imported(several):
    """Names of the modules that are imported."""
    line = []
    for _, text in [*several, ("", LINE_END)]:
        if text not in (LINE_END, ";"):
            line.append(text)
            continue
        if "import" in line:
            place = line.index("import")
            if "from" in line[:place]:
                yield from _listed(line[line.index("from") + 1 : place])
            else:
                yield from _listed(line[place + 1 :])
        line = []


def _listed(words):
    """The modules of ``import a.b as c, d``."""
    for before, word in zip([",", *words], words, strict=False):
        if before == "," and word != ".":
            yield word.partition(".")[0]


def _changed(several):
    """What is put into a library where ``np.exp = ...`` stands at the start."""
    words = [text for _, text in several]
    end = 1
    while words[end : end + 1] == ["."]:
        end += 2
    if words[end : end + 1] == ["="]:
        yield "changes " + "".join(words[:end])
