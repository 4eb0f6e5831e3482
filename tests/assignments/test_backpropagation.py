"""The references of 04-backpropagation against loops, differences, SciPy and scikit-learn."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import differentiate, optimize
from sklearn.neural_network import MLPRegressor

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "04-backpropagation")
EXERCISES = [
    "linear_forward", "linear_backward", "relu_backward", "numerical_gradient", "relative_error",
    "residual_backward", "two_layer_forward", "two_layer_backward", "count_elements", "sgd_step",
    "train_step", "accumulate", "overfit_one_batch",
]  # fmt: skip
LAYERS = pytest.mark.parametrize("N, D, H", [(1, 1, 1), (1, 4, 3), (6, 2, 5), (3, 7, 1), (4, 4, 4)])
NETWORKS = pytest.mark.parametrize(
    "N, D, H, K", [(1, 1, 1, 1), (1, 3, 5, 2), (6, 2, 7, 1), (4, 5, 3, 6), (3, 2, 1, 4)]
)
law = settings(derandomize=True, deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


def network(rng, D, H, K):
    shapes = {"W1": (D, H), "b1": (H,), "W2": (H, K), "b2": (K,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def measured(f, x, h=1e-5):
    """Slopes by a five-point formula: two orders better than the course's own."""
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        values = []
        for k in (-2, -1, 1, 2):
            moved = x.copy()
            moved[index] += k * h
            values.append(f(moved))
        slopes[index] = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
    return slopes


def near(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-8)


def output_by_loop(X, params):
    out = np.zeros((len(X), len(params["b2"])))
    for n, x in enumerate(X):
        hidden = []
        for w, b in zip(params["W1"].T, params["b1"], strict=True):
            hidden.append(max(0.0, sum(p * q for p, q in zip(w, x, strict=True)) + b))
        for k, (w, b) in enumerate(zip(params["W2"].T, params["b2"], strict=True)):
            out[n, k] = sum(p * q for p, q in zip(w, hidden, strict=True)) + b
    return out


@LAYERS
def test_linear_forward_by_loop(N, D, H):
    rng = np.random.default_rng(N + D + H)
    X, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, H)), rng.normal(size=H)
    expected = [[sum(X[n] * W[:, h]) + b[h] for h in range(H)] for n in range(N)]
    np.testing.assert_allclose(REFERENCE["linear_forward"](X, W, b), expected, rtol=1e-12)


@LAYERS
def test_linear_backward_by_differences(N, D, H):
    rng = np.random.default_rng(N * D * H)
    X, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, H)), rng.normal(size=H)
    G = rng.normal(size=(N, H))
    dX, dW, db = REFERENCE["linear_backward"](G, X, W)
    near(dX, measured(lambda v: np.sum(G * (v @ W + b)), X))
    near(dW, measured(lambda v: np.sum(G * (X @ v + b)), W))
    near(db, measured(lambda v: np.sum(G * (X @ W + v)), b))


