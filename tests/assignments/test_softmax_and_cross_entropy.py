"""The references of 02-softmax-and-cross-entropy against SciPy, scikit-learn, mpmath and slopes."""

from pathlib import Path

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import log_loss
from sklearn.preprocessing import LabelBinarizer

from scratchgrad.checks import _reference

COURSE = Path(__file__).parents[2]
REFERENCE = _reference._solutions(COURSE / "source" / "02-softmax-and-cross-entropy")
ALONG_AXIS = {
    "softmax": scipy.special.softmax,
    "logsumexp": scipy.special.logsumexp,
    "log_softmax": scipy.special.log_softmax,
}
LAW = settings(derandomize=True, deadline=None, max_examples=100)
BATCHES = [(1, 1), (1, 6), (5, 3), (3, 7), (40, 2)]
FAR = np.array(
    [
        [1e4, 1e4 - 1, 1e4 - 3, -1e4],
        [-1e4, -1e4 + 2, -1e4 + 1, -1e4],
        [1000.0, 998.5, 0.0, -1000.0],
        [0.0, -40.0, -750.0, -800.0],
        [60.0, 0.0, 0.0, 0.0],
        [1e4, -1e4, -1e4, -1e4],
    ]
)

along_axis = pytest.mark.parametrize("name", ALONG_AXIS)
scores = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(-1e4, 1e4)
)


def batch(shape, scale=3.0):
    rng = np.random.default_rng(shape)
    return scale * rng.normal(size=shape), rng.integers(shape[1], size=shape[0])


def exact_loss(row, label):
    """The cross-entropy of one row with 60 digits."""
    with mpmath.workdps(60):
        total = mpmath.fsum(mpmath.exp(mpmath.mpf(float(z))) for z in row)
        return float(mpmath.log(total) - mpmath.mpf(float(row[label])))


def exact_binary_loss(label, x):
    with mpmath.workdps(60):
        x = mpmath.mpf(float(x))
        return float(mpmath.log(1 + mpmath.exp(-x if label else x)))


def measured_gradient(f, x, h=1e-6):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        grad[index] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


# ---- softmax, logsumexp, log_softmax


@along_axis
@pytest.mark.parametrize("shape", [(1,), (7,), (5, 3), (1, 6), (6, 1), (2, 3, 4), (4, 1, 2, 5)])
def test_every_axis_against_scipy(name, shape):
    z = np.random.default_rng(1).normal(scale=5, size=shape)
    for axis in range(-len(shape), len(shape)):
        expected = ALONG_AXIS[name](z, axis=axis)
        np.testing.assert_allclose(REFERENCE[name](z, axis), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(REFERENCE[name](z), REFERENCE[name](z, axis=-1))


@along_axis
@pytest.mark.parametrize("axis", [0, 1])
def test_far_scores_against_scipy(name, axis):
    received = REFERENCE[name](FAR, axis=axis)
    assert np.all(np.isfinite(received))
    np.testing.assert_allclose(received, ALONG_AXIS[name](FAR, axis=axis), rtol=1e-12, atol=1e-15)


@along_axis
@pytest.mark.parametrize("place", [0, 2])
def test_a_class_ruled_out(name, place):
    z = np.array([[1.0, -2.0, 0.5], [900.0, 0.0, -900.0]])
    z[0, place] = -np.inf
    np.testing.assert_allclose(
        REFERENCE[name](z), ALONG_AXIS[name](z, axis=1), rtol=1e-12, atol=1e-15
    )


@along_axis
def test_float32_stays_float32(name):
    z = np.float32([[0.5, -1.5, 1.0], [100.0, 99.0, -100.0], [1e4, 0.0, -1e4]])
    received = REFERENCE[name](z)
    assert received.dtype == np.float32
    expected = ALONG_AXIS[name](z.astype(np.float64), axis=-1)
    np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)


