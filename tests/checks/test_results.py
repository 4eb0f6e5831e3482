"""Checks of one call's result: what they accept, what they refuse, and what they say."""

import warnings

import numpy as np
import pytest

from scratchgrad import checks
from scratchgrad.checks import CheckFailed


def failure(check, *args, **kwargs):
    """The failure that a check must raise."""
    with pytest.raises(CheckFailed) as caught:
        check(*args, why="For a reason.", **kwargs)
    return caught.value


def constant(value):
    def answer(*args, **kwargs):
        return value

    return answer


@pytest.mark.parametrize(
    "received, expected",
    [
        (0.5, 0.5),
        (np.float32(0.5), 0.5),
        (np.array(0.5), 0.5),
        (0, 0.0),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (np.asfortranarray(np.ones((2, 3))), np.ones((2, 3))),
        (np.array([True, False]), [True, False]),
        (np.int32(3), 3),
        ((1.0, np.ones(2)), (1.0, np.ones(2))),
        ([1.0, 2], (1.0, 2)),
        ({"a": np.ones(2), "b": 1.0}, {"b": 1.0, "a": np.ones(2)}),
        ("word", "word"),
        (None, None),
        (np.inf, np.inf),
        (np.array([-np.inf, 1.0]), [-np.inf, 1.0]),
        (np.empty((0, 2)), np.empty((0, 2))),
    ],
)
def test_accepts_the_same_answer_in_another_form(received, expected):
    checks.returns(constant(received), expected=expected, why="For a reason.")


@pytest.mark.parametrize(
    "received, expected, kind",
    [
        (0.5, [0.5, 0.5], "wrong shape"),
        (np.array([0.5]), 0.5, "wrong shape"),
        (np.empty(0), [1.0], "wrong shape"),
        (np.empty(0), 1.0, "wrong shape"),
        (np.ones((2, 1)), np.ones((2, 2)), "wrong shape"),
        (np.ones((3, 2)), np.ones((2, 3)), "wrong shape"),
        ((1.0,), (1.0, 2.0), "wrong shape"),
        ([0.5, 0.5], [0.5, 0.5], "wrong type"),
        (np.array([1, 2]), [1.0, 2.0], "wrong type"),
        (np.array([1, 0]), [True, False], "wrong type"),
        (True, 1.0, "wrong type"),
        (2.0, 2, "wrong type"),
        (np.array([1.0, None]), [1.0, 2.0], "wrong type"),
        (np.ma.masked_array([1.0, 2.0], [0, 1]), [1.0, 2.0], "wrong type"),
        (None, 1.0, "wrong type"),
        ("1.0", 1.0, "wrong type"),
        (1.0, "1.0", "wrong type"),
        (np.nan, 1.0, "wrong values"),
        (np.array([1.0, np.nan]), [1.0, 2.0], "wrong values"),
        (np.inf, 1e308, "wrong values"),
        (1e308, np.inf, "wrong values"),
        (-np.inf, np.inf, "wrong values"),
        (1.00001, 1.0, "wrong values"),
        ({"a": 1.0}, {"b": 1.0}, "wrong keys"),
        ({"a": 1.0}, {"a": 2.0}, "wrong values"),
        (("a", 1.0), ("b", 1.0), "wrong values"),
    ],
)
def test_refuses_and_names_the_kind(received, expected, kind):
    assert failure(checks.returns, constant(received), expected=expected).kind == kind


def test_an_object_that_claims_to_equal_everything_is_refused():
    class Equal:
        __array_priority__ = 1e9

        def __eq__(self, other):
            return True

        def __array_function__(self, *args):
            return True

        def __array_ufunc__(self, *args, **kwargs):
            return np.array(True)

    for expected in (1.0, [1.0, 2.0], "word", None, {"a": 1.0}, (1.0, 2.0)):
        assert failure(checks.returns, constant(Equal()), expected=expected).kind == "wrong type"


def test_an_array_subclass_that_claims_to_equal_everything_is_refused():
    class Equal(np.ndarray):
        def __array_function__(self, *args):
            return np.array(True)

    received = np.zeros(2).view(Equal)
    assert failure(checks.returns, constant(received), expected=[1.0, 2.0]).kind == "wrong type"


def test_message_says_what_was_called_expected_and_received():
    def halve(x, by=2):
        return x

    found = failure(checks.returns, halve, 3.0, by=4, expected=0.75)
    assert str(found) == "For a reason. halve(3.0, by=4): expected 0.75, received 3.0."
    found = failure(checks.returns, halve, np.zeros((4, 5)), expected=np.ones((5, 4)))
    assert found.detail.endswith(
        "expected an array of shape (5, 4), received an array of shape (4, 5)."
    )
    found = failure(checks.returns, halve, np.zeros((4, 5)), expected=np.eye(4, 5))
    assert "at index (0, 0) expected 1.0, received 0.0 (4 of 20 differ)" in found.detail
    found = failure(checks.returns, halve, (1.0, [2.0]), expected=(1.0, 3.0))
    assert "value 1: expected a single number, received list [2.0]" in found.detail


