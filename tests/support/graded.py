"""Graded notebooks made by hand, and their feedback pages."""

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from scratchgrad.feedback.page import html_of, page_of

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
HIDDEN = """\
# Hidden tests: negative inputs.
### BEGIN HIDDEN TESTS
checks.returns(double, -31337, expected=-62674, why="Twice is twice, below 0 too.")
### END HIDDEN TESTS"""


def marks(name, **others):
    base = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False}
    return {**base, "locked": False, "task": False, **others}


def solution(source="def double(x):\n    return x", outputs=(), **told):
    metadata = {"nbgrader": marks("double", solution=True), "scratchgrad": told}
    metadata["nbgrader"]["comment"] = told.pop("comment", None)
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


def case(name, source, score, most, error=None, **told):
    metadata = {"nbgrader": marks(name, grade=True, locked=True, score=score, points=most)}
    metadata["scratchgrad"] = told
    failed = {"ename": "CheckFailed", "evalue": error or "", "traceback": [error or ""]}
    outputs = [nbformat.v4.new_output("error", **failed)] if error else []
    return new_code_cell(source, metadata=metadata, outputs=outputs)


def notebook(*cells):
    return new_notebook(cells=[new_markdown_cell("## Twice (3 points)"), *cells])


def page(*cells, penalty=0.0):
    return html_of(page_of(notebook(*cells), "01-tiny", "ada", penalty))


FAILED = case(
    "test_double_below", HIDDEN, 0.0, 2.0,
    "Twice is twice, below 0 too. double(-31337): expected -62674, received -31337.",
    why="Twice is twice, below 0 too.", result="wrong values",
)  # fmt: skip