@along_axis
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool])
def test_everything_else_is_worked_in_float64(name, dtype):
    z = np.array([[3, 0, 100], [1, 1, 0]]).astype(dtype)
    for given_as in (z, z.tolist()):
        received = REFERENCE[name](given_as)
        assert received.dtype == np.float64
        expected = ALONG_AXIS[name](z.astype(np.float64), axis=-1)
        np.testing.assert_allclose(received, expected, rtol=1e-12, atol=1e-15)


def test_small_log_probabilities_keep_their_digits_in_float32():
    z = np.float32([10000.0, 9999.5, 9998.25])
    expected = scipy.special.log_softmax(z.astype(np.float64))
    np.testing.assert_allclose(REFERENCE["log_softmax"](z), expected, rtol=1e-6)


@LAW
@given(scores)
def test_laws_of_the_softmax(z):
    p = REFERENCE["softmax"](z)
    top = z.max(axis=1)
    soft_top = REFERENCE["logsumexp"](z)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert np.all(p >= 0)
    assert np.all(np.take_along_axis(p, z.argmax(axis=1)[:, None], axis=1)[:, 0] == p.max(axis=1))
    assert np.all(soft_top >= top)
    assert np.all(soft_top <= top + np.log(z.shape[1]) + 1e-11)
    np.testing.assert_allclose(np.exp(REFERENCE["log_softmax"](z)), p, rtol=1e-10, atol=1e-300)


@LAW
@given(scores, st.floats(-1e4, 1e4))
def test_shifting_all_scores_changes_nothing(z, shift):
    np.testing.assert_allclose(
        REFERENCE["softmax"](z + shift), REFERENCE["softmax"](z), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        REFERENCE["logsumexp"](z + shift), REFERENCE["logsumexp"](z) + shift, atol=1e-10
    )


# ---- softmax_jacobian


