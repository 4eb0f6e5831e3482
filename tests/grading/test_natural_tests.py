"""Tests written for stock nbgrader work unchanged where tests run apart from learner code."""

import json

import pytest

import natural
from apart import Apart

EXERCISES = natural.exercises()


@pytest.fixture(scope="module")
def apart():
    with Apart() as engine:
        yield engine


def graded(apart, title, kind):
    parts = EXERCISES[title]
    if title != "numpy testing":
        parts = [("locked", 0, "import numpy as np"), *parts]
    result = apart.graded(
        natural.source(parts), lambda release: natural.submission(release, parts, kind)
    )
    assert "unreadable" not in result, result
    return result


@pytest.mark.parametrize("title", EXERCISES)
def test_right_answers_get_full_marks(apart, title):
    result = graded(apart, title, "solution")
    wrong = [s for s in result["scores"] if s["points"] != s["maximum"]]
    assert not wrong and not result["problems"]


@pytest.mark.parametrize("title", EXERCISES)
def test_wrong_answers_lose_marks(apart, title):
    result = graded(apart, title, "wrong")
    assert any(score["points"] < score["maximum"] for score in result["scores"])
    assert not any(score["problem"] for score in result["scores"])


def test_the_later_of_two_definitions_counts(apart):
    parts = EXERCISES["learners define a function twice"]

    def fill(release):
        made = natural.submission(release, parts, "wrong")
        better = natural.submission(release, parts).cells[-3:-1]
        made.cells[-1:-1] = better
        return made

    (score,) = apart.graded(natural.source(parts), fill)["scores"]
    assert score["points"] == score["maximum"]


CLASS = """\
class Vector:
    def __init__(self, *parts):
        self.parts = list(parts)
    def __len__(self):
        return len(self.parts)
    def __eq__(self, other):
        return self.parts == other.parts
    def __add__(self, other):
        return Vector(*map(sum, zip(self.parts, other.parts)))
    def __getitem__(self, i):
        return self.parts[i]
    def __iter__(self):
        return iter(self.parts)
    def __call__(self, x):
        return x

class Mistake(ValueError):
    pass

def fail():
    raise Mistake("mine")

def same(x):
    return x

def library():
    return np.poly1d([1, 2])

v = Vector(1, 2)"""
REFUSED = {
    "conversion": ("np.asarray(v)", "array is not possible"),
    "as a base": ("class W(Vector): pass", "a class derived from it is not possible"),
    "special names": ("v.__array_interface__", "__array_interface__ stays with the learner's code"),
    "objects of the test": ("class A: pass\nsame(A())", "an argument cannot be sent"),
    "modules": ("same(np.random)", "an argument cannot be sent"),
    "truth of a library's object": ("bool(library())", "bool is not possible"),
    "comparing a library's object": ("library() == 3", "comparison is not possible"),
    "adding to a library's object": ("1 - library()", "rsub is not possible"),
}  # fmt: skip


@pytest.mark.parametrize("test, says", REFUSED.values(), ids=REFUSED)
def test_refused_with_a_clear_error(apart, test, says):
    given = [("locked", 0, "import numpy as np"), ("solution", 0, CLASS)]
    result = apart.graded(natural.source([*given, ("test", 1, test), ("test", 1, "same(1)")]))
    refused, well = result["scores"]
    assert refused["points"] == 0 and says in refused["detail"]
    assert well["points"] == 1
    # An instructor hears of it before anything is graded.
    (problem,) = result["problems"]
    assert problem.startswith("test2 gives the source's own solution 0 of 1 points: ")
    assert says in problem


def test_what_is_possible_with_the_same_class(apart):
    test = """\
assert v.parts == [1, 2] and v(3) == 3 and isinstance(v, Vector) and v is not None and v != None
try:
    fail()
except ValueError as error:
    assert str(error) == "mine"
assert len(library()) == 1 and library()[1] == 1 and library()(2) == 4
"""
    (score,) = apart.graded(natural.source([("solution", 0, CLASS), ("test", 1, test)]))["scores"]
    assert score["points"] == 1, score


SOME_DO_NOT_CROSS = """\
def answer(n):
    if n == 3:
        return [object()]
    if n == 4:
        return np.zeros((3000, 3000))
    return float(n)"""


