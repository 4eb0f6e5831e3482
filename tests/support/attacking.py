"""A course whose tests are written as people write them, and submissions that attack it."""

import itertools
import json
import shutil
from dataclasses import dataclass

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import Submission
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from tiny import ROOT, cell

ASSIGNMENT = "01-attacked"
# An input that only hidden tests pass, and a text that only they hold.
SECRET, MARKER = 31415926, "a-marker-in-a-hidden-test"
LIMITS = """
c.Sandbox.cell_seconds = 2
c.Sandbox.submission_seconds = 30
c.Sandbox.memory = 256 << 20
c.Sandbox.output_bytes = 100_000
"""

SETUP = """\
import math
import numpy as np
from scratchgrad import checks
FIXTURE = np.array([1.0, 2.0, 3.0])
RTOL = 1e-9"""

# Each exercise: a solution, and tests by name: visible ones and hidden ones.
EXERCISES = {
    "double": (
        "def double(x):\n    return 2 * x",
        {
            "example": "assert double(2) == 4",
            "secret": f"marker = '{MARKER}'\nassert double({SECRET}) == {2 * SECRET}, marker",
        },
    ),
    "centred": (
        "def centred(x):\n    return x - np.mean(x)",
        {
            "example": "assert np.allclose(centred(FIXTURE), [-1, 0, 1], rtol=RTOL)",
            "after": f"x = np.array([0.0, {SECRET}.0])\ny = centred(x)\n"
            "np.testing.assert_allclose(y, x - x.mean())",
            "pair": f"np.testing.assert_allclose(centred(np.array([0.0, {SECRET}.0])), "
            f"[-{SECRET / 2}, {SECRET / 2}])",
        },
    ),
    "scaled": (
        "def scaled(x):\n    return x / np.max(x)",
        {
            "one": "assert np.allclose(scaled(np.array([5.0])), [1.0])",
            "constant": "assert np.allclose(scaled(np.full(3, 4.0)), np.ones(3))",
            "number": "np.testing.assert_allclose(scaled(np.full((2, 2), 4.0)), 1.0)",
            "equal": "assert (scaled(np.array([2.0, 2.0])) == 1).all()",
        },
    ),
    "root": (
        "def root(x):\n    if x < 0:\n        raise ValueError('x is negative')\n"
        "    return math.sqrt(x)",
        {
            "example": "assert abs(root(4.0) - 2) < 1e-9",
            "raises": "import pytest\nwith pytest.raises(ValueError):\n    root(-1.0)",
            "tries": "try:\n    root(-2)\nexcept ValueError as error:\n"
            "    assert 'negative' in str(error)\nelse:\n    raise AssertionError('no error')",
        },
    ),
    "sign": (
        "def sign(x):\n    return 'minus' if x < 0 else 'plus'",
        {
            "cases": "right = sum(sign(x) == name for x, name in "
            "[(1, 'plus'), (-1, 'minus'), (7, 'plus'), (-7, 'minus')])\nright / 4",
            "all": "assert all(map(lambda x: sign(x) == 'plus', [3, 4]))",
        },
    ),
    "spread": (
        "def spread(x):\n    return np.max(x) - np.min(x)",
        {
            "example": "checks.returns(spread, FIXTURE, expected=2.0, why='Largest less least.')",
            "reference": f"checks.matches_reference(spread, np.array([1.0, {SECRET}.0, -4.0]), "
            "why='Signs matter.')",
            "by_hand": "checks.avoids(spread, 'ptp', why='Write it out.')\n"
            "assert spread(FIXTURE + 1) == 2.0",
        },
    ),
    "share": (
        "def share(x):\n    return float(np.mean(x > 0))",
        {"value": "share(FIXTURE)"},
    ),
    "slope": (
        "def slope(f, x):\n    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5",
        {
            "square": "assert np.isclose(slope(lambda t: t * t, 3.0), 6.0)",
            "counted": "points = []\n\ndef line(t):\n    points.append(t)\n    return 5 * t\n\n"
            f"assert np.isclose(slope(line, {SECRET / 1e6}), 5.0)\nassert len(set(points)) == 2",
            "inside": "def line(t):\n    assert isinstance(t, float)\n    return 2 * t\n\n"
            "assert np.isclose(slope(line, 1.0), 2.0)",
        },
    ),
    "fill": (
        "def fill(x, value):\n    x[:] = value",
        {
            "fixture": "fill(FIXTURE, 7.0)\nassert (FIXTURE == 7.0).all()",
            "fresh": "assert FIXTURE.tolist() == [1.0, 2.0, 3.0]\nx = np.ones(2)\nfill(x, 3.0)\n"
            "assert x.tolist() == [3.0, 3.0]",
        },
    ),
    "draw": (
        "def draw(rng, n):\n    return rng.normal(size=n)",
        {
            "seeded": "expected = np.random.default_rng(8).normal(size=6)\n"
            "rng = np.random.default_rng(8)\n"
            "actual = np.concatenate([draw(rng, 2), draw(rng, 4)])\n"
            "assert np.array_equal(actual, expected)",
            "later": f"rng = np.random.default_rng({SECRET})\n"
            f"assert draw(rng, 1) == np.random.default_rng({SECRET}).normal()\n"
            "assert 0 <= rng.random() < 1",
        },
    ),
    "Counter": (
        "class Counter:\n    def __init__(self):\n        self.count = 0\n\n"
        "    def add(self, n):\n        self.count += n\n        return self.count",
        {
            "counts": "counter = Counter()\ncounter.add(2)\nassert counter.add(3) == 5\n"
            "assert counter.count == 5",
        },
    ),
}
VISIBLE = ("example",)
HONEST = {name: solution for name, (solution, _) in EXERCISES.items()}
FULL = {name: float(len(tests)) for name, (_, tests) in EXERCISES.items()}
NOTHING = dict.fromkeys(FULL, 0.0)
WRONG = {
    "double": "def double(x):\n    return 0",
    "centred": "def centred(x):\n    return x + 1",
    "scaled": "def scaled(x):\n    return x + 1",
    "root": "def root(x):\n    return -1.0",
    "sign": "def sign(x):\n    return 'neither'",
    "spread": "def spread(x):\n    return 0.5",
    "share": "def share(x):\n    return 0.0",
    "slope": "def slope(f, x):\n    return 0.0",
    "fill": "def fill(x, value):\n    x[0] = -value",
    "draw": "def draw(rng, n):\n    return np.zeros(n)",
    "Counter": "class Counter:\n    count = 1\n\n    def add(self, n):\n        return 1",
}