@pytest.mark.parametrize("classes", [1, 2, 3, 8])
def test_jacobian_by_loop_and_by_differences(classes):
    rng = np.random.default_rng(classes)
    z, upstream = rng.normal(size=(2, classes))
    p = scipy.special.softmax(z)
    table = REFERENCE["softmax_jacobian"](z)
    by_loop = [[p[i] * ((i == j) - p[j]) for j in range(classes)] for i in range(classes)]
    np.testing.assert_allclose(table, by_loop, rtol=1e-10, atol=1e-15)
    measured = measured_gradient(lambda z: upstream @ scipy.special.softmax(z), z)
    np.testing.assert_allclose(upstream @ table, measured, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("row", FAR)
def test_jacobian_of_far_scores(row):
    p = scipy.special.softmax(row)
    table = REFERENCE["softmax_jacobian"](row)
    np.testing.assert_allclose(table, np.diag(p) - np.outer(p, p), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(table.sum(axis=0), 0, atol=1e-14)


def test_jacobian_keeps_float32_and_takes_lists():
    assert REFERENCE["softmax_jacobian"](np.float32([1, 2])).dtype == np.float32
    for z in ([3, 0, 2], np.uint8([3, 0, 2])):
        received = REFERENCE["softmax_jacobian"](z)
        np.testing.assert_array_equal(received, REFERENCE["softmax_jacobian"]([3.0, 0.0, 2.0]))


# ---- one_hot, nll, chance_loss


@pytest.mark.parametrize(("examples", "classes"), [(1, 3), (6, 4), (3, 9), (50, 5)])
def test_one_hot_against_scikit_learn(examples, classes):
    labels = np.random.default_rng(examples).integers(classes, size=examples)
    received = REFERENCE["one_hot"](labels, classes)
    np.testing.assert_array_equal(
        received, LabelBinarizer().fit(range(classes)).transform(labels).astype(float)
    )
    assert received.dtype == np.float64


def test_one_hot_of_a_single_class():
    assert REFERENCE["one_hot"](np.array([0, 0]), 1).tolist() == [[1.0], [1.0]]


@pytest.mark.parametrize("shape", BATCHES[1:])
def test_nll_against_scikit_learn(shape):
    z, labels = batch(shape)
    p = scipy.special.softmax(z, axis=1)
    expected = log_loss(labels, p, labels=range(shape[1]))
    assert REFERENCE["nll"](np.log(p), labels) == pytest.approx(expected, rel=1e-10)


def test_nll_ignores_other_classes():
    log_probs = np.array([[-np.inf, -0.25], [-0.5, -np.inf]])
    assert REFERENCE["nll"](log_probs, np.array([1, 0])) == 0.375


@pytest.mark.parametrize("classes", [1, 2, 10, 50257])
def test_chance_loss(classes):
    uniform = np.full(classes, 1 / classes)
    expected = scipy.special.entr(uniform).sum()
    assert REFERENCE["chance_loss"](classes) == pytest.approx(expected, rel=1e-9, abs=1e-15)


# ---- cross_entropy and its gradient


@pytest.mark.parametrize("shape", BATCHES)
def test_cross_entropy_by_loop(shape):
    z, labels = batch(shape)
    losses = [exact_loss(row, label) for row, label in zip(z, labels, strict=True)]
    expected = sum(losses) / len(losses)
    assert REFERENCE["cross_entropy"](z, labels) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("label", range(4))
def test_cross_entropy_of_far_logits(label):
    labels = np.array([label])
    for row in FAR:
        received = REFERENCE["cross_entropy"](row[None, :], labels)
        assert received == pytest.approx(exact_loss(row, label), rel=1e-12, abs=1e-15)
    losses = [exact_loss(row, label) for row in FAR]
    received = REFERENCE["cross_entropy"](FAR, np.full(len(FAR), label))
    assert received == pytest.approx(np.mean(losses), rel=1e-12)


def test_losses_are_floats():
    z, labels = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 0.0]]), np.array([0, 1, 1])
    p, flags = np.array([[0.2, 0.7]]), np.array([[1, 0]])
    for loss in (
        REFERENCE["nll"](-np.abs(z), labels),
        REFERENCE["cross_entropy"](z, labels),
        REFERENCE["binary_cross_entropy"](flags, p),
        REFERENCE["binary_cross_entropy_with_logits"](flags, p),
        REFERENCE["chance_loss"](3),
        REFERENCE["double_softmax_floor"](3),
    ):
        assert isinstance(loss, float)


@pytest.mark.parametrize("shape", BATCHES)
def test_cross_entropy_grad_by_differences(shape):
    z, labels = batch(shape, scale=1.0)

    def loss(z):
        log_probs = scipy.special.log_softmax(z, axis=1)
        return -log_probs[np.arange(len(labels)), labels].mean()

    received = REFERENCE["cross_entropy_grad"](z, labels)
    np.testing.assert_allclose(received, measured_gradient(loss, z), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("label", range(4))
def test_cross_entropy_grad_of_far_logits(label):
    received = REFERENCE["cross_entropy_grad"](FAR, np.full(len(FAR), label))
    expected = (scipy.special.softmax(FAR, axis=1) - np.eye(4)[label]) / len(FAR)
    np.testing.assert_allclose(received, expected, rtol=1e-12, atol=1e-15)


def test_cross_entropy_grad_types():
    labels = np.array([2, 0])
    single = np.float32([[0.5, -1.5, 1.0], [100.0, 0.0, -100.0]])
    received = REFERENCE["cross_entropy_grad"](single, labels)
    assert received.dtype == np.float32
    expected = (scipy.special.softmax(single.astype(float), axis=1) - np.eye(3)[labels]) / 2
    np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-7)
    whole = np.uint8([[3, 0, 200], [0, 1, 0]])
    for logits in (whole, whole.tolist()):
        received = REFERENCE["cross_entropy_grad"](logits, labels)
        expected = REFERENCE["cross_entropy_grad"](whole.astype(float), labels)
        np.testing.assert_array_equal(received, expected)


