"""Wrong answers to 11-regression-and-ranking-metrics, and other right ones."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- mean_absolute_error


@misconception("The signs are dropped too late: misses to either side cancel each other.")
def mean_absolute_error__signs_cancel(y_true, y_pred):
    return float(np.abs(np.mean(as_float(y_true) - as_float(y_pred))))


@misconception("Your result is a sum over the elements, not their mean.")
def mean_absolute_error__sum(y_true, y_pred):
    return float(np.sum(np.abs(as_float(y_true) - as_float(y_pred))))


@misconception("Your result is the median of the misses, not their mean.")
def mean_absolute_error__median(y_true, y_pred):
    return float(np.median(np.abs(as_float(y_true) - as_float(y_pred))))


@misconception("You average squares; the misses themselves are asked for.")
def mean_absolute_error__squares(y_true, y_pred):
    return float(np.mean((as_float(y_true) - as_float(y_pred)) ** 2))


@misconception("Your result has one value for each column; one for all elements is asked for.")
def mean_absolute_error__per_column(y_true, y_pred):
    return np.mean(np.abs(as_float(y_true) - as_float(y_pred)), axis=0)


@misconception("You drop the signs of the numbers before subtracting, not those of the residuals.")
def mean_absolute_error__of_absolute_values(y_true, y_pred):
    return float(np.mean(np.abs(np.abs(as_float(y_true)) - np.abs(as_float(y_pred)))))


@misconception("Differences of small integer types wrap around: convert to floats first.")
def mean_absolute_error__in_small_integers(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.dtype == bool:
        y_true, y_pred = y_true * 1.0, y_pred * 1.0
    return float(np.mean(np.abs(y_true - y_pred)))


@misconception("Your function changes the predictions that it is given.")
def mean_absolute_error__in_place(y_true, y_pred):
    y_pred = as_float(y_pred)
    if y_pred.ndim == 0:
        return float(abs(as_float(y_true) - y_pred))
    y_pred -= as_float(y_true)
    return float(np.mean(np.abs(y_pred)))


@alternative
def mean_absolute_error__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel(), as_float(y_pred).ravel()
    total = 0.0
    for truth, prediction in zip(y_true, y_pred, strict=True):
        total += abs(float(truth) - float(prediction))
    return total / len(y_true)


@alternative
def mean_absolute_error__by_where(y_true, y_pred):
    residual = as_float(y_true) - as_float(y_pred)
    return np.where(residual < 0, -residual, residual).mean()


@alternative
def mean_absolute_error__by_maximum(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return np.mean(np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred))


# ---- root_mean_squared_error


@misconception("The root is missing: your result is in squared units.")
def root_mean_squared_error__without_the_root(y_true, y_pred):
    return float(np.mean((as_float(y_true) - as_float(y_pred)) ** 2))


@misconception("The root of each square is just its absolute value: the root comes after the mean.")
def root_mean_squared_error__root_before_mean(y_true, y_pred):
    return float(np.mean(np.sqrt((as_float(y_true) - as_float(y_pred)) ** 2)))


@misconception("You take the root of the sum of squares, not of their mean.")
def root_mean_squared_error__of_the_sum(y_true, y_pred):
    return float(np.sqrt(np.sum((as_float(y_true) - as_float(y_pred)) ** 2)))


@misconception("The number of elements belongs under the root, with the squares.")
def root_mean_squared_error__norm_over_count(y_true, y_pred):
    residual = as_float(y_true) - as_float(y_pred)
    return float(np.sqrt(np.sum(residual**2)) / residual.size)


@misconception("The root is taken of each column; it comes last, after one mean over all elements.")
def root_mean_squared_error__mean_of_column_roots(y_true, y_pred):
    squares = (as_float(y_true) - as_float(y_pred)) ** 2
    return float(np.mean(np.sqrt(np.mean(squares, axis=0))))


@misconception("The mean square is divided by N, not by N - 1.")
def root_mean_squared_error__divided_by_one_less(y_true, y_pred):
    squares = (as_float(y_true) - as_float(y_pred)) ** 2
    return float(np.sqrt(np.sum(squares) / max(squares.size - 1, 1)))


@misconception("You measure the spread of the residuals: a constant miss disappears from it.")
def root_mean_squared_error__standard_deviation(y_true, y_pred):
    return float(np.std(as_float(y_true) - as_float(y_pred)))


@misconception("Squares of small integer types wrap around: convert to floats first.")
def root_mean_squared_error__in_small_integers(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.dtype == bool:
        y_true, y_pred = y_true * 1.0, y_pred * 1.0
    return float(np.sqrt(np.mean((y_true - y_pred) ** 2)))


@misconception("The multiplied-out square cancels where misses are small: subtract first.")
def root_mean_squared_error__multiplied_out(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    squares = np.mean(y_true**2) - 2 * np.mean(y_true * y_pred) + np.mean(y_pred**2)
    return float(np.sqrt(np.maximum(squares, 0)))


@alternative
def root_mean_squared_error__by_norm(y_true, y_pred):
    residual = (as_float(y_true) - as_float(y_pred)).ravel()
    return np.linalg.norm(residual) / np.sqrt(residual.size)


@alternative
def root_mean_squared_error__by_dot_product(y_true, y_pred):
    residual = (as_float(y_pred) - as_float(y_true)).ravel()
    return (residual @ residual / residual.size) ** 0.5


@alternative
def root_mean_squared_error__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel(), as_float(y_pred).ravel()
    total = 0.0
    for truth, prediction in zip(y_true, y_pred, strict=True):
        total += (float(truth) - float(prediction)) ** 2
    return (total / len(y_true)) ** 0.5


@alternative
def root_mean_squared_error__by_distance(y_true, y_pred):
    import math

    y_true, y_pred = np.ravel(as_float(y_true)), np.ravel(as_float(y_pred))
    return math.dist(y_true, y_pred) / math.sqrt(len(y_true))


# ---- r2_score


@misconception("Your result is the squared correlation, which overlooks a wrong scale or offset.")
def r2_score__squared_correlation(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel(), as_float(y_pred).ravel()
    if np.ptp(y_true) == 0:
        return float(np.all(y_true == y_pred))
    if np.ptp(y_pred) == 0:
        return 0.0
    return float(np.corrcoef(y_true, y_pred)[0, 1] ** 2)


@misconception("Whether targets are equal cannot be told by their spread: rounding makes it tiny.")
def r2_score__asks_the_denominator(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    residual = np.sum((y_true - y_pred) ** 2)
    total = np.sum((y_true - np.mean(y_true)) ** 2)
    if total == 0:
        return 1.0 if residual == 0 else 0.0
    return float(1 - residual / total)


@misconception("Where all targets are equal you divide by zero.")
def r2_score__divides_by_zero(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    residual = np.sum((y_true - y_pred) ** 2)
    total = np.sum((y_true - np.mean(y_true)) ** 2)
    return float(1 - np.divide(residual, total))


@misconception("For equal targets your result is 0.0 even if each one is predicted exactly.")
def r2_score__zero_for_equal_targets(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return 0.0
    residual = np.sum((y_true - y_pred) ** 2)
    return float(1 - residual / np.sum((y_true - np.mean(y_true)) ** 2))


@misconception("The comparison is with the mean of the targets, not of the predictions.")
def r2_score__mean_of_predictions(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2)
    return float(1 - residual / np.sum((y_true - np.mean(y_pred)) ** 2))


@misconception("Targets and predictions are swapped: R² is not symmetric in them.")
def r2_score__swapped(y_true, y_pred):
    y_true, y_pred = as_float(y_pred), as_float(y_true)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2)
    return float(1 - residual / np.sum((y_true - np.mean(y_true)) ** 2))


@misconception("Your result is the share that is left unexplained: 0 where it should be 1.")
def r2_score__unexplained_share(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2)
    return float(residual / np.sum((y_true - np.mean(y_true)) ** 2))


@misconception("Worse than the mean is below 0; your result stops there.")
def r2_score__never_negative(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2)
    return float(max(0.0, 1 - residual / np.sum((y_true - np.mean(y_true)) ** 2)))


@misconception("You score each column by its own mean; all elements share one.")
def r2_score__by_columns(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2, axis=0)
    return float(np.mean(1 - residual / np.sum((y_true - np.mean(y_true, axis=0)) ** 2, axis=0)))


@misconception("Squares minus the square of the mean cancel where targets are large and close.")
def r2_score__cancels(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.all(y_pred == y_true))
    residual = np.sum((y_true - y_pred) ** 2)
    total = np.sum(y_true**2) - y_true.size * np.mean(y_true) ** 2
    return float(1 - residual / total)


@misconception(
    "You compare rows of a table with each other; targets are equal if all elements are."
)
def r2_score__neighbouring_rows(y_true, y_pred):
    y_true, y_pred = np.atleast_1d(as_float(y_true)), np.atleast_1d(as_float(y_pred))
    if np.all(y_true[1:] == y_true[:-1]):
        return float(np.array_equal(y_true, y_pred))
    total = np.sum((y_true - np.mean(y_true)) ** 2)
    return float(1 - np.sum((y_true - y_pred) ** 2) / total)


@misconception("Misses to either side cancel in a sum: no prediction is right because of that.")
def r2_score__misses_cancel(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.ptp(y_true) == 0:
        return float(np.sum(y_true - y_pred) == 0)
    total = np.sum((y_true - np.mean(y_true)) ** 2)
    return float(1 - np.sum((y_true - y_pred) ** 2) / total)


@alternative
def r2_score__by_variance(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.max(y_true) == np.min(y_true):
        return 1 if np.array_equal(y_true, y_pred) else 0
    return 1 - np.mean((y_true - y_pred) ** 2) / np.var(y_true)


@alternative
def r2_score__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel().tolist(), as_float(y_pred).ravel().tolist()
    if len(set(y_true)) == 1:
        return 1.0 if y_true == y_pred else 0.0
    mean = sum(y_true) / len(y_true)
    residual = sum((t - p) ** 2 for t, p in zip(y_true, y_pred, strict=True))
    total = sum((t - mean) ** 2 for t in y_true)
    return (total - residual) / total


@alternative
def r2_score__by_norms(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel(), as_float(y_pred).ravel()
    if np.all(y_true == y_true[0]):
        return float(not np.any(y_true != y_pred))
    spread = np.linalg.norm(y_true - y_true.mean())
    return 1 - (np.linalg.norm(y_true - y_pred) / spread) ** 2


@alternative
def r2_score__of_the_ratio(y_true, y_pred):
    y_true, y_pred = np.ravel(as_float(y_true)), np.ravel(as_float(y_pred))
    offsets = y_true - y_true[0]
    if not np.any(offsets):
        return float(np.array_equal(y_true, y_pred))
    ratio = np.linalg.norm(y_true - y_pred) / np.linalg.norm(offsets - np.mean(offsets))
    return (1 - ratio) * (1 + ratio)


# ---- mean_absolute_percentage_error


@misconception("Your result is a fraction; it should be in percent.")
def mean_absolute_percentage_error__fraction(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("y_true contains a zero")
    return float(np.mean(np.abs((y_true - y_pred) / y_true)))


@misconception("The percentage is of the target, not of the prediction.")
def mean_absolute_percentage_error__of_the_prediction(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("y_true contains a zero")
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_pred)))


@misconception("Targets below 0 turn your percentages negative: divide by their size.")
def mean_absolute_percentage_error__signed_denominator(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("y_true contains a zero")
    return float(100 * np.mean(np.abs(y_true - y_pred) / y_true))


@misconception("A target of 0 is to be refused; your result is infinite or no number.")
def mean_absolute_percentage_error__divides_by_zero(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_true)))


@misconception("Targets of 0 are to be refused, not left out of the mean.")
def mean_absolute_percentage_error__drops_zeros(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    kept = y_true != 0
    return float(100 * np.mean(np.abs((y_true[kept] - y_pred[kept]) / y_true[kept])))


@misconception("A small number in place of a target of 0 hides the problem: refuse it.")
def mean_absolute_percentage_error__with_epsilon(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return float(100 * np.mean(np.abs(y_true - y_pred) / np.maximum(np.abs(y_true), 1e-8)))


@misconception("You refuse targets that are merely small: only 0 has no percentage.")
def mean_absolute_percentage_error__refuses_small_targets(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(np.isclose(y_true, 0)):
        raise ValueError("y_true contains a zero")
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_true)))


@misconception("You divide the sum of misses by the sum of targets: each has its own 100 percent.")
def mean_absolute_percentage_error__ratio_of_sums(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("y_true contains a zero")
    return float(100 * np.sum(np.abs(y_true - y_pred)) / np.sum(np.abs(y_true)))


@misconception("You divide by the mean of target and prediction: that is another metric.")
def mean_absolute_percentage_error__symmetric(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("y_true contains a zero")
    half = (np.abs(y_true) + np.abs(y_pred)) / 2
    return float(100 * np.mean(np.abs(y_true - y_pred) / half))


@misconception("The message of your error does not say which argument is at fault.")
def mean_absolute_percentage_error__silent_message(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.any(y_true == 0):
        raise ValueError("division by zero")
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_true)))


@misconception("A product of many small targets becomes 0 although none of them is: ask each one.")
def mean_absolute_percentage_error__asks_the_product(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.prod(y_true) == 0:
        raise ValueError("y_true contains a zero")
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_true)))


@misconception("You ask only the smallest target; beside targets below 0 a 0 goes unnoticed.")
def mean_absolute_percentage_error__asks_the_smallest(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if np.min(y_true) == 0:
        raise ValueError("a zero in y_true")
    return float(100 * np.mean(np.abs((y_true - y_pred) / y_true)))


@alternative
def mean_absolute_percentage_error__of_ratios(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if not np.all(y_true):
        raise ValueError("a zero in y_true")
    return np.mean(np.abs(1 - y_pred / y_true)) * 100


@alternative
def mean_absolute_percentage_error__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true).ravel(), as_float(y_pred).ravel()
    total = 0.0
    for truth, prediction in zip(y_true, y_pred, strict=True):
        if truth == 0:
            raise ValueError("y_true must not contain 0")
        total += 100 * abs(float(truth) - float(prediction)) / abs(float(truth))
    return total / len(y_true)


@alternative
def mean_absolute_percentage_error__with_both_sizes(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    if 0 in y_true:
        raise ValueError("y_true has a zero")
    return np.average(np.abs(y_true - y_pred) / np.abs(y_true)) * 100


# ---- rank_by_score


@misconception("Your order rises with the score; the highest score stands first.")
def rank_by_score__rising(relevances, scores):
    relevances = np.asarray(relevances)
    return relevances[np.lexsort((relevances, as_float(scores)))]


@misconception("Equal scores keep the order in which items are stored: a constant score may win.")
def rank_by_score__ties_as_stored(relevances, scores):
    return np.asarray(relevances)[np.argsort(-as_float(scores), kind="stable")]


@misconception("Equal scores come in the reverse of the order in which items are stored.")
def rank_by_score__ties_reversed(relevances, scores):
    return np.asarray(relevances)[np.argsort(as_float(scores), kind="stable")[::-1]]


@misconception("Ties are settled in favour of the scorer: its best item comes first among equals.")
def rank_by_score__ties_hopeful(relevances, scores):
    relevances = np.asarray(relevances)
    return relevances[np.lexsort((relevances, as_float(scores)))[::-1]]


@misconception("You sort by relevance first; the scores decide the order.")
def rank_by_score__by_relevance(relevances, scores):
    relevances = np.asarray(relevances)
    return relevances[np.lexsort((-as_float(scores), relevances))]


@misconception("Your result is the positions of the items, not their relevances.")
def rank_by_score__positions(relevances, scores):
    return np.lexsort((relevances, -as_float(scores)))


@misconception("Your result is the scores in order, not the relevances.")
def rank_by_score__the_scores(relevances, scores):
    return np.sort(as_float(scores))[::-1]


@misconception("Minus an unsigned integer wraps around: convert the scores to floats first.")
def rank_by_score__wraps_around(relevances, scores):
    relevances, scores = np.asarray(relevances), np.asarray(scores)
    if scores.dtype == bool:
        scores = scores * 1.0
    return relevances[np.lexsort((relevances, -scores))]


@misconception("A little taken off the scores breaks ties, but also the order of close scores.")
def rank_by_score__ties_by_epsilon(relevances, scores):
    relevances = np.asarray(relevances)
    key = as_float(scores) - 1e-9 * as_float(relevances)
    return relevances[np.argsort(-key, kind="stable")]


@misconception("Minus an unsigned integer wraps around, and so your ties come in a wrong order.")
def rank_by_score__negates_relevances(relevances, scores):
    relevances = np.asarray(relevances)
    return relevances[np.lexsort((-relevances, as_float(scores)))[::-1]]


@misconception("Scores that differ in their last digit only are no tie.")
def rank_by_score__ties_within_rounding(relevances, scores):
    relevances, scores = np.asarray(relevances), as_float(scores)
    order = np.lexsort((relevances, -scores))
    relevances, scores = relevances[order], scores[order]
    is_lower = -np.diff(scores) > 4 * np.finfo(float).eps * np.abs(scores[:-1])
    group = np.append(0, np.cumsum(is_lower))
    return relevances[np.lexsort((relevances, group))]


@alternative
def rank_by_score__by_sorted_pairs(relevances, scores):
    relevances = np.asarray(relevances)
    pairs = sorted(zip(-as_float(scores), relevances, strict=True))
    return np.array([relevance for _, relevance in pairs], dtype=relevances.dtype)


@alternative
def rank_by_score__by_two_stable_sorts(relevances, scores):
    relevances, scores = np.asarray(relevances), as_float(scores)
    worst_first = np.argsort(relevances, kind="stable")
    relevances, scores = relevances[worst_first], scores[worst_first]
    return relevances[np.argsort(-scores, kind="stable")]


@alternative
def rank_by_score__group_by_group(relevances, scores):
    relevances, scores = np.asarray(relevances), np.asarray(scores)
    groups = [np.sort(relevances[scores == value]) for value in np.unique(scores)[::-1]]
    return np.concatenate(groups)


# ---- dcg


@misconception(
    "Each term is rounded before the sum, so that the last digits are wrong.", seed="E26"
)
def dcg__rounds_each_term(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    return float(np.sum(np.round(gains / np.log2(np.arange(len(gains)) + 2), 2)))


@misconception("The grade itself is your gain: the convention here takes a power of 2.")
def dcg__linear_gain(relevances, k=None):
    gains = as_float(relevances)[:k]
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))


@misconception("An item of grade 0 has a gain: something is to be taken off the power.")
def dcg__gain_without_minus_one(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k])
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))


@misconception("Your logarithm is natural; the discount has base 2.")
def dcg__natural_logarithm(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    return float(np.sum(gains / np.log(np.arange(len(gains)) + 2)))


@misconception("The logarithm of rank 1 is 0: the discount is one off.")
def dcg__logarithm_of_the_rank(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 1)))


@misconception("The first two ranks both count in full: that is an older form of the discount.")
def dcg__first_two_in_full(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    return float(np.sum(gains / np.maximum(1, np.log2(np.arange(len(gains)) + 1))))


@misconception("Your discount is the rank itself, not a logarithm.")
def dcg__by_rank(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    return float(np.sum(gains / (np.arange(len(gains)) + 1)))


@misconception("The cut k is ignored.")
def dcg__without_a_cut(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))


@misconception("The list is sorted first: your result is the best possible, not that of the order.")
def dcg__of_the_best_order(relevances, k=None):
    gains = np.exp2(np.sort(as_float(relevances))[::-1][:k]) - 1
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))


@misconception("Powers of small integer types wrap around: convert to floats first.")
def dcg__in_small_integers(relevances, k=None):
    relevances = np.asarray(relevances)[:k]
    if relevances.dtype == bool:
        relevances = relevances * 1
    gains = relevances.dtype.type(2) ** relevances - 1
    return float(np.sum(gains / np.log2(np.arange(len(gains)) + 2)))


@misconception("Your function sets the ranks below k to 0 in the array that it is given.")
def dcg__zeroes_the_rest(relevances, k=None):
    relevances = as_float(relevances)
    if k is not None:
        relevances[k:] = 0
    return float(np.sum((2**relevances - 1) / np.log2(np.arange(len(relevances)) + 2)))


@alternative
def dcg__in_a_loop(relevances, k=None):
    total = 0.0
    for rank, relevance in enumerate(as_float(relevances), start=1):
        if k is not None and rank > k:
            break
        total += (2.0 ** float(relevance) - 1) / np.log2(rank + 1)
    return total


@alternative
def dcg__by_dot_product(relevances, k=None):
    relevances = as_float(relevances)
    count = len(relevances) if k is None else min(k, len(relevances))
    discounts = np.log(2) / np.log(np.arange(2, count + 2))
    return discounts @ np.expm1(relevances[:count] * np.log(2))


@alternative
def dcg__by_a_mask(relevances, k=None):
    relevances = as_float(relevances)
    ranks = 1 + np.arange(len(relevances))
    counted = np.ones(len(relevances)) if k is None else ranks <= k
    return np.sum(counted * (2**relevances - 1) / np.log2(1 + ranks))


# ---- ndcg


@misconception("The ideal is made of the first k only: it forgives leaving the best item out.")
def ndcg__ideal_of_the_first_k(relevances, k=None):
    gains = np.exp2(as_float(relevances)[:k]) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum(np.sort(gains)[::-1] / discounts)
    return float(np.sum(gains / discounts) / best) if best > 0 else 0.0


@misconception("The ideal is not cut off at k, so that even the best order stays below 1.")
def ndcg__ideal_without_a_cut(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum(np.sort(gains)[::-1] / discounts)
    return float(np.sum((gains / discounts)[:k]) / best) if best > 0 else 0.0


@misconception("The grade itself is your gain: the convention here takes a power of 2.")
def ndcg__linear_gain(relevances, k=None):
    gains = as_float(relevances)
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum((np.sort(gains)[::-1] / discounts)[:k])
    return float(np.sum((gains / discounts)[:k]) / best) if best > 0 else 0.0


@misconception(
    "Each term is rounded before the sums, so that the last digits are wrong.", seed="E26"
)
def ndcg__rounds_each_term(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum(np.round(np.sort(gains)[::-1] / discounts, 2)[:k])
    return float(np.sum(np.round(gains / discounts, 2)[:k]) / best) if best > 0 else 0.0


@misconception("Without a relevant item you divide 0 by 0.")
def ndcg__zero_by_zero(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum((np.sort(gains)[::-1] / discounts)[:k])
    return float(np.sum((gains / discounts)[:k]) / best)


@misconception("Without a relevant item your result is that of a perfect order.")
def ndcg__perfect_without_relevant_items(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum((np.sort(gains)[::-1] / discounts)[:k])
    return float(np.sum((gains / discounts)[:k]) / best) if best > 0 else 1.0


@misconception("Your ideal has the least relevant items first.")
def ndcg__ideal_is_rising(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum((np.sort(gains) / discounts)[:k])
    return float(np.sum((gains / discounts)[:k]) / best) if best > 0 else 0.0


@misconception("The result is not divided by that of the best order.")
def ndcg__not_normalised(relevances, k=None):
    gains = np.exp2(as_float(relevances)) - 1
    return float(np.sum((gains / np.log2(np.arange(len(gains)) + 2))[:k]))


@misconception("Sorting in place changes the list that you are given.")
def ndcg__sorts_in_place(relevances, k=None):
    relevances = as_float(relevances)
    gains = np.exp2(relevances) - 1
    relevances.sort()
    discounts = np.log2(np.arange(len(gains)) + 2)
    best = np.sum(((np.exp2(relevances[::-1]) - 1) / discounts)[:k])
    return float(np.sum((gains / discounts)[:k]) / best) if best > 0 else 0.0


@misconception("Your ideal holds each grade once; items of the same grade all belong to it.")
def ndcg__ideal_of_different_grades(relevances, k=None):
    def collected(grades):
        return np.sum((2 ** grades[:k] - 1) / np.log2(np.arange(len(grades[:k])) + 2))

    relevances = as_float(relevances)
    best = collected(np.unique(relevances)[::-1])
    return float(collected(relevances) / best) if best > 0 else 0.0


@alternative
def ndcg__with_the_own_dcg(relevances, k=None):
    best = dcg(sorted(as_float(relevances), reverse=True), k)
    return dcg(relevances, k) / best if best else 0.0


@alternative
def ndcg__with_natural_logarithms(relevances, k=None):
    gains = 2.0 ** as_float(relevances) - 1
    ideal = -np.sort(-gains)
    discounts = 1 / np.log(np.arange(len(gains)) + 2)
    if not gains.any():
        return 0
    return gains[:k] @ discounts[:k] / (ideal[:k] @ discounts[:k])


@alternative
def ndcg__in_a_loop(relevances, k=None):
    relevances = [float(relevance) for relevance in relevances]
    count = len(relevances) if k is None else min(k, len(relevances))
    ideal = sorted(relevances, reverse=True)
    gained = best = 0.0
    for index in range(count):
        gained += (2 ** relevances[index] - 1) / np.log2(index + 2)
        best += (2 ** ideal[index] - 1) / np.log2(index + 2)
    return gained / best if best > 0 else 0.0


# ---- average_precision_of_ranking


@misconception(
    "You average the precision at the first R ranks; it is taken where something relevant stands.",
    seed="E53",
)
def average_precision_of_ranking__first_ranks(relevant, total_relevant=None):
    relevant = as_float(relevant)
    total = int(relevant.sum()) if total_relevant is None else total_relevant
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(np.sum(precision[:total]) / total) if total > 0 else 0.0


@misconception("You average the precision at all ranks; only the relevant ones count.")
def average_precision_of_ranking__all_ranks(relevant, total_relevant=None):
    relevant = as_float(relevant)
    return float(np.mean(np.cumsum(relevant) / np.arange(1, len(relevant) + 1)))


@misconception("The sum is divided by the length of the list, not by the relevant items.")
def average_precision_of_ranking__over_the_length(relevant, total_relevant=None):
    relevant = as_float(relevant)
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(np.sum(precision * relevant) / len(relevant))


@misconception("Relevant items that were not found are ignored: they count with precision 0.")
def average_precision_of_ranking__ignores_the_missing(relevant, total_relevant=None):
    ranks = np.flatnonzero(relevant) + 1
    return float(np.mean(np.arange(1, len(ranks) + 1) / ranks)) if len(ranks) > 0 else 0.0


@misconception("The relevant items are cut to the length of the list; more of them may exist.")
def average_precision_of_ranking__total_cut_to_the_list(relevant, total_relevant=None):
    ranks = np.flatnonzero(relevant) + 1
    total = len(ranks) if total_relevant is None else min(total_relevant, len(relevant))
    return float(np.sum(np.arange(1, len(ranks) + 1) / ranks) / total) if total > 0 else 0.0


@misconception("Your result is the precision of the whole list, whatever its order.")
def average_precision_of_ranking__precision_of_the_list(relevant, total_relevant=None):
    return float(np.mean(as_float(relevant)))


@misconception("You average reciprocal ranks: the relevant items above each one are not counted.")
def average_precision_of_ranking__reciprocal_ranks(relevant, total_relevant=None):
    ranks = np.flatnonzero(relevant) + 1
    total = len(ranks) if total_relevant is None else total_relevant
    return float(np.sum(1 / ranks) / total) if total > 0 else 0.0


@misconception("Without a relevant item you divide 0 by 0.")
def average_precision_of_ranking__zero_by_zero(relevant, total_relevant=None):
    ranks = np.flatnonzero(relevant) + 1
    total = len(ranks) if total_relevant is None else total_relevant
    return float(np.divide(np.sum(np.arange(1, len(ranks) + 1) / ranks), total))


@misconception("Your ranks are counted from 0, so that each precision is too high.")
def average_precision_of_ranking__ranks_from_zero(relevant, total_relevant=None):
    ranks = np.maximum(np.flatnonzero(relevant), 1)
    total = len(ranks) if total_relevant is None else total_relevant
    return float(np.sum(np.arange(1, len(ranks) + 1) / ranks) / total) if total > 0 else 0.0


@misconception("Your function changes the list that it is given: work on a copy.")
def average_precision_of_ranking__in_place(relevant, total_relevant=None):
    relevant = as_float(relevant)
    total = np.sum(relevant) if total_relevant is None else total_relevant
    relevant *= np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(np.sum(relevant) / total) if total > 0 else 0.0


@misconception("You take the best precision from a rank on (interpolated); its own is asked for.")
def average_precision_of_ranking__interpolated(relevant, total_relevant=None):
    relevant = as_float(relevant)
    if not relevant.any():
        return 0.0
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    total = np.sum(relevant) if total_relevant is None else total_relevant
    return float(np.sum(precision * relevant) / total)


@alternative
def average_precision_of_ranking__by_running_sums(relevant, total_relevant=None):
    relevant = as_float(relevant)
    total = relevant.sum() if total_relevant is None else total_relevant
    if not relevant.any():
        return 0
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return precision @ relevant / total


@alternative
def average_precision_of_ranking__in_a_loop(relevant, total_relevant=None):
    hits, total = 0, 0.0
    for rank, is_relevant in enumerate(relevant, start=1):
        if is_relevant:
            hits += 1
            total += hits / rank
    if total_relevant is None:
        total_relevant = hits
    return total / total_relevant if hits else 0.0


@alternative
def average_precision_of_ranking__by_slices(relevant, total_relevant=None):
    relevant = np.asarray(relevant) == 1
    looks = [np.mean(relevant[: i + 1]) for i in range(len(relevant)) if relevant[i]]
    return sum(looks) / (total_relevant or max(len(looks), 1))


# ---- mean_average_precision


@misconception("A query with nothing relevant is left out of the mean; it counts 0.")
def mean_average_precision__skips_empty_queries(rankings):
    values = []
    for relevant in rankings:
        ranks = np.flatnonzero(relevant) + 1
        if len(ranks) > 0:
            values.append(np.mean(np.arange(1, len(ranks) + 1) / ranks))
    return float(np.mean(values)) if values else 0.0


@misconception("All lists are joined into one; each query has its own ranks and counts the same.")
def mean_average_precision__joined(rankings):
    ranks = np.flatnonzero(np.concatenate([as_float(relevant) for relevant in rankings])) + 1
    return float(np.mean(np.arange(1, len(ranks) + 1) / ranks)) if len(ranks) > 0 else 0.0


@misconception("Queries with many relevant items weigh more in your mean; all count the same.")
def mean_average_precision__weighted_by_items(rankings):
    values = []
    for relevant in rankings:
        ranks = np.flatnonzero(relevant) + 1
        values.extend(np.arange(1, len(ranks) + 1) / ranks if len(ranks) > 0 else [0.0])
    return float(np.mean(values))


@misconception("Your result is the sum over the queries, not their mean.")
def mean_average_precision__sum(rankings):
    total = 0.0
    for relevant in rankings:
        ranks = np.flatnonzero(relevant) + 1
        total += np.mean(np.arange(1, len(ranks) + 1) / ranks) if len(ranks) > 0 else 0.0
    return float(total)


@misconception("You average the precision of whole lists, which does not depend on their order.")
def mean_average_precision__mean_precision(rankings):
    return float(np.mean([np.mean(as_float(relevant)) for relevant in rankings]))


@misconception(
    "You average the precision at the first R ranks; it is taken where something relevant stands.",
    seed="E53",
)
def mean_average_precision__first_ranks(rankings):
    values = []
    for relevant in rankings:
        relevant = as_float(relevant)
        total = int(relevant.sum())
        precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
        values.append(np.mean(precision[:total]) if total else 0.0)
    return float(np.mean(values))


@misconception("A query with nothing relevant turns your whole mean into no number.")
def mean_average_precision__not_a_number(rankings):
    values = []
    for relevant in rankings:
        ranks = np.flatnonzero(relevant) + 1
        values.append(np.mean(np.arange(1, len(ranks) + 1) / ranks))
    return float(np.mean(values))


@misconception("Lists of different lengths cannot be made into one array.")
def mean_average_precision__needs_equal_lengths(rankings):
    relevant = np.asarray(rankings, dtype=float)
    precision = np.cumsum(relevant, axis=1) / np.arange(1, relevant.shape[1] + 1)
    totals = np.maximum(relevant.sum(axis=1), 1)
    return float(np.mean(np.sum(precision * relevant, axis=1) / totals))


@misconception("Your table is as wide as the first list; longer ones are cut off.")
def mean_average_precision__as_wide_as_the_first(rankings):
    width = len(rankings[0])
    table = np.zeros((len(rankings), width))
    for row, relevant in zip(table, rankings, strict=True):
        row[: len(relevant)] = relevant[:width]
    precision = np.cumsum(table, axis=1) / np.arange(1, width + 1)
    found = np.maximum(np.sum(table, axis=1), 1)
    return float(np.mean(np.sum(precision * table, axis=1) / found))


@alternative
def mean_average_precision__with_the_own_average(rankings):
    return np.mean([average_precision_of_ranking(relevant) for relevant in rankings])


@alternative
def mean_average_precision__in_two_loops(rankings):
    total = 0.0
    for relevant in rankings:
        hits, looks = 0, 0.0
        for index, value in enumerate(relevant):
            if value:
                hits += 1
                looks += hits / (index + 1)
        total += looks / hits if hits else 0
    return total / len(rankings)


@alternative
def mean_average_precision__of_padded_lists(rankings):
    longest = max(map(len, rankings))
    table = np.array([list(map(float, r)) + [0.0] * (longest - len(r)) for r in rankings])
    precision = np.cumsum(table, axis=1) / np.arange(1, longest + 1)
    sums, totals = np.sum(precision * table, axis=1), np.sum(table, axis=1)
    return np.mean(np.where(totals > 0, sums / np.maximum(totals, 1), 0))


# ---- reciprocal_rank


@misconception("On a list without a 1, argmax gives 0: nothing found counts as a hit on top.")
def reciprocal_rank__argmax_of_zeros(relevant):
    return float(1 / (np.argmax(relevant) + 1))


@misconception("Ranks are counted from 1, not from 0.")
def reciprocal_rank__ranks_from_zero(relevant):
    ranks = np.flatnonzero(relevant)
    return float(1 / max(ranks[0], 1)) if len(ranks) > 0 else 0.0


@misconception("The last relevant item decides your result; it should be the first.")
def reciprocal_rank__of_the_last(relevant):
    ranks = np.flatnonzero(relevant) + 1
    return float(1 / ranks[-1]) if len(ranks) > 0 else 0.0


@misconception("Your result is the rank itself, not one over it.")
def reciprocal_rank__the_rank(relevant):
    ranks = np.flatnonzero(relevant) + 1
    return float(ranks[0]) if len(ranks) > 0 else 0.0


@misconception("All relevant items enter your result; only the first counts.")
def reciprocal_rank__of_all(relevant):
    ranks = np.flatnonzero(relevant) + 1
    return float(np.sum(1 / ranks))


@misconception("Where nothing is relevant your function fails instead of returning 0.0.")
def reciprocal_rank__fails_without_a_hit(relevant):
    return float(1 / (list(relevant).index(1) + 1))


@misconception("You stop after ten ranks (MRR@10); the whole list counts here.")
def reciprocal_rank__first_ten_only(relevant):
    for rank, hit in enumerate(relevant[:10], start=1):
        if hit:
            return 1 / rank
    return 0.0


@misconception("Your function takes items out of the list that it is given.")
def reciprocal_rank__pops_from_the_list(relevant):
    if not isinstance(relevant, list):
        relevant = list(relevant)
    rank = 0
    while relevant:
        rank += 1
        if relevant.pop(0):
            return 1 / rank
    return 0.0


@misconception("A hit at the very last rank is lost: your search ends one item too early.")
def reciprocal_rank__misses_the_last(relevant):
    rank = 1
    while rank < len(relevant) and not relevant[rank - 1]:
        rank += 1
    return 0.0 if rank == len(relevant) > 1 else 1 / rank if relevant[rank - 1] else 0.0


@alternative
def reciprocal_rank__in_a_loop(relevant):
    for rank, is_relevant in enumerate(relevant, start=1):
        if is_relevant:
            return 1 / rank
    return 0


@alternative
def reciprocal_rank__by_argmax(relevant):
    return 1 / (np.argmax(relevant) + 1) if np.any(relevant) else 0.0


@alternative
def reciprocal_rank__by_the_largest_quotient(relevant):
    relevant = as_float(relevant)
    return np.max(relevant / np.arange(1, len(relevant) + 1))


# ---- mean_reciprocal_rank


@misconception("A query without a hit is left out of the mean; it counts 0.")
def mean_reciprocal_rank__skips_empty_queries(rankings):
    values = [1 / (np.flatnonzero(r)[0] + 1) for r in rankings if np.any(r)]
    return float(np.mean(values)) if values else 0.0


@misconception("You take one over the mean rank; the mean of the reciprocals is asked for.")
def mean_reciprocal_rank__one_over_the_mean_rank(rankings):
    ranks = [np.flatnonzero(r)[0] + 1 if np.any(r) else np.inf for r in rankings]
    return float(1 / np.mean(ranks))


@misconception("On a list without a 1, argmax gives 0: nothing found counts as a hit on top.")
def mean_reciprocal_rank__argmax_of_zeros(rankings):
    return float(np.mean([1 / (np.argmax(r) + 1) for r in rankings]))


@misconception("Your result is the sum over the queries, not their mean.")
def mean_reciprocal_rank__sum(rankings):
    return float(sum(1 / (np.flatnonzero(r)[0] + 1) if np.any(r) else 0.0 for r in rankings))


@misconception("All lists are joined into one: only the first query decides.")
def mean_reciprocal_rank__joined(rankings):
    ranks = np.flatnonzero(np.concatenate([as_float(r) for r in rankings])) + 1
    return float(1 / ranks[0]) if len(ranks) > 0 else 0.0


@misconception("Each relevant item enters your mean; only the first of each query counts.")
def mean_reciprocal_rank__of_all(rankings):
    values = []
    for relevant in rankings:
        ranks = np.flatnonzero(relevant) + 1
        values.extend(1 / ranks if len(ranks) > 0 else [0.0])
    return float(np.mean(values))


@misconception("Lists of different lengths cannot be made into one array.")
def mean_reciprocal_rank__needs_equal_lengths(rankings):
    relevant = np.asarray(rankings, dtype=float)
    return float(np.mean(np.max(relevant / np.arange(1, relevant.shape[1] + 1), axis=1)))


@misconception("In a 2-d array a row of zeros counts as a hit on top: argmax gives 0 for it.")
def mean_reciprocal_rank__argmax_of_rows(rankings):
    if isinstance(rankings, np.ndarray):
        return float(np.mean(1 / (np.argmax(rankings, axis=1) + 1)))
    ranks = [np.flatnonzero(r)[0] + 1 if np.any(r) else np.inf for r in rankings]
    return float(np.mean(1 / np.array(ranks)))


@alternative
def mean_reciprocal_rank__with_the_own_rank(rankings):
    return np.mean([reciprocal_rank(relevant) for relevant in rankings])


@alternative
def mean_reciprocal_rank__in_two_loops(rankings):
    total = 0.0
    for relevant in rankings:
        for index in range(len(relevant)):
            if relevant[index]:
                total += 1 / (index + 1)
                break
    return total / len(rankings)


@alternative
def mean_reciprocal_rank__by_the_largest_quotients(rankings):
    return np.mean([max(value / (i + 1) for i, value in enumerate(r)) for r in rankings])