@law
@given(seeds, sizes, sizes, sizes)
def test_linear_backward_is_the_adjoint_of_the_layer(seed, N, D, H):
    rng = np.random.default_rng(seed)
    G, X, V, W = (rng.normal(size=s) for s in ((N, H), (N, D), (N, D), (D, H)))
    M, c = rng.normal(size=(D, H)), rng.normal(size=H)
    dX, dW, db = REFERENCE["linear_backward"](G, X, W)
    np.testing.assert_allclose(np.sum(dX * V), np.sum(G * (V @ W)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.sum(dW * M), np.sum(G * (X @ M)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(db @ c, np.sum(G * c), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4), (2, 3, 5), (0, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_backward_by_loop(shape, dtype):
    rng = np.random.default_rng(1)
    G, Z = rng.normal(size=(2, *shape)).astype(dtype)
    received = REFERENCE["relu_backward"](G, Z)
    assert (received.shape, received.dtype) == (shape, dtype)
    expected = [g if z > 0 else 0 for g, z in zip(np.ravel(G), np.ravel(Z), strict=True)]
    assert np.ravel(received).tolist() == np.array(expected, dtype=dtype).tolist()


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool])
def test_relu_backward_works_everything_else_in_float64(dtype):
    G, Z = np.array([[3, 1, 1, 0]]).astype(dtype), np.array([[1, 0, 2, 1]]).astype(dtype)
    received = REFERENCE["relu_backward"](G, Z)
    assert received.dtype == np.float64
    assert received.tolist() == (G * (Z > 0)).astype(float).tolist()


def test_relu_backward_at_the_edges():
    Z = [0.0, -0.0, 5e-324, -5e-324, np.inf, -np.inf, 1e308]
    assert REFERENCE["relu_backward"]([-2.0] * 7, Z).tolist() == [0, 0, -2, 0, -2, 0, -2]
    assert REFERENCE["relu_backward"](-3, 2) == -3.0


@pytest.mark.parametrize("f, slope", [(np.exp, np.exp), (np.sin, np.cos), (np.log, np.reciprocal)])
@pytest.mark.parametrize("shape", [(), (4,), (1, 5), (2, 3), (2, 1, 3)])
def test_numerical_gradient_of_sums(f, slope, shape):
    x = np.random.default_rng(2).uniform(0.5, 3, size=shape)
    before = x.tobytes()
    received = REFERENCE["numerical_gradient"](lambda v: np.sum(f(v)), x)
    assert (received.shape, received.dtype) == (shape, np.float64)
    np.testing.assert_allclose(received, slope(x), rtol=1e-8, atol=1e-8)
    assert x.tobytes() == before


def test_numerical_gradient_agrees_with_scipy():
    x = np.random.default_rng(3).normal(size=5)
    received = REFERENCE["numerical_gradient"](optimize.rosen, x)
    np.testing.assert_allclose(received, optimize.rosen_der(x), rtol=1e-6, atol=1e-6)
    assert optimize.check_grad(
        optimize.rosen, lambda v: REFERENCE["numerical_gradient"](optimize.rosen, v), x
    ) == pytest.approx(0, abs=1e-3)
    jacobian = differentiate.jacobian(lambda v: np.sum(np.sin(v) * v[::-1], axis=0), x).df
    near(REFERENCE["numerical_gradient"](lambda v: np.sum(np.sin(v) * v[::-1]), x), jacobian)


@pytest.mark.parametrize("h", [1e-3, 0.1, 0.5])
def test_numerical_gradient_is_centred(h):
    x = np.array([[0.5, -1.0, 2.0]])
    received = REFERENCE["numerical_gradient"](lambda v: np.sum(v**3), x, h)
    np.testing.assert_allclose(received, 3 * x**2 + h**2, rtol=1e-10)


def test_numerical_gradient_hands_out_fresh_arrays_and_its_default_step():
    seen = []
    x = np.array([1.0, 2.0])
    REFERENCE["numerical_gradient"](lambda v: seen.append(v) or 0.0, x)
    steps = [(v - x).round(12).tolist() for v in seen]
    assert steps == [[1e-5, 0], [-1e-5, 0], [0, 1e-5], [0, -1e-5]]


def test_text_on_one_sided_differences():
    h = 1e-5
    centred = REFERENCE["numerical_gradient"](lambda v: np.sum(v**3), np.array([2.0]))[0]
    assert ((2 + h) ** 3 - 2**3) / h - 12 == pytest.approx(6e-5, rel=0.01)
    assert abs(centred - 12) < 5e-10


@law
@given(seeds, sizes, sizes)
def test_relative_error_by_loop_and_its_laws(seed, rows, columns):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, rows, columns)) * 10.0 ** rng.integers(-14, 9, (2, rows, columns))
    b = np.where(rng.random(b.shape) < 0.3, a, b)
    error = REFERENCE["relative_error"](a, b)
    pairs = zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
    expected = max(abs(p - q) / max(1e-12, abs(p) + abs(q)) for p, q in pairs)
    assert error == pytest.approx(expected, rel=1e-12, abs=0)
    assert 0 <= error <= 1
    assert error == REFERENCE["relative_error"](b, a)
    assert REFERENCE["relative_error"](a, a) == 0


@pytest.mark.parametrize("a, b, error", [(0.0, 0.0, 0), (1.0, -1.0, 1), (3e-13, 1e-13, 0.2),
                                         (1e-12, 0.0, 1), (1e300, 3e300, 0.5)])  # fmt: skip
def test_relative_error_of_single_numbers(a, b, error):
    received = REFERENCE["relative_error"](np.array(a), np.array(b))
    assert received == pytest.approx(error, rel=1e-12)
    assert isinstance(received, float)


@pytest.mark.parametrize("N, D", [(1, 1), (1, 4), (5, 3), (3, 6)])
def test_residual_backward_by_differences(N, D):
    rng = np.random.default_rng(N + 10 * D)
    X, G = rng.normal(size=(2, N, D))
    W, b = rng.normal(size=(D, D)), rng.normal(size=D)

    def error(X, W, b):
        return np.sum(G * (X + np.maximum(0, X @ W + b)))

    dX, dW, db = REFERENCE["residual_backward"](G, X, W, b)
    near(dX, measured(lambda v: error(v, W, b), X))
    near(dW, measured(lambda v: error(X, v, b), W))
    near(db, measured(lambda v: error(X, W, v), b))


def test_residual_backward_at_exactly_zero():
    G, X = np.array([[2.0, 3.0]]), np.zeros((1, 2))
    dX, dW, db = REFERENCE["residual_backward"](G, X, np.ones((2, 2)), np.zeros(2))
    assert (dX.tolist(), dW.tolist(), db.tolist()) == ([[2, 3]], [[0, 0], [0, 0]], [0, 0])