def source():
    """The source notebook."""
    cells = [
        cell("markdown", source="# Attacked"),
        cell(grade_id="setup", source=SETUP, locked=True),
    ]
    for name, (solution, tests) in EXERCISES.items():
        lines = [f"# {name}", notebook.BEGIN_SOLUTION, solution, notebook.END_SOLUTION]
        cells.append(cell(grade_id=name, source="\n".join(lines), solution=True))
        cells += [_test(f"test_{name}_{what}", what, code) for what, code in tests.items()]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return notebook.normalised(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}))


def _test(name, what, code):
    if what not in VISIBLE:
        code = "\n".join([notebook.BEGIN_HIDDEN, code, notebook.END_HIDDEN])
    return cell(grade_id=name, source=code, grade=True, locked=True, points=1)


def release():
    """The notebook as learners get it."""
    made = source()
    for preprocessor in (ClearSolutions(), ClearHiddenTests()):
        made, _ = preprocessor.preprocess(made, {})
    return made


@dataclass
class Graded:
    """What came of a submission: the result, and the notebook that was written."""

    result: object
    notebook: dict | None

    @property
    def marks(self):
        return self.result.marks

    @property
    def told(self):
        """All that the instructor is told, in one text."""
        return "\n".join([*self.result.notes, self.result.problem or ""])

    def output(self, *, tests=False):
        """The outputs of the learner's cells, or those of the tests, as text."""
        cells = [each for each in self.notebook["cells"] if each["cell_type"] == "code"]
        mine = [each for each in cells if (notebook.role(_Marked(each)) == "test") is tests]
        return json.dumps([each["outputs"] for each in mine])


class _Marked(dict):
    """A cell in plain data with the attributes that `notebook.role` reads."""

    cell_type = property(lambda self: self["cell_type"])
    metadata = property(lambda self: self["metadata"])


class Attacked:
    """A course in a folder and a grader that grades one submission after another.

    Parameters
    ----------
    root : Path
    limits : str, optional
        Lines for ``nbgrader_config.py``.
    """

    def __init__(self, root, limits=LIMITS):
        self.course = Course(root.resolve())
        shutil.copy(ROOT / "nbgrader_config.py", self.course.root)
        with open(self.course.root / "nbgrader_config.py", "a") as config:
            config.write(limits)
        notebook.write(self.course.notebook("source", ASSIGNMENT), source())
        self._students = itertools.count()
        self.grader = None

    def __enter__(self):
        self.grader = Grader(self.course).__enter__()
        self.grader.prepare(ASSIGNMENT)
        return self

    def __exit__(self, *details):
        self.grader.__exit__(*details)

    def hand_in(self, content, files=None, student=None):
        """Write a submission: text or bytes of a notebook, or nothing, and files beside it."""
        student = student or f"learner{next(self._students)}"
        path = self.course.notebook("submitted", ASSIGNMENT, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for name, data in (files or {}).items():
            (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / name).write_text(data)
        return Submission(student, ASSIGNMENT, path.parent)

    def grade(self, content, files=None, student=None):
        """Grade the content of a notebook's file."""
        return self.regrade(self.hand_in(content, files, student))

    def regrade(self, submission):
        """Grade a submission that is already there."""
        result = self.grader.grade(submission)
        path = self.course.notebook("autograded", ASSIGNMENT, submission.student)
        made = json.loads(path.read_text()) if result.problem is None else None
        return Graded(result, made)

    def attack(self, answers, first="", last="", **others):
        """Grade a notebook with these answers and a cell of the learner's own before and after."""
        return self.grade(notebook.text_of(submission(answers, first, last)), **others)


def submission(answers, first="", last=""):
    """A released notebook with these answers and a cell of the learner's own before and after."""
    made = release()
    for each in made.cells:
        if notebook.role(each) == "solution":
            each.source = answers.get(notebook.grade_id(each), each.source)
    made.cells.insert(0, nbformat.v4.new_code_cell(first))
    made.cells.append(nbformat.v4.new_code_cell(last))
    return made


def but(**marks):
    """Full marks except in some exercises."""
    return FULL | {name: float(points) for name, points in marks.items()}
