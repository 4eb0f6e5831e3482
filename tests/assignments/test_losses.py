"""The references of 03-losses against SciPy, scikit-learn, slow loops and measured slopes."""

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import special
from scipy.optimize import minimize_scalar
from scipy.spatial.distance import cdist
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error
from sklearn.utils.class_weight import compute_class_weight

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
with warnings.catch_warnings():
    warnings.simplefilter("error")
    REFERENCE = _reference._solutions(COURSE / "source" / "03-losses")

EXERCISES = [
    "mse", "mse_grad", "mae", "mae_grad", "best_constant", "huber", "huber_grad",
    "weighted_mean_loss", "balanced_class_weights", "focal_loss", "contrastive_loss",
    "triplet_loss", "hardest_negative", "multitask_loss", "relative_losses",
]  # fmt: skip
LOSSES = ("mse", "mae", "huber")
SHAPES = [(), (1,), (7,), (5, 1), (1, 4), (3, 4), (2, 3, 5)]
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
steady = settings(derandomize=True, deadline=None, max_examples=60)


def pair(shape, scale=2.0, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(2, *shape))


def pairs_of_arrays():
    def same_shape(shape):
        elements = arrays(np.float64, shape, elements=NUMBERS)
        return st.tuples(elements, elements)

    return array_shapes(max_dims=3, max_side=5).flatmap(same_shape)


def by_loop(name, y_true, y_pred, delta=1.0):
    """The mean loss and its gradient, element by element."""
    terms, slopes = [], []
    for t, p in zip(np.ravel(y_true).tolist(), np.ravel(y_pred).tolist(), strict=True):
        r = p - t
        if name == "mse":
            terms.append(r * r)
            slopes.append(2 * r)
        elif name == "mae" or abs(r) > delta:
            height = 1.0 if name == "mae" else delta
            terms.append(height * abs(r) - (0 if name == "mae" else delta * delta / 2))
            slopes.append(0.0 if r == 0 else math.copysign(height, r))
        else:
            terms.append(r * r / 2)
            slopes.append(r)
    n = len(terms)
    return math.fsum(terms) / n, np.reshape(slopes, np.shape(y_pred)) / n


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_gradient_by_loop(name, shape):
    y_true, y_pred = pair(shape)
    loss, gradient = by_loop(name, y_true, y_pred)
    np.testing.assert_allclose(REFERENCE[name](y_true, y_pred), loss, rtol=1e-12)
    received = REFERENCE[f"{name}_grad"](y_true, y_pred)
    assert np.shape(received) == shape
    np.testing.assert_allclose(received, gradient, rtol=1e-12)


@pytest.mark.parametrize("shape", [(1,), (9,), (6, 3)])
def test_losses_by_library(shape):
    y_true, y_pred = pair(shape)
    expected = {
        "mse": mean_squared_error(y_true, y_pred),
        "mae": mean_absolute_error(y_true, y_pred),
        "huber": np.mean(special.huber(1.0, y_pred - y_true)),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(REFERENCE[name](y_true, y_pred), value, rtol=1e-12)


@pytest.mark.parametrize("delta", [1e-3, 0.5, 1.0, 2.5, 1e4])
def test_huber_thresholds(delta):
    y_true, y_pred = pair((6, 5))
    expected = np.mean(special.huber(delta, y_pred - y_true))
    np.testing.assert_allclose(REFERENCE["huber"](y_true, y_pred, delta), expected, rtol=1e-12)
    _, gradient = by_loop("huber", y_true, y_pred, delta)
    received = REFERENCE["huber_grad"](y_true, y_pred, delta)
    np.testing.assert_allclose(received, gradient, rtol=1e-12)


def test_huber_at_the_threshold():
    for error in (-0.5, 0.5):
        assert REFERENCE["huber"](0.0, error, 0.5) == 0.125
        assert REFERENCE["huber_grad"](0.0, error, 0.5) == error


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(1,), (5, 1), (3, 4)])
def test_gradients_by_differences(name, shape):
    rng = np.random.default_rng(2)
    y = rng.normal(size=shape)
    sizes = rng.choice([0.2, 0.7, 1.4, 3.0], size=shape)
    at = y + sizes * rng.choice([-1, 1], size=shape)
    gradient = REFERENCE[f"{name}_grad"](y, at)
    h = 1e-5
    for index in np.ndindex(shape):
        step = np.zeros(shape)
        step[index] = h
        ahead, behind = (REFERENCE[name](y, at + s) for s in (step, -step))
        assert gradient[index] == pytest.approx((ahead - behind) / (2 * h), rel=1e-6)


