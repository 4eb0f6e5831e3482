"""Runs notebooks in this process, for tests of many answers: nbgrader takes seconds for each."""

import contextlib
import functools
import warnings

from scratchgrad.course import notebook


def failures(submission, folder):
    """Run a notebook's code cells as a kernel would, without the figures.

    Parameters
    ----------
    submission : NotebookNode
    folder : Path
        The working folder; its name is the assignment's.

    Returns
    -------
    dict of str to Exception
        What each failing cell raised, by ``grade_id``.
    """
    raised, namespace = {}, {"__name__": "__main__"}
    with contextlib.chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in submission.cells:
            if cell.cell_type == "code" and not notebook.is_figure(cell):
                try:
                    exec(_compiled(cell.source, cell.id), namespace)
                except Exception as error:
                    raised[notebook.grade_id(cell)] = error
    return raised


@functools.cache
def _compiled(source, name):
    return compile(source, name, "exec")


def graded(made):
    """The test cells of a notebook by ``grade_id``."""
    tests = (cell for cell in made.cells if notebook.role(cell) == "test")
    return {notebook.grade_id(cell): cell for cell in tests}