def test_a_result_that_cannot_cross_costs_only_its_own_call(apart):
    imports = "import numpy as np\nfrom scratchgrad.checks import returns"
    check = "returns(answer, {0}, expected={0}.0, why='Number {0}.')"
    tests = [("test", 1, "\n".join(map(check.format, numbers))) for numbers in ((1, 2, 3), (4, 5))]
    given = [("locked", 0, imports), ("solution", 0, SOME_DO_NOT_CROSS)]
    first, second = apart.graded(natural.source([*given, *tests]))["scores"]
    assert first["why"] == "Number 3." and "received" in first["detail"]
    assert second["why"] == "Number 4." and "raised TypeError" in second["detail"]


IN_PLACE = """\
def spoil(cache):
    _, inner = cache
    inner["Z"][...] = 0
    return cache[0].sum()"""


def test_what_a_tuple_holds_is_changed_in_place(apart):
    """A cache is often a tuple: who changes it must be seen to do so."""
    seen = "Z = np.ones(3)\ncache = (np.ones(2), {'Z': Z})\nassert spoil(cache) == 2\n"
    tests = [("test", 1, seen + "assert Z.sum() == 0"), ("test", 1, seen + "assert Z.sum() == 3")]
    given = [("locked", 0, "import numpy as np"), ("solution", 0, IN_PLACE)]
    first, second = apart.graded(natural.source([*given, *tests]))["scores"]
    assert (first["points"], second["points"]) == (1, 0)


TUPLES_AND_ARRAYS = """\
from collections import namedtuple
Rates = namedtuple("Rates", "low high")
class Curve(tuple):
    low = property(lambda self: self[0])
    def __iter__(self):
        return iter([7.0, 7.0])
class Row(list):
    first = property(lambda self: self[0])
class Stack(list):
    def push(self, x): self.append(x)
def named(): return Rates(np.ones(2), 3.0)
def curve(): return Curve((np.ones(2), 3.0))
def row(): return Row([1.0, 2.0])
def stack(): return Stack([1.0])
def tested():
    from scipy import stats
    return stats.ttest_ind([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
def unmasked(): return np.ma.masked_equal([1.0, 2.0], -1.0)
def masked(): return np.ma.masked_equal([1.0, 2.0], 2.0)"""


@pytest.mark.parametrize(
    "test, points",
    [
        ("a, b = named()\nassert a.sum() == 2 and b == 3 and named()[1] == 3", 1),
        # As the tuple that it is, whatever its class says of itself.
        ("a, b = curve()\nassert a.sum() == 2 and b == 3", 1),
        ("a, b = curve()\nassert b == 7", 0),
        ("assert curve()[1] == 3 and isinstance(curve(), tuple)", 1),
        ("assert row() == [1, 2] and len(row()) == 2", 1),
        # An object with methods of its own stays what it is.
        ("s = stack()\ns.push(2.0)\nassert s.pop() == 2 and isinstance(s, Stack)", 1),
        ("a, *b = stack()\nassert a == 1 and b == [] and list(stack()) == [1]", 1),
        ("t, p = tested()\nassert p == tested().pvalue and np.isclose(t, 0)", 1),
        ("assert np.allclose(unmasked(), [1, 2])", 1),
        ("assert np.allclose(masked(), [1, 2])", 0),
    ],
)
def test_tuples_and_arrays_of_other_classes(apart, test, points):
    given = [("locked", 0, "import numpy as np"), ("solution", 0, TUPLES_AND_ARRAYS)]
    (score,) = apart.graded(natural.source([*given, ("test", 1, test)]))["scores"]
    assert score["points"] == points, score


ORDER_AND_SHAPE = """\
def flat(x): return x.ravel(order="K")
def column(x): x.shape = (-1, 1)"""


@pytest.mark.parametrize(
    "test, points",
    [
        # A transpose lies in memory as it does where tests and answers share a process.
        ("assert flat(np.arange(4).reshape(2, 2)).tolist() == [0, 1, 2, 3]", 1),
        ("assert flat(np.arange(4).reshape(2, 2).T).tolist() == [0, 1, 2, 3]", 1),
        ("assert flat(np.arange(4).reshape(2, 2).T).tolist() == [0, 2, 1, 3]", 0),
        ("x = np.ones(3)\ncolumn(x)\nassert x.shape == (3, 1)", 1),
        ("x = np.ones(3)\ncolumn(x)\nassert x.shape == (3,)", 0),
        ("checks.leaves_unchanged(column, np.ones(3), why='Same.')", 0),
    ],
)
def test_arrays_keep_their_order_and_change_their_shape(apart, test, points):
    setup = "import numpy as np\nfrom scratchgrad import checks"
    given = [("locked", 0, setup), ("solution", 0, ORDER_AND_SHAPE)]
    (score,) = apart.graded(natural.source([*given, ("test", 1, test)]))["scores"]
    assert score["points"] == points, score


