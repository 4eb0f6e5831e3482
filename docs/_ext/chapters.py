"""The chapters of the site: the released notebooks with the figures of their answer keys."""

import re

from scratchgrad.course import notebook
from scratchgrad.course.files import put
from scratchgrad.course.layout import Course


def write(root, folder):
    """Write the chapter of every assignment to a folder.

    Parameters
    ----------
    root : Path
        The course.
    folder : Path
        Notebooks in it that belong to no assignment are removed.
    """
    course = Course(root)
    made = {f"{each}.ipynb": chapter(course, each) for each in course.assignments()}
    for path in folder.glob("*.ipynb"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / name
        # Sphinx reads again what is newer than its last reading.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            put(path, text)


def chapter(course, assignment):
    """The text of a released notebook, with what its locked cells show once it is solved.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    str
    """
    released = notebook.read(course.notebook("release", assignment))
    solved = {
        cell.id: cell for cell in notebook.read(course.notebook("solutions", assignment)).cells
    }
    for cell in released.cells:
        if notebook.role(cell) == "locked" and cell.cell_type == "code":
            # Only what this very code showed: the key holds more than the release.
            if solved[cell.id].source == cell.source:
                cell.outputs = solved[cell.id].outputs
                cell.metadata["mystnb"] = {"image": {"alt": _alternative(cell.source)}}
    return notebook.text_of(released)


def _alternative(code):
    """What to say in place of a figure: the titles that the code gives its plots."""
    titles = re.findall(r'title="([^"]+)"', code)
    return f"Figure: {'; '.join(titles)}" if titles else "Figure drawn by the code above"
