"""The references of 07-regularisation against SciPy, scikit-learn, slow loops and differences."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso, Ridge

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "07-regularisation")
EXERCISES = [
    "l1_penalty", "l1_grad", "l2_penalty", "l2_grad", "elastic_net_penalty", "ridge",
    "soft_threshold", "lasso", "dropout_forward", "dropout_backward", "two_layer_dropout_forward",
    "two_layer_dropout_backward", "variational_dropout", "zoneout", "early_stopping",
    "ensemble_mean", "majority_vote", "ensemble_variance",
]  # fmt: skip
H = 1e-6
steady = settings(derandomize=True, deadline=None)


def some_params(rng):
    return {
        "W1": rng.normal(size=(4, 3)),
        "b1": rng.normal(size=3),
        "bias": rng.normal(size=(2, 1)),
        "B": rng.normal(size=5),
        "kernel": rng.normal(size=(2, 3, 1, 2)),
    }


def elements(params):
    return [
        float(value)
        for name in params
        if name[0] != "b"
        for value in np.asarray(params[name]).ravel()
    ]


def numerical(function, array):
    """Centred differences of a function of an array, changed in place and put back."""
    slopes = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + H
        above = function()
        array[index] = kept - H
        below = function()
        array[index] = kept
        slopes[index] = (above - below) / (2 * H)
    return slopes


@pytest.mark.parametrize("strength", [0.0, 0.3, 2, 1e4])
def test_penalties_by_loop(strength):
    params = some_params(np.random.default_rng(1))
    l1 = strength * sum(abs(value) for value in elements(params))
    l2 = strength * sum(value * value for value in elements(params))
    assert REFERENCE["l1_penalty"](params, strength) == pytest.approx(l1, rel=1e-12)
    assert REFERENCE["l2_penalty"](params, strength) == pytest.approx(l2, rel=1e-12)
    both = REFERENCE["elastic_net_penalty"](params, strength, 0.7)
    assert both == pytest.approx(l1 + 0.7 * sum(v * v for v in elements(params)), rel=1e-12)


@pytest.mark.parametrize("name", ["l1_penalty", "l2_penalty"])
@pytest.mark.parametrize("params", [{}, {"b": np.ones(3)}])
def test_penalties_without_weights(name, params):
    assert REFERENCE[name](params, 3.0) == 0
    assert isinstance(REFERENCE[name](params, 3.0), float)
    assert REFERENCE["elastic_net_penalty"](params, 3.0, 2.0) == 0


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_penalty_gradients_by_differences(kind):
    params = some_params(np.random.default_rng(2))
    grads = REFERENCE[f"{kind}_grad"](params, 0.7)
    assert list(grads) == list(params)
    for name, values in params.items():
        slopes = numerical(lambda: REFERENCE[f"{kind}_penalty"](params, 0.7), values)
        assert grads[name].shape == values.shape
        np.testing.assert_allclose(grads[name], slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["l1_grad", "l2_grad"])
def test_penalty_gradients_keep_their_dtype_and_vanish_at_zero(name):
    for dtype, expected in ((np.float32, np.float32), (np.int64, np.float64), (bool, np.float64)):
        params = {"W": np.array([0, 1]).astype(dtype), "b": np.array([1]).astype(dtype)}
        grads = REFERENCE[name](params, 0.5)
        assert [grads["W"].dtype, grads["b"].dtype] == [expected, expected]
        assert grads["W"][0] == 0
        assert params["W"].dtype == dtype


@steady
@given(st.floats(0, 100), st.integers(0, 1000))
def test_elastic_net_is_the_sum_of_both(strength, seed):
    params = some_params(np.random.default_rng(seed))
    both = REFERENCE["elastic_net_penalty"](params, strength, 2.5)
    parts = REFERENCE["l1_penalty"](params, strength) + REFERENCE["l2_penalty"](params, 2.5)
    assert both == pytest.approx(parts, rel=1e-12)


@pytest.mark.parametrize("shape", [(30, 4), (4, 9), (1, 5), (6, 1), (1, 1)])
@pytest.mark.parametrize("strength", [1e-3, 0.7, 1e4])
def test_ridge_against_scikit_learn(shape, strength):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=shape), rng.normal(size=shape[0])
    expected = Ridge(alpha=strength, fit_intercept=False, solver="svd").fit(X, y).coef_
    np.testing.assert_allclose(REFERENCE["ridge"](X, y, strength), expected, rtol=1e-8, atol=1e-12)


def test_ridge_without_strength_is_least_squares():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    expected = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(REFERENCE["ridge"](X, y, 0), expected, rtol=1e-10)


@pytest.mark.parametrize("z", [-3.0, -1.0, -0.2, 0.0, 0.7, 1.0, 2.5])
@pytest.mark.parametrize("t", [0.0, 0.5, 1.0])
def test_soft_threshold_minimises(z, t):
    found = scipy.optimize.minimize_scalar(
        lambda w: (w - z) ** 2 / 2 + t * abs(w), bounds=(-4, 4), options={"xatol": 1e-10}
    )
    assert REFERENCE["soft_threshold"](z, t) == pytest.approx(found.x, abs=1e-5)


@steady
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_soft_threshold_by_cases(w, t):
    expected = w - t if w > t else w + t if w < -t else 0.0
    assert REFERENCE["soft_threshold"](w, t) == expected


def test_soft_threshold_types():
    assert REFERENCE["soft_threshold"](np.float32([2, -3]), 0.5).dtype == np.float32
    assert REFERENCE["soft_threshold"]([[2, -3]], 1).dtype == np.float64
    assert REFERENCE["soft_threshold"](np.uint8([0, 5]), 1.5).tolist() == [0, 3.5]
    assert np.shape(REFERENCE["soft_threshold"](2.0, 1.0)) == ()


@pytest.mark.parametrize("shape", [(40, 6), (8, 12), (1, 3), (9, 1)])
@pytest.mark.parametrize("strength", [0.5, 3.0])
def test_lasso_against_scikit_learn(shape, strength):
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=shape), 3 * rng.normal(size=shape[0])
    model = Lasso(alpha=strength / shape[0], fit_intercept=False, tol=1e-12, max_iter=100_000)
    expected = model.fit(X, y).coef_
    found = REFERENCE["lasso"](X, y, strength, 20_000)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    assert np.array_equal(found == 0, expected == 0)


@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_lasso_steps_by_loop(steps):
    rng = np.random.default_rng(6)
    X, y = rng.normal(size=(7, 4)), rng.normal(size=7)
    step = 1 / max(np.linalg.eigvals(X.T @ X).real)
    w = [0.0] * 4
    for _ in range(steps):
        rest = [sum(X[n, d] * w[d] for d in range(4)) - y[n] for n in range(7)]
        moved = [w[d] - step * sum(X[n, d] * rest[n] for n in range(7)) for d in range(4)]
        cut = 0.6 * step
        w = [v - cut if v > cut else v + cut if v < -cut else 0.0 for v in moved]
    np.testing.assert_allclose(REFERENCE["lasso"](X, y, 0.6, steps), w, rtol=1e-10, atol=1e-14)


def test_lasso_never_goes_up():
    rng = np.random.default_rng(7)
    X, y = rng.normal(size=(12, 20)), rng.normal(size=12)

    def objective(w):
        return np.sum((y - X @ w) ** 2) / 2 + 0.8 * np.sum(np.abs(w))

    values = [objective(REFERENCE["lasso"](X, y, 0.8, steps)) for steps in range(60)]
    assert np.all(np.diff(values) <= 1e-12)


def is_fair(successes, count, probability):
    return scipy.stats.binomtest(int(successes), int(count), probability).pvalue > 1e-6


@pytest.mark.parametrize("keep_prob", [0.05, 0.2, 0.35, 0.8, 1.0])
@pytest.mark.parametrize("shape", [(40_000,), (200, 150), (1, 30, 900)])
def test_dropout_forward(keep_prob, shape):
    x = np.random.default_rng(8).normal(size=shape)
    out, mask = REFERENCE["dropout_forward"](x, keep_prob, np.random.default_rng(9))
    assert mask.dtype == bool
    assert mask.shape == out.shape == shape
    assert is_fair(mask.sum(), mask.size, keep_prob)
    np.testing.assert_allclose(out[mask], x[mask] / keep_prob, rtol=1e-15)
    assert np.all(out[~mask] == 0)


def test_dropout_masks_are_independent():
    masks = np.array([
        REFERENCE["dropout_forward"](np.zeros((3, 4)), 0.3, rng)[1].ravel()
        for rng in [np.random.default_rng(10)]
        for _ in range(20_000)
    ])  # fmt: skip
    correlations = np.corrcoef(masks.T) - np.eye(12)
    assert np.max(np.abs(correlations)) < 6 / np.sqrt(len(masks))
    assert all(is_fair(kept, len(masks), 0.3) for kept in masks.sum(axis=0))


@pytest.mark.parametrize("training", [True, False])
def test_dropout_forward_types_and_refusals(training):
    for x, dtype in ((np.float32([1, 2]), np.float32), ([1, 2], np.float64), (3, np.float64)):
        rng = np.random.default_rng(0)
        out, mask = REFERENCE["dropout_forward"](x, 0.4, rng, training)
        assert out.dtype == dtype
        assert np.shape(out) == np.shape(mask) == np.shape(x)
    for keep_prob in (0, -1e-9, 1 + 1e-9, -3, 2):
        with pytest.raises(ValueError, match="keep_prob"):
            REFERENCE["dropout_forward"](np.ones(2), keep_prob, np.random.default_rng(0), training)


def test_dropout_in_test_mode_is_the_identity():
    x = np.random.default_rng(11).normal(size=(3, 5))
    out, mask = REFERENCE["dropout_forward"](x, 0.2, np.random.default_rng(0), training=False)
    assert out.tolist() == x.tolist()
    assert mask.dtype == bool
    assert mask.all()


@pytest.mark.parametrize("keep_prob", [0.2, 0.8, 1.0])
def test_dropout_backward_by_differences(keep_prob):
    rng = np.random.default_rng(12)
    x, upstream = rng.normal(size=(2, 3, 5))
    mask = REFERENCE["dropout_forward"](x, keep_prob, np.random.default_rng(13))[1]

    def error():
        out = REFERENCE["dropout_forward"](x, keep_prob, np.random.default_rng(13))[0]
        return np.sum(out * upstream)

    found = REFERENCE["dropout_backward"](upstream, mask, keep_prob)
    np.testing.assert_allclose(found, numerical(error, x), rtol=1e-6, atol=1e-8)
    assert REFERENCE["dropout_backward"](np.float32([1, 2]), [True, False], 0.3).dtype == np.float32


def network(rng, D, H, K):
    return {
        "W1": rng.normal(size=(D, H)),
        "b1": rng.normal(size=H),
        "W2": rng.normal(size=(H, K)),
        "b2": rng.normal(size=K),
    }


@pytest.mark.parametrize("sizes", [(5, 3, 7, 2), (1, 4, 3, 6), (8, 2, 5, 1), (6, 7, 4, 5)])
@pytest.mark.parametrize("keep_prob", [0.2, 0.8, 1.0])
def test_two_layer_dropout_backward_by_differences(sizes, keep_prob):
    N, D, H, K = sizes
    rng = np.random.default_rng(14)
    X, params, upstream = rng.normal(size=(N, D)), network(rng, D, H, K), rng.normal(size=(N, K))

    def forward():
        rng = np.random.default_rng(15)
        return REFERENCE["two_layer_dropout_forward"](X, params, keep_prob, rng)

    grads = REFERENCE["two_layer_dropout_backward"](upstream, params, forward()[1])
    assert set(grads) == set(params)
    for name, values in params.items():
        slopes = numerical(lambda: np.sum(forward()[0] * upstream), values)
        assert grads[name].shape == values.shape
        np.testing.assert_allclose(grads[name], slopes, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("sizes", [(5, 3, 7, 2), (1, 4, 3, 6), (8, 2, 5, 1)])
def test_two_layer_dropout_forward_in_test_mode_by_loop(sizes):
    N, D, H, K = sizes
    rng = np.random.default_rng(16)
    X, p = rng.normal(size=(N, D)), network(rng, D, H, K)
    out, _ = REFERENCE["two_layer_dropout_forward"](X, p, 0.3, rng, training=False)
    for n in range(N):
        hidden = [
            max(0, sum(X[n, d] * p["W1"][d, h] for d in range(D)) + p["b1"][h]) for h in range(H)
        ]
        for k in range(K):
            expected = sum(hidden[h] * p["W2"][h, k] for h in range(H)) + p["b2"][k]
            assert out[n, k] == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_two_layer_dropout_is_right_on_average():
    rng = np.random.default_rng(17)
    X, params = rng.normal(size=(4, 3)), network(rng, 3, 6, 2)
    forward = REFERENCE["two_layer_dropout_forward"]
    outs = np.array([forward(X, params, 0.7, rng)[0] for _ in range(20_000)])
    expected = forward(X, params, 0.7, rng, training=False)[0]
    assert np.all(np.abs(outs.mean(axis=0) - expected) < 6 * outs.std(axis=0) / np.sqrt(len(outs)))


@pytest.mark.parametrize("keep_prob", [0.2, 0.8, 1.0])
@pytest.mark.parametrize("shape", [(300, 4, 70), (1, 3, 9000), (9000, 1, 2)])
def test_variational_dropout(keep_prob, shape):
    x = np.random.default_rng(18).uniform(1, 2, size=shape)
    out = REFERENCE["variational_dropout"](x, keep_prob, np.random.default_rng(19))
    kept = out != 0
    assert np.all(kept == kept[:, :1])
    assert is_fair(kept[:, 0].sum(), kept[:, 0].size, keep_prob)
    np.testing.assert_allclose(out[kept], x[kept] / keep_prob, rtol=1e-15)


def test_variational_masks_are_independent():
    rng, ones = np.random.default_rng(20), np.ones((3, 2, 4), dtype=np.float32)
    draws = [REFERENCE["variational_dropout"](ones, 0.6, rng) for _ in range(10_000)]
    assert draws[0].dtype == np.float32
    masks = np.array(draws)[:, :, 0].reshape(len(draws), 12) > 0
    correlations = np.corrcoef(masks.T) - np.eye(12)
    assert np.max(np.abs(correlations)) < 6 / np.sqrt(len(masks))


@pytest.mark.parametrize("zone_prob", [0.0, 0.2, 0.8, 1.0])
@pytest.mark.parametrize("shape", [(40_000,), (200, 150)])
def test_zoneout(zone_prob, shape):
    h_new, h_old = np.random.default_rng(21).normal(size=(2, *shape))
    h = REFERENCE["zoneout"](h_new, h_old, zone_prob, np.random.default_rng(22))
    old = h == h_old
    assert np.all(old | (h == h_new))
    assert is_fair(old.sum(), old.size, zone_prob)
    tested = REFERENCE["zoneout"](h_new, h_old, zone_prob, np.random.default_rng(23), False)
    np.testing.assert_allclose(tested, h_new + zone_prob * (h_old - h_new), rtol=1e-9, atol=1e-12)


def test_zoneout_is_right_on_average_and_keeps_types():
    rng, (h_new, h_old) = (
        np.random.default_rng(24),
        np.random.default_rng(25).normal(size=(2, 3, 4)),
    )
    draws = np.array([REFERENCE["zoneout"](h_new, h_old, 0.3, rng) for _ in range(10_000)])
    expected = REFERENCE["zoneout"](h_new, h_old, 0.3, rng, training=False)
    error = 6 * draws.std(axis=0) / np.sqrt(len(draws))
    assert np.all(np.abs(draws.mean(axis=0) - expected) < error)
    for training in (True, False):
        single = np.float32([1, 2])
        assert REFERENCE["zoneout"](single, -single, 0.3, rng, training).dtype == np.float32
        assert REFERENCE["zoneout"]([1, 2], [3, 4], 0.3, rng, training).dtype == np.float64
        assert np.shape(REFERENCE["zoneout"](1, 2, 0.3, rng, training)) == ()


@pytest.mark.parametrize("name", ["dropout_forward", "variational_dropout"])
def test_generators_decide_and_move_on(name):
    def draw(rng):
        drawn = REFERENCE[name](np.ones((4, 5, 6)), 0.5, rng)
        return (drawn[0] if isinstance(drawn, tuple) else drawn).tolist()

    rng = np.random.default_rng(26)
    first, second = draw(rng), draw(rng)
    assert first == draw(np.random.default_rng(26))
    assert first != second


def stopping_by_definition(losses, patience):
    def is_better(epoch):
        return all(losses[epoch] < loss for loss in losses[:epoch])

    better = [is_better(epoch) for epoch in range(len(losses))]
    stop = len(losses) - 1
    for epoch in range(len(losses)):
        window = better[max(0, epoch - patience + 1) : epoch + 1]
        if len(window) == patience and not any(window):
            stop = epoch
            break
    return stop, max(epoch for epoch in range(stop + 1) if better[epoch])


@steady
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=15), st.integers(1, 6))
def test_early_stopping_by_definition(losses, patience):
    expected = stopping_by_definition(losses, patience)
    assert REFERENCE["early_stopping"](losses, patience) == expected
    assert REFERENCE["early_stopping"](np.array(losses, dtype=float), patience) == expected


def test_early_stopping_on_the_seed_documents_losses():
    losses = [1, 0.9, 0.8, 0.85, 0.82, 0.81, 0.79, 0.9, 0.9, 0.9]
    assert REFERENCE["early_stopping"](losses, 3) == (5, 2)
    assert REFERENCE["early_stopping"](losses, 4) == (9, 6)


@pytest.mark.parametrize("shape", [(4, 6, 3), (1, 5, 2), (3, 1, 4), (2, 7, 1)])
def test_ensemble_mean_by_loop(shape):
    probs = np.random.default_rng(27).dirichlet(np.ones(shape[2]), size=shape[:2])
    mean = REFERENCE["ensemble_mean"](probs)
    assert mean.shape == shape[1:]
    for n, c in np.ndindex(shape[1:]):
        assert mean[n, c] == pytest.approx(sum(probs[:, n, c]) / shape[0], rel=1e-12)
    np.testing.assert_allclose(mean.sum(axis=1), 1, rtol=1e-12)


@steady
@given(st.integers(1, 8), st.integers(1, 6), st.integers(1, 5), st.integers(0, 10_000))
def test_majority_vote_by_counting(M, N, classes, seed):
    labels = np.random.default_rng(seed).integers(0, classes, size=(M, N)) * 7
    expected = []
    for column in labels.T.tolist():
        counts = Counter(column)
        expected.append(min(label for label in counts if counts[label] == max(counts.values())))
    votes = REFERENCE["majority_vote"](labels)
    assert votes.tolist() == expected == scipy.stats.mode(labels, axis=0).mode.tolist()
    assert votes.dtype.kind == "i"


@pytest.mark.parametrize("members", [1, 2, 7, 40])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_ensemble_variance_from_the_covariance_matrix(members, correlation):
    covariance = 2.5 * np.full((members, members), correlation)
    np.fill_diagonal(covariance, 2.5)
    weights = np.full(members, 1 / members)
    expected = weights @ covariance @ weights
    found = REFERENCE["ensemble_variance"](2.5, correlation, members)
    assert found == pytest.approx(expected, rel=1e-12)


def test_arguments_are_left_alone():
    rng = np.random.default_rng(28)
    params, X, G = network(rng, 3, 5, 2), rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    x, y = rng.normal(size=(2, 3, 4)), rng.normal(size=4)
    cache = REFERENCE["two_layer_dropout_forward"](X, params, 0.6, rng)[1]
    arrays = [*params.values(), X, G, x, y, *cache]
    before = [array.tobytes() for array in arrays]
    for name in ("l1_penalty", "l1_grad", "l2_penalty", "l2_grad"):
        REFERENCE[name](params, 0.4)
    REFERENCE["elastic_net_penalty"](params, 0.4, 0.5)
    REFERENCE["ridge"](X, y, 0.4)
    REFERENCE["lasso"](X, y, 0.4, 3)
    REFERENCE["soft_threshold"](X, 0.4)
    for training in (True, False):
        REFERENCE["dropout_forward"](x, 0.4, rng, training)
        REFERENCE["zoneout"](x, -x, 0.4, rng, training)
        REFERENCE["two_layer_dropout_forward"](X, params, 0.4, rng, training)
    REFERENCE["dropout_backward"](x, x > 0, 0.4)
    REFERENCE["two_layer_dropout_backward"](G, params, cache)
    REFERENCE["variational_dropout"](x, 0.4, rng)
    REFERENCE["ensemble_mean"](x)
    assert [array.tobytes() for array in arrays] == before
