"""A submission brought back into the form of the source notebook."""

import contextlib
import re
from collections import Counter
from dataclasses import dataclass

from .outputs import encodable

_MOST_CELLS = 2000
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_LONGEST_SOURCE = 1 << 20


class Unreadable(Exception):
    """A submission that cannot be graded; the text is the reason in one line."""


@dataclass
class Cell:
    """A cell of the notebook to be graded.

    Attributes
    ----------
    planned : PlannedCell or None
        None for a cell that the learner added.
    cell_type, source : str
    cell_id : str or None
        Of a cell that the learner added, if it has a proper one.
    is_absent : bool
        Not in the submission, nor put back: the tests alone may need what it defines.
    """

    planned: object
    cell_type: str
    source: str
    cell_id: str | None = None
    is_absent: bool = False

    @property
    def is_run(self):
        """Whether grading runs it: code, and more than a figure."""
        return self.cell_type == "code" and not (self.planned and self.planned.is_figure)

    @property
    def kind(self):
        """As in the plan; "added" for a cell that the learner added."""
        return self.planned.kind if self.planned else "added"


def restored(submitted, plan):
    """The cells to run, in the order of the source, with the learner's own between them.

    Roles, texts, points and order of the planned cells are those of the source, whatever the
    submission says. Of a solution cell that stands several times the last one counts.

    Parameters
    ----------
    submitted : dict
        The submission as parsed from JSON.
    plan : Plan

    Returns
    -------
    cells : list of Cell
    notes : list of str
        What had to be put right, for the instructor.
    """
    found, added, notes = _sorted_out(_cells_of(submitted), plan)
    if language := _foreign_language(submitted):
        notes.append(f"the notebook says that it is in {language}; it was run as Python")
    cells = [Cell(None, *cell) for cell in added.pop(None, [])]
    for planned in plan.cells:
        theirs = found.get(planned.name)
        is_absent = theirs is None and planned.kind == "open"
        source = planned.source if planned.is_ours or theirs is None else theirs[1]
        cells.append(Cell(planned, planned.cell_type, source, is_absent=is_absent))
        if theirs is None and not is_absent:
            notes.append(f"cell {planned.name} was missing and was put back")
        elif theirs and planned.is_ours and theirs[1] not in (planned.released, planned.source):
            notes.append(f"cell {planned.name} was changed and was restored")
        cells += [Cell(None, *cell) for cell in added.get(planned.name, [])]
    return cells, notes


def _foreign_language(submitted):
    """The language that a notebook says to be in, as text for a note; None for Python."""
    metadata = submitted.get("metadata")
    for part, name in (("kernelspec", "language"), ("language_info", "name")):
        about = metadata.get(part) if isinstance(metadata, dict) else None
        language = about.get(name) if isinstance(about, dict) else None
        if isinstance(language, str) and language.lower() not in ("", "python", "ipython"):
            return ascii(language[:30])[1:-1]
    return None


def _sorted_out(cells, plan):
    """Which submitted cell is which planned one, and what was added after which."""
    planned, by_id = {c.name: c for c in plan.cells}, {c.cell_id: c.name for c in plan.cells}
    names = [_name_of(cell, planned, by_id) for cell in cells]
    found, added, notes, last = {}, {}, [], None
    final = {name: index for index, name in enumerate(names) if name}
    for index, (cell, name) in enumerate(zip(cells, names, strict=True)):
        content = cell["cell_type"], cell["source"], cell["id"]
        if name and final[name] == index:
            found[name], last = content, name
        else:
            added.setdefault(last, []).append(content)
    for name, count in Counter(name for name in names if name).items():
        if count > 1:
            notes.append(f"cell {name} stands more than once; the last one counts")
    return found, added, notes


def _name_of(cell, planned, by_id):
    marks = cell["metadata"].get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    if isinstance(name, str):
        return name if name in planned else None
    # An editor that drops metadata may keep ids.
    return by_id.get(cell["id"])


def _cells_of(submitted):
    """The cells of a submission, each with text as its source and a dict as its metadata."""
    if not isinstance(submitted, dict):
        raise Unreadable("not a notebook: the file holds no JSON object")
    version = submitted.get("nbformat")
    if version == 3:
        cells = _upgraded(submitted)
    elif "cells" not in submitted and "worksheets" not in submitted:
        raise Unreadable("not a notebook: the file holds JSON without cells")
    elif version != 4:
        raise Unreadable(_unknown(version))
    else:
        cells = submitted.get("cells")
    if not isinstance(cells, list) or not cells:
        raise Unreadable("the notebook has no cells")
    if len(cells) > _MOST_CELLS:
        raise Unreadable(f"the notebook has more than {_MOST_CELLS} cells")
    return [_checked(cell, number) for number, cell in enumerate(cells, 1)]


def _unknown(version):
    if version is None:
        return "the notebook does not say which format it has"
    if type(version) in (int, float) and abs(version) < 1e6:
        return f"notebook format {version:g} is not known; format 4 is"
    return "the notebook's format is given as something that is no version"


def _upgraded(submitted):
    """The cells of a notebook of format 3, as format 4 has them.

    Not by nbformat: each grader, being a fresh process, would import it anew.
    """
    try:
        cells = [cell for sheet in submitted["worksheets"] for cell in sheet["cells"]]
    except (KeyError, TypeError):
        raise Unreadable("a notebook of format 3 without proper worksheets") from None
    return [_upgraded_cell(cell) for cell in cells]


def _upgraded_cell(cell):
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    if kind == "code":
        return {**cell, "source": cell.get("input", "")}
    return {**cell, "cell_type": "markdown"} if kind in ("heading", "html") else cell


def _checked(cell, number):
    if not isinstance(cell, dict):
        raise Unreadable(f"not a notebook: cell {number} is no JSON object")
    source, kind = cell.get("source", ""), cell.get("cell_type")
    if isinstance(source, list):
        with contextlib.suppress(TypeError):
            source = "".join(source)
    if kind not in ("code", "markdown", "raw"):
        raise Unreadable(f"not a notebook: cell {number} is of no known type")
    if not isinstance(source, str):
        raise Unreadable(f"not a notebook: the source of cell {number} is not text")
    if len(source) > _LONGEST_SOURCE:
        raise Unreadable(f"cell {number} is longer than a million characters")
    metadata = cell.get("metadata")
    source = encodable(source).replace("\0", "\ufffd")
    name = cell.get("id")
    is_proper = isinstance(name, str) and _ID.fullmatch(name)
    return {
        "cell_type": kind, "source": source, "id": name if is_proper else None,
        "metadata": metadata if isinstance(metadata, dict) else {},
    }  # fmt: skip
