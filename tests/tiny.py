"""A tiny course for fast tests: two exercises, three misconceptions and two alternatives each."""

import shutil
from pathlib import Path

import nbformat

from scratchgrad.course import notebook
from scratchgrad.course.layout import Course

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "01-tiny"

DOUBLE = '''\
def double(x):
    """Twice a number.

    Parameters
    ----------
    x : float

    Returns
    -------
    float

    Examples
    --------
    >>> double(2)
    4
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''
SQUARE = DOUBLE.replace("double", "square").replace("2 * x", "x * x")


def hidden(check, x):
    """A hidden test of a function at a point."""
    lines = [f"# Hidden: at {x}", notebook.BEGIN_HIDDEN, check.format(x, x), notebook.END_HIDDEN]
    return "\n".join(lines)


def exercise(name, stub):
    """The cells of one exercise."""
    check = f'checks.matches_reference({name}, {{}}, why="{name} of {{}}.")'
    example = f'checks.returns({name}, 2, expected=4, why="2.")'
    test = {"grade": True, "locked": True}
    return [
        cell("markdown", source=f"## {name} (2 points)"),
        cell(grade_id=name, source=stub, solution=True, scratchgrad={"difficulty": "E"}),
        cell(grade_id=f"test_{name}_examples", source=example, points=0, **test),
        cell(grade_id=f"test_{name}_positive", source=hidden(check, 3), points=1, **test),
        cell(grade_id=f"test_{name}_negative", source=hidden(check, -5), points=1, **test),
    ]


def cell(kind="code", *, grade_id=None, source, scratchgrad=None, tags=None, **marks):
    """A cell with nbgrader's metadata."""
    made = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    if grade_id:
        flags = dict(grade=False, locked=False, solution=False, task=False, schema_version=3)
        made.metadata["nbgrader"] = {**flags, "grade_id": grade_id, "cell_type": kind, **marks}
    if scratchgrad:
        made.metadata["scratchgrad"] = scratchgrad
    if tags:
        made.metadata["tags"] = tags
    return nbformat.from_dict(made)


def source():
    """The source notebook."""
    setup = cell(grade_id="setup", source="from scratchgrad import checks", locked=True)
    drawing = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    figure = cell(grade_id="figure_line", source=drawing, locked=True, tags=["figure"])
    title = cell("markdown", source="# Tiny")
    cells = [title, setup, *exercise("double", DOUBLE), figure, *exercise("square", SQUARE)]
    for number, each in enumerate(cells):
        each["id"] = f"cell-{number}"
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return notebook.normalised(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}))


def make(root):
    """Write the course into a folder."""
    course = Course(root.resolve())
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    notebook.write(course.notebook("source", ASSIGNMENT), source())
    return course
