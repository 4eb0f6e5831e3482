"""The references of 11-regression-and-ranking-metrics against scikit-learn and slow loops."""

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "11-regression-and-ranking-metrics")
NAMES = (
    "mean_absolute_error", "root_mean_squared_error", "r2_score",
    "mean_absolute_percentage_error", "rank_by_score", "dcg", "ndcg",
    "average_precision_of_ranking", "mean_average_precision", "reciprocal_rank",
    "mean_reciprocal_rank",
)  # fmt: skip
REGRESSION = {
    "mean_absolute_error": metrics.mean_absolute_error,
    "root_mean_squared_error": metrics.root_mean_squared_error,
    "r2_score": metrics.r2_score,
    "mean_absolute_percentage_error": (
        lambda y_true, y_pred: 100 * metrics.mean_absolute_percentage_error(y_true, y_pred)
    ),
}
SHAPES = pytest.mark.parametrize("shape", [(2,), (7,), (400,), (3, 5), (2, 3, 4), (1, 6), (6, 1)])
EACH_REGRESSION = pytest.mark.parametrize("name", REGRESSION)
LAW = settings(derandomize=True, deadline=None, max_examples=60)

grades = st.lists(st.integers(0, 6), min_size=1, max_size=9)
binary = st.lists(st.integers(0, 1), min_size=1, max_size=12)
numbers = st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3)
pairs = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=9)


def exact(name, y_true, y_pred):
    """Regression metrics in rational arithmetic; the root in long precision."""
    truth = [Fraction(float(value)) for value in np.ravel(y_true)]
    misses = [t - Fraction(float(p)) for t, p in zip(truth, np.ravel(y_pred), strict=True)]
    count = len(truth)
    if name == "mean_absolute_error":
        return float(sum(map(abs, misses)) / count)
    if name == "root_mean_squared_error":
        largest = max(map(abs, misses)) or 1
        return float(largest) * math.sqrt(sum((m / largest) ** 2 for m in misses) / count)
    if name == "mean_absolute_percentage_error":
        return float(100 * sum(abs(m / t) for m, t in zip(misses, truth, strict=True)) / count)
    mean = sum(truth) / count
    total = sum((t - mean) ** 2 for t in truth)
    if total == 0:
        return 0.0 if any(misses) else 1.0
    return float(1 - sum(m * m for m in misses) / total)


@EACH_REGRESSION
@SHAPES
@pytest.mark.parametrize("noise", [0.01, 1.0, 30.0])
def test_regression_equals_scikit_learn_on_flattened_arrays(name, shape, noise):
    rng = np.random.default_rng(1)
    y_true = rng.normal(loc=3, scale=4, size=shape)
    y_pred = y_true + rng.normal(loc=0.1, scale=noise, size=shape)
    received = REFERENCE[name](y_true, y_pred)
    assert type(received) is float
    assert received == pytest.approx(REGRESSION[name](y_true.ravel(), y_pred.ravel()), rel=1e-9)
    assert received == pytest.approx(exact(name, y_true, y_pred), rel=1e-9)


@EACH_REGRESSION
@pytest.mark.parametrize("size", [1e-100, 1e-9, 1e9, 1e100])
def test_regression_at_extreme_sizes(name, size):
    rng = np.random.default_rng(2)
    y_true, y_pred = size * rng.normal(size=(2, 11))
    expected = exact(name, y_true, y_pred)
    assert REFERENCE[name](y_true, y_pred) == pytest.approx(expected, rel=1e-9, abs=0)


@EACH_REGRESSION
@pytest.mark.parametrize("offset", [1e3, 1e7, -1e9])
def test_regression_of_targets_that_lie_close(name, offset):
    y_true = offset + np.array([1.0, 2.0, 4.0, 7.0])
    y_pred = offset + np.array([1.5, 2.0, 3.0, 7.5])
    assert REFERENCE[name](y_true, y_pred) == pytest.approx(exact(name, y_true, y_pred), rel=1e-6)


