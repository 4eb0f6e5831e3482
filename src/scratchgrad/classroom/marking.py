"""What marks are given for, as the source notebooks of an assignment have it."""

from dataclasses import dataclass

from ..course.names import exercise_of

_MARKED = ("test", "written", "task")


@dataclass
class Part:
    """A row of marks: an exercise with its tests, or an answer marked by hand.

    Attributes
    ----------
    name : str
    points : float
    cells : list of (str, str)
        The notebook and the ``grade_id`` of each cell that carries its points.
    """

    name: str
    points: float
    cells: list


def parts_of(plans):
    """What marks are given for in an assignment.

    A test belongs to the exercise that it is named after, else to the solution cell above it.

    Parameters
    ----------
    plans : list of Plan
        One for each notebook.

    Returns
    -------
    list of Part
    """
    found = {}
    for plan in plans:
        place = f"{plan.notebook}/" if len(plans) > 1 else ""
        solutions, last = {cell.name for cell in plan.cells if cell.kind == "solution"}, None
        for cell in plan.cells:
            if cell.kind == "solution":
                last = cell.name
                found.setdefault(place + last, Part(place + last, 0.0, []))
            elif cell.kind in _MARKED:
                owner = exercise_of(cell.name, solutions) or last if cell.kind == "test" else None
                part = found.setdefault(
                    place + (owner or cell.name), Part(place + (owner or cell.name), 0.0, [])
                )
                part.points += cell.points
                part.cells.append((plan.notebook, cell.name))
    return [part for part in found.values() if part.cells]


def marks(parts, scores):
    """The points that scores give for each part.

    Parameters
    ----------
    parts : list of Part
    scores : dict of (str, str) to float
        Points by notebook and ``grade_id``.

    Returns
    -------
    dict of str to float
    """
    return {part.name: sum(scores.get(cell, 0.0) for cell in part.cells) for part in parts}