@NETWORKS
def test_two_layer_forward_by_loop(N, D, H, K):
    rng = np.random.default_rng(N + D + H + K)
    params, X = network(rng, D, H, K), rng.normal(size=(N, D))
    out, _ = REFERENCE["two_layer_forward"](X, params)
    np.testing.assert_allclose(out, output_by_loop(X, params), rtol=1e-9, atol=1e-12)


@NETWORKS
def test_two_layer_backward_by_differences(N, D, H, K):
    rng = np.random.default_rng(N * D * H * K)
    params, X, G = network(rng, D, H, K), rng.normal(size=(N, D)), rng.normal(size=(N, K))
    _, cache = REFERENCE["two_layer_forward"](X, params)
    grads = REFERENCE["two_layer_backward"](G, params, cache)
    assert list(grads) == ["W1", "b1", "W2", "b2"]
    for name, value in params.items():
        slopes = measured(lambda v, n=name: np.sum(G * output_by_loop(X, {**params, n: v})), value)
        near(grads[name], slopes)


def test_two_layer_forward_agrees_with_scikit_learn():
    rng = np.random.default_rng(4)
    X, Y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    model = MLPRegressor(hidden_layer_sizes=5, random_state=0).partial_fit(X, Y)
    (W1, W2), (b1, b2) = model.coefs_, model.intercepts_
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    out, _ = REFERENCE["two_layer_forward"](X, params)
    np.testing.assert_allclose(out, model.predict(X), rtol=1e-9)


def test_zero_inputs_teach_no_first_weights():
    rng = np.random.default_rng(5)
    params, G = network(rng, 3, 6, 2), rng.normal(size=(4, 2))
    _, cache = REFERENCE["two_layer_forward"](np.zeros((4, 3)), params)
    grads = REFERENCE["two_layer_backward"](G, params, cache)
    assert not grads["W1"].any()
    assert all(grads[name].any() for name in ("b1", "W2", "b2"))


@pytest.mark.parametrize("b1, passes", [(0.0, 0.0), (-0.0, 0.0), (1e-300, 1.0), (-1e-300, 0.0)])
def test_gates_at_the_boundary(b1, passes):
    params = {"W1": np.ones((1, 1)), "b1": np.array([b1]), "W2": np.ones((1, 1)), "b2": np.zeros(1)}
    _, cache = REFERENCE["two_layer_forward"](np.zeros((1, 1)), params)
    assert REFERENCE["two_layer_backward"](np.ones((1, 1)), params, cache)["b1"] == passes
    X = Y = np.zeros((1, 1))
    new, loss = REFERENCE["train_step"]({**params, "b2": np.ones(1)}, X, Y, 0.5)
    assert (new["b1"] - b1, loss) == (-passes, 1.0)


def count_by_text(nested):
    """Counts commas and digits of a structure's text: one number per element."""
    if isinstance(nested, np.ndarray):
        return len(np.array2string(nested.ravel(), separator=" ", threshold=10**6)[1:-1].split())
    items = nested.values() if isinstance(nested, dict) else nested
    return sum(map(count_by_text, items))