@EACH_REGRESSION
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.float32])
def test_regression_in_other_types(name, dtype):
    y_true, y_pred = np.array([100, 3, 120, 7]), np.array([2, 90, 100, 7])
    received = REFERENCE[name](y_true.astype(dtype), y_pred.astype(dtype))
    assert received == pytest.approx(exact(name, y_true, y_pred), rel=1e-5)


@EACH_REGRESSION
def test_regression_of_numbers_lists_and_booleans(name):
    assert REFERENCE[name](2, 3) == exact(name, [2], [3])
    assert REFERENCE[name]([1, 2, 4], (2, 2, 3)) == pytest.approx(exact(name, [1, 2, 4], [2, 2, 3]))
    y_true, y_pred = np.array([True, True]), np.array([True, False])
    assert REFERENCE[name](y_true, y_pred) == exact(name, [1, 1], [1, 0])


@EACH_REGRESSION
@LAW
@given(pairs)
def test_regression_laws(name, values):
    y_true, y_pred = np.array(values).T
    metric = REFERENCE[name]
    received = metric(y_true, y_pred)
    assert received == pytest.approx(exact(name, y_true, y_pred), rel=1e-6, abs=1e-9)
    assert metric(y_true, y_true) == (1.0 if name == "r2_score" else 0.0)
    assert metric(y_true[::-1], y_pred[::-1]) == pytest.approx(received, rel=1e-9, abs=1e-9)


@LAW
@given(pairs)
def test_root_mean_square_is_never_below_the_mean_absolute_error(values):
    y_true, y_pred = np.array(values).T
    root = REFERENCE["root_mean_squared_error"](y_true, y_pred)
    assert root >= REFERENCE["mean_absolute_error"](y_true, y_pred) * (1 - 1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, -3.0, 1e100])
@pytest.mark.parametrize("count", range(1, 12))
def test_r2_of_equal_targets(value, count):
    y_true = np.full(count, value)
    assert REFERENCE["r2_score"](y_true, y_true.copy()) == 1.0
    for index in range(count):
        y_pred = y_true.copy()
        y_pred[index] = np.nextafter(value, np.inf)
        assert REFERENCE["r2_score"](y_true, y_pred) == 0.0


@LAW
@given(pairs)
def test_r2_of_the_mean_is_zero(values):
    y_true = np.array(values)[:, 0]
    if np.ptp(y_true) > 1:
        received = REFERENCE["r2_score"](y_true, np.full_like(y_true, y_true.mean()))
        assert received == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 0)])
def test_percentage_of_zero_is_refused(zero, place):
    y_true = np.ones((3, 4))
    y_true[place] = zero
    with pytest.raises(ValueError, match="y_true"):
        REFERENCE["mean_absolute_percentage_error"](y_true, y_true)


def worst_by_trial(relevances, scores):
    """Of all orders of falling scores, that with the smallest relevances first."""
    orders = [
        [relevances[i] for i in order]
        for order in itertools.permutations(range(len(scores)))
        if all(scores[a] >= scores[b] for a, b in itertools.pairwise(order))
    ]
    return min(orders)


@LAW
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 1)), min_size=1, max_size=6))
def test_rank_by_score_is_the_worst_order_of_falling_scores(items):
    relevances, scores = map(list, zip(*items, strict=True))
    received = REFERENCE["rank_by_score"](relevances, scores)
    assert received.tolist() == worst_by_trial(relevances, scores)


def test_rank_by_score_of_many_random_scores():
    rng = np.random.default_rng(3)
    for count in (1, 2, 50, 300):
        relevances, scores = rng.integers(0, 5, size=count), rng.integers(0, 9, size=count) / 3
        expected = sorted(range(count), key=lambda i: (-scores[i], relevances[i]))  # noqa: B023
        received = REFERENCE["rank_by_score"](relevances, scores)
        assert received.dtype == relevances.dtype
        assert received.tolist() == [relevances[i] for i in expected]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool, np.float32, np.float64])