def test_message_is_one_line_however_large_the_values():
    for value in ("x" * 10_000, "a\nb", list(range(5000)), {"k": "v" * 5000}, np.ones((300, 300))):
        detail = failure(checks.returns, constant(value), value, expected=1.0).detail
        assert "\n" not in detail
        assert len(detail) < 500


def test_function_without_a_name_of_its_own_is_called_what_the_notebook_calls_it():
    notebook = {"checks": checks, "__name__": "__main__"}
    with pytest.raises(CheckFailed, match=r"square\(3\): expected 9, received 6"):
        exec("square = lambda x: x + x\nchecks.returns(square, 3, expected=9, why='.')", notebook)


def test_float32_is_compared_to_fewer_digits_where_float32_is_expected():
    nearly = np.float32([1.000005])
    checks.returns(constant(nearly), expected=np.ones(1, np.float32), rtol=1e-12, why=".")
    assert failure(checks.returns, constant(nearly), expected=np.ones(1)).kind == "wrong values"


def test_exceptions_are_named():
    def broken(x):
        raise ZeroDivisionError("no")

    found = failure(checks.returns, broken, 1, expected=1)
    assert found.kind == "raised ZeroDivisionError"
    assert found.detail == "broken(1): raised ZeroDivisionError: no"

    def unwritten(x):
        raise NotImplementedError

    found = failure(checks.returns, unwritten, 1, expected=1)
    assert (found.kind, found.detail) == ("not written", "unwritten is not written yet.")


def test_notebook_shows_the_reason_and_the_learners_line_only():
    answer = {}
    exec(compile("def f(x):\n    return x / 0", "<cell 3>", "exec"), answer)
    lines = failure(checks.returns, answer["f"], 1, expected=1)._render_traceback_()
    assert lines[0] == "Check failed: For a reason."
    assert lines[2].strip().startswith("line 2, in f")
    assert len(lines) == 3


def test_the_function_gets_copies():
    given = np.ones(3)

    def spoil(x):
        x[:] = 5
        return x

    checks.returns(spoil, given, expected=[5.0, 5.0, 5.0], why=".")
    assert np.array_equal(given, np.ones(3))


def test_warnings_do_not_matter_unless_silence_is_asked_for():
    def overflow(x):
        return np.exp(x)

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        checks.returns(overflow, np.array([1e4]), expected=[np.inf], why=".")
    assert shown == []
    assert failure(checks.is_silent, overflow, np.array([1e4])).kind == "warned RuntimeWarning"
    checks.is_silent(overflow, np.array([1.0]), why=".")


def test_switching_warnings_off_for_good_is_not_silence():
    before = np.seterr(all="ignore")
    try:
        assert failure(checks.is_silent, np.exp, 1e4).kind == "warned RuntimeWarning"
    finally:
        np.seterr(**before)


def test_underflow_is_silent_as_it_is_in_numpy():
    checks.is_silent(np.exp, np.array([-1e4]), why=".")


def test_returns_can_ask_for_an_exact_dtype():
    single = constant(np.float32([1]))
    checks.returns(single, expected=[1.0], dtype=np.float32, why=".")
    checks.returns(single, expected=[1.0], why=".")
    wrong = failure(checks.returns, single, expected=[1.0], dtype=np.float64)
    assert wrong.kind == "wrong type" and "expected dtype float64" in wrong.detail
    # Values come first: they say more.
    assert failure(checks.returns, single, expected=[2.0], dtype=float).kind == "wrong values"


def test_gives_dtype():
    checks.gives_dtype(constant(np.float32([1])), dtype=np.float32, why=".")
    checks.gives_dtype(constant(1.0), dtype=np.float64, why=".")
    assert failure(checks.gives_dtype, constant(1), dtype=np.float64).kind == "wrong type"
    assert "float32" in failure(checks.gives_dtype, constant(np.float32(1)), dtype=float).detail


def test_raises():
    def strict(x):
        raise ValueError("keep_prob must be positive")

    checks.raises(ValueError, strict, 1, mentions="keep_prob", why=".")
    checks.raises(Exception, strict, 1, why=".")
    assert failure(checks.raises, ValueError, strict, 1, mentions="rate").kind == "wrong message"
    assert failure(checks.raises, TypeError, strict, 1).kind == "raised ValueError"
    assert failure(checks.raises, ValueError, constant(1)).kind == "did not raise ValueError"


def test_leaves_unchanged():
    def spoil(x, inside):
        inside["w"][0] = 7

    def negate_zero(x):
        x *= -1

    def leave(x, inside):
        return x + inside["w"]

    nested = {"w": np.zeros(2)}
    checks.leaves_unchanged(leave, np.ones(2), inside=nested, why=".")
    assert (
        "argument inside"
        in failure(checks.leaves_unchanged, spoil, np.ones(2), inside=nested).detail
    )
    assert "argument 1" in failure(checks.leaves_unchanged, negate_zero, np.zeros(2)).detail
    assert failure(checks.leaves_unchanged, list.sort, [3, 1]).kind == "changed its input"
