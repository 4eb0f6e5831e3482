"""Writes the page of every graded notebook of an assignment to ``feedback/``."""

import json

import nbformat
from sqlalchemy.exc import SQLAlchemyError

from ..classroom.gradebook import Book, unusable
from ..course.files import put
from ..course.layout import CourseError, nbgrader_config
from .page import html_of, page_of
from .render import rendered

# `nbgrader release_feedback` needs them beside the pages.
_OF_SUBMISSION = ("timestamp.txt", "submission_secret.txt")


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
            place = _place(course, assignment, path)
            if problem is None:
                _write(place, html_of(page), path.parent)
            yield place, problem
    finally:
        book.close()


class LivePages:
    """Pages for one learner at a time.

    Parameters
    ----------
    course : Course
    """

    def __init__(self, course):
        self._course, self._book = course, Book(nbgrader_config(course))

    def close(self):
        """Close the gradebook."""
        self._book.close()

    def graded(self, student, assignment):
        """Write a learner's pages to ``feedback/``.

        Returns
        -------
        dict of str to str
            HTML by notebook.
        """
        found = {}
        for path, page, problem in graded_pages(self._course, assignment, self._book, [student]):
            if problem is not None:
                raise CourseError(f"{path.relative_to(self._course.root)}: {problem}")
            found[path.stem] = html_of(page)
            _write(_place(self._course, assignment, path), found[path.stem], path.parent)
        return found

    def told(self, student, assignment, reason):
        """Pages for an attempt without marks, which say why.

        Returns
        -------
        dict of str to str
            HTML by notebook.
        """
        paths = self._course.folder("source", assignment).glob("*.ipynb")
        values = {"assignment": assignment, "student": student, "reason": reason}
        return {path.stem: rendered("not_graded.html.j2", **values) for path in sorted(paths)}


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

    Raises
    ------
    CourseError
        If the gradebook cannot be used.
    """
    for path in _graded(course, assignment, students):
        student = path.parent.parent.name
        try:
            known = book.marks_and_comments(student, assignment)
            yield path, _page(path, known, assignment), None
        except SQLAlchemyError as error:
            raise unusable(error) from error
        except (OSError, ValueError, LookupError, TypeError, AttributeError, CourseError) as error:
            yield path, None, f"{type(error).__name__}: {error}"


def _graded(course, assignment, students):
    """Paths of the graded notebooks."""
    if students:
        folders = [course.folder("autograded", assignment, student) for student in students]
    else:
        folders = [
            folder
            for folder in course.root.glob(f"autograded/*/{assignment}")
            if not folder.parent.name.startswith(".")
        ]
    return [path for folder in sorted(folders) for path in sorted(folder.glob("*.ipynb"))]


def _place(course, assignment, path):
    """Where the page of a graded notebook belongs."""
    folder = course.folder("feedback", assignment, path.parent.parent.name)
    return folder / f"{path.stem}.html"


def _write(place, page, graded):
    put(place, page)
    for name in _OF_SUBMISSION:
        if (graded / name).is_file():
            put(place.with_name(name), (graded / name).read_text("utf-8", errors="replace"))


def _page(path, known, assignment):
    # Grading wrote it, and has checked what learners wrote.
    graded = nbformat.from_dict(json.loads(path.read_bytes()))
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