@LAW
@given(scores, st.randoms(use_true_random=False))
def test_rows_of_the_gradient_sum_to_zero(z, random):
    labels = np.array([random.randrange(z.shape[1]) for _ in z])
    grad = REFERENCE["cross_entropy_grad"](z, labels)
    np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-14)
    assert np.all(grad[np.arange(len(labels)), labels] <= 0)
    assert REFERENCE["cross_entropy"](z, labels) >= 0


# ---- double_softmax_floor


@pytest.mark.parametrize(("classes", "known"), [(2, 0.3133), (10, 1.4612), (100, 3.6222)])
def test_floor_of_known_counts(classes, known):
    assert REFERENCE["double_softmax_floor"](classes) == pytest.approx(known, abs=5e-5)


@pytest.mark.parametrize("classes", [2, 3, 7, 40])
def test_no_probabilities_go_below_the_floor(classes):
    rng = np.random.default_rng(classes)
    floor = REFERENCE["double_softmax_floor"](classes)
    certain = np.eye(classes)[0]
    assert floor == pytest.approx(exact_loss(certain, 0), rel=1e-12)
    for probs in rng.dirichlet(np.full(classes, 0.1), size=200):
        assert exact_loss(probs, 0) >= floor - 1e-12


# ---- the binary losses

SHAPES = [(1,), (7,), (5, 3), (2, 3, 4)]