arrays = st.lists(sizes, max_size=3).map(lambda shape: np.zeros(tuple(shape)))
structures = st.recursive(
    arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@law
@given(structures)
def test_count_elements_of_any_structure(nested):
    count = REFERENCE["count_elements"](nested)
    assert type(count) is int
    assert count == count_by_text(nested)


def test_count_elements_counts_every_place():
    W = np.zeros((3, 4))
    assert REFERENCE["count_elements"]([W, {"a": W, "b": (np.array(1), [])}]) == 25


@law
@given(seeds, st.floats(-10, 10), sizes, sizes, sizes)
def test_sgd_step_by_loop(seed, lr, D, H, K):
    rng = np.random.default_rng(seed)
    params, grads = network(rng, D, H, K), network(rng, D, H, K)
    before = {name: value.tobytes() for name, value in (params | grads).items()}
    new = REFERENCE["sgd_step"](params, grads, lr)
    for name, value in params.items():
        for index in np.ndindex(value.shape):
            assert new[name][index] == value[index] - lr * grads[name][index]
    assert {name: value.tobytes() for name, value in (params | grads).items()} == before


@NETWORKS
def test_train_step_descends_the_loss_that_it_returns(N, D, H, K):
    rng = np.random.default_rng(N + 2 * D + 3 * H + 4 * K)
    params, X, Y = network(rng, D, H, K), rng.normal(size=(N, D)), rng.normal(size=(N, K))
    before = {name: value.tobytes() for name, value in params.items()}

    def loss(params):
        return np.mean((output_by_loop(X, params) - Y) ** 2)

    new, returned = REFERENCE["train_step"](params, X, Y, 0.3)
    assert returned == pytest.approx(loss(params), rel=1e-9)
    assert isinstance(returned, float)
    for name, value in params.items():
        slopes = measured(lambda v, n=name: loss({**params, n: v}), value)
        near(new[name], value - 0.3 * slopes)
    assert {name: value.tobytes() for name, value in params.items()} == before


def test_train_step_agrees_with_scikit_learn():
    rng = np.random.default_rng(6)
    X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 1))
    options = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "batch_size": 7, "shuffle": False}
    options |= {"hidden_layer_sizes": 5, "learning_rate_init": 0.1, "random_state": 0}
    model = MLPRegressor(**options)
    model.partial_fit(X, Y[:, 0])

    def weights():
        parts = (*model.coefs_, *model.intercepts_)
        return dict(zip(("W1", "W2", "b1", "b2"), (part.copy() for part in parts), strict=True))

    params = weights()
    model.partial_fit(X, Y[:, 0])
    # Its loss is half of the mean, its step therefore half as long.
    new, loss = REFERENCE["train_step"](params, X, Y, 0.05)
    assert loss / 2 == pytest.approx(model.loss_, rel=1e-9)
    for name, value in weights().items():
        np.testing.assert_allclose(new[name], value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("K, ratio", [(1, 2.0), (2, 1.0), (4, 0.5)])
def test_text_on_prediction_minus_target(K, ratio):
    rng = np.random.default_rng(7)
    params, X, Y = network(rng, 3, 5, K), rng.normal(size=(6, 3)), rng.normal(size=(6, K))
    new, _ = REFERENCE["train_step"](params, X, Y, 1.0)
    simple = np.sum(output_by_loop(X, params) - Y, axis=0) / 6
    np.testing.assert_allclose((params["b2"] - new["b2"]) / simple, ratio, rtol=1e-9)


@law
@given(seeds, st.integers(1, 6), sizes, sizes, sizes)
def test_accumulate_by_loop(seed, count, D, H, K):
    rng = np.random.default_rng(seed)
    different = [network(rng, D, H, K) for _ in range(count)]
    grads_list = [different[i] for i in rng.integers(count, size=count + 1)]
    total = REFERENCE["accumulate"](grads_list)
    for name in ("W1", "b1", "W2", "b2"):
        for index in np.ndindex(total[name].shape):
            expected = sum(float(grads[name][index]) for grads in grads_list)
            assert total[name][index] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_gradients_of_pieces_sum_to_that_of_the_batch():
    rng = np.random.default_rng(8)
    params, X, G = network(rng, 3, 5, 2), rng.normal(size=(9, 3)), rng.normal(size=(9, 2))

    def grads_of(rows):
        _, cache = REFERENCE["two_layer_forward"](X[rows], params)
        return REFERENCE["two_layer_backward"](G[rows], params, cache)

    pieces = [grads_of(rows) for rows in (slice(0, 4), slice(4, 5), slice(5, 9))]
    total, whole = REFERENCE["accumulate"](pieces), grads_of(slice(None))
    for name in params:
        np.testing.assert_allclose(total[name], whole[name], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(25))
def test_small_batch_is_learnt_by_heart_with_any_seed(seed):
    X, Y = REFERENCE["X_small"], REFERENCE["Y_small"]
    rng = np.random.default_rng(seed)
    params, losses = REFERENCE["overfit_one_batch"](X, Y, 20, 500, 0.1, rng)
    assert len(losses) == 500
    assert losses[-1] < 0.01 * losses[0]
    assert np.mean((output_by_loop(X, params) - Y) ** 2) < 0.01 * losses[0]


def test_small_batch_is_out_of_reach_without_a_bend():
    X, Y = REFERENCE["X_small"], REFERENCE["Y_small"]
    ones = np.hstack([X, np.ones((4, 1))])
    best = ones @ np.linalg.lstsq(ones, Y, rcond=None)[0]
    assert np.mean((best - Y) ** 2) > 0.1


@NETWORKS
def test_overfit_one_batch_repeats_train_step(N, D, H, K):
    data = np.random.default_rng(9)
    X, Y = data.normal(size=(N, D)), data.normal(size=(N, K))
    runs = [
        REFERENCE["overfit_one_batch"](X, Y, H, steps, 0.03, np.random.default_rng(10))
        for steps in (1, 2, 3, 4)
    ]
    for (params, losses), (longer, more) in zip(runs, runs[1:], strict=False):
        expected, loss = REFERENCE["train_step"](params, X, Y, 0.03)
        assert more == pytest.approx([*losses, loss], rel=1e-9)
        for name in params:
            np.testing.assert_allclose(longer[name], expected[name], rtol=1e-9, atol=1e-12)
