"""Runs notebooks in this process, for tests of many answers: nbgrader takes seconds for each."""

import contextlib
import functools
import gc
import os
import pickle
import warnings

import nbformat

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
    with _as_in_a_kernel(folder):
        return _raised(submission.cells, {"__name__": "__main__"})


class Forks:
    """Runs a notebook with another answer each time; the cells above it are run once for all.

    Parameters
    ----------
    source : NotebookNode
        With solutions.
    folder : Path
        As of `failures`.
    """

    def __init__(self, source, folder):
        self._cells, self._folder = source.cells, folder
        # So that forks find all that is made when it is first needed.
        assert failures(source, folder) == {}
        self._start()

    def _start(self):
        self._namespace, self._done = {"__name__": "__main__"}, 0

    def failing(self, exercise, code):
        """The ``grade_id`` of each cell that fails if an exercise is answered with some code."""
        place = [notebook.grade_id(cell) for cell in self._cells].index(exercise)
        if place < self._done:
            self._start()
        answer = nbformat.from_dict({**self._cells[place], "source": code})
        with _as_in_a_kernel(self._folder):
            assert not _raised(self._cells[self._done : place], self._namespace)
            self._done = place
            rest = [answer, *self._cells[place + 1 :]]
            return _in_a_fork(lambda: set(_raised(rest, self._namespace)))


@contextlib.contextmanager
def _as_in_a_kernel(folder):
    with contextlib.chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _raised(cells, namespace):
    raised = {}
    for cell in cells:
        if cell.cell_type == "code" and not notebook.is_figure(cell):
            try:
                exec(_compiled(cell.source, cell.id), namespace)
            except Exception as error:
                raised[notebook.grade_id(cell)] = error
    return raised


def _in_a_fork(function):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            # What is there already need not be looked through, and so not be copied.
            gc.freeze()
            os.write(write, pickle.dumps(function()))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data)


@functools.cache
def _compiled(source, name):
    return compile(source, name, "exec")


def graded(made):
    """The test cells of a notebook by ``grade_id``."""
    tests = (cell for cell in made.cells if notebook.role(cell) == "test")
    return {notebook.grade_id(cell): cell for cell in tests}
