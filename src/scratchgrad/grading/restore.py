"""Puts back what a learner deleted."""

import copy

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from ..course import notebook


class RestoreCells(NbGraderPreprocessor):
    """An nbgrader preprocessor that restores missing cells, in the order of the source notebook.

    A cell that lost its nbgrader metadata, as some editors make it, is known by its id.
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
    untagged = {cell.get("id"): cell for cell in submission.cells if not _is_ours(cell)}
    present = {notebook.grade_id(cell) for cell in submission.cells}
    place = 0
    for cell in cells:
        name = notebook.grade_id(cell)
        if name not in present and cell.id in untagged:
            untagged[cell.id].metadata["nbgrader"] = cell.metadata.nbgrader
        elif name not in present:
            submission.cells.insert(place, cell)
        place = 1 + next(i for i, c in enumerate(submission.cells) if notebook.grade_id(c) == name)


def _is_ours(cell):
    return notebook.grade_id(cell) is not None


def _released(cell, released):
    """A source cell as it was released, but with its hidden tests."""
    result = copy.deepcopy(cell)
    known = released[notebook.grade_id(cell)]
    result.source = known.source
    result.metadata.nbgrader.checksum = known.checksum
    return result
