"""Functions that spoil what they are given, wherever the test has it from: no mark comes of it."""

import pytest

import natural
from apart import Apart

GIVEN = """\
import types
import numpy as np
PAIR = (np.array([1.0, 2.0, 3.0]), np.array([4.0]))
SPACE = types.SimpleNamespace(x=np.array([1.0, 2.0, 3.0]))
class Data:
    x = np.array([1.0, 2.0, 3.0])
def known(x=np.array([1.0, 2.0, 3.0])):
    return x"""
RIGHT = "def f(x):\n    return 2 * x\ndef g(x):\n    return x"
SPOILS = "def f(x):\n    x[:] = 0\n    return np.zeros(3)\ndef g(x):\n    x[:] = 0\n    return x"


@pytest.fixture(scope="module")
def apart():
    with Apart() as engine:
        yield engine


def points(apart, parts, answer):
    def fill(release):
        made = natural.submission(release, parts)
        for each in made.cells:
            if each.metadata.get("nbgrader", {}).get("solution"):
                each.source = answer
        return made

    result = apart.graded(natural.source(parts), fill)
    assert not result["problems"]
    return [score["points"] for score in result["scores"]]


@pytest.mark.parametrize("place", ["PAIR[0]", "SPACE.x", "Data.x", "known()"])
def test_arguments_that_other_tests_share(apart, place):
    """Neither the test that spoils them passes, nor the next one."""
    test = ("test", 1, f"assert np.allclose(f({place}), 2 * {place})")
    other = ("test", 1, f"assert np.allclose(g({place}), [1.0, 2.0, 3.0])")
    parts = [("locked", 0, GIVEN), ("solution", 0, RIGHT), test, test, other]
    assert points(apart, parts, RIGHT) == [1, 1, 1]
    assert points(apart, parts, SPOILS) == [0, 0, 0]


def test_a_locked_cell_that_shows_what_a_function_gives(apart):
    show = ("locked", 0, "print(f(SPACE.x), f(PAIR[0]))")
    tests = [("test", 1, f"assert np.allclose(f({x}), 2 * {x})") for x in ("SPACE.x", "PAIR[0]")]
    parts = [("locked", 0, GIVEN), ("solution", 0, RIGHT), show, *tests]
    assert points(apart, parts, RIGHT) == [1, 1]
    assert points(apart, parts, SPOILS) == [0, 0]


def test_a_locked_cell_that_has_its_argument_changed(apart):
    """As the source's own function does it."""
    right = "def fill(x):\n    x[:] = 7"
    parts = [
        ("locked", 0, "import numpy as np\nX = np.zeros(2)"),
        ("solution", 0, right), ("locked", 0, "fill(X)"),
        ("test", 1, "assert X.tolist() == [7, 7]"),
    ]  # fmt: skip
    assert points(apart, parts, right) == [1]
    assert points(apart, parts, "def fill(x):\n    pass") == [0]


@pytest.mark.parametrize("what", ["dict", "list"])
def test_no_numbers_among_several_results(apart, what):
    """They would agree with a column of any length."""
    names = ("'w'", "'b'") if what == "dict" else (0, 1)
    form = "{{'w': {0}, 'b': {1}}}" if what == "dict" else "[{0}, {1}]"
    right = f"def f(x):\n    return {form.format('2 * x', 'x.sum(axis=1, keepdims=True)')}"
    wrong = f"def f(x):\n    return {form.format('0', 'np.array([])')}"
    test = (
        "x = np.arange(6.0).reshape(3, 2)\n"
        f"assert np.allclose(f(x)[{names[1]}], [[1], [5], [9]])"
    )  # fmt: skip
    parts = [("locked", 0, "import numpy as np"), ("solution", 0, right), ("test", 1, test)]
    assert points(apart, parts, right) == [1]
    assert points(apart, parts, wrong) == [0]