@steady
@given(pairs_of_arrays())
def test_laws_of_regression_losses(given_pair):
    y_true, y_pred = given_pair
    mse, mae, huber = (REFERENCE[name](y_true, y_pred) for name in LOSSES)
    slack = 1 + 1e-9
    assert mae**2 <= mse * slack + 1e-300
    assert huber <= mse / 2 * slack + 1e-300
    assert huber <= mae * slack + 1e-300
    for name in LOSSES:
        assert REFERENCE[name](y_pred, y_true) == REFERENCE[name](y_true, y_pred)
        assert REFERENCE[name](y_true, y_true) == 0
        gradient = REFERENCE[f"{name}_grad"](y_true, y_pred)
        np.testing.assert_array_equal(REFERENCE[f"{name}_grad"](y_pred, y_true), -gradient)
        np.testing.assert_array_equal(np.sign(gradient), np.sign(y_pred - y_true))
    assert np.all(np.abs(REFERENCE["huber_grad"](y_true, y_pred)) <= slack / y_pred.size)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool])
def test_integers_are_worked_in_float64(name, dtype):
    y_true, y_pred = np.array([[0, 1, 100]]).astype(dtype), np.array([[1, 0, 3]]).astype(dtype)
    loss, gradient = by_loop(name, y_true.astype(float), y_pred.astype(float))
    assert REFERENCE[name](y_true, y_pred) == pytest.approx(loss, rel=1e-12)
    received = REFERENCE[f"{name}_grad"](y_true, y_pred)
    assert received.dtype == np.float64
    np.testing.assert_allclose(received, gradient, rtol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_float32_stays_float32(name):
    y_true, y_pred = pair((40, 3)).astype(np.float32)
    loss, gradient = by_loop(name, y_true, y_pred)
    assert REFERENCE[name](y_true, y_pred) == pytest.approx(loss, rel=1e-5)
    received = REFERENCE[f"{name}_grad"](y_true, y_pred)
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, gradient, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
def test_numbers_and_lists(name):
    for y_true, y_pred in ((2, 5), (0.5, -1.0), ([1, 2, 3], [1, 5, -2]), ((1.0,), (2.5,))):
        loss, gradient = by_loop(name, y_true, y_pred)
        assert REFERENCE[name](y_true, y_pred) == pytest.approx(loss, rel=1e-12)
        received = REFERENCE[f"{name}_grad"](y_true, y_pred)
        assert np.shape(received) == np.shape(y_pred)
        np.testing.assert_allclose(received, gradient, rtol=1e-12)


@pytest.mark.parametrize("name", ["mse", "mae"])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 15])
def test_no_constant_is_better(name, size):
    y = np.random.default_rng(size).exponential(scale=3, size=size)

    def loss(c):
        return REFERENCE[name](y, np.full(size, c))

    best = REFERENCE["best_constant"](y, name)
    found = minimize_scalar(loss, bounds=(y.min() - 1, y.max() + 1), method="bounded")
    assert loss(best) <= found.fun + 1e-9
    ordered = sorted(y.tolist())
    middle = (ordered[(size - 1) // 2] + ordered[size // 2]) / 2
    assert best == pytest.approx(math.fsum(y) / size if name == "mse" else middle, rel=1e-12)


@pytest.mark.parametrize("name", ["huber", "MSE", "", "loss"])
def test_best_constant_refuses_other_names(name):
    with pytest.raises(ValueError, match="loss"):
        REFERENCE["best_constant"](np.ones(3), name)


@steady
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(1e-3, 1e3)), min_size=1, max_size=9))
def test_weighted_sums(rows):
    losses, weights = np.array(rows).T
    mean = REFERENCE["weighted_mean_loss"](losses, weights)
    np.testing.assert_allclose(mean, np.average(losses, weights=weights), rtol=1e-12)
    assert losses.min() * (1 - 1e-9) <= mean <= losses.max() * (1 + 1e-9)
    np.testing.assert_allclose(
        REFERENCE["weighted_mean_loss"](losses, 7 * weights), mean, rtol=1e-12
    )
    total = math.fsum(value * weight for value, weight in rows)
    np.testing.assert_allclose(REFERENCE["multitask_loss"](losses, weights), total, rtol=1e-12)
    expected = [value / weight for value, weight in rows]
    assert REFERENCE["relative_losses"](losses, weights).tolist() == expected


