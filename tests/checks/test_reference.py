"""`matches_reference` finds the course, and nobody else's."""

import json

import numpy as np
import pytest

from scratchgrad import checks
from scratchgrad.checks import CheckFailed, _reference

CELLS = [
    ("locked", "import numpy as np\nprint('noise')"),
    ("solution", "def twice(x):\n    return 2 * np.asarray(x)"),
    ("test", "raise SystemExit('tests are not run')"),
    ("figure", "raise SystemExit('figures are not drawn')"),
]


def write_course(root, cells=CELLS):
    folder = root / "source" / "01-twice"
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("raise SystemExit('never run')")
    notebook = {"cells": [_cell(role, source) for role, source in cells]}
    (folder / "twice.ipynb").write_text(json.dumps(notebook))
    return root


def _cell(role, source):
    marks = {"grade": role == "test", "solution": role == "solution", "locked": True}
    tags = ["figure"] if role == "figure" else []
    metadata = {"nbgrader": marks, "tags": tags}
    return {"cell_type": "code", "id": role, "metadata": metadata, "source": [source]}


@pytest.fixture
def submission(tmp_path, monkeypatch):
    """A course, and the folder in which nbgrader would grade a submission of it."""
    monkeypatch.delenv("SCRATCHGRAD_COURSE", raising=False)
    folder = write_course(tmp_path) / "autograded" / "ada" / "01-twice"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    yield folder
    _reference._solutions.cache_clear()


def run(answer):
    """Check an answer as a test cell does."""
    notebook = {"checks": checks, "np": np, "__name__": "__main__"}
    exec(answer, notebook)
    exec("checks.matches_reference(twice, np.arange(3), why='Doubled.')", notebook)


@pytest.mark.parametrize(
    "answer",
    [
        "def twice(x): return x + x",
        "twice = lambda x: x + x",
        "twice = np.vectorize(lambda v: 2 * v)",
    ],
)
def test_right_answers_by_any_name(submission, answer, capsys):
    run(answer)
    assert capsys.readouterr().out == ""


def test_wrong_answer(submission):
    with pytest.raises(CheckFailed, match="Doubled"):
        run("def twice(x): return x + 1")


def test_spoiling_the_input_does_not_spoil_what_is_expected(submission):
    with pytest.raises(CheckFailed):
        run("def twice(x):\n    x[:] = 0\n    return x")


def test_a_course_inside_the_submission_is_not_believed(submission):
    write_course(submission, [("solution", "def twice(x):\n    return x + 1")])
    nested = submission / "source" / "01-twice"
    assert nested.is_dir()
    with pytest.raises(CheckFailed):
        run("def twice(x): return x + 1")


def test_no_course_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.delenv("SCRATCHGRAD_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LookupError, match="no course"):
        run("def twice(x): return x")


def test_unknown_reference_is_said_plainly(submission):
    with pytest.raises(LookupError, match="defines no thrice"):
        exec(
            "def thrice(x): return x\nchecks.matches_reference(thrice, 1, why='.')",
            {"checks": checks},
        )


def test_provided_references_need_no_course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_reference, "_provided", {})
    _reference.use_references({"twice": lambda x: 2 * x})
    run("def twice(x): return x + x")
    with pytest.raises(CheckFailed):
        run("def twice(x): return x")
