"""Rules for exercises: their stubs, tests, points and known answers."""

import ast
import re
from collections import Counter

from . import notebook
from .rules import RULES, rule

__all__ = ["RULES"]
_LEAST = {"misconception": 3, "alternative": 2}


@rule
def stub_with_solution(subject):
    """A solution cell defines the exercise's function, with a solution region inside."""
    for each in subject.exercises:
        source = each.solution.source
        if source.count(notebook.BEGIN_SOLUTION) != 1 or source.count(notebook.END_SOLUTION) != 1:
            yield each.solution.id, "needs one solution region"
        if _function(each) is None:
            yield each.solution.id, f"does not define {each.name}"


@rule
def docstring(subject):
    """The docstring is numpydoc, with an example."""
    for each in subject.exercises:
        function = _function(each)
        text = (function is not None and ast.get_docstring(function)) or ""
        for part in ("Parameters\n---", "Returns\n---", ">>>"):
            if part not in text:
                what = "an example (>>>)" if part == ">>>" else part.split()[0]
                yield each.solution.id, f"the docstring lacks {what}"


@rule
def docstring_released(subject):
    """The docstring is above the solution region, so that learners get it."""
    for each in subject.exercises:
        if ">>>" not in each.solution.source.partition(notebook.BEGIN_SOLUTION)[0]:
            yield each.solution.id, "no example above the solution region"


@rule
def test_cells(subject):
    """An exercise has two test cells or more: first a visible one of 0 points, then hidden ones."""
    for each in subject.exercises:
        hidden = [_is_hidden(cell) for cell in each.tests]
        if len(hidden) < 2:
            yield each.solution.id, f"{len(hidden)} test cells, needs two"
        if not hidden or hidden[0]:
            yield each.solution.id, "the first test cell must be visible"
        if not any(hidden):
            yield each.solution.id, "no hidden test"


@rule
def test_points(subject):
    """Visible tests give no points, hidden ones do."""
    for each in subject.exercises:
        for cell in each.tests:
            if _is_hidden(cell) != (cell.metadata.nbgrader.get("points", 0) > 0):
                yield cell.id, "points belong to hidden tests, and to these only"


@rule
def hidden_region(subject):
    """A hidden region is closed, and a comment above it says what is tested."""
    for cell in subject.cells:
        begins, ends = (cell.source.count(m) for m in (notebook.BEGIN_HIDDEN, notebook.END_HIDDEN))
        if begins != ends or begins > 1:
            yield cell.id, "needs one hidden region, begun and ended"
        elif begins and not cell.source.startswith("# "):
            yield cell.id, "no comment above the hidden region says what is tested"


@rule
def points(subject):
    """Points follow from the difficulty, and the heading says them."""
    for each in subject.exercises:
        wanted = notebook.POINTS.get(each.difficulty)
        if wanted is None:
            yield each.solution.id, f"difficulty {each.difficulty!r} is none of E, M, H"
        elif each.points != wanted:
            yield (
                each.solution.id,
                f"{each.points} points in tests, {each.difficulty} gives {wanted}",
            )
        elif not re.search(rf"^##+ .*\({wanted} points\)", each.text, re.MULTILINE):
            yield each.solution.id, f"no heading '## ... ({wanted} points)' above"


@rule
def answers_known(subject):
    """Three misconceptions and two alternatives at least for every exercise."""
    counts = Counter((answer.exercise, answer.kind) for answer in subject.answers)
    for each in subject.exercises:
        for kind, least in _LEAST.items():
            if counts[each.name, kind] < least:
                yield each.solution.id, f"{counts[each.name, kind]} {kind}s, needs {least}"


@rule
def why_given(subject):
    """Every check says why."""
    for cell, node in _nodes(subject, ast.Call):
        name = ast.unparse(node.func)
        is_check = name.startswith("checks.") and name != "checks.generator"
        if is_check and "why" not in {word.arg for word in node.keywords}:
            yield cell.id, f"line {node.lineno}: {name} without why="


@rule
def nan_passes(subject):
    """``assert not x > tolerance`` and ``assert not np.any(...)`` let NaN pass."""
    for cell, node in _nodes(subject, ast.Assert):
        test = node.test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = test.operand
            compared = isinstance(inner, ast.Compare)
            if compared or isinstance(inner, ast.Call) and _called(inner) in ("any", "max", "amax"):
                yield cell.id, f"line {node.lineno}: lets NaN pass: {ast.unparse(node)}"


def _is_hidden(cell):
    return notebook.BEGIN_HIDDEN in cell.source


def _called(call):
    return ast.unparse(call.func).rpartition(".")[2]


def _parsed(source):
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _function(exercise):
    """The definition of an exercise's function; None if there is none."""
    body = _parsed(exercise.solution.source).body
    defined = [node for node in body if isinstance(node, ast.FunctionDef)]
    return next((node for node in defined if node.name == exercise.name), None)


def _nodes(subject, kind):
    """The nodes of a kind in all test cells."""
    for cell in subject.cells:
        if notebook.role(cell) == "test":
            found = (node for node in ast.walk(_parsed(cell.source)) if isinstance(node, kind))
            yield from ((cell, node) for node in found)
