"""How a mistake is told: by what each call gave when it was made."""

import numpy as np

from scratchgrad.grading.diagnosis import Trial, diagnosis
from scratchgrad.grading.heard import Heard, heard_from
from scratchgrad.grading.plan import Plan, PlannedCell
from scratchgrad.grading.prepared import Prepared

RIGHT = "import numpy as np\n\n\ndef f(x):\n    return 1.0 * x"
DOUBLED = "def f(x):\n    return 2.0 * x"
INTERRUPTED = "def f(x):\n    if x == 2:\n        raise SystemExit\n    return 9.0"


def prepared(test, *mistakes, right=RIGHT):
    """An assignment of one function, one test and these mistakes."""
    cells = [
        PlannedCell("f", "solution", "code", "", "", {}, "f"),
        PlannedCell("test_f", "test", "code", test, "", {}, "test_f", 1.0),
    ]
    known = [{"says": source, "source": source} for source in mistakes]
    mistakes = {"f": {"tests": ["test_f"], "known": known}}
    return Prepared(Plan("a", "n", cells, {"f": right}, {}, mistakes=mistakes))


def told(test, heard, *mistakes, right=RIGHT, failure="AssertionError"):
    """What is said of a function whose calls in a test gave this."""
    trials = {"test_f": Trial(failure, heard)}
    found = diagnosis(prepared(test, *mistakes, right=right), "f", trials)
    return found and found.says


def test_a_test_may_change_what_it_received():
    test = "y = f(np.ones(2))\ny *= 0\nassert f(np.ones(2))[0] == 1"
    twice = [Heard("f", returned=np.full(2, 2.0))] * 2
    assert told(test, twice, DOUBLED) == DOUBLED


def test_what_was_heard_stays_as_it_was():
    array, listed = np.zeros(2), [np.zeros(2)]
    heard = heard_from("f", {"returned": (array, {"all": listed})}, (), {})
    array += 1
    listed[0] += 1
    assert np.array_equal(heard.returned[0], [0, 0])
    assert np.array_equal(heard.returned[1]["all"][0], [0, 0])


def test_a_mistake_is_given_up_at_the_first_call_that_differs():
    heard = [Heard("f", returned=2.0), Heard("f", returned=4.0)]
    said = told("f(1)\nassert f(2) == 2", heard, INTERRUPTED, DOUBLED)
    assert said == DOUBLED


def test_a_test_that_catches_everything_hides_no_difference():
    test = "try:\n    f(1)\nexcept:\n    pass\nassert False"
    assert told(test, [Heard("f", returned=3.0)], DOUBLED) is None


def test_calls_that_a_mistake_makes_beyond_the_learners_differ():
    assert told("f(1)\nf(1)\nassert False", [Heard("f", returned=2.0)], DOUBLED) is None


def test_the_learners_calls_beyond_a_mistakes_do_not_count():
    heard = [Heard("f", returned=2.0), Heard("f", returned=4.0)]
    assert told("assert f(1) == 1\nf(2)", heard, DOUBLED) == DOUBLED


def test_what_comes_as_near_to_the_truth_is_no_mistake():
    slight = "def f(x):\n    return x * (1 + 1e-12)"
    test = "f(1)\nassert False"
    assert told(test, [Heard("f", returned=1 + 1e-12)], slight) == slight
    assert told(test, [Heard("f", returned=1.0)], slight) is None


def test_the_reference_is_not_run_where_nothing_was_returned():
    right = "import numpy as np\n\n\ndef f(x):\n    raise SystemExit"
    raised = Heard("f", raised="NotImplementedError")
    assert told("f(1)", [raised], DOUBLED, right=right, failure="not written") is None


def test_a_mistake_that_defines_nothing_is_left_out():
    heard = [Heard("f", returned=2.0)]
    test = "assert f(1) == 1"
    assert told(test, heard, "1 / 0", "def g():\n    pass", DOUBLED) == DOUBLED


def test_mistakes_that_fit_with_different_sentences_are_not_told():
    heard, test = [Heard("f", returned=2.0)], "assert f(1) == 1"
    assert told(test, heard, DOUBLED, "def f(x):\n    return 2.0") is None


def test_what_a_mistake_fails_with_is_kept():
    found = diagnosis(prepared("assert f(1.0) == 1, f'{f(1.0)}'", DOUBLED), "f", {
        "test_f": Trial("AssertionError", [Heard("f", returned=2.0)] * 2)
    })  # fmt: skip
    assert found.says == DOUBLED
    assert [str(error) for error in found.errors.values()] == ["2.0"]
