"""Grades one exercise with the engine."""

import json
from contextlib import ExitStack

import nbformat

from scratchgrad.course import notebook
from scratchgrad.grading.engine import Engine
from scratchgrad.grading.plan import make_plan


class Apart:
    """An engine for many small notebooks.

    Parameters
    ----------
    limits : Limits, optional

    Attributes
    ----------
    engine : Engine
    """

    def __init__(self, limits=None):
        self._stack = ExitStack()
        self.engine = self._stack.enter_context(Engine(limits))

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._stack.close()

    def graded(self, source, fill=None, files=None):
        """What the engine makes of a submission.

        Parameters
        ----------
        source : NotebookNode
        fill : callable, optional
            Makes a submission of the released notebook; by default the source is handed in.
        files : dict of str to bytes, optional
            The instructor's.
        """
        plan = make_plan("01-one", "one", source)
        problems = self.engine.prepare(plan, files)
        handed_in = nbformat.from_dict(source) if fill is None else fill(released(plan, source))
        content = json.dumps(handed_in).encode()
        result = self.engine.grade(plan, content, "ada/01-one", files)
        return {**result, "problems": problems}


def released(plan, source):
    """A source notebook as learners get it."""
    made, cells = nbformat.from_dict(source), {cell.name: cell for cell in plan.cells}
    for each in made.cells:
        if (name := notebook.grade_id(each)) in cells:
            each.source = cells[name].released
    return made
