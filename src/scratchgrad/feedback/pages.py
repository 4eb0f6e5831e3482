"""Writes the page of every graded notebook of an assignment to ``feedback/``."""

import os
import tempfile

import nbformat

from ..classroom.gradebook import Book
from ..course.layout import CourseError, nbgrader_config
from .page import html_of, page_of


def write_feedback(course, assignment, students=()):
    """Write the pages to where nbgrader keeps them: ``feedback/<learner>/<assignment>/``.

    Parameters
    ----------
    course : Course
    assignment : str
    students : sequence of str
        Only theirs; empty means everybody's.

    Yields
    ------
    path : Path
        Of a page that was written.
    problem : str or None
        Why there is none.
    """
    book = Book(nbgrader_config(course))
    try:
        for path in sorted(course.root.glob(f"autograded/*/{assignment}/*.ipynb")):
            student = path.parent.parent.name
            if students and student not in students:
                continue
            place = course.folder("feedback", assignment, student) / f"{path.stem}.html"
            try:
                page = _page(path, book.marks_and_comments(student, assignment), assignment)
            except (OSError, ValueError, LookupError, CourseError) as error:
                yield place, f"{type(error).__name__}: {error}"
                continue
            _write(place, page)
            yield place, None
    finally:
        book.close()


def _page(path, known, assignment):
    graded = nbformat.read(path, as_version=4)
    if known is None:
        raise LookupError("the gradebook has no marks for it")
    marks, comments, penalties = known
    for cell in graded.cells:
        data = cell.metadata.get("nbgrader", {})
        key = path.stem, data.get("grade_id")
        if key in marks:
            data.score, data.points = marks[key]
        if key in comments:
            data.comment = comments[key]
    student = path.parent.parent.name
    return html_of(page_of(graded, assignment, student, penalties.get(path.stem, 0.0)))


def _write(place, text):
    """Put a page in place of an earlier one, at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=place.parent)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, 0o644)
    os.replace(name, place)
