"""Keeps the gradebook's list of cells in step with the source notebooks.

nbgrader refuses to add or remove cells once somebody has handed in, so a test that is mended after
release could not be used. Here cells come and go, and only marks that a person gave are in the way.
"""

import tempfile

from nbgrader import api
from nbgrader.converters import GenerateAssignment
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import SQLAlchemyError

from ..course import notebook
from ..course.layout import CourseError, nbgrader_config
from ..course.nbgrader import ConversionError, convert
from .gradebook import opened, unusable
from .indexes import add_indexes
from .sharing import alone

_LISTS = {
    "grade": ("grade_cells", api.GradeCell),
    "solution": ("solution_cells", api.SolutionCell),
    "task": ("task_cells", api.TaskCell),
    "source": ("source_cells", api.SourceCell),
}
# What a new cell is until nbgrader takes its properties from the source.
_NEW = {
    "grade": {"cell_type": "code", "max_score": 0.0},
    "solution": {},
    "task": {"cell_type": "markdown", "max_score": 0.0},
    "source": {"cell_type": "code"},
}


def register(course, assignment):
    """Make the gradebook know the cells of an assignment's source notebooks as they are now.

    Raises
    ------
    CourseError
        If the gradebook cannot be written, or a cell is gone that somebody marked by hand.
    """
    try:
        with alone(course.gradebook_url), tempfile.TemporaryDirectory() as release:
            _bring_in_step(course, assignment)
            convert(GenerateAssignment, course, assignment, release_directory=release)
    except ConversionError as error:
        raise CourseError(f"source/{assignment}: {error}") from error
    except (SQLAlchemyError, ImportError) as error:
        raise unusable(error) from error


def _bring_in_step(course, assignment):
    """Add and remove cells of notebooks that somebody handed in; nbgrader does the others."""
    with opened(nbgrader_config(course)) as book:
        add_indexes(book.db)
        for path in sorted(course.folder("source", assignment).glob("*.ipynb")):
            try:
                known = book.find_notebook(path.stem, assignment)
            except api.MissingEntry:
                continue
            if known.submissions:
                _adapt(book.db, known, _wanted(notebook.read(path)), f"source/{assignment}")
        book.db.commit()


def _wanted(source):
    """The names of the cells that the gradebook keeps, by its lists."""
    names = {kind: set() for kind in _LISTS}
    for cell in source.cells:
        marks = cell.metadata.get("nbgrader", {})
        for kind in ("grade", "solution", "task"):
            if marks.get(kind):
                names[kind].add(marks["grade_id"])
        if any(marks.get(flag) for flag in ("grade", "solution", "task", "locked")):
            names["source"].add(marks["grade_id"])
    return names


def _adapt(db, known, wanted, place):
    for kind, (attribute, table) in _LISTS.items():
        there = {cell.name: cell for cell in getattr(known, attribute)}
        for name in there.keys() - wanted[kind]:
            if kind != "source":
                _forget_marks(db, there[name], place)
            db.delete(there[name])
        for name in sorted(wanted[kind] - there.keys()):
            db.add(table(name=name, notebook_id=known.id, **_NEW[kind]))
    db.flush()


def _forget_marks(db, cell, place):
    """Remove the marks of a cell that is gone, unless a person gave one."""
    given = or_(api.Grade.manual_score.isnot(None), api.Grade.extra_credit != 0)
    said = api.Comment.manual_comment.isnot(None)
    by_hand = [
        len(db.execute(select(kind.id).where(kind.cell_id == cell.id, what)).all())
        for kind, what in ((api.Grade, given), (api.Comment, said))
    ]
    if any(by_hand):
        raise CourseError(
            f"{place}: {cell.name} is gone from the source, but {max(by_hand)} learners have marks "
            "or comments on it that were given by hand. Put the cell back (it may be worth 0)"
        )
    for kind in (api.Grade, api.Comment):
        db.execute(delete(kind.__table__).where(kind.__table__.c.cell_id == cell.id))
    db.expire_all()
