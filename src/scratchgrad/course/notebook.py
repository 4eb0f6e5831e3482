"""Notebooks: reading and writing them in one canonical form, the roles of their cells."""

import contextlib
import re
from dataclasses import dataclass, field

import nbformat

from .layout import CourseError
from .names import exercise_of

POINTS = {"E": 2, "M": 3, "H": 4}
# Put together here, as no marker may be found in what learners install.
BEGIN_SOLUTION, END_SOLUTION = (f"### {end} SOLUTION" for end in ("BEGIN", "END"))
BEGIN_HIDDEN, END_HIDDEN = (f"### {end} HIDDEN TESTS" for end in ("BEGIN", "END"))
_NOTEBOOK_METADATA = {"kernelspec", "scratchgrad"}


@dataclass
class Exercise:
    """A function to write, and the cells that test it.

    Parameters
    ----------
    name : str
        The function's name and the ``grade_id`` of its solution cell.
    solution : NotebookNode
        The cell in which it is written.
    text : str
        The markdown above that cell, back to the exercise before.
    tests : list of NotebookNode
        The cells that test it, in order.
    """

    name: str
    solution: nbformat.NotebookNode
    text: str = ""
    tests: list = field(default_factory=list)

    @property
    def points(self):
        """Points of all test cells together."""
        return sum(cell.metadata.nbgrader.get("points", 0) for cell in self.tests)

    @property
    def difficulty(self):
        """E, M or H; None if it is not given."""
        return self.solution.metadata.get("scratchgrad", {}).get("difficulty")


def read(path):
    """Read a notebook in the current notebook format."""
    with _named(path):
        return nbformat.read(path, as_version=4)


def read_as_is(path):
    """Read a notebook without nbformat's silent repairs."""
    with _named(path):
        return nbformat.v4.reads(path.read_text(encoding="utf-8"))


@contextlib.contextmanager
def _named(path):
    try:
        yield
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CourseError(f"cannot read {path}: {reason}") from error


def text_of(notebook):
    """A notebook as the bytes of its file hold it: keys sorted, one space of indentation."""
    return nbformat.v4.writes(notebook) + "\n"


def write(path, notebook):
    """Write a notebook in canonical form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(notebook), encoding="utf-8")


def normalised(notebook):
    """A copy without outputs, pairing and editor metadata, with the ids that cells should have."""
    result = nbformat.from_dict(notebook)
    kept = {key: value for key, value in result.metadata.items() if key in _NOTEBOOK_METADATA}
    result.metadata = nbformat.from_dict({**kept, "language_info": {"name": "python"}})
    result.nbformat, result.nbformat_minor = 4, 5
    for number, cell in enumerate(result.cells):
        cell["id"] = expected_id(cell) or cell.get("id") or f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return result


def role(cell):
    """What a cell is for: solution, test, written, locked, code or text."""
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("grade"):
        return "written" if marks.get("solution") else "test"
    if marks.get("solution"):
        return "solution"
    if marks.get("locked"):
        return "locked"
    return "code" if cell.cell_type == "code" else "text"


def is_figure(cell):
    """Whether a cell only draws."""
    return "figure" in cell.metadata.get("tags", [])


def grade_id(cell):
    """nbgrader's name for a cell; None if it has none."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def expected_id(cell):
    """The cell id that follows from a cell's ``grade_id``; None if it has none.

    >>> marks = {"nbgrader": {"grade_id": "test_relu_grad"}}
    >>> expected_id(nbformat.v4.new_code_cell(metadata=marks))
    'relu-grad'
    """
    name = grade_id(cell)
    return name and re.sub(r"[^a-zA-Z0-9-]", "-", name.removeprefix("test_"))[:64]


def exercises(notebook):
    """The exercises of a notebook, in order.

    Returns
    -------
    list of Exercise
    """
    found, text = {}, []
    for cell in notebook.cells:
        kind, name = role(cell), grade_id(cell)
        if cell.cell_type == "markdown":
            text.append(cell.source)
        elif kind == "solution":
            found[name] = Exercise(name, cell, "\n".join(text))
            text = []
        elif kind == "test":
            if owner := exercise_of(name, found):
                found[owner].tests.append(cell)
            text = []
    return list(found.values())