def binary_batch(shape):
    rng = np.random.default_rng(len(shape))
    return rng.integers(2, size=shape), rng.normal(scale=4, size=shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_binary_cross_entropy_against_scikit_learn(shape):
    y, x = binary_batch(shape)
    p = scipy.special.expit(x)
    expected = log_loss(y.ravel(), p.ravel(), labels=[0, 1])
    assert REFERENCE["binary_cross_entropy"](y, p) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("eps", [1e-7, 1e-12, 0.01, 0.3])
@pytest.mark.parametrize("label", [0, 1])
def test_binary_cross_entropy_clips(eps, label):
    for p in (0.0, 1e-9, 3e-7, 0.2, 0.9, 1 - 1e-9, 1.0):
        clipped = min(max(p, eps), 1 - eps)
        expected = -np.log(clipped if label else 1 - clipped)
        y, probs = np.array([[label]]), np.array([[p]])
        assert REFERENCE["binary_cross_entropy"](y, probs, eps) == pytest.approx(expected, rel=1e-9)
        if eps == 1e-7:
            assert REFERENCE["binary_cross_entropy"](y, probs) == pytest.approx(expected, rel=1e-9)


def test_binary_cross_entropy_takes_whole_probabilities_and_float32():
    y, p = np.array([1, 0, 1]), np.array([1, 1, 0])
    expected = -(2 * np.log(1e-7) + np.log1p(-1e-7)) / 3
    assert REFERENCE["binary_cross_entropy"](y, p) == pytest.approx(expected, rel=1e-8)
    single = np.float32([0.3, 0.8, 0.55])
    expected = log_loss(y, single.astype(float))
    assert REFERENCE["binary_cross_entropy"](y, single) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("label", [0, 1])
def test_binary_cross_entropy_with_logits_is_exact(label):
    rng = np.random.default_rng(label)
    sizes = np.concatenate([10 ** rng.uniform(-6, 4, 100), [0.0, 17.0, 37.0, 710.0, 746.0, 1e4]])
    for x in np.concatenate([sizes, -sizes]):
        received = REFERENCE["binary_cross_entropy_with_logits"](np.array([label]), np.array([x]))
        assert received == pytest.approx(exact_binary_loss(label, x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_binary_cross_entropy_with_logits_is_a_mean(shape):
    y, x = binary_batch(shape)
    losses = [exact_binary_loss(label, value) for label, value in zip(y.flat, x.flat, strict=True)]
    received = REFERENCE["binary_cross_entropy_with_logits"](y, x)
    assert received == pytest.approx(sum(losses) / len(losses), rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_binary_gradient_by_differences(shape):
    y, x = binary_batch(shape)

    def loss(x):
        return np.mean(np.logaddexp(0, x) - x * y)

    received = REFERENCE["binary_cross_entropy_with_logits_grad"](y, x)
    np.testing.assert_allclose(received, measured_gradient(loss, x), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("label", [0, 1])
def test_binary_gradient_of_far_logits(label):
    x = np.array([-1e4, -720.0, -37.0, 0.0, 37.0, 720.0, 1e4])
    received = REFERENCE["binary_cross_entropy_with_logits_grad"](np.full(7, label), x)
    np.testing.assert_allclose(received, (scipy.special.expit(x) - label) / 7, atol=1e-15)


def test_binary_gradient_types():
    gradient = REFERENCE["binary_cross_entropy_with_logits_grad"]
    assert gradient(1, 0.0) == -0.5
    assert gradient([1, 0], [0, 0]).tolist() == [-0.25, 0.25]
    assert gradient(np.uint8([1, 0]), np.uint8([0, 0])).dtype == np.float64
    assert gradient(np.float32([1, 0]), np.float32([2, -200])).dtype == np.float32


@LAW
@given(st.floats(-1e4, 1e4), st.integers(0, 1))
def test_two_logits_make_one(x, label):
    pair = REFERENCE["cross_entropy"](np.array([[0.0, x]]), np.array([label]))
    single = REFERENCE["binary_cross_entropy_with_logits"](np.array([label]), np.array([x]))
    assert single == pytest.approx(pair, rel=1e-9, abs=1e-15)


# ---- all


EXAMPLES = {
    "softmax": (FAR,),
    "logsumexp": (FAR,),
    "log_softmax": (FAR,),
    "softmax_jacobian": (FAR[0],),
    "one_hot": (np.array([1, 0, 2]), 4),
    "nll": (-np.abs(FAR), np.array([0, 1, 2, 3, 0, 1])),
    "cross_entropy": (FAR, np.array([0, 1, 2, 3, 0, 1])),
    "cross_entropy_grad": (FAR, np.array([0, 1, 2, 3, 0, 1])),
    "binary_cross_entropy": (np.array([0, 1, 1]), np.array([0.0, 0.0, 0.4])),
    "binary_cross_entropy_with_logits": (np.array([0, 1, 1]), np.array([3.0, -1e4, 0.4])),
    "binary_cross_entropy_with_logits_grad": (np.array([0, 1, 1]), np.array([3.0, -1e4, 0.4])),
}


@pytest.mark.parametrize("shift", [-9990, 0, 9990])
def test_float32_scores_keep_their_digits_far_from_zero(shift):
    scores = (np.array([[0.5, -1.5, 2.0], [3.0, 2.5, 3.5]]) + shift).astype(np.float32)
    labels = np.array([1, 0])
    expected = scipy.special.log_softmax(scores.astype(np.float64), axis=1)
    np.testing.assert_allclose(REFERENCE["log_softmax"](scores), expected, rtol=1e-6)
    loss = -np.mean(expected[[0, 1], labels])
    assert REFERENCE["cross_entropy"](scores, labels) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("name", EXAMPLES)
def test_arguments_are_left_alone(name):
    before = [np.asarray(argument).tobytes() for argument in EXAMPLES[name]]
    REFERENCE[name](*EXAMPLES[name])
    assert [np.asarray(argument).tobytes() for argument in EXAMPLES[name]] == before


def test_the_classifier_learns_from_the_loss_of_knowing_nothing():
    X, labels = REFERENCE["three_clouds"](np.random.default_rng(5))
    W, b, losses = REFERENCE["train_classifier"](X, labels, 3)
    assert losses[0] == pytest.approx(np.log(3), rel=1e-12)
    assert np.all(np.diff(losses) < 0)
    assert np.mean(np.argmax(X @ W + b, axis=1) == labels) > 0.9
