"""A notebook as university courses write them for nbgrader, and what learners make of it."""

import re
from pathlib import Path

import nbformat

from scratchgrad.course import notebook
from tiny import cell

_MARK = re.compile(r"^--- (\w+) ?(\d*)$", re.MULTILINE)
SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def exercises():
    """The exercises of ``natural.txt``.

    Returns
    -------
    dict of str to list
        By title, the parts of each: pairs of a kind and the code, tests with points.
    """
    text = (Path(__file__).parent / "natural.txt").read_text(encoding="utf-8")
    found = {}
    for chunk in text.split("=== ")[1:]:
        title, _, rest = chunk.partition("\n")
        _, *parts = _MARK.split(rest)
        triples = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        found[title] = [(kind, int(most or 2), code.strip("\n")) for kind, most, code in triples]
    return found


def source(parts):
    """The source notebook with some exercises; the cells of learners are left out."""
    cells = [cell("markdown", source="# An assignment"), cell(source="import numpy as np")]
    for number, (kind, points, code) in enumerate(parts):
        if kind == "solution":
            code = f"{notebook.BEGIN_SOLUTION}\n{code}\n{notebook.END_SOLUTION}"
            cells.append(cell(grade_id=f"part{number}", source=code, solution=True))
        elif kind == "test":
            name = f"test{number}"
            cells.append(cell(grade_id=name, source=code, points=points, grade=True, locked=True))
        elif kind == "locked":
            cells.append(cell(grade_id=f"given{number}", source=code, locked=True))
    return whole(cells)


def whole(cells):
    """A notebook of cells, with ids as Jupyter makes them."""
    for number, each in enumerate(cells):
        each["id"] = f"id{number:04}"
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})


def submission(release, parts, kind="solution"):
    """A released notebook, filled in with the right or the wrong answers.

    Parameters
    ----------
    release : NotebookNode
    parts : list
        Those that the source was made of.
    kind : {"solution", "wrong"}
        Exercises without wrong answers stay as released.
    """
    made, extra = nbformat.from_dict(release), {}
    answers, last = {}, None
    for number, (what, _, code) in enumerate(parts):
        last = f"part{number}" if what == "solution" else last
        if what == kind:
            answers[last] = code
        elif what == "added" and kind == "solution":
            extra.setdefault(last, []).append(nbformat.v4.new_code_cell(code))
    cells = []
    for each in made.cells:
        name = notebook.grade_id(each)
        each.source = answers.get(name, each.source)
        cells += [each, *extra.get(name, [])]
    made.cells = cells
    return made
