"""Builds ``release/`` and ``solutions/`` from ``source/``, with nbgrader's own converters."""

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment, GenerateSolution

from . import notebook
from .layout import CONFIG, Course, CourseError
from .nbgrader import ConversionError, convert

STEPS = {"release": GenerateAssignment, "solutions": GenerateSolution}


def build(course, assignment, steps=tuple(STEPS)):
    """What ``release/`` and ``solutions/`` should hold for an assignment.

    Parameters
    ----------
    course : Course
    assignment : str
    steps : sequence of str
        Which of the two to build.

    Returns
    -------
    dict of str to bytes
        Files by their path below the course's folder.

    Raises
    ------
    CourseError
        If a cell of the answer key fails, or a notebook cannot be converted.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(course, assignment, Path(folder).resolve())
        files = {}
        for step in steps:
            try:
                convert(STEPS[step], copy, assignment)
            except ConversionError as error:
                raise CourseError(f"source/{assignment} does not make {step}/: {error}") from error
            files |= _files(copy, step, assignment)
    return files


def _copied(course, assignment, root):
    """A course of its own for the converters, so that no gradebook of a real class is touched."""
    shutil.copy(course.root / CONFIG, root)
    shutil.copytree(course.folder("source", assignment), root / "source" / assignment)
    return Course(root)


def _files(course, step, assignment):
    paths = [path for path in course.folder(step, assignment).rglob("*") if path.is_file()]
    return {
        str(path.relative_to(course.root)): _stable(course, path)
        if path.suffix == ".ipynb"
        else path.read_bytes()
        for path in sorted(paths)
    }


def _stable(course, path):
    """A converted notebook without what depends on the machine."""
    made = notebook.read(path)
    _, *rest = path.relative_to(course.root).parts
    # The kernel that ran the notebook wrote its Python version here.
    made.metadata = notebook.read(course.root.joinpath("source", *rest)).metadata
    for cell in made.cells:
        _refuse_failure(cell, "/".join(rest))
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
    return notebook.text_of(made).encode()


def _refuse_failure(cell, name):
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            what = f"{output.ename}: {output.evalue}"
            raise CourseError(f"source/{name}: cell {cell.id} fails: {what}")


def _joined(outputs):
    """Outputs with printed text in one piece: it arrives in pieces that depend on the moment."""
    result = []
    for output in outputs:
        before = result[-1] if result else {}
        if output.output_type == "stream" and before.get("name") == output.name:
            before.text += output.text
        else:
            result.append(output)
    return result


def differences(course, assignment, files, steps=tuple(STEPS)):
    """Paths of an assignment that are missing, superfluous or out of date.

    Pictures may differ in bits between processors and versions of Matplotlib, so they are
    compared by presence and type only.
    """
    there = {
        str(path.relative_to(course.root))
        for step in steps
        for path in course.folder(step, assignment).rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
    changed = (name for name in there & set(files) if not _same(course.root / name, files[name]))
    return sorted(there ^ set(files) | set(changed))


def write(course, names, files):
    """Bring some paths in line with what was built."""
    for name in names:
        path = course.root / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        else:
            path.unlink()


def _same(path, content):
    committed = path.read_bytes()
    if committed == content or path.suffix != ".ipynb":
        return committed == content
    return _without_pictures(committed) == _without_pictures(content)


def _without_pictures(content):
    """The text of a notebook without its pictures' payload; the bytes if it is no notebook."""
    try:
        made = nbformat.reads(content.decode(), as_version=4)
    except ValueError:
        return content
    for cell in made.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.update({kind: "" for kind in data if kind.startswith("image/")})
    return notebook.text_of(made)
