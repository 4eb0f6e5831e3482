"""From the value of a test cell to its mark."""

import json

import numpy as np
import pytest

import natural
from apart import Apart
from both import STOCK, book, hand_in, in_three_ways, make_course
from scratchgrad.classroom.registering import register
from scratchgrad.course import notebook
from scratchgrad.course.nbgrader import ConversionError, convert
from scratchgrad.grading.plan import PlannedCell
from scratchgrad.grading.score import scored
from scratchgrad.grading.testing import Outcome

MOST = 2.0
CELL = PlannedCell("test_it", "test", "code", "", "", {}, "it", MOST)

MARKS = {
    "nothing": (None, 2), "zero": (0, 0), "a float": (1.5, 1.5), "all": (2, 2),
    "minus zero": (-0.0, 0), "float64": (np.float64(0.5), 0.5), "int8": (np.int8(1), 1),
    "float16": (np.float16(1.5), 1.5), "an array of no axes": (np.array(1.5), 1.5),
}  # fmt: skip
NO_MARKS = {
    "nan": float("nan"), "infinite": float("inf"), "negative": -1, "slightly negative": -1e-300,
    "too much": 2.0000001, "far too much": 10**400, "text": "1.5", "a list": [1], "a tuple": (1,),
    "a dict": {}, "true": True, "false": False, "NumPy's true": np.True_, "complex": 1 + 0j,
    "NumPy's complex": np.complex128(1), "NumPy's text": np.str_("1"), "an array": np.ones(1),
    "an array of text": np.array("1"), "NumPy's nan": np.float32("nan"), "a class": float,
    "a time": np.timedelta64(1, "s"), "bytes": b"1", "an object": object(),
}  # fmt: skip


@pytest.mark.parametrize("value, points", MARKS.values(), ids=MARKS)
def test_mark(value, points):
    score = scored(CELL, Outcome(value))
    assert (score.points, score.problem) == (points, "")
    assert type(score.points) is float


@pytest.mark.parametrize("value", NO_MARKS.values(), ids=NO_MARKS)
def test_no_mark_is_reported_and_gives_nothing(value):
    score = scored(CELL, Outcome(value))
    assert score.points == 0 and score.problem


def test_error_without_a_text():
    class Odd(Exception):
        def __str__(self):
            raise ValueError

    assert scored(CELL, Outcome(error=Odd())).points == 0


def test_what_is_not_written_is_called_so():
    assert scored(CELL, Outcome(error=NotImplementedError())).kind == "not written"
    assert scored(CELL, Outcome(error=RuntimeError())).kind == "raised RuntimeError"


@pytest.fixture(scope="module")
def apart():
    with Apart() as engine:
        yield engine


@pytest.mark.parametrize("value", ["f(2)", "[f(2)]", "f", "f(2) == 4", "g()", "h()"])
def test_what_the_learner_returns_is_no_mark_by_itself(apart, value):
    answers = "def f(x):\n    return 2 * x"
    answers += "\ndef g():\n    return '2'\nclass h:\n    shape = ()\n    real = 2.0"
    result = apart.graded(natural.source([("solution", 0, answers), ("test", 2, value)]))
    (score,) = result["scores"]
    assert score["points"] == 0 and score["problem"]
    assert any("test1" in note for note in result["notes"])


MANY_CALLS = """from scratchgrad import checks
for x in range(90):
    checks.returns({}, x, expected={}, why="Twice.")"""


@pytest.mark.parametrize("slow", ["", "\n    if x == 85: import time; time.sleep(0.2)"])
def test_a_failed_test_leaves_nothing_to_the_next_one(apart, slow):
    """Calls are asked for ahead: of a test that fails early, some are still being answered."""
    answers = f"def f(x):{slow}\n    return 3 * x\ndef g(x):\n    return 2 * x"
    parts = [("solution", 0, answers), ("test", 2, MANY_CALLS.format("f", "2 * x")),
             ("test", 2, MANY_CALLS.format("g", "2 * x"))]  # fmt: skip
    result = apart.graded(natural.source(parts))
    failed, passed = result["scores"]
    assert (failed["points"], failed["kind"]) == (0, "wrong values")
    assert (passed["points"], result["notes"]) == (2, [])


# The last value of a test cell worth 2 points: marks by stock nbgrader, and by us.
ON_PURPOSE = {
    "float('nan')": (2, 0),
    "-1": (2, 0),
    "'1.5'": (2, 0),
    "[1]": (2, 0),
    "True": (2, 0),
    "np.float64(1.5)": (2, 1.5),
    "warns(1)": (0, 1),
    "import sys; print('note', file=sys.stderr)": (0, 2),
    "skipped()": (0, 1),
}
SAME = {
    "None": 2, "0": 0, "1.5": 1.5, "2": 2, "1;": 2, "print(1)": 2, "1 / 0": 0, "assert not 1": 0,
}  # fmt: skip
ANSWERS = """\
import warnings
def warns(x):
    warnings.warn("careful")
    return x"""


def test_where_we_differ_from_nbgrader(tmp_path):
    parts = [("solution", 0, ANSWERS), ("solution", 0, "def skipped():\n    return 1")]
    values = [*ON_PURPOSE, *SAME]
    parts = [("locked", 0, "import numpy as np"), *parts]
    first = len(parts)
    source = natural.source([*parts, *(("test", 2, value) for value in values)])
    filled = natural.submission(source, parts)
    for each in filled.cells:
        if notebook.grade_id(each) == "part2":
            each.metadata["tags"] = ["skip-execution"]
    sources, handed_in = {"it": source}, {"ada": {"it": filled}}
    stock, configured, ours, results = in_three_ways(tmp_path, "01-it", sources, handed_in)
    expected = {value: theirs for value, (theirs, _) in ON_PURPOSE.items()} | SAME
    wanted = {value: own for value, (_, own) in ON_PURPOSE.items()} | SAME

    def points(course):
        scores, _ = book(course, "01-it", "ada")
        return {value: scores["it", f"test{first + n}"][0] for n, value in enumerate(values)}

    assert points(stock) == expected
    assert points(configured) == wanted
    assert points(ours) == wanted
    for number in range(5):
        assert any(f"test{first + number}: " in note for note in results["ada"].notes)


def test_more_than_the_maximum_ends_nbgrader_but_not_us(tmp_path, apart):
    from nbgrader.converters import Autograde

    source = natural.source([("test", 2, "3"), ("test", 2, "1")])
    stock = make_course(tmp_path, "01-it", {"it": source}, STOCK)
    hand_in(stock, "01-it", "ada", {"it": source})
    register(stock, "01-it")
    with pytest.raises(ConversionError, match="greater than maximum"):
        convert(Autograde, stock, "01-it")
    result = apart.graded(source)
    assert [score["points"] for score in result["scores"]] == [0, 1]
    assert "test0: the test's value 3.0 is no mark between 0 and 2" in result["notes"]
    (output,) = json.loads(result["notebook"])["cells"][2]["outputs"]
    assert output["ename"] == "InvalidMark"