def test_a_weight_counts_like_copies():
    losses, weights = np.array([0.5, 2.0, 7.0]), np.array([2, 1, 4])
    copies = np.repeat(losses, weights)
    assert REFERENCE["weighted_mean_loss"](losses, weights) == pytest.approx(np.mean(copies))


@steady
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_balanced_class_weights(labels):
    labels = np.array(labels)
    classes = np.unique(labels)
    received = REFERENCE["balanced_class_weights"](labels)
    expected = compute_class_weight("balanced", classes=classes, y=labels)
    np.testing.assert_allclose(received, expected, rtol=1e-12)
    shares = [w * np.sum(labels == k) for w, k in zip(received, classes, strict=True)]
    np.testing.assert_allclose(shares, len(labels) / len(classes), rtol=1e-12)


def test_weights_of_the_seed_example():
    received = REFERENCE["balanced_class_weights"](np.repeat([0, 1], [99, 1]))
    np.testing.assert_allclose(received, [100 / 198, 50], rtol=1e-12)


def focal_by_loop(y_true, y_prob, alpha, gamma):
    terms = []
    for label, p in zip(y_true.tolist(), y_prob.tolist(), strict=True):
        if label:
            terms.append(-alpha * (1 - p) ** gamma * math.log(p))
        else:
            terms.append(-(1 - alpha) * p**gamma * math.log1p(-p))
    return math.fsum(terms) / len(terms)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 0.6, 1.0])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5])
@pytest.mark.parametrize("size", [1, 2, 17])
def test_focal_loss(alpha, gamma, size):
    rng = np.random.default_rng(size)
    y_true, y_prob = rng.integers(2, size=size), rng.uniform(1e-6, 1 - 1e-6, size=size)
    received = REFERENCE["focal_loss"](y_true, y_prob, alpha, gamma)
    expected = focal_by_loop(y_true, y_prob, alpha, gamma)
    np.testing.assert_allclose(received, expected, rtol=1e-9, atol=1e-15)


def test_focal_loss_defaults_and_extremes():
    y_true = np.array([1, 1, 0, 0, 1])
    y_prob = np.array([1e-300, 1 - 1e-9, 1e-12, 1 - 1e-9, 0.9])
    received = REFERENCE["focal_loss"](y_true, y_prob)
    np.testing.assert_allclose(received, focal_by_loop(y_true, y_prob, 0.25, 2), rtol=1e-6)
    one = np.array([1])
    assert REFERENCE["focal_loss"](one, np.array([0.9]), 1.0) == pytest.approx(0.0010536, rel=1e-4)
    assert REFERENCE["focal_loss"](one, np.array([0.5]), 1.0) == pytest.approx(0.1733, rel=1e-3)


def test_focal_loss_without_focus_is_cross_entropy():
    rng = np.random.default_rng(6)
    y_true, y_prob = np.append(rng.integers(2, size=20), [0, 1]), rng.uniform(0.01, 0.99, size=22)
    received = REFERENCE["focal_loss"](y_true, y_prob, alpha=0.5, gamma=0.0)
    np.testing.assert_allclose(received, log_loss(y_true, y_prob) / 2, rtol=1e-12)


