"""An object of a class of the learner's counts only where the source's solution has one too."""

import json
import os
import signal

import numpy as np
import pytest

import natural
from apart import Apart
from scratchgrad.grading.dress import dressed
from scratchgrad.grading.engine import EngineError
from scratchgrad.grading.plan import make_plan
from scratchgrad.grading.sandbox import Limits
from scratchgrad.grading.uses import Uses

SOURCE = """\
import numpy as np

class Vector:
    def __init__(self, *parts):
        self.parts = list(parts)
    def __eq__(self, other):
        return self.parts == other.parts
    def __len__(self):
        return len(self.parts)

    def total(self):
        return sum(self.parts)

def double(x):
    return 2 * np.asarray(x)

def read(text):
    return Vector(1) if text == "v" else int(text)

def opened():
    return Opened()

class Opened:
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return False
    def value(self):
        return 1"""
YES = """\
import numpy as np

class Yes:
    told = []
    def __init__(self, *parts):
        self.parts = parts
    def _yes(self, *args):
        Yes.told.append(args)
        return True
    def _zero(self, *args):
        Yes.told.append(args)
        return 0.0
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __exit__ = _yes
    __sub__ = __rsub__ = __abs__ = __float__ = __getitem__ = __mod__ = __rmod__ = _zero
    __hash__ = __len__ = __int__ = __index__ = lambda self: 1
    __iter__ = lambda self: iter([])
    __enter__ = lambda self: self
    all = any = total = value = lambda self: Yes()

Vector = Opened = Yes
double = read = opened = Yes
"""
PLAIN = {
    "equal": "assert double(1) == 2",
    "not different": "assert not double(1) != 2",
    "ordered": "assert 1 < double(1) <= 2",
    "difference": "assert abs(double(1) - 2) < 1e-9",
    "difference the other way": "assert abs(2 - double(1)) < 1e-9",
    "remainder": "assert double(1) % 2 == 0",
    "truth": "assert (double([1, 2]) == np.array([2, 4])).all()",
    "membership": "assert 4 in double([1, 2])",
    "going through": "for got, want in zip(double([1, 2]), [2, 4]):\n    assert got == want",
    "length": "for i in range(len(double([1]))):\n    assert double([1])[i] == 2",
    "as a float": "assert float(double(1)) == 2",
    "text": "assert str(double(1)) == '2'",
    "unittest": "import unittest\nunittest.TestCase().assertEqual(double(1), 2)",
    "almost": "import unittest\nunittest.TestCase().assertAlmostEqual(double(1), 2)",
    "numpy": "np.testing.assert_allclose(double([1, 2]), [2, 4])",
    "in a function": "def check(got, want):\n    assert got == want\ncheck(double(1), 2)",
    "type": "assert type(double(1)) == type(np.int64(1))",
    # Where another value of the same cell is an object.
    "another line": "assert Vector(1) == Vector(1)\nassert double(1) == 2",
    "the same line": "assert Vector(1) == Vector(1) and double(1) == 2",
    "what gives objects too": "assert read('v') == Vector(1)\nassert read('3') == 3",
    "what a method gives": "v = Vector(1, 2)\nassert v == Vector(1, 2)\nassert v.total() == 3",
    "a checking function": (
        "def check(got, want):\n    assert got == want\n"
        "check(Vector(1), Vector(1))\ncheck(double(1), 2)"
    ),
    "a library's function": (
        "import unittest\nequal = unittest.TestCase().assertEqual\n"
        "equal(Vector(1), Vector(1))\nequal(double(1), 2)"
    ),
    "a checking function called in another": (
        "def check(got, want):\n    assert got == want\n"
        "def run():\n    check(Vector(1), Vector(1))\n    check(double(1), 2)\nrun()"
    ),
    "a class of tests": (
        "import unittest\nclass Tests(unittest.TestCase):\n"
        "    def test_objects(self):\n        self.assertEqual(Vector(1), Vector(1))\n"
        "    def test_values(self):\n        self.assertEqual(double(1), 2)\n"
        "suite = unittest.defaultTestLoader.loadTestsFromTestCase(Tests)\n"
        "assert suite.run(unittest.TestResult()).wasSuccessful()"
    ),
    "a loop": (
        "for got, want in [(Vector(1), Vector(1)), (double(1), 2)]:\n    assert got == want"
    ),
    "a loop over one object": (
        "one = Vector(1)\nfor got, want in [(one, one), (double(1), 2)]:\n    assert got == want"
    ),
    "a loop over what methods give": (
        "v = Vector(1, 2)\nfor f, want in [(Vector, Vector(1)), (lambda x: v.total(), 3)]:\n"
        "    assert f(1) == want"
    ),
    "a loop over what a result gives": (
        "for got, want in [(Vector(1), Vector(1)), (double([1, 2])[0], 2)]:\n    assert got == want"
    ),
    # The learner's class is not asked whether the test has failed.
    "a failed assertion": "with opened() as it:\n    assert it.value() == 1",
    "an assertion in a call": "with opened():\n    assert double(1) == 2\n",
}


