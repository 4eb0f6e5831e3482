"""What grading needs to know of an assignment's notebook, all of it from the source notebook."""

import ast
import functools
import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

from ..course.names import exercise_of
from .syntax import top_level


@dataclass(frozen=True)
class PlannedCell:
    """A cell that every graded notebook has.

    Attributes
    ----------
    name : str
        Its ``grade_id``.
    kind : str
        "solution", "test", "written", "locked", "task", or "open" for a cell without a role, which
        learners may change and delete.
    cell_type : str
    source : str
        For what learners cannot write, the text with hidden tests; else the released stub.
    released : str
        As learners get it.
    metadata : dict
        As nbgrader puts it into an autograded notebook, with the checksum.
    cell_id : str
    points : float
    is_figure : bool
        Only draws: left out when grading.
    """

    name: str
    kind: str
    cell_type: str
    source: str
    released: str
    metadata: dict
    cell_id: str
    points: float = 0.0
    is_figure: bool = False

    @property
    def is_ours(self):
        """Whether the text is the instructor's, not the learner's."""
        return self.kind in ("test", "locked", "task")

    @property
    def is_hidden(self):
        """Whether it is a test that learners get without some of its text."""
        return self.kind == "test" and self.released != self.source


@dataclass
class Plan:
    """A notebook of an assignment, as grading sees it.

    Attributes
    ----------
    assignment, notebook : str
    cells : list of PlannedCell
    solutions : dict of str to str
        Source of the cells that learners fill in, with their solutions, by name.
    metadata : dict
        Of the notebook: kernel and language.
    together : bool
        Whether tests run in the learner's process, as the source asks.
    mistakes : dict of str to dict
        By exercise the names of its ``tests``, and the mistakes that are ``known``, each with its
        ``source`` and what it ``says`` to the learner.
    """

    assignment: str
    notebook: str
    cells: list
    solutions: dict
    metadata: dict
    together: bool = False
    mistakes: dict = field(default_factory=dict)

    @functools.cached_property
    def assigned_names(self):
        """Names that each solution cell defines, by cell, imported modules left out."""
        return {name: _assigned_names(source) for name, source in self.solutions.items()}

    @property
    def imports(self):
        """Import statements of the solution cells: the tests may use what they bring."""
        return [line for source in self.solutions.values() for line in _imports(source)]

    @property
    def seeds_globally(self):
        """Whether a test seeds a global generator."""
        return any("seed(" in cell.source for cell in self.cells if cell.is_ours)

    @functools.cached_property
    def key(self):
        """What plans are known by: it changes with the source notebook."""
        content = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def as_dict(self):
        """The plan in plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data):
        """The plan that `as_dict` gave."""
        return cls(**{**data, "cells": [PlannedCell(**cell) for cell in data["cells"]]})


def make_plan(assignment, name, source, config=None, answers=()):
    """The plan of a source notebook.

    Parameters
    ----------
    assignment, name : str
    source : NotebookNode
        The notebook in ``source/``.
    config : traitlets.config.Config, optional
        Of nbgrader: how solutions are marked and what stands in their place.
    answers : sequence of Answer
        The misconceptions among them are what diagnoses name.

    Returns
    -------
    Plan
    """
    graded, stubs = _as_nbgrader_records(source, config), _as_released(source, config)
    cells, solutions = [], {}
    for full, stub, original in zip(graded.cells, stubs.cells, source.cells, strict=True):
        marks = full.metadata.get("nbgrader", {})
        kind = kind_of(marks)
        name_of_cell = marks.get("grade_id") or f"open-{len(cells) + 1}"
        ours = kind in ("test", "locked", "task")
        cells.append(
            PlannedCell(
                name_of_cell, kind, full.cell_type, full.source if ours else stub.source,
                stub.source, _plain(full.metadata), full.get("id") or _as_id(name_of_cell),
                float(marks.get("points") or 0), "figure" in full.metadata.get("tags", []),
            )
        )  # fmt: skip
        if kind in ("solution", "written") and full.cell_type == "code":
            solutions[name_of_cell] = original.source
    kept = {
        key: source.metadata[key]
        for key in ("kernelspec", "language_info")
        if key in source.metadata
    }
    together = source.metadata.get("scratchgrad", {}).get("tests") == "together"
    # What shows a notebook wants to know its language.
    metadata = {"language_info": {"name": "python"}, **_plain(kept)}
    mistakes = _mistakes(cells, solutions, answers)
    return Plan(assignment, name, cells, solutions, metadata, together, mistakes)


def _mistakes(cells, solutions, answers):
    found = {}
    for each in answers:
        if each.kind == "misconception" and each.exercise in solutions:
            known = found.setdefault(each.exercise, {"tests": [], "known": []})["known"]
            known.append({"says": each.says, "source": each.source})
    for cell in cells:
        owner = exercise_of(cell.name, solutions) if cell.kind == "test" else None
        if owner in found:
            found[owner]["tests"].append(cell.name)
    return found


def kind_of(marks):
    """What nbgrader's metadata make a cell."""
    if marks.get("task"):
        return "task"
    if marks.get("grade"):
        return "written" if marks.get("solution") else "test"
    if marks.get("solution"):
        return "solution"
    return "locked" if marks.get("locked") else "open"


def _as_nbgrader_records(source, config):
    """The cells as nbgrader keeps them for autograding: with stubs, whole tests and checksums."""
    from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, LockCells

    return _preprocessed(source, config, LockCells, ClearSolutions, ClearOutput, ComputeChecksums)


def _as_released(source, config):
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    return _preprocessed(source, config, ClearSolutions, ClearHiddenTests, ClearMarkScheme)


def _preprocessed(source, config, *preprocessors):
    # Here, as the grading process has no need of it.
    import nbformat

    notebook, resources = nbformat.from_dict(source), {}
    # nbgrader reads the notebook's language from here.
    resources["metadata"] = {}
    for preprocessor in preprocessors:
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def _as_id(name):
    """A cell id for a notebook that was written before cells had any."""
    plain = re.sub(r"[^a-zA-Z0-9_-]", "-", name)
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return plain if plain == name and len(name) <= 64 else f"{plain[:50]}-{digest}"


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _assigned_names(source):
    """Names that a cell defines at its top level, other than by import."""
    names = set()
    for node in top_level(source):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            stored = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            names |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
    return names


def _imports(source):
    nodes = (n for n in top_level(source) if isinstance(n, (ast.Import, ast.ImportFrom)))
    return [ast.unparse(node) for node in nodes]