@pytest.mark.parametrize("margin", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("size", [1, 2, 13])
def test_contrastive_loss(margin, size):
    rng = np.random.default_rng(size)
    distances, similar = rng.uniform(0, 3, size=size), rng.integers(2, size=size)
    terms = [
        d**2 if s else max(0.0, margin - d) ** 2 for d, s in zip(distances, similar, strict=True)
    ]
    received = REFERENCE["contrastive_loss"](distances, similar, margin)
    np.testing.assert_allclose(received, math.fsum(terms) / size, rtol=1e-12)
    if margin == 1:
        assert REFERENCE["contrastive_loss"](distances, similar) == received


def test_contrastive_loss_at_the_margin():
    received = REFERENCE["contrastive_loss"](np.array([1.0, 1.0]), np.array([0, 1]))
    assert received == 0.5


@pytest.mark.parametrize("margin", [0.0, 0.2, 1.5])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (6, 1), (4, 3), (9, 2)])
def test_triplet_loss(margin, shape):
    anchor, positive, negative = np.random.default_rng(7).normal(size=(3, *shape))
    terms = [
        max(0.0, math.dist(a, p) - math.dist(a, n) + margin)
        for a, p, n in zip(anchor, positive, negative, strict=True)
    ]
    received = REFERENCE["triplet_loss"](anchor, positive, negative, margin)
    np.testing.assert_allclose(received, math.fsum(terms) / shape[0], rtol=1e-12, atol=1e-15)
    if margin == 0.2:
        assert REFERENCE["triplet_loss"](anchor, positive, negative) == received


@steady
@given(arrays(np.float64, (3, 4, 2), elements=st.floats(-50, 50)), st.floats(-20, 20))
def test_triplet_loss_ignores_translation(points, shift):
    before = REFERENCE["triplet_loss"](*points)
    after = REFERENCE["triplet_loss"](*(points + shift))
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(1, 3), (5, 2), (8, 1), (40, 6)])
def test_hardest_negative(shape):
    rng = np.random.default_rng(8)
    for _ in range(20):
        # Few integers, so that ties occur.
        anchor, candidates = rng.integers(-2, 3, size=shape[1]), rng.integers(-2, 3, size=shape)
        distances = cdist(anchor[None].astype(float), candidates.astype(float))[0]
        nearest = [k for k in range(shape[0]) if distances[k] <= distances.min() + 1e-12]
        assert REFERENCE["hardest_negative"](anchor, candidates) == nearest[0]


CALLS = {
    **{name: (np.array([1.0, 2.0]), np.array([3.0, 1.5])) for name in LOSSES},
    **{f"{name}_grad": (np.array([1.0, 2.0]), np.array([3.0, 1.5])) for name in LOSSES},
    "best_constant": (np.array([3.0, 1.0, 2.0]), "mae"),
    "weighted_mean_loss": (np.array([1.0, 2.0]), np.array([3.0, 1.5])),
    "balanced_class_weights": (np.array([4, 1, 4]),),
    "focal_loss": (np.array([1, 0]), np.array([0.3, 0.4])),
    "contrastive_loss": (np.array([0.3, 0.4]), np.array([1, 0])),
    "triplet_loss": (np.ones((2, 3)), np.zeros((2, 3)), np.full((2, 3), 0.5)),
    "hardest_negative": (np.zeros(2), np.ones((3, 2))),
    "multitask_loss": (np.array([1.0, 2.0]), np.array([3.0, 1.5])),
    "relative_losses": (np.array([1.0, 2.0]), np.array([3.0, 1.5])),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_arguments_are_left_alone(name):
    args = CALLS[name]
    before = [np.copy(arg) for arg in args]
    REFERENCE[name](*args)
    for now, then in zip(args, before, strict=True):
        np.testing.assert_array_equal(now, then)