@pytest.mark.parametrize(
    "source, shown",
    [
        ("def f():\n    return 1\nf() + 6", "7"),
        ("class A:\n    pass\n7", "7"),
        ("default = 7\ndefault", "7"),
        ("7\n# def after the value", "7"),
        ("str(\n    7)", "'7'"),
        ("7\ndef f():\n    return 1", None),
        ("7\nclass A:\n    def f(self):\n        return 1", None),
    ],
)
def test_the_last_value_of_a_cell_is_shown(apart, source, shown):
    made = apart.graded(natural.source([("solution", 0, source)]))
    (cell,) = (c for c in json.loads(made["notebook"])["cells"] if source in c["source"])
    found = [output["data"]["text/plain"] for output in cell["outputs"]]
    assert found == ([] if shown is None else [shown])


def test_operations_do_not_pass_for_errors_of_the_learner(apart):
    """A test that expects an error, or asks for a method, must not be content with a refusal."""
    caught = "try:\n    {}\nexcept TypeError:\n    pass"
    codes = [caught.format(code) for code in ("library() - 'a'", "np.asarray(v)")]
    codes += [caught.format("same(np.random)"), "assert hasattr(library(), '__sub__')"]
    codes += ["assert hasattr(v, '__matmul__')", "assert hasattr(Vector, '__float__')"]
    codes += ["assert v.parts"]
    tests = [("test", 1, code) for code in codes]
    given = [("locked", 0, "import numpy as np"), ("solution", 0, CLASS)]
    result = apart.graded(natural.source([*given, *tests]))
    assert [score["points"] for score in result["scores"]] == [0, 0, 0, 0, 0, 0, 1]
    assert len(result["problems"]) == 6


ASKING = """\
def ask():
    return input()"""


def test_input_is_the_tests_as_long_as_that_has_it(apart):
    """Until then there is nobody to ask."""
    tests = [
        "try:\n    ask()\nexcept EOFError:\n    pass\nelse:\n    assert False",
        "import builtins\nsaved = input\nbuiltins.input = lambda text='': 'bob'\n",
        "builtins.input = saved\ntry:\n    ask()\nexcept EOFError:\n    1",
    ]
    tests[1] += "assert ask() == 'bob'"
    tests.insert(2, "assert ask() == 'bob', 'as the cell before has left it'")
    parts = [("solution", 0, ASKING), *(("test", 1, test) for test in tests)]
    scores = apart.graded(natural.source(parts))["scores"]
    assert [score["points"] for score in scores] == [1, 1, 1, 1], scores


def test_each_of_two_functions_of_one_name_is_judged_by_its_own_reference(apart):
    both = ["def f(x):\n    return 1", "def f(x):\n    return 2 * x"]
    tests = ["assert f(np.ones(3)) == 1", "assert (f(np.ones(3)) == 2 * np.ones(3)).all()"]
    parts = [("locked", 0, "import numpy as np"), ("solution", 0, both[0]), ("test", 1, tests[0])]
    source = natural.source([*parts, ("solution", 0, both[1]), ("test", 1, tests[1])])
    assert [score["points"] for score in apart.graded(source)["scores"]] == [1, 1]
    broadcast = both[1].replace("2 * x", "2.0")

    def fill(release):
        answers = iter([both[0], broadcast])
        for cell in release.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = next(answers)
        return release

    assert [score["points"] for score in apart.graded(source, fill)["scores"]] == [1, 0]


SHARING = """\
class Node:
    def __init__(self, value): self.value, self.next = value, None
    def me(self): return self
    def other(self): return Node(self.value)
first = Node(1)
def same(x): return x
def pick(a, b=None): return b
def shallow(rows): return [row for row in rows]
def grid(n): return [[0] * n] * n
def rows_by_name(x): return {"a": x, "b": x}
def in_place(x):
    x += 1
    return x
def equal(x): return list(x)"""


