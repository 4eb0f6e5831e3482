"""Writes new assignments and exercises: a pattern that keeps every rule, for authors to replace.

The pattern stands in ``templates/``, cell by cell under lines such as ``--- solution <name>``.
Lines after a bar are what learners do not get: no marker, and no line of a solution as it stands
in a notebook, may be found in what they install.
"""

import keyword
import re
from pathlib import Path

import nbformat

from . import notebook
from .files import put
from .layout import CourseError

_TEMPLATES = Path(__file__).with_name("templates")
_EXERCISE = "mean_square"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_HEAD = '''\
"""Wrong answers to {} that must lose points, and other right ones."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

'''
_FLAGS = {
    "locked": {"locked": True},
    "solution": {"solution": True},
    "test": {"grade": True, "locked": True},
}
_REGIONS = {
    "solution": (notebook.BEGIN_SOLUTION, notebook.END_SOLUTION),
    "test": (notebook.BEGIN_HIDDEN, notebook.END_HIDDEN),
}


def new(course, assignment, exercise=""):
    """Write a new assignment, or a new exercise at the end of one that exists.

    Parameters
    ----------
    course : Course
    assignment : str
        Its name, ``NN-slug``.
    exercise : str
        Name of the exercise's function; to be given where the assignment exists.

    Returns
    -------
    list of Path
        The files written: the source notebook and the known answers.

    Raises
    ------
    CourseError
        If a name cannot be used, or something has it already.
    """
    if not re.fullmatch(r"\d\d(-[a-z0-9]+)+", assignment):
        raise CourseError(f"{assignment!r} is not of the form NN-slug, such as 05-optimisers")
    if exercise and (not exercise.isidentifier() or keyword.iskeyword(exercise)):
        raise CourseError(f"{exercise!r} is no name for a function")
    exists = course.notebook("source", assignment).exists()
    if exists and not exercise:
        raise CourseError(f"source/{assignment} already exists; --exercise NAME adds to it")
    made, answers = (_existing if exists else _begun)(course, assignment)
    exercise = exercise or _EXERCISE
    if exercise in {notebook.grade_id(cell) for cell in made.cells}:
        raise CourseError(f"source/{assignment} already has a cell named {exercise}")
    end = _end(made.cells)
    made.cells[end:end] = _cells("exercise", name=exercise, id=exercise.replace("_", "-"))
    paths = course.notebook("source", assignment), course.misconceptions(assignment)
    texts = notebook.text_of(made), answers + _filled("answers", name=exercise)
    for path, text in zip(paths, texts, strict=True):
        put(path, text)
    return paths


def _existing(course, assignment):
    """The notebook of an assignment and the text of its known answers."""
    path = course.misconceptions(assignment)
    known = path.read_text(encoding="utf-8").rstrip() + "\n\n\n" if path.exists() else None
    made = notebook.read(course.notebook("source", assignment))
    return made, known or _HEAD.format(assignment)


def _begun(course, assignment):
    """A notebook without exercises and the beginning of a file of known answers."""
    for path in (course.folder("source", assignment), course.misconceptions(assignment)):
        if path.exists():
            raise CourseError(f"{path.relative_to(course.root)} already exists")
    number, _, slug = assignment.partition("-")
    title = f"{int(number)} · {slug.replace('-', ' ').capitalize()}"
    cells = _cells("notebook", title=title)
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})
    return notebook.normalised(made), _HEAD.format(assignment)


def _end(cells):
    """The place after the last cell that is not text: a closing text stays the last."""
    return max((at for at, cell in enumerate(cells, 1) if notebook.role(cell) != "text"), default=0)


def _filled(template, **values):
    text = (_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


def _cells(template, **values):
    """The cells of a template."""
    _, *parts = re.split(r"^--- (.+)\n", _filled(template, **values), flags=re.MULTILINE)
    return [
        _cell(*head.split(), source=source.strip("\n"))
        for head, source in zip(parts[::2], parts[1::2], strict=True)
    ]


def _cell(kind, name, points=None, *, source):
    if kind == "text":
        return nbformat.v4.new_markdown_cell(source, id=name)
    marks = {"grade": False, "locked": False, "solution": False, "task": False}
    marks |= {**_FLAGS[kind], "grade_id": name, "schema_version": 3}
    if points is not None:
        marks["points"] = int(points)
    metadata = {"nbgrader": marks}
    if kind == "solution":
        metadata["scratchgrad"] = {"difficulty": "E"}
    cell = nbformat.v4.new_code_cell(_marked(source, kind), metadata=metadata)
    cell["id"] = notebook.expected_id(cell)
    return cell


def _marked(source, kind):
    """A cell's text, with markers around the lines that follow a bar."""
    hidden = re.search(r"(?:^ *\|.*\n?)+", source, re.MULTILINE)
    if not hidden:
        return source
    begin, end = _REGIONS[kind]
    indent = re.match(" *", hidden[0])[0]
    lines = [(indent + line.strip()[2:]).rstrip() for line in hidden[0].splitlines()]
    region = "\n".join([indent + begin, *lines, indent + end])
    return source[: hidden.start()] + region + source[hidden.end() :]
