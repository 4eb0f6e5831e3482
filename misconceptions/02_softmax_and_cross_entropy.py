"""Wrong answers to 02-softmax-and-cross-entropy that must lose points, and other right ones."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- softmax


@misconception("For large scores your exponentials overflow, and for very low ones all become 0.")
def softmax__not_shifted(z, axis=-1):
    grown = np.exp(as_float(z))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Each row has its own largest score; you shift all rows by the same number.")
def softmax__shifted_by_the_largest_of_all(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Shifting by the mean is not enough: one score far above it still overflows.")
def softmax__shifted_by_the_mean(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.mean(z, axis=axis, keepdims=True))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Cutting scores off changes their differences, and these decide.")
def softmax__clipped(z, axis=-1):
    z = as_float(z)
    grown = np.exp(np.clip(z, -80, 80))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("You divide by the sum of everything; each row should have the sum 1.")
def softmax__sum_over_everything(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return grown / np.sum(grown)


@misconception("The axis that is given is ignored.")
def softmax__always_the_last_axis(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return grown / np.sum(grown, axis=-1, keepdims=True)


@misconception("By default the classes are on the last axis, not on the first.")
def softmax__first_axis_by_default(z, axis=0):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("You divide the scores by their sum; the exponentials are missing.")
def softmax__without_exponentials(z, axis=-1):
    z = np.abs(as_float(z))
    return z / np.sum(z, axis=axis, keepdims=True)


@misconception("The exponentials are of base 2; they should be of base e.")
def softmax__base_two(z, axis=-1):
    z = as_float(z)
    grown = np.exp2(z - np.max(z, axis=axis, keepdims=True))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Your function changes the array that it is given.")
def softmax__in_place(z, axis=-1):
    z = as_float(z)
    z -= np.max(z, axis=axis, keepdims=True)
    grown = np.exp(z)
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Your result is always float64: float32 scores should give float32.")
def softmax__always_double(z, axis=-1):
    z = np.asarray(z, dtype=np.float64)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Adding the largest score again before you subtract costs float32 its digits.")
def softmax__maximum_added_again(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=axis, keepdims=True)
    return np.exp(z - (top + np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True))))


@alternative
def softmax__from_logarithms(z, axis=-1):
    z = as_float(z)
    shifted = z - z.max(axis=axis, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


@alternative
def softmax__axis_moved(z, axis=-1):
    rows = np.moveaxis(as_float(z), axis, -1)
    grown = np.exp(rows - rows.max(axis=-1)[..., None])
    return np.moveaxis(grown / grown.sum(axis=-1)[..., None], -1, axis)


@alternative
def softmax__in_a_loop(z, axis=-1):
    rows = np.moveaxis(as_float(z), axis, -1)
    result = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        top = max(rows[index])
        values = [np.exp(value - top) for value in rows[index]]
        result[index] = np.array(values) / sum(values)
    return np.moveaxis(result, -1, axis)


# ---- logsumexp


@misconception("For large scores your exponentials overflow, and for very low ones all become 0.")
def logsumexp__not_shifted(z, axis=-1):
    return np.log(np.sum(np.exp(as_float(z)), axis=axis))


@misconception("After the shift the largest score has to be added again.")
def logsumexp__shift_not_undone(z, axis=-1):
    z = as_float(z)
    return np.log(np.sum(np.exp(z - np.max(z, axis=axis, keepdims=True)), axis=axis))


@misconception("Your result is the largest score, without what the others add to it.")
def logsumexp__the_maximum(z, axis=-1):
    return np.max(as_float(z), axis=axis)


@misconception("You take the mean of the exponentials, not their sum.")
def logsumexp__mean_for_sum(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.mean(np.exp(z - top), axis=axis))


@misconception("The axis that is summed over should disappear from the shape.")
def logsumexp__axis_kept(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=axis, keepdims=True)
    return top + np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True))


@misconception("The axis that is given is ignored.")
def logsumexp__always_the_last_axis(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=-1, keepdims=True)
    return np.squeeze(top, -1) + np.log(np.sum(np.exp(z - top), axis=-1))


@misconception("Each row has its own largest score; you shift all rows by the same number.")
def logsumexp__shifted_by_the_largest_of_all(z, axis=-1):
    z = as_float(z)
    return np.max(z) + np.log(np.sum(np.exp(z - np.max(z)), axis=axis))


@misconception("The logarithm is of base 2; it should be natural.")
def logsumexp__base_two(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log2(np.sum(np.exp(z - top), axis=axis))


@misconception("Small integer types wrap around when they are shifted: work in float64.")
def logsumexp__in_small_integers(z, axis=-1):
    z = np.asarray(z)
    top = np.max(z, axis=axis, keepdims=True)
    shifted = as_float(z ^ top if z.dtype == bool else z - top)
    return np.squeeze(as_float(top), axis) + np.log(np.sum(np.exp(shifted), axis=axis))


@misconception("If the first score is -inf, minus infinity minus itself is no number.")
def logsumexp__running_from_minus_infinity(z, axis=-1):
    rows = np.moveaxis(as_float(z), axis, 0)
    top, total = np.full_like(rows[0], -np.inf), np.zeros_like(rows[0])
    for row in rows:
        higher = np.maximum(top, row)
        total = total * np.exp(top - higher) + np.exp(row - higher)
        top = higher
    return top + np.log(total)


@alternative
def logsumexp__by_logaddexp(z, axis=-1):
    return np.logaddexp.reduce(as_float(z), axis=axis)


@alternative
def logsumexp__max_taken_twice(z, axis=-1):
    z = as_float(z)
    shifted = z - z.max(axis=axis, keepdims=True)
    return z.max(axis=axis) + np.log(np.exp(shifted).sum(axis=axis))


@alternative
def logsumexp__in_a_loop(z, axis=-1):
    rows = np.moveaxis(as_float(z), axis, -1)
    result = np.empty(rows.shape[:-1], dtype=rows.dtype)
    for index in np.ndindex(result.shape):
        top = rows[index].max()
        result[index] = top + np.log(sum(np.exp(value - top) for value in rows[index]))
    return result


# ---- log_softmax


@misconception(
    "Probabilities that are too small for the machine become 0, and their logarithm is infinite.",
    seed="E06b",
)
def log_softmax__log_of_the_softmax(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return np.log(grown / np.sum(grown, axis=axis, keepdims=True))


@misconception(
    "The softmax of shifted scores is the softmax: no logarithm has been taken.", seed="E06"
)
def log_softmax__softmax_of_shifted_scores(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return grown / np.sum(grown, axis=axis, keepdims=True)


@misconception("Shifting alone does not make log-probabilities: their exponentials sum to 1.")
def log_softmax__shift_only(z, axis=-1):
    z = as_float(z)
    return z - np.max(z, axis=axis, keepdims=True)


@misconception("For large scores your exponentials overflow.")
def log_softmax__not_shifted(z, axis=-1):
    z = as_float(z)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


@misconception("A small number added before the logarithm replaces the log-probabilities it saves.")
def log_softmax__with_an_epsilon(z, axis=-1):
    z = as_float(z)
    grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return np.log(grown / np.sum(grown, axis=axis, keepdims=True) + 1e-12).astype(z.dtype)


@misconception("Your result is minus the log-probability; the sign is reversed.")
def log_softmax__sign_reversed(z, axis=-1):
    z = as_float(z)
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True)) - shifted


@misconception("The axis that is given is ignored.")
def log_softmax__always_the_last_axis(z, axis=-1):
    z = as_float(z)
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


@misconception("In float32 the digits that go when a large maximum is added do not come back.")
def log_softmax__maximum_added_again(z, axis=-1):
    z = as_float(z)
    top = np.max(z, axis=axis, keepdims=True)
    return z - (top + np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)))


@alternative
def log_softmax__of_shifted_scores(z, axis=-1):
    z = as_float(z)
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.expand_dims(logsumexp(shifted, axis=axis), axis)


@alternative
def log_softmax__by_logaddexp(z, axis=-1):
    z = as_float(z)
    wide = z.astype(np.float64)
    return (wide - np.logaddexp.reduce(wide, axis=axis, keepdims=True)).astype(z.dtype)


@alternative
def log_softmax__in_a_loop(z, axis=-1):
    rows = np.moveaxis(as_float(z), axis, -1)
    result = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        shifted = rows[index] - rows[index].max()
        result[index] = shifted - np.log(np.exp(shifted).sum())
    return np.moveaxis(result, -1, axis)


# ---- one_hot


@misconception("Labels count from 0 here: label 0 has its one in the first column.")
def one_hot__counts_from_one(labels, num_classes):
    return np.eye(num_classes)[labels - 1]


@misconception("The number of columns is given; it does not follow from the labels.")
def one_hot__columns_from_the_labels(labels, num_classes):
    return np.eye(np.max(labels) + 1)[labels]


@misconception("Rows are examples and columns are classes; yours are the other way round.")
def one_hot__transposed(labels, num_classes):
    return np.eye(num_classes)[labels].T


@misconception("The entries should be floats.")
def one_hot__of_integers(labels, num_classes):
    return np.eye(num_classes, dtype=int)[labels]


@misconception("Every row holds the ones of all labels: set one entry in each row.")
def one_hot__whole_columns(labels, num_classes):
    result = np.zeros((len(labels), num_classes))
    result[:, labels] = 1
    return result


@alternative
def one_hot__by_comparison(labels, num_classes):
    return (labels[:, None] == np.arange(num_classes)).astype(float)


@alternative
def one_hot__filled_in(labels, num_classes):
    result = np.zeros((len(labels), num_classes))
    result[np.arange(len(labels)), labels] = 1
    return result


@alternative
def one_hot__in_a_loop(labels, num_classes):
    return np.array([[1.0 if k == label else 0.0 for k in range(num_classes)] for label in labels])


# ---- nll


@misconception("You add the examples up; the loss is their mean.")
def nll__sum_for_mean(log_probs, labels):
    return -np.sum(log_probs[np.arange(len(labels)), labels])


@misconception("The minus sign is missing: a loss is small when the prediction is good.")
def nll__without_the_minus(log_probs, labels):
    return np.mean(log_probs[np.arange(len(labels)), labels])


@misconception("The mean goes over the examples; you divide by the number of all entries.")
def nll__mean_over_all_entries(log_probs, labels):
    return -np.sum(log_probs[np.arange(len(labels)), labels]) / log_probs.size


@misconception(
    "You add up the log-probabilities of all classes; the label says which one counts.",
    seed="E08b",
)
def nll__of_all_classes(log_probs, labels):
    return -np.mean(np.sum(log_probs, axis=1))


@misconception("The arguments are log-probabilities already: you take the logarithm again.")
def nll__takes_the_logarithm_again(log_probs, labels):
    return -np.mean(np.log(np.abs(log_probs[np.arange(len(labels)), labels]) + 1e-300))


@misconception("0 times minus infinity is no number: a class that is ruled out spoils your sum.")
def nll__times_one_hot(log_probs, labels):
    return -np.sum(np.eye(log_probs.shape[1])[labels] * log_probs) / len(labels)


@misconception("log_probs[:, labels] takes whole columns; one entry of each row counts.")
def nll__whole_columns(log_probs, labels):
    return -np.mean(log_probs[:, labels])


@misconception("You score the class with the highest probability, not the true one.", seed="E57")
def nll__of_the_predicted_class(log_probs, labels):
    return -np.mean(np.max(log_probs, axis=1))


@misconception("Your function overwrites the infinities in the array that it is given.")
def nll__infinities_cleaned_in_place(log_probs, labels):
    np.nan_to_num(log_probs, copy=False, neginf=0.0)
    return -np.mean(log_probs[np.arange(len(labels)), labels])


@misconception("np.choose takes a few dozen choices only; there may be more classes.")
def nll__by_choose(log_probs, labels):
    return -np.mean(np.choose(labels, log_probs.T))


@misconception("The product of the probabilities rounds to 0; add up their logarithms.")
def nll__log_of_the_likelihood(log_probs, labels):
    likelihood = np.prod(np.exp(log_probs[np.arange(len(labels)), labels]))
    return -np.log(likelihood) / len(labels)


@alternative
def nll__by_take_along_axis(log_probs, labels):
    return float(-np.take_along_axis(log_probs, labels[:, None], axis=1).mean())


@alternative
def nll__in_a_loop(log_probs, labels):
    total = 0.0
    for row, label in zip(log_probs, labels, strict=True):
        total -= row[label]
    return total / len(labels)


@alternative
def nll__by_where(log_probs, labels):
    chosen = labels[:, None] == np.arange(log_probs.shape[1])
    return -np.where(chosen, log_probs, 0.0).sum() / len(log_probs)


# ---- chance_loss


@misconception("The logarithm is of base 2; it should be natural.")
def chance_loss__base_two(num_classes):
    return np.log2(num_classes)


@misconception("Your result is the probability of the true class; the loss is its logarithm.")
def chance_loss__the_probability(num_classes):
    return 1 / num_classes


@misconception("Your result is the share of wrong guesses, not the cross-entropy.")
def chance_loss__the_error_rate(num_classes):
    return 1 - 1 / num_classes


@misconception("The minus sign is missing: a loss is never negative.")
def chance_loss__negative(num_classes):
    return np.log(1 / num_classes)


@misconception("The true class gets one share of all the classes, not one of the others.")
def chance_loss__of_the_others(num_classes):
    return np.log(max(num_classes - 1, 1))


@misconception("Only one of the classes is true: its share does not count once for each class.")
def chance_loss__of_all_classes(num_classes):
    return num_classes * np.log(num_classes)


@alternative
def chance_loss__of_the_share(num_classes):
    return -np.log(1 / num_classes)


@alternative
def chance_loss__as_an_entropy(num_classes):
    p = np.full(num_classes, 1 / num_classes)
    return float(-np.sum(p * np.log(p)))


# ---- cross_entropy


@misconception("For large logits your exponentials overflow.")
def cross_entropy__not_shifted(logits, labels):
    log_sums = np.log(np.sum(np.exp(logits), axis=1))
    return np.mean(log_sums - logits[np.arange(len(labels)), labels])


@misconception(
    "Where the true class's probability rounds to 0, its logarithm is infinite.", seed="E06b"
)
def cross_entropy__log_of_the_softmax(logits, labels):
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = grown / np.sum(grown, axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


@misconception("Clipping the probabilities caps the loss of a confident mistake.", seed="E08")
def cross_entropy__clipped(logits, labels):
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = np.clip(grown / np.sum(grown, axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


@misconception(
    "You add up the logarithms of all classes; the label says which one counts.", seed="E08b"
)
def cross_entropy__of_all_classes(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(np.sum(log_probs, axis=1))


@misconception("The softmax is taken twice: the logits are turned into probabilities first.")
def cross_entropy__softmax_twice(logits, labels):
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = grown / np.sum(grown, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(p), axis=1)) - p[np.arange(len(labels)), labels])


@misconception(
    "A correct prediction still has a loss, unless the true class has probability 1.", seed="E57"
)
def cross_entropy__zero_when_right(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    losses = np.log(np.sum(np.exp(shifted), axis=1)) - shifted[np.arange(len(labels)), labels]
    return np.mean(np.where(np.argmax(logits, axis=1) == labels, 0.0, losses))


@misconception("You add the examples up; the loss is their mean.")
def cross_entropy__sum_for_mean(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_sums = np.log(np.sum(np.exp(shifted), axis=1))
    return np.sum(log_sums - shifted[np.arange(len(labels)), labels])


@misconception("The mean goes over the examples; you divide by the number of all logits.")
def cross_entropy__mean_over_all_entries(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_sums = np.log(np.sum(np.exp(shifted), axis=1))
    return np.sum(log_sums - shifted[np.arange(len(labels)), labels]) / logits.size


@misconception("The classes are along each row; you compare the examples with each other.")
def cross_entropy__wrong_axis(logits, labels):
    shifted = logits - np.max(logits, axis=0, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=0, keepdims=True))
    return -np.mean(log_probs[np.arange(len(labels)), labels])


@misconception("In float32 the digits that go when a large maximum is added do not come back.")
def cross_entropy__maximum_added_again(logits, labels):
    z = as_float(logits)
    top = np.max(z, axis=1)
    log_sums = top + np.log(np.sum(np.exp(z - top[:, None]), axis=1))
    return np.mean(log_sums - z[np.arange(len(labels)), labels])


@alternative
def cross_entropy__of_two_parts(logits, labels):
    return nll(log_softmax(logits), labels)


@alternative
def cross_entropy__by_logaddexp(logits, labels):
    log_sums = np.logaddexp.reduce(logits.astype(np.float64), axis=1)
    return float(np.mean(log_sums - logits[np.arange(len(labels)), labels]))


@alternative
def cross_entropy__of_differences(logits, labels):
    gaps = as_float(logits) - logits[np.arange(len(labels)), labels][:, None]
    top = gaps.max(axis=1)
    return np.mean(top + np.log(np.exp(gaps - top[:, None]).sum(axis=1)))


@alternative
def cross_entropy__in_a_loop(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        top = max(row)
        total += np.log(sum(np.exp(score - top) for score in row)) + (top - row[label])
    return total / len(labels)


# ---- softmax_jacobian


@misconception("Raising one score lowers the other probabilities: the table is not diagonal.")
def softmax_jacobian__only_the_diagonal(z):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    p = grown / np.sum(grown)
    return np.diag(p * (1 - p))


@misconception("One slope for each probability is not enough: each depends on every score.")
def softmax_jacobian__a_vector(z):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    p = grown / np.sum(grown)
    return p * (1 - p)


@misconception("What one class gains the others lose: the entries off the diagonal are negative.")
def softmax_jacobian__signs_reversed(z):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    p = grown / np.sum(grown)
    return np.outer(p, p) - np.diag(p)


@misconception("The sign of the second part is wrong: each row should sum to 0.")
def softmax_jacobian__parts_added(z):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    p = grown / np.sum(grown)
    return np.diag(p) + np.outer(p, p)


@misconception("You treat the argument as probabilities; it holds the scores.")
def softmax_jacobian__of_probabilities(z):
    p = as_float(z)
    return np.diag(p) - np.outer(p, p)


@misconception("On the diagonal you start from 1; a probability rises in proportion to itself.")
def softmax_jacobian__identity_on_the_diagonal(z):
    z = as_float(z)
    grown = np.exp(z - np.max(z))
    p = grown / np.sum(grown)
    return np.eye(len(p), dtype=p.dtype) - np.outer(p, p)


@misconception("For large scores your exponentials overflow.")
def softmax_jacobian__not_shifted(z):
    grown = np.exp(as_float(z))
    p = grown / np.sum(grown)
    return np.diag(p) - np.outer(p, p)


@misconception(
    "Measured slopes are wrong from about the eleventh decimal on; small entries need more."
)
def softmax_jacobian__measured(z):
    z = as_float(z)
    table = np.empty((len(z), len(z)), dtype=z.dtype)
    for j in range(len(z)):
        sides = []
        for step in (1e-5, -1e-5):
            moved = z.astype(np.float64)
            moved[j] += step
            grown = np.exp(moved - np.max(moved))
            sides.append(grown / np.sum(grown))
        table[:, j] = (sides[0] - sides[1]) / 2e-5
    return table


@alternative
def softmax_jacobian__by_broadcasting(z):
    p = softmax(as_float(z))
    return p[:, None] * (np.eye(len(p), dtype=p.dtype) - p)


@alternative
def softmax_jacobian__in_a_loop(z):
    p = softmax(as_float(z))
    table = np.empty((len(p), len(p)), dtype=p.dtype)
    for i in range(len(p)):
        for j in range(len(p)):
            table[i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return table


# ---- cross_entropy_grad


@misconception("The loss is a mean: the gradient of each example is divided by their number.")
def cross_entropy_grad__not_divided(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    grad = grown / np.sum(grown, axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad


@misconception("The mean goes over the examples; you divide by the number of all logits.")
def cross_entropy_grad__divided_by_all(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    grad = grown / np.sum(grown, axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / grad.size


@misconception("The sign is reversed: the gradient is the direction in which the loss grows.")
def cross_entropy_grad__reversed(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    grad = -grown / np.sum(grown, axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] += 1
    return grad / len(labels)


@misconception("Your result is the gradient with respect to the probabilities, not the logits.")
def cross_entropy_grad__of_the_probabilities(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = grown / np.sum(grown, axis=1, keepdims=True)
    rows = np.arange(len(labels))
    grad = np.zeros_like(p)
    grad[rows, labels] = -1 / p[rows, labels]
    return grad / len(labels)


@misconception("The scores of the other classes have a gradient too: they should go down.")
def cross_entropy_grad__true_class_only(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = grown / np.sum(grown, axis=1, keepdims=True)
    rows = np.arange(len(labels))
    grad = np.zeros_like(p)
    grad[rows, labels] = p[rows, labels] - 1
    return grad / len(labels)


@misconception("You subtract the labels from the logits; the softmax is missing.")
def cross_entropy_grad__without_softmax(logits, labels):
    grad = np.array(as_float(logits))
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)


@misconception("You subtract 1 in whole columns; each row has one true class.")
def cross_entropy_grad__whole_columns(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    grad = grown / np.sum(grown, axis=1, keepdims=True)
    grad[:, labels] -= 1
    return grad / len(labels)


@misconception("For large logits your exponentials overflow.")
def cross_entropy_grad__not_shifted(logits, labels):
    grown = np.exp(as_float(logits))
    grad = grown / np.sum(grown, axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)


@misconception("float32 logits should have a float32 gradient; float64 one-hot rows widen it.")
def cross_entropy_grad__widened(logits, labels):
    logits = as_float(logits)
    grown = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = grown / np.sum(grown, axis=1, keepdims=True)
    return (p - np.eye(p.shape[1])[labels]) / len(labels)


@misconception("Adding the largest score again before you subtract costs float32 its digits.")
def cross_entropy_grad__maximum_added_again(logits, labels):
    z = as_float(logits)
    top = np.max(z, axis=1, keepdims=True)
    grad = np.exp(z - (top + np.log(np.sum(np.exp(z - top), axis=1, keepdims=True))))
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)


@alternative
def cross_entropy_grad__of_one_hot_rows(logits, labels):
    p = softmax(as_float(logits))
    return (p - one_hot(labels, p.shape[1]).astype(p.dtype)) / len(p)


@alternative
def cross_entropy_grad__by_comparison(logits, labels):
    p = np.exp(log_softmax(logits))
    true = labels[:, None] == np.arange(p.shape[1])
    return np.where(true, p - 1, p) / len(labels)


@alternative
def cross_entropy_grad__through_the_jacobian(logits, labels):
    logits = as_float(logits)
    grad = np.empty_like(logits)
    for i, (row, label) in enumerate(zip(logits, labels, strict=True)):
        grown = np.exp(row - row.max())
        p = grown / grown.sum()
        # The factor -1 / p of the label cancels against the Jacobian's row.
        grad[i] = -(np.eye(len(p))[label] - p)
    return grad / len(labels)


# ---- double_softmax_floor


@misconception("With probabilities in place of logits the loss cannot sink to 0.")
def double_softmax_floor__nothing(num_classes):
    return 0.0


@misconception("Your result is the loss at the start, when all classes have equal probability.")
def double_softmax_floor__at_the_start(num_classes):
    return np.log(num_classes)


@misconception("The true class is one of them: one fewer have the logit 0.")
def double_softmax_floor__one_too_many(num_classes):
    return np.log(1 + num_classes / np.e)


@misconception("Your result is the probability of the true class; the loss is its logarithm.")
def double_softmax_floor__the_probability(num_classes):
    return np.e / (np.e + num_classes - 1)


@misconception("The logit 0 of the other classes counts too: exp(0) is 1, not 0.")
def double_softmax_floor__others_left_out(num_classes):
    return np.log(np.e) - 1


@misconception("The minus sign is missing: a loss is never negative.")
def double_softmax_floor__negative(num_classes):
    return -np.log(1 + (num_classes - 1) / np.e)


@misconception("You take logits of 1 and -1; probabilities are never below 0.")
def double_softmax_floor__below_zero(num_classes):
    return np.log(1 + (num_classes - 1) * np.exp(-2.0))


@misconception("Your result is the highest loss, that of being certain and wrong.")
def double_softmax_floor__the_ceiling(num_classes):
    return np.log(np.e + num_classes - 1)


@alternative
def double_softmax_floor__as_a_difference(num_classes):
    return float(np.log(np.e + num_classes - 1) - 1)


@alternative
def double_softmax_floor__by_the_loss(num_classes):
    return cross_entropy(np.eye(num_classes)[:1], np.array([0]))


@alternative
def double_softmax_floor__by_log1p(num_classes):
    return np.log1p((num_classes - 1) * np.exp(-1))


# ---- binary_cross_entropy


@misconception("The label is not used: only one of the two logarithms counts.", seed="E08b")
def binary_cross_entropy__without_the_label(y_true, y_prob, eps=1e-7):
    return -np.mean(np.log(np.clip(y_prob, eps, 1 - eps)))


@misconception("Elements with label 0 have a loss too.")
def binary_cross_entropy__label_one_only(y_true, y_prob, eps=1e-7):
    return -np.mean(y_true * np.log(np.clip(y_prob, eps, 1 - eps)))


@misconception("The labels are swapped: p is the probability of label 1.")
def binary_cross_entropy__swapped(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, eps, 1 - eps)
    return -np.mean((1 - y_true) * np.log(p) + y_true * np.log(1 - p))


@misconception("A probability of exactly 0 or 1 makes your loss infinite or no number.")
def binary_cross_entropy__not_clipped(y_true, y_prob, eps=1e-7):
    return -np.mean(np.where(y_true == 1, np.log(y_prob), np.log(1 - y_prob)))


@misconception("Adding eps inside the logarithms is not clipping, and spoils both ends.")
def binary_cross_entropy__eps_added(y_true, y_prob, eps=1e-7):
    return -np.mean(y_true * np.log(y_prob + eps) + (1 - y_true) * np.log(1 - y_prob + eps))


@misconception("Only one end is clipped: probabilities of 1 are as dangerous as those of 0.")
def binary_cross_entropy__clipped_below_only(y_true, y_prob, eps=1e-7):
    p = np.maximum(y_prob, eps)
    return -np.mean(np.where(y_true == 1, np.log(p), np.log(1 - p)))


@misconception("The eps that is given is ignored.")
def binary_cross_entropy__fixed_eps(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@misconception("You add the elements up; the loss is their mean.")
def binary_cross_entropy__sum_for_mean(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, eps, 1 - eps)
    return -np.sum(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@misconception("The mean goes over all elements; you take one for each column.")
def binary_cross_entropy__mean_of_columns(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, eps, 1 - eps)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=0)


@misconception("The logarithms are of base 2; they should be natural.")
def binary_cross_entropy__base_two(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, eps, 1 - eps)
    return -np.mean(y_true * np.log2(p) + (1 - y_true) * np.log2(1 - p))


@misconception("Your function changes the probabilities that it is given.")
def binary_cross_entropy__in_place(y_true, y_prob, eps=1e-7):
    p = as_float(y_prob)
    np.clip(p, eps, 1 - eps, out=p)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@misconception("The product of many probabilities rounds to 0; add up their logarithms.")
def binary_cross_entropy__log_of_the_likelihood(y_true, y_prob, eps=1e-7):
    p = np.clip(y_prob, eps, 1 - eps)
    return -np.log(np.prod(np.where(y_true == 1, p, 1 - p))) / y_true.size


@alternative
def binary_cross_entropy__of_the_true_label(y_true, y_prob, eps=1e-7):
    p = np.where(y_true == 1, y_prob, 1 - y_prob)
    return float(-np.log(np.clip(p, eps, 1 - eps)).mean())


@alternative
def binary_cross_entropy__by_log1p(y_true, y_prob, eps=1e-7):
    p = np.minimum(np.maximum(y_prob, eps), 1 - eps)
    return np.mean(-y_true * np.log(p) - (1 - y_true) * np.log1p(-p))


@alternative
def binary_cross_entropy__in_float64(y_true, y_prob, eps=1e-7):
    p = np.clip(np.asarray(y_prob, dtype=np.float64), eps, 1 - eps)
    return -np.mean(np.where(y_true == 1, np.log(p), np.log(1 - p)))


@alternative
def binary_cross_entropy__in_the_type_given(y_true, y_prob, eps=1e-7):
    p = np.clip(as_float(y_prob), eps, 1 - eps)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@alternative
def binary_cross_entropy__in_a_loop(y_true, y_prob, eps=1e-7):
    total = 0.0
    for label, p in zip(y_true.ravel(), y_prob.ravel(), strict=True):
        p = min(max(p, eps), 1 - eps)
        total -= np.log(p) if label else np.log(1 - p)
    return total / y_true.size


# ---- binary_cross_entropy_with_logits


@misconception(
    "Where the sigmoid rounds to 0 or 1 its logarithm is infinite, or times 0 no number.",
    seed="E08",
)
def binary_cross_entropy_with_logits__through_the_sigmoid(y_true, logits):
    p = (1 + np.tanh(logits / 2)) / 2
    return -np.mean(np.where(y_true == 1, np.log(p), np.log(1 - p)))


@misconception(
    "Clipping the probability caps the loss: the most confident mistakes cost too little.",
    seed="E08",
)
def binary_cross_entropy_with_logits__clipped(y_true, logits):
    p = np.clip((1 + np.tanh(logits / 2)) / 2, 1e-7, 1 - 1e-7)
    return -np.mean(np.where(y_true == 1, np.log(p), np.log(1 - p)))


@misconception("For large scores your exponential overflows.")
def binary_cross_entropy_with_logits__overflows(y_true, logits):
    return np.mean(np.log(1 + np.exp(logits)) - logits * y_true)


@misconception("You treat the scores as probabilities; the sigmoid is missing.")
def binary_cross_entropy_with_logits__of_probabilities(y_true, logits):
    p = np.clip(logits, 1e-7, 1 - 1e-7)
    return -np.mean(np.where(y_true == 1, np.log(p), np.log(1 - p)))


@misconception("The loss of label 1 is missing what the score takes off.")
def binary_cross_entropy_with_logits__without_the_label(y_true, logits):
    return np.mean(np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits))))


@misconception("The labels are swapped: a high score speaks for label 1.")
def binary_cross_entropy_with_logits__swapped(y_true, logits):
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return np.mean(softplus - logits * (1 - y_true))


@misconception("The soft part of the softplus is missing: near 0 the loss is not a straight line.")
def binary_cross_entropy_with_logits__hard(y_true, logits):
    return np.mean(np.maximum(logits, 0) - logits * y_true)


@misconception("The scores are cut off, and with them the loss of those that are very wrong.")
def binary_cross_entropy_with_logits__scores_clipped(y_true, logits):
    x = np.clip(logits, -700, 700)
    return np.mean(np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0) - x * y_true)


@misconception("You add the elements up; the loss is their mean.")
def binary_cross_entropy_with_logits__sum_for_mean(y_true, logits):
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return np.sum(softplus - logits * y_true)


@misconception("You divide by the number of rows; the mean goes over all elements.")
def binary_cross_entropy_with_logits__divided_by_rows(y_true, logits):
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return np.sum(softplus - logits * y_true) / len(logits)


@misconception("Above 20 your softplus is a straight line, and a small loss becomes 0.")
def binary_cross_entropy_with_logits__straight_above_20(y_true, logits):
    softplus = np.where(logits > 20, logits, np.log1p(np.exp(np.minimum(logits, 20))))
    return np.mean(softplus - logits * y_true)


@misconception("A probability loses digits before it rounds to 0, and so does its logarithm.")
def binary_cross_entropy_with_logits__rescued_at_0(y_true, logits):
    margin = np.where(y_true == 1, logits, -logits)
    decay = np.exp(-np.abs(margin))
    p = decay / (1 + decay)
    losses = np.where(margin >= 0, np.log1p(decay), np.where(p > 0, -np.log(p), -margin))
    return np.mean(losses)


@alternative
def binary_cross_entropy_with_logits__by_logaddexp(y_true, logits):
    return np.mean(np.logaddexp(0, logits) - logits * y_true)


@alternative
def binary_cross_entropy_with_logits__of_a_signed_margin(y_true, logits):
    margin = np.where(y_true == 1, logits, -logits)
    losses = np.log(1 + np.exp(-np.abs(margin))) + np.maximum(-margin, 0)
    return float(losses.mean())


@alternative
def binary_cross_entropy_with_logits__as_two_classes(y_true, logits):
    pairs = np.stack([np.zeros_like(logits), logits], axis=-1)
    top = pairs.max(axis=-1)
    log_sums = top + np.log(np.exp(pairs - top[..., None]).sum(axis=-1))
    return np.mean(log_sums - np.where(y_true == 1, logits, 0))


@alternative
def binary_cross_entropy_with_logits__in_a_loop(y_true, logits):
    total = 0.0
    for label, x in zip(y_true.ravel(), logits.ravel(), strict=True):
        wrong = -float(x) if label else float(x)
        if wrong > 0:
            total += wrong + np.log1p(np.exp(-wrong))
        else:
            total += np.log1p(np.exp(wrong))
    return total / logits.size


# ---- binary_cross_entropy_with_logits_grad


@misconception("The loss is a mean: the gradient of each element is divided by their number.")
def binary_cross_entropy_with_logits_grad__not_divided(y_true, logits):
    return (1 + np.tanh(as_float(logits) / 2)) / 2 - y_true


@misconception("You divide by the number of rows; the mean goes over all elements.")
def binary_cross_entropy_with_logits_grad__divided_by_rows(y_true, logits):
    x = as_float(logits)
    return ((1 + np.tanh(x / 2)) / 2 - y_true) / (x.shape[0] if x.ndim else 1)


@misconception("The sign is reversed: the gradient is the direction in which the loss grows.")
def binary_cross_entropy_with_logits_grad__reversed(y_true, logits):
    x = as_float(logits)
    return (y_true - (1 + np.tanh(x / 2)) / 2) / x.size


@misconception("Your gradient carries the sigmoid's slope, which the logarithm has cancelled.")
def binary_cross_entropy_with_logits_grad__times_the_slope(y_true, logits):
    x = as_float(logits)
    p = (1 + np.tanh(x / 2)) / 2
    return (p - y_true) * p * (1 - p) / x.size


@misconception("You subtract the labels from the scores; the sigmoid is missing.")
def binary_cross_entropy_with_logits_grad__without_the_sigmoid(y_true, logits):
    x = as_float(logits)
    return (x - y_true) / x.size


@misconception("Dividing by p (1 - p) and multiplying by it again is 0 over 0 where p is sure.")
def binary_cross_entropy_with_logits_grad__in_two_steps(y_true, logits):
    x = as_float(logits)
    p = (1 + np.tanh(x / 2)) / 2
    return (p - y_true) / (p * (1 - p)) * (p * (1 - p)) / x.size


@misconception(
    "Where a clip would act your gradient is 0: the most confident mistakes teach nothing.",
    seed="E08",
)
def binary_cross_entropy_with_logits_grad__of_the_clipped_loss(y_true, logits):
    x = as_float(logits)
    p = (1 + np.tanh(x / 2)) / 2
    inside = (p > 1e-7) & (p < 1 - 1e-7)
    return np.where(inside, p - y_true, 0).astype(x.dtype) / x.size


@misconception("For large scores your exponential overflows, and the quotient is no number.")
def binary_cross_entropy_with_logits_grad__overflows(y_true, logits):
    x = as_float(logits)
    return (np.exp(x) / (1 + np.exp(x)) - y_true) / x.size


@misconception("Labels that are floats are overwritten: as_float hands back the same array.")
def binary_cross_entropy_with_logits_grad__labels_reused(y_true, logits):
    x, grad = as_float(logits), as_float(y_true)
    grad *= -1
    grad += ((1 + np.tanh(x / 2)) / 2).astype(grad.dtype)
    return grad / x.size


@alternative
def binary_cross_entropy_with_logits_grad__of_a_plain_sigmoid(y_true, logits):
    x = as_float(logits)
    return (1 / (1 + np.exp(-x)) - as_float(y_true)) / x.size


@alternative
def binary_cross_entropy_with_logits_grad__labels_in_the_type_of_the_logits(y_true, logits):
    x = as_float(logits)
    y = np.asarray(y_true, dtype=x.dtype)
    return (0.5 * (1 + np.tanh(x / 2)) - y) / x.size


@alternative
def binary_cross_entropy_with_logits_grad__in_two_branches(y_true, logits):
    x = as_float(logits)
    decay = np.exp(-np.abs(x))
    p = np.where(x >= 0, np.ones_like(x), decay) / (1 + decay)
    return np.where(np.asarray(y_true) == 1, p - 1, p) / x.size


@alternative
def binary_cross_entropy_with_logits_grad__in_a_loop(y_true, logits):
    x, y = as_float(logits), as_float(y_true)
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        size = np.exp(-abs(x[index]))
        p = 1 / (1 + size) if x[index] > 0 else size / (1 + size)
        grad[index] = (p - y[index]) / x.size
    return grad