def test_rank_by_score_in_other_types(dtype):
    scores = np.array([0, 1, 0, 1]).astype(dtype)
    received = REFERENCE["rank_by_score"](np.array([5, 4, 3, 7]).astype(np.float32), scores)
    assert received.dtype == np.float32
    assert received.tolist() == [4, 7, 3, 5]


def dcg_by_loop(relevances, k=None):
    kept = list(relevances) if k is None else list(relevances)[:k]
    terms = [(2.0 ** float(g) - 1) / math.log(r + 1, 2) for r, g in enumerate(kept, start=1)]
    return math.fsum(terms)


def ndcg_by_loop(relevances, k=None):
    best = dcg_by_loop(sorted(relevances, reverse=True), k)
    return dcg_by_loop(relevances, k) / best if best else 0.0


CUTS = pytest.mark.parametrize("k", [None, 1, 2, 5, 8, 9, 100])


@CUTS
@pytest.mark.parametrize("count", [1, 2, 8, 40])
def test_dcg_and_ndcg_equal_scikit_learn(k, count):
    rng = np.random.default_rng(4)
    for _ in range(10):
        relevances = rng.integers(0, 6, size=count)
        gains, scores = 2.0**relevances - 1, -np.arange(count, dtype=float)
        received = REFERENCE["dcg"](relevances, k)
        expected = metrics.dcg_score([gains], [scores], k=k) if count > 1 else gains[0]
        assert type(received) is float
        assert received == pytest.approx(expected, rel=1e-12)
        assert received == pytest.approx(dcg_by_loop(relevances, k), rel=1e-12)
        received = REFERENCE["ndcg"](relevances, k)
        if count > 1:
            expected = metrics.ndcg_score([gains], [scores], k=k)
            assert received == pytest.approx(expected, rel=1e-12)
        assert type(received) is float
        assert received == pytest.approx(ndcg_by_loop(relevances, k), rel=1e-12)


@CUTS
@LAW
@given(grades)
def test_ndcg_laws(k, relevances):
    value = REFERENCE["ndcg"](relevances, k)
    assert value == pytest.approx(ndcg_by_loop(relevances, k), rel=1e-12)
    assert 0 <= value <= 1 + 1e-12
    best, worst = sorted(relevances, reverse=True), sorted(relevances)
    assert REFERENCE["ndcg"](best, k) == (1.0 if any(relevances) else 0.0)
    assert REFERENCE["ndcg"](worst, k) <= value + 1e-12


def test_ndcg_is_the_best_and_worst_at_the_ends_of_all_permutations():
    values = {o: REFERENCE["ndcg"](o) for o in itertools.permutations([0, 1, 1, 3, 2])}
    assert max(values, key=values.get) == (3, 2, 1, 1, 0)
    assert min(values, key=values.get) == (0, 1, 1, 2, 3)


@pytest.mark.parametrize("name", ["dcg", "ndcg"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.float32, np.float64])
def test_grades_in_other_types(name, dtype):
    relevances = np.array([0, 9, 8, 10, 1])
    expected = {"dcg": dcg_by_loop, "ndcg": ndcg_by_loop}[name](relevances)
    assert REFERENCE[name](relevances.astype(dtype)) == pytest.approx(expected, rel=1e-5)
    assert REFERENCE[name](tuple(relevances.tolist())) == pytest.approx(expected, rel=1e-12)
    assert REFERENCE[name]([True, False, True]) == pytest.approx(
        {"dcg": 1.5, "ndcg": 1.5 / (1 + 1 / math.log2(3))}[name]
    )


def ap_by_loop(relevant, total=None):
    looks = [
        Fraction(int(sum(relevant[: i + 1])), i + 1) for i in range(len(relevant)) if relevant[i]
    ]
    total = len(looks) if total is None else total
    return float(sum(looks) / total) if looks else 0.0


