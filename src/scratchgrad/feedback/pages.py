"""Writes the page of every graded notebook of an assignment to ``feedback/``."""

import nbformat

from ..classroom.gradebook import Book
from ..course.files import put
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
        for path, page, problem in graded_pages(course, assignment, book, students):
            student = path.parent.parent.name
            place = course.folder("feedback", assignment, student) / f"{path.stem}.html"
            if problem is None:
                put(place, html_of(page))
            yield place, problem
    finally:
        book.close()


def graded_pages(course, assignment, book, students=()):
    """What there is to tell of each graded notebook of an assignment.

    Parameters
    ----------
    course : Course
    assignment : str
    book : Book
        The course's gradebook.
    students : sequence of str
        Only theirs; empty means everybody's.

    Yields
    ------
    path : Path
        Of the notebook in ``autograded/``.
    page : Page or None
    problem : str or None
        Why there is no page.
    """
    for path in sorted(course.root.glob(f"autograded/*/{assignment}/*.ipynb")):
        student = path.parent.parent.name
        if student.startswith(".") or (students and student not in students):
            continue
        try:
            known = book.marks_and_comments(student, assignment)
            yield path, _page(path, known, assignment), None
        except (OSError, ValueError, LookupError, CourseError) as error:
            yield path, None, f"{type(error).__name__}: {error}"


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
    return page_of(graded, assignment, student, penalties.get(path.stem, 0.0))