@pytest.fixture(scope="module")
def apart():
    with Apart() as engine:
        yield engine


def notebook(test):
    given = [("locked", 0, "import numpy as np"), ("solution", 0, SOURCE)]
    return natural.source([*given, ("test", 1, test)])


def filled(answer):
    def fill(release):
        for cell in release.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = answer
        return release

    return fill


@pytest.mark.parametrize("test", PLAIN.values(), ids=PLAIN)
def test_an_object_that_agrees_with_everything_passes_no_test_of_values(apart, test):
    (right,) = apart.graded(notebook(test))["scores"]
    (wrong,) = apart.graded(notebook(test), filled(YES))["scores"]
    assert (right["points"], wrong["points"]) == (1, 0), (right, wrong)


def test_where_the_source_has_an_object_the_learners_class_answers(apart):
    """As with stock nbgrader: who asks the learner's class for equality gets its answer."""
    (score,) = apart.graded(notebook("assert Vector(1) == Vector(1)"), filled(YES))["scores"]
    assert score["points"] == 1


def test_equal_code_of_two_cells_is_two_places():
    """Else what a cell may do would depend on whether another has been run before it."""
    seen = []
    for name in ("<one>", "<two>"):
        uses = Uses(name)
        exec(compile("allows('eq')", name, "exec"), {"allows": uses.allows})
        seen += uses.seen
    assert len(set(seen)) == 2


def test_a_place_is_the_same_however_often_it_is_come_to(apart):
    """Python 3.11 makes the calls of `isinstance` elsewhere when it has made a few."""
    test = "for each in many():\n    assert not isinstance(each, type)\n    assert len(each) == 1"
    whole = "def many():\n    return [Vector(1)] * {0}"
    source = natural.source([("solution", 0, f"{SOURCE}\n{whole.format(3)}"), ("test", 1, test)])
    (score,) = apart.graded(source, filled(f"{SOURCE}\n{whole.format(30)}"))["scores"]
    assert score["points"] == 1, score


def test_what_a_test_does_may_differ_between_learners(apart):
    test = "from scratchgrad.checks import generator\nif generator('x').random() < 0.5:\n"
    test += "    assert Vector(1) == Vector(1)\nelse:\n    assert len(Vector(1)) == 1"
    source = notebook(test)
    assert not apart.graded(source)["problems"]
    plan = make_plan("01-one", "one", source)
    content = json.dumps(source).encode()
    for name in ("ada", "ben", "cy", "dan", "eve", "fay"):
        (score,) = apart.engine.grade(plan, content, f"{name}/01-one")["scores"]
        assert score["points"] == 1, score


def test_nothing_of_a_failure_is_told_to_the_learners_class(apart):
    """Nor can it hide the failure: an assertion's text may hold what is hidden."""
    seen = "\nimport atexit\nclass Opened(Yes):\n    def __exit__(self, *about):\n"
    seen += "        print('told', about)\n        return True\n"
    test = "import contextlib, io\nout = io.StringIO()\n"
    test += "try:\n    with contextlib.redirect_stdout(out), Opened():\n"
    test += "        assert False, 'the secret is 7'\nexcept AssertionError:\n    pass\n"
    test += "else:\n    raise RuntimeError('it was hidden')\n"
    test += "assert 'secret' not in out.getvalue() and 'told' in out.getvalue(), out.getvalue()"
    source = notebook("with Opened():\n    pass")
    source.cells[-1].source = test
    (score,) = apart.graded(source, filled(YES + seen))["scores"]
    assert score["points"] == 1, score


ODD = {
    "a length that is none": ("__len__ = lambda self: -1", "len(Vector(1)) == -1"),
    "a huge length": ("__len__ = lambda self: 1 << 80", "len(Vector(1)) > 5"),
    "a truth that is none": ("__bool__ = lambda self: 7", "bool(Vector(1))"),
    "a text that is none": ("__str__ = lambda self: 7", "str(Vector(1))"),
    "no end of items": (
        "__iter__ = lambda self: self\n    __next__ = lambda self: 1",
        "list(Vector(1))",
    ),
}


@pytest.mark.parametrize("method, test", ODD.values(), ids=ODD)
def test_odd_answers_cost_their_own_test(method, test):
    whole = SOURCE.replace("class Vector:", "class Vector:\n    __iter__ = lambda self: iter([1])")
    odd = whole.replace("class Vector:", f"class Vector:\n    {method}\n    was = 1", 1)
    odd = odd.replace("    __iter__ = lambda self: iter([1])\n", "").replace(
        "    def __len__(self):\n        return len(self.parts)\n\n", ""
    )
    given = [("locked", 0, "import numpy as np"), ("solution", 0, whole)]
    tests = [("test", 1, f"assert {test} or True"), ("test", 1, "assert Vector(1, 2).total() == 3")]
    with Apart(Limits(cell_seconds=2)) as engine:
        scores = engine.graded(natural.source([*given, *tests]), filled(odd))["scores"]
    assert [score["points"] for score in scores] == [0, 1], scores