@LAW
@given(binary, st.integers(0, 20))
def test_average_precision_by_fractions_and_scikit_learn(relevant, missing):
    average = REFERENCE["average_precision_of_ranking"]
    hits = sum(relevant)
    assert type(average(relevant)) is float
    assert average(relevant) == pytest.approx(ap_by_loop(relevant), rel=1e-12)
    received = average(relevant, hits + missing)
    assert received == pytest.approx(ap_by_loop(relevant, hits + missing), rel=1e-12)
    if hits:
        scores = -np.arange(len(relevant))
        expected = metrics.average_precision_score(relevant, scores)
        assert average(relevant) == pytest.approx(expected, rel=1e-12)


@LAW
@given(binary)
def test_reciprocal_rank_by_search(relevant):
    expected = 1 / (relevant.index(1) + 1) if 1 in relevant else 0.0
    for given_as in (relevant, tuple(relevant), np.array(relevant), np.array(relevant) == 1,
                     np.array(relevant, dtype=np.uint8), np.array(relevant, float)):  # fmt: skip
        received = REFERENCE["reciprocal_rank"](given_as)
        assert type(received) is float
        assert received == expected
        average = REFERENCE["average_precision_of_ranking"](given_as)
        assert average == pytest.approx(ap_by_loop(relevant), rel=1e-12)


@LAW
@given(st.lists(binary, min_size=1, max_size=6))
def test_means_over_queries_by_loops(rankings):
    firsts = [1 / (r.index(1) + 1) if 1 in r else 0.0 for r in rankings]
    averages = [ap_by_loop(r) for r in rankings]
    for name, values in (("mean_reciprocal_rank", firsts), ("mean_average_precision", averages)):
        for given_as in (rankings, tuple(rankings), [np.array(r) == 1 for r in rankings]):
            received = REFERENCE[name](given_as)
            assert type(received) is float
            assert received == pytest.approx(math.fsum(values) / len(values), rel=1e-12)


def test_mean_average_precision_equals_scikit_learn_on_a_table():
    table = np.random.default_rng(5).integers(0, 2, size=(9, 14))
    table[:, 3] = 1
    scores = np.tile(-np.arange(14.0), (9, 1))
    expected = metrics.label_ranking_average_precision_score(table, scores)
    assert REFERENCE["mean_average_precision"](table) == pytest.approx(expected, rel=1e-12)
    received = REFERENCE["mean_reciprocal_rank"](table)
    assert received == np.mean([1 / (row.tolist().index(1) + 1) for row in table])


def test_worked_numbers_of_the_text():
    truth, forecast = [10, 20, 30], [12, 18, 35]
    values = [REFERENCE[name](truth, forecast) for name in REGRESSION]
    assert np.round(values, 4).tolist() == [3.0, 3.3166, 0.835, 15.5556]
    assert round(REFERENCE["dcg"]([5, 3, 2, 0, 1]), 4) == 37.3034
    assert round(REFERENCE["dcg"]([5, 3, 2, 1, 0]), 4) == 37.3472
    assert round(REFERENCE["ndcg"]([5, 3, 2, 0, 1]), 5) == 0.99883
    assert round(REFERENCE["ndcg"]([0, 1, 2, 3, 5]), 2) == 0.46
    listed = [1, 0, 1, 0, 1, 0]
    assert round(REFERENCE["average_precision_of_ranking"](listed), 4) == 0.7556
    assert round(REFERENCE["average_precision_of_ranking"](listed, 4), 4) == 0.5667
    firsts = [[1], [0, 0, 1], [0, 1]]
    assert round(REFERENCE["mean_reciprocal_rank"](firsts), 2) == 0.61


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_left_alone(name):
    first, second = np.array([1.0, 3.0, 2.0, 3.0]), np.array([0.5, 0.25, 0.5, 1.0])
    rankings = np.array([[0, 1, 1, 0], [1, 0, 0, 1]])
    if name in REGRESSION or name == "rank_by_score":
        args = (first, second)
    else:
        args = (rankings,) if name.startswith("mean") else (rankings[0],)
    before = [arg.tobytes() for arg in args]
    REFERENCE[name](*args)
    assert [arg.tobytes() for arg in args] == before