@pytest.mark.parametrize(
    "test",
    [
        "x = [1]\ny = same(x)\ny.append(2)\nassert x == [1, 2] and y is x",
        "x = [1]\ny = equal(x)\ny.append(2)\nassert x == [1] and y is not x",
        "x = {1: [2]}\nassert pick(0, b=x) is x and pick(x) is None",
        "x = np.ones(2)\nassert in_place(x) is x and x[0] == 2",
        "x = [[1], [2]]\ny = shallow(x)\ny[0].append(3)\nassert x == [[1, 3], [2]] and y is not x",
        "g = grid(2)\ng[0][0] = 1\nassert g == [[1, 0], [1, 0]]",
        "x = [1]\nassert rows_by_name(x)['b'] is x",
        "n = Node(1)\nassert n.me() is n and n.other() is not n and first.me() is first",
        "n = Node(1)\nn.next = m = Node(2)\nassert n.next is m and same(n) is n",
        "assert same(same) is same and same(len) is len and same((1, 2)) == (1, 2)",
    ],
)
def test_one_object_stays_one(apart, test):
    given = [("locked", 0, "import numpy as np"), ("solution", 0, SHARING)]
    (score,) = apart.graded(natural.source([*given, ("test", 1, test)]))["scores"]
    assert score["points"] == 1, score


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    "replaces",
    [
        "from unittest.mock import patch\nwith patch('builtins.sorted') as s: f(1)\ns.called",
        "import builtins, unittest.mock as mock\nwith mock.patch.object(builtins, 'sorted'): f(1)",
        "import builtins\nold = builtins.sorted\nbuiltins.sorted = f\nbuiltins.sorted = old",
    ],
)
def test_who_replaces_a_builtin_is_told_that_nobody_hears_of_it(apart, replaces, together):
    parts = [("solution", 0, "def f(x): return 1"), ("test", 1, f"{replaces}\nNone")]
    source = natural.source(
        [*parts, ("test", 1, "import builtins\nassert builtins.sorted == sorted")]
    )
    if together:
        source.metadata["scratchgrad"] = {"tests": "together"}
    problems = apart.graded(source)["problems"]
    assert len(problems) == (0 if together else 1)
    assert together or problems[0].startswith("test1 puts something in the place of a built-in")


UNITTEST = """\
import io, sys, unittest
class Doubles(unittest.TestCase):
    def test_two(self):
        self.assertEqual(double(1), 2)
runner = unittest.TextTestRunner(stream=io.StringIO())
result = unittest.main(argv=[""], exit=False, testRunner=runner).result
assert result.wasSuccessful() and result.testsRun == 1
import __main__
assert __main__.double(2) == 4 and sys.modules["__main__"].Doubles is Doubles"""


@pytest.mark.parametrize("code, points", [("return 2 * x", 1), ("return x", 0)])
def test_unittest_finds_the_tests_of_a_cell(apart, code, points):
    parts = [("solution", 0, f"def double(x): {code}"), ("test", 1, UNITTEST)]
    (score,) = apart.graded(natural.source(parts))["scores"]
    assert score["points"] == points, score


def test_files_that_the_source_or_other_submissions_wrote_are_not_found(apart):
    write = "open('made.txt', 'w').write('7')\nopen('given.txt', 'w').write('other')"
    looks = "import os\nassert not os.path.exists('made.txt') and not os.path.exists('folder')"
    reads = "assert open('given.txt').read() == 'x' and open('in/it.txt').read() == 'y'"
    spoils = f"{write}\nos.makedirs('folder/deep')\nos.rename('in/it.txt', 'in/that.txt')"
    tests = [("test", 1, looks), ("test", 1, reads), ("test", 1, spoils)]
    source, files = natural.source([("solution", 0, write), *tests]), {"given.txt": b"x"}
    for _ in range(2):
        scores = apart.graded(source, files={**files, "in/it.txt": b"y"})["scores"]
        assert [score["points"] for score in scores] == [1, 1, 1], scores


@pytest.mark.parametrize("magic, points", [("%%capture out", 2), ("%%time", 1), ("", 1)])
def test_what_a_magic_keeps_from_view_is_no_mark(apart, magic, points):
    parts = [("solution", 0, "def f(): return 1"), ("test", 2, f"{magic}\nf()")]
    (score,) = apart.graded(natural.source(parts))["scores"]
    assert score["points"] == points, score


@pytest.mark.parametrize("value, points", [("np.float64(0.5)", 0.5), ("np.int64(2)", 2), ("2", 2)])
@pytest.mark.parametrize("together", [False, True])
def test_numbers_of_numpy_are_partial_credit(apart, value, points, together):
    source = natural.source([("solution", 0, "f = 1"), ("test", 2, f"f\n{value}")])
    if together:
        source.metadata["scratchgrad"] = {"tests": "together"}
    (score,) = apart.graded(source)["scores"]
    assert score["points"] == points, score