def test_what_is_possible_outlives_the_process(apart):
    source = notebook("assert Vector(1) == Vector(1) and len(Vector(1, 2)) == 2")
    assert apart.graded(source)["scores"][0]["points"] == 1
    os.kill(apart.engine.pid, signal.SIGKILL)
    with pytest.raises(EngineError):
        apart.graded(source)
    assert apart.graded(source)["scores"][0]["points"] == 1


DISGUISES = {
    # NumPy would read, or write, any place in the grader's memory.
    "a named tuple with a place in memory": (
        "class Place(tuple):\n    _fields = '__array_interface__', 'b'\n"
        "def double(x):\n    about = {'data': (16, False), 'shape': (2,), 'typestr': '<f8'}\n"
        "    return Place(({**about, 'version': 3}, 1))",
        "np.testing.assert_allclose(double([1, 2]), [2, 4])",
    ),
    "one fraction for many numbers": (
        "from fractions import Fraction\ndef double(x):\n    return Fraction(2)",
        "assert (double(np.ones(3)) == 2 * np.ones(3)).all()",
    ),
    "one decimal number for many": (
        "from decimal import Decimal\ndef double(x):\n    return [Decimal(2)]",
        "assert (np.asarray(double(np.ones(3))) == 2 * np.ones(3)).all()",
    ),
    "an exception that has a test left out": (
        "class SkipTest(Exception):\n    pass\ndef double(x):\n    raise SkipTest('not today')",
        "from unittest import SkipTest, TestCase, main\nclass Tests(TestCase):\n"
        "    def test_values(self):\n"
        "        self.assertEqual(double(1), 2)\n"
        "assert main(argv=[''], exit=False).result.wasSuccessful()",
    ),
    "an exception of the test's": (
        "class Done(Exception):\n    pass\ndef double(x):\n    raise Done",
        "class Done(Exception):\n    pass\n"
        "try:\n    assert double(1) == 2\n    raise Done\nexcept Done:\n    pass",
    ),
}


@pytest.mark.parametrize("answer, test", DISGUISES.values(), ids=DISGUISES)
def test_results_of_special_classes_pass_for_no_others(apart, answer, test):
    source = notebook(test)
    result = apart.graded(source, filled(f"{SOURCE}\n{answer}"))
    (score,) = result["scores"]
    assert not result["problems"] and score["points"] == 0, score


ONE_HASH = [(i * (2**61 - 1)) << 64 for i in range(50_000)]


PAIRS = [(1, 2), (3.5, 4)] * 2000


@pytest.mark.parametrize(
    "told, items",
    [("keys", ONE_HASH), ("items", [(key, 1) for key in ONE_HASH]), ("keys", PAIRS)],
)
def test_keys_with_one_hash_make_no_dict(told, items):
    """Nothing could interrupt the making of it, which would take for ever."""
    assert dressed(items, [told], None) is items


def test_a_record_asks_nothing_but_an_object_that_stayed_in_the_sandbox():
    held = np.ones(2)
    assert type(dressed((1, 2), ["record", ["a", "b"], held], lambda value: value)) is tuple


def test_objects_in_sets_and_dicts_of_locked_cells(apart):
    """They cannot be copied while no cell is run: nothing may be asked of them."""
    given = [("solution", 0, HASHED), ("locked", 0, "table = {Name('a'): 1}\nnumbers = [1]")]
    tests = ["numbers.append(2)\nassert table[Name('a')] == 1", "assert numbers == [1]"]
    parts = [*given, *(("test", 1, test) for test in tests)]
    scores = apart.graded(natural.source(parts))["scores"]
    assert [score["points"] for score in scores] == [1, 1], scores


HASHED = """\
class Name:
    def __init__(self, text):
        self.text = text
    def __eq__(self, other):
        return self.text == other.text
    def __hash__(self):
        return hash(self.text)"""


def test_a_class_of_the_course_that_a_learner_has_replaced_costs_no_process(apart):
    locked = "class Grid:\n    def __init__(self, n):\n        self.n = n"
    solution = "def size(grid):\n    return grid.n"
    tests = [("test", 1, "assert size(Grid(3)) == 3"), ("test", 1, "assert callable(size)")]
    source = natural.source([("locked", 0, locked), ("solution", 0, solution), *tests])
    result = apart.graded(source, filled(f"Grid = None\n{solution}"))
    assert [score["points"] for score in result["scores"]] == [0, 1] and not result["notes"]
    assert [score["points"] for score in apart.graded(source)["scores"]] == [1, 1]
