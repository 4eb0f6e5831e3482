"""The references of 10-classification-metrics against scikit-learn, and slow loops beyond it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "10-classification-metrics")
EXERCISES = [
    "confusion_matrix", "accuracy", "recall", "precision", "specificity", "false_positive_rate",
    "f_beta", "macro_f1", "micro_f1", "roc_curve", "auc", "roc_auc", "implied_precision",
    "precision_recall_curve", "average_precision", "best_f1_threshold", "total_cost",
    "min_cost_threshold", "bayes_threshold",
]  # fmt: skip
LAWFUL = settings(derandomize=True, deadline=None, max_examples=150)
SIZES = pytest.mark.parametrize("size", [1, 2, 3, 17, 200])


def ranked(size, seed, kind):
    """Labels of both classes where size allows, and scores with or without ties, of any scale."""
    rng = np.random.default_rng([size, seed])
    y_true = rng.permutation(np.arange(size) % 4 == 0).astype(int)
    scores = rng.normal(size=size) + y_true
    return y_true, {
        "distinct": scores, "tied": np.round(scores), "equal": np.full(size, 0.5),
        "tiny": scores * 1e-300, "large": scores * 1e300, "perfect": 1.0 * y_true,
        "worst": -3.0 * y_true,
    }[kind]  # fmt: skip


KINDS = pytest.mark.parametrize(
    "kind", ["distinct", "tied", "equal", "tiny", "large", "perfect", "worst"]
)


@SIZES
@pytest.mark.parametrize("classes", [1, 2, 3, 7])
def test_confusion_matrix_and_multiclass_f1(size, classes):
    y_true, y_pred = np.random.default_rng([size, classes]).integers(classes, size=(2, size))
    counts = REFERENCE["confusion_matrix"](y_true, y_pred, classes + 1)
    expected = metrics.confusion_matrix(y_true, y_pred, labels=range(classes + 1))
    assert counts.dtype.kind == "i" and counts.tolist() == expected.tolist()
    given = {"labels": range(classes + 1), "zero_division": 0}
    for average in ("macro", "micro"):
        expected = metrics.f1_score(y_true, y_pred, average=average, **given)
        assert REFERENCE[f"{average}_f1"](y_true, y_pred, classes + 1) == pytest.approx(
            expected, rel=1e-12
        )


@SIZES
@pytest.mark.parametrize("rates", [(0.5, 0.5), (0.1, 0.7), (0.0, 0.5), (0.5, 0.0), (1.0, 1.0)])
def test_binary_numbers(size, rates):
    rng = np.random.default_rng(size)
    y_true, y_pred = ((rng.random(size) < rate).astype(int) for rate in rates)
    flipped, zero = (1 - y_true, 1 - y_pred), {"zero_division": 0}
    expected = {
        "accuracy": metrics.accuracy_score(y_true, y_pred),
        "precision": metrics.precision_score(y_true, y_pred, **zero),
        "recall": metrics.recall_score(y_true, y_pred, **zero),
        "specificity": metrics.recall_score(*flipped, **zero),
        "false_positive_rate": metrics.recall_score(1 - y_true, y_pred, **zero),
        "f_beta": metrics.f1_score(y_true, y_pred, **zero),
    }
    for name, value in expected.items():
        assert REFERENCE[name](y_true, y_pred) == pytest.approx(value, rel=1e-12), name
    for beta in (0.3, 2, 5.5):
        value = metrics.fbeta_score(y_true, y_pred, beta=beta, **zero)
        assert REFERENCE["f_beta"](y_true, y_pred, beta) == pytest.approx(value, rel=1e-12)


@KINDS
@pytest.mark.parametrize("size", [2, 3, 17, 200])
def test_curves_and_areas_of_two_classes(size, kind):
    y_true, scores = ranked(size, 1, kind)
    fpr, tpr, thresholds = REFERENCE["roc_curve"](y_true, scores)
    expected = metrics.roc_curve(y_true, scores, drop_intermediate=False)
    for received, wanted in zip((fpr, tpr, thresholds), expected, strict=True):
        np.testing.assert_allclose(received, wanted, rtol=1e-12)
    area = metrics.roc_auc_score(y_true, scores)
    assert REFERENCE["roc_auc"](y_true, scores) == pytest.approx(area, rel=1e-9)
    assert REFERENCE["auc"](fpr, tpr) == pytest.approx(area, rel=1e-9)
    received = REFERENCE["precision_recall_curve"](y_true, scores)
    for mine, wanted in zip(received, metrics.precision_recall_curve(y_true, scores), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=1e-12)
    expected = metrics.average_precision_score(y_true, scores)
    assert REFERENCE["average_precision"](y_true, scores) == pytest.approx(expected, rel=1e-9)


def ratio(a, b):
    return a / b if b else 0.0


def roc_by_loop(y_true, scores):
    steps = [np.inf, *sorted(set(scores.tolist()), reverse=True)]
    rates = [
        [ratio(np.sum(scores[y_true == k] >= t), np.sum(y_true == k)) for t in steps]
        for k in (0, 1)
    ]
    return (*rates, steps)


def precision_recall_by_loop(y_true, scores):
    steps = sorted(set(scores.tolist()))
    hits = [int(np.sum(y_true[scores >= t])) for t in steps]
    precision = [ratio(h, int(np.sum(scores >= t))) for h, t in zip(hits, steps, strict=True)]
    recall = [ratio(h, int(np.sum(y_true))) for h in hits]
    return [*precision, 1.0], [*recall, 0.0], steps


# Where a class is missing scikit-learn has NaN, or 1 for the recall; the course has 0.
@SIZES
@pytest.mark.parametrize("labels", ["mixed", 0, 1])
@pytest.mark.parametrize("kind", ["distinct", "tied", "equal"])
def test_curves_by_loop_also_of_a_single_class(size, labels, kind):
    y_true, scores = ranked(size, 2, kind)
    if labels != "mixed":
        y_true = np.full(size, labels)
    pairs = (("roc_curve", roc_by_loop), ("precision_recall_curve", precision_recall_by_loop))
    for name, oracle in pairs:
        received, wanted = REFERENCE[name](y_true, scores), oracle(y_true, scores)
        assert isinstance(received, tuple)
        for mine, expected in zip(received, wanted, strict=True):
            assert mine.dtype == np.float64
            np.testing.assert_allclose(mine, expected, rtol=1e-12)
    positives = scores[y_true == 1]
    expected = [np.mean(y_true[scores >= s]) for s in positives] if positives.size else [0.0]
    received = REFERENCE["average_precision"](y_true, scores)
    assert received == pytest.approx(np.mean(expected), rel=1e-9)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("size", [1, 5])
def test_roc_auc_refuses_a_single_class(label, size):
    with pytest.raises(ValueError, match="y_true"):
        REFERENCE["roc_auc"](np.full(size, label), np.arange(size) / 2)


@pytest.mark.parametrize("size", [2, 3, 50])
def test_auc(size):
    rng = np.random.default_rng(size)
    x, y = np.sort(rng.normal(size=size).round(1)), rng.normal(size=size)
    assert REFERENCE["auc"](x, y) == pytest.approx(np.trapezoid(y, x), rel=1e-9, abs=1e-12)


def best_f1_by_loop(y_true, scores):
    """Exact, so that ties are ties."""
    best, best_f1 = None, -1
    for t in sorted(set(scores.tolist()), reverse=True):
        hits, calls = int(np.sum(y_true[scores >= t])), int(np.sum(scores >= t))
        f1 = Fraction(2 * hits, calls + int(y_true.sum()))
        if f1 > best_f1:
            best, best_f1 = t, f1
    return best


def cheapest_by_loop(y_true, scores, fp_cost, fn_cost):
    def cost(t):
        called = (scores >= t).astype(int)
        return sum(
            fp_cost * (c > y) + fn_cost * (c < y) for y, c in zip(y_true, called, strict=True)
        )

    candidates = [np.inf, *sorted(set(scores.tolist()), reverse=True)]
    return min(candidates, key=cost)


@KINDS
@pytest.mark.parametrize("size", [1, 2, 3, 17, 60])
def test_thresholds(size, kind):
    y_true, scores = ranked(size, 3, kind)
    found = REFERENCE["best_f1_threshold"](y_true, scores)
    assert found == best_f1_by_loop(y_true, scores)
    for costs in ((1, 1), (1, 5), (100, 1), (1, 100), (0, 3), (3, 0), (0.25, 0.5)):
        found = REFERENCE["min_cost_threshold"](y_true, scores, *costs)
        assert found == cheapest_by_loop(y_true, scores, *costs)


@pytest.mark.parametrize("label", [0, 1])
def test_thresholds_of_a_single_class(label):
    scores = np.array([0.3, -2.0, 0.3, 5.0])
    y_true = np.full(4, label)
    assert REFERENCE["best_f1_threshold"](y_true, scores) == (-2.0 if label else 5.0)
    assert REFERENCE["min_cost_threshold"](y_true, scores, 1, 1) == (-2.0 if label else np.inf)


def test_total_cost_by_loop():
    rng = np.random.default_rng(4)
    for size in (1, 2, 30):
        y_true, y_pred = rng.integers(2, size=(2, size))
        expected = sum(3 * (c > y) + 0.7 * (c < y) for y, c in zip(y_true, y_pred, strict=True))
        received = REFERENCE["total_cost"](y_true, y_pred, 3, 0.7)
        assert type(received) is float and received == pytest.approx(expected, rel=1e-12)
        assert type(REFERENCE["total_cost"](y_true, y_pred, 1, 2)) is float


def test_the_formula_finds_the_cheapest_of_honest_scores():
    rng = np.random.default_rng(5)
    scores = rng.random(4000)
    y_true = (rng.random(4000) < scores).astype(int)
    for fp_cost, fn_cost in ((1, 1), (1, 9), (4, 1)):
        by_data = REFERENCE["min_cost_threshold"](y_true, scores, fp_cost, fn_cost)
        by_formula = REFERENCE["bayes_threshold"](fp_cost, fn_cost)
        assert by_formula == fp_cost / (fp_cost + fn_cost)
        assert by_data == pytest.approx(by_formula, abs=0.06)


OUTCOMES = st.tuples(*[st.integers(0, 30)] * 4).filter(any)


@LAWFUL
@given(OUTCOMES)
def test_recall_rate_and_prevalence_imply_the_precision(counts):
    y_true, y_pred = REFERENCE["outcomes"](*counts)
    found, rate = (REFERENCE[n](y_true, y_pred) for n in ("recall", "false_positive_rate"))
    received = REFERENCE["implied_precision"](found, rate, y_true.mean())
    assert received == pytest.approx(REFERENCE["precision"](y_true, y_pred), rel=1e-9)
    if 0 in y_true:
        assert REFERENCE["specificity"](y_true, y_pred) == pytest.approx(1 - rate)


@LAWFUL
@given(OUTCOMES, st.floats(0.1, 10))
def test_f_beta_lies_between_precision_and_recall(counts, beta):
    y_true, y_pred = REFERENCE["outcomes"](*counts)
    low, high = sorted(REFERENCE[n](y_true, y_pred) for n in ("precision", "recall"))
    received = REFERENCE["f_beta"](y_true, y_pred, beta)
    assert low - 1e-12 <= received <= high + 1e-12
    if low:
        p, r = (REFERENCE[n](y_true, y_pred) for n in ("precision", "recall"))
        assert received == pytest.approx((1 + beta**2) * p * r / (beta**2 * p + r), rel=1e-9)


@LAWFUL
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-5, 5)), min_size=2, max_size=25))
def test_areas_depend_on_order_only(examples):
    y_true, scores = np.array(examples).T
    scores = scores.astype(float)
    if len(set(y_true.tolist())) == 2:
        area = REFERENCE["roc_auc"](y_true, scores)
        assert REFERENCE["roc_auc"](y_true, np.exp(scores)) == area
        assert REFERENCE["roc_auc"](y_true, -scores) == pytest.approx(1 - area)
        assert REFERENCE["roc_auc"](1 - y_true, -scores) == pytest.approx(area)
        fpr, tpr, _ = REFERENCE["roc_curve"](y_true, scores)
        assert REFERENCE["auc"](fpr, tpr) == pytest.approx(area)
    order = np.argsort(scores)
    received = REFERENCE["average_precision"](y_true, scores)
    assert REFERENCE["average_precision"](y_true[order], np.exp(scores[order])) == pytest.approx(
        received
    )


@pytest.mark.parametrize("name", ["roc_curve", "precision_recall_curve", "roc_auc",
                                  "average_precision", "best_f1_threshold"])  # fmt: skip
def test_input_is_left_alone(name):
    y_true, scores = ranked(30, 6, "tied")
    before = y_true.tobytes(), scores.tobytes()
    REFERENCE[name](y_true, scores)
    assert (y_true.tobytes(), scores.tobytes()) == before
