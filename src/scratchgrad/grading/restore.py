"""Puts back what a learner deleted."""

import copy

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from ..course import notebook


class RestoreCells(NbGraderPreprocessor):
    """An nbgrader preprocessor that restores missing cells, in the order of the source notebook.

    nbgrader's metadata are restored too. A cell that lost them, as happens in some editors, is
    known by its id.
    """

    def preprocess(self, nb, resources):
        """Restore cells in a submitted notebook."""
        info = resources["nbgrader"]
        course = self.parent.parent.coursedir
        folder = course.format_path(course.source_directory, ".", info["assignment"])
        source = notebook.read(f"{folder}/{info['notebook']}.ipynb")
        with Gradebook(info["db_url"]) as gradebook:
            recorded = gradebook.find_notebook(info["notebook"], info["assignment"]).source_cells
            released = {cell.name: cell for cell in recorded}
            restore(nb, [_released(cell, released) for cell in source.cells if _is_ours(cell)])
        return nb, resources


def restore(submission, cells):
    """Put the missing ones of some cells into a submission.

    Parameters
    ----------
    submission : NotebookNode
        Changed in place.
    cells : list of NotebookNode
        Every cell that must be there, in order.
    """
    _restore_marks(submission, cells)
    place = 0
    for cell in cells:
        names = [notebook.grade_id(each) for each in submission.cells]
        name = notebook.grade_id(cell)
        if name not in names:
            submission.cells.insert(place, cell)
        place = 1 + (names.index(name) if name in names else place)


def _restore_marks(submission, cells):
    """Give the submission's cells the nbgrader metadata of the source, and no other."""
    by_name = {notebook.grade_id(cell): cell for cell in cells}
    claimed = {notebook.grade_id(cell) for cell in submission.cells}
    by_id = {cell.id: cell for cell in cells if notebook.grade_id(cell) not in claimed}
    for cell in submission.cells:
        known = by_name.get(notebook.grade_id(cell)) or by_id.get(cell.get("id"))
        cell.metadata.pop("nbgrader", None)
        if known:
            cell.metadata["nbgrader"] = copy.deepcopy(known.metadata.nbgrader)


def _is_ours(cell):
    return notebook.grade_id(cell) is not None


def _released(cell, released):
    """A source cell as it was released, but with its hidden tests."""
    result = copy.deepcopy(cell)
    known = released[notebook.grade_id(cell)]
    result.source = known.source
    result.metadata.nbgrader.checksum = known.checksum
    return result
