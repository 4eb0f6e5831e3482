"""Tests whose calls are known beforehand are left out where the answers are the reference's to the
last bit, and only there, and only if nothing else decides on them."""

import pytest

import natural
from apart import Apart
from scratchgrad.course import notebook

# Passes when the source's own solutions are graded, and fails for everybody else: it shows whether
# a test was run.
ONLY_AT_FIRST = "import os\nassert os.environ['SCRATCHGRAD_SEED'].startswith('answer key')\n"
RIGHT = "def f(x):\n    return 2.0 * x"


@pytest.fixture(scope="module")
def apart():
    with Apart() as engine:
        yield engine


def points(apart, parts, answers=()):
    """Points of each test where some parts are answered otherwise than in the source."""

    def fill(release):
        made = natural.submission(release, parts)
        for each in made.cells:
            number = (notebook.grade_id(each) or "").removeprefix("part")
            if number.isdigit():
                each.source = dict(answers).get(int(number), each.source)
        return made

    result = apart.graded(natural.source(parts), fill)
    assert not result["problems"]
    return [each["points"] for each in result["scores"]]


def with_test(test, *before, right=RIGHT):
    return [*before, ("solution", 0, right), ("test", 2, ONLY_AT_FIRST + test)]


SAME = {
    "natural": "assert f(3) == 6",
    "several calls": "for x in range(40):\n    assert f(x) == 2 * x",
    "arrays": "assert np.array_equal(f(np.ones((2, 3))), 2 * np.ones((2, 3)))",
    "checks": "from scratchgrad import checks\nchecks.returns(f, 3, expected=6.0, why='Twice.')",
    "a generator": "rng = np.random.default_rng(1)\nassert f(rng.normal()) != 0",
}


@pytest.mark.parametrize("test", SAME.values(), ids=SAME)
def test_left_out_where_the_answers_are_the_same(apart, test):
    assert points(apart, with_test(test)) == [2]
    assert points(apart, with_test(test), {0: "def f(y):\n    return y * 2.0"}) == [2]


OTHER = {
    "the last bit": "def f(x):\n    return 2.0000000000000004 * x",
    "another type": "def f(x):\n    return 2 * x",
    "a warning": f"import warnings\n{RIGHT.replace('return', 'warnings.warn(str(x)); return')}",
    "something printed": f"{RIGHT.replace('return', 'print(x); return')}",
    "an error": "def f(x):\n    raise ValueError",
    "nothing": "def f(x):\n    pass",
    "not there": "",
    "no function": "f = 3",
    "a class": "class f:\n    pass",
    "what cannot be sent": "def f(x):\n    return {(): object()}",
}


@pytest.mark.parametrize("answer", OTHER.values(), ids=OTHER)
def test_run_where_the_answers_are_others(apart, answer):
    assert points(apart, with_test(SAME["natural"]), {0: answer}) == [0]


def test_an_argument_that_is_changed(apart):
    test = "x = np.ones(2)\nassert f(x)[0] == 2"
    changes = "def f(x):\n    y = 2.0 * x\n    x[0] = 5\n    return y"
    assert points(apart, with_test(test)) == [2]
    assert points(apart, with_test(test), {0: changes}) == [0]


# What else may decide on a test; each is run for everybody, so that it fails here.
MORE = {
    "the seed": "from scratchgrad import checks\nassert f(checks.generator('x').normal()) != 0",
    "the source": "assert f(3) == 6 and (f.__doc__ or True)",
    "the signature": "import inspect\nassert f(3) == 6 and inspect.signature(f)",
    "an attribute": "assert f(3) == 6 and not hasattr(f, 'mark')",
    "a class": "assert f(3) == 6 and not isinstance(3, f)",
    "a function passed": "assert f(3) == 6\ntry:\n    f(lambda x: x)\nexcept TypeError:\n    pass",
    "no call": "assert f",
    "a printed line": "print(f(3))",
    "a mark": "2.0 if f(3) == 6 else 0.0",
}


@pytest.mark.parametrize("test", MORE.values(), ids=MORE)
def test_never_left_out_where_more_decides(apart, test):
    parts = with_test(test)
    made = natural.source(parts)
    if "isinstance" in test:
        parts = with_test(test, right="class f(float):\n    def __call__(self):\n        return 0")
        made = natural.source(parts)
    result = apart.graded(made)
    assert [each["points"] for each in result["scores"]] == [0]


def test_a_value_of_the_learners(apart):
    parts = [("solution", 0, f"rate = 2\n{RIGHT}"), ("test", 2, "assert f(1) == rate")]
    assert points(apart, parts) == [2]
    assert points(apart, parts, {0: f"rate = 3\n{RIGHT}"}) == [0]


def test_what_a_given_cell_made_of_the_learners(apart):
    parts = [("solution", 0, f"{RIGHT}\ndef g(x):\n    return x"), ("locked", 0, "four = g(4)"),
             ("test", 2, "assert f(2) == four")]  # fmt: skip
    assert points(apart, parts) == [2]
    wrong = f"{RIGHT}\ndef g(x):\n    return x + 1"
    assert points(apart, parts, {0: wrong}) == [0]


NEEDS = {
    "a name": ("known = 6\nassert f(3) == 6", "assert f(1) * 3 == known"),
    "a function": ("def twice(x):\n    return f(x)\nassert f(3) == 6", "assert twice(1) == 2"),
    "a name of both": (
        "known = 6\nassert f(3) == 6", "assert f(1) * 3 == known\nknown = 5"
    ),
}  # fmt: skip


@pytest.mark.parametrize("first, second", NEEDS.values(), ids=NEEDS)
def test_what_a_later_test_needs_is_run(apart, first, second):
    parts = [("solution", 0, RIGHT), ("test", 2, first), ("test", 2, second)]
    assert points(apart, parts) == [2, 2]
    assert points(apart, parts, {0: "def f(x):\n    return x + x"}) == [2, 2]


def test_a_name_that_a_given_cell_has_too(apart):
    """What the second test finds under it may not hang on whether the first was run."""
    parts = [("locked", 0, "known = 6"), ("solution", 0, RIGHT),
             ("test", 2, "known = 8\nassert f(4) == 8"),
             ("test", 2, "assert f(known) == 2 * known\nassert known == 8")]  # fmt: skip
    assert points(apart, parts) == [2, 2]


def test_the_test_that_loses_the_process_pays(apart):
    first, second = "assert f(1) == 2", "assert f(7) == 14"
    parts = [("solution", 0, RIGHT), ("test", 2, "from scratchgrad import checks\n"
             "assert f(checks.generator('a').normal()) != 0"),
             ("test", 2, first), ("test", 2, second), ("test", 2, first)]  # fmt: skip
    exits = "import os\ndef f(x):\n    if x == 7: os._exit(1)\n    return 2.0 * x"
    assert points(apart, parts) == [2, 2, 2, 2]
    assert points(apart, parts, {0: exits}) == [2, 2, 0, 2]
