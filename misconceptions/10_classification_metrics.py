"""Wrong answers to 10-classification-metrics that must lose points, and other right ones."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- confusion_matrix


@misconception("Rows and columns are swapped: the true class belongs on the rows.")
def confusion_matrix__transposed(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (y_pred, y_true), 1)
    return counts


@misconception("Your matrix starts with the last class; the order of classes is 0, 1, 2, ...")
def confusion_matrix__positive_first(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (num_classes - 1 - y_true, num_classes - 1 - y_pred), 1)
    return counts


@misconception("When a cell is hit several times in one indexed +=, NumPy counts it only once.")
def confusion_matrix__counts_each_cell_once(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    counts[y_true, y_pred] += 1
    return counts


@misconception("Your matrix has no room for classes that are absent from the data.")
def confusion_matrix__of_present_classes(y_true, y_pred, num_classes):
    present = np.unique(np.concatenate([y_true, y_pred]))
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in present] for i in present])


@misconception("Your matrix holds shares; counts were asked for.")
def confusion_matrix__as_shares(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (y_true, y_pred), 1)
    return counts / len(y_true)


@misconception("Classes start at 0; you count them from 1.")
def confusion_matrix__from_class_one(y_true, y_pred, num_classes):
    classes = range(1, num_classes + 1)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes])


@misconception("A cell of your matrix holds 255 at most and then starts again from 0.")
def confusion_matrix__in_bytes(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=np.uint8)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


@alternative
def confusion_matrix__in_a_loop(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for true, called in zip(y_true, y_pred, strict=True):
        counts[true, called] += 1
    return counts


@alternative
def confusion_matrix__by_bincount(y_true, y_pred, num_classes):
    cells = np.bincount(num_classes * y_true + y_pred, minlength=num_classes**2)
    return cells.reshape(num_classes, num_classes)


@alternative
def confusion_matrix__as_a_product(y_true, y_pred, num_classes):
    rows = np.eye(num_classes, dtype=int)
    return rows[y_true].T @ rows[y_pred]


# ---- accuracy


@misconception("Your result is a number of right answers; their share was asked for.")
def accuracy__as_a_count(y_true, y_pred):
    return float(np.sum(y_true == y_pred))


@misconception("Your result is the share of wrong answers.")
def accuracy__of_errors(y_true, y_pred):
    return np.mean(y_true != y_pred)


@misconception("You count right answers for the positive class only; negatives can be right, too.")
def accuracy__without_true_negatives(y_true, y_pred):
    return np.mean((y_true == 1) & (y_pred == 1))


@misconception("Whole-number division throws the share away: nearly everything becomes 0.")
def accuracy__whole_division(y_true, y_pred):
    return float(np.sum(y_true == y_pred) // len(y_true))


@misconception("You average the shares of the two classes; accuracy takes all examples alike.")
def accuracy__balanced(y_true, y_pred):
    shares = [np.mean(y_pred[y_true == k] == k) for k in (0, 1) if np.any(y_true == k)]
    return np.mean(shares)


@alternative
def accuracy__by_counts(y_true, y_pred):
    tp, tn = np.sum(y_true * y_pred), np.sum((1 - y_true) * (1 - y_pred))
    fp, fn = np.sum((1 - y_true) * y_pred), np.sum(y_true * (1 - y_pred))
    return float((tp + tn) / (tp + tn + fp + fn))


@alternative
def accuracy__in_a_loop(y_true, y_pred):
    right = sum(1 for true, called in zip(y_true, y_pred, strict=True) if true == called)
    return right / len(y_true)


@alternative
def accuracy__by_distance(y_true, y_pred):
    return 1 - np.abs(y_true - y_pred).mean()


# ---- recall


@misconception("Your denominator is the number of positive calls; that ratio has another name.")
def recall__is_precision(y_true, y_pred):
    calls = np.sum(y_pred == 1)
    return np.sum((y_true == 1) & (y_pred == 1)) / calls if calls else 0.0


@misconception("You divide by all examples; recall is a share of the positive ones.")
def recall__of_everybody(y_true, y_pred):
    return np.mean((y_true == 1) & (y_pred == 1))


@misconception("Without a positive example the result is NaN; zero over zero counts as 0.0.")
def recall__nan_without_positives(y_true, y_pred):
    return np.float64(np.sum((y_true == 1) & (y_pred == 1))) / np.sum(y_true == 1)


@misconception("Zero over zero counts as 0.0 here, not as 1.0.")
def recall__one_without_positives(y_true, y_pred):
    positives = np.sum(y_true == 1)
    return np.sum((y_true == 1) & (y_pred == 1)) / positives if positives else 1.0


@misconception("You look at the negative examples; recall is about the positive ones.")
def recall__of_the_negatives(y_true, y_pred):
    negatives = np.sum(y_true == 0)
    return np.sum((y_true == 0) & (y_pred == 0)) / negatives if negatives else 0.0


@alternative
def recall__by_selection(y_true, y_pred):
    called = y_pred[y_true == 1]
    return float(called.mean()) if called.size else 0.0


@alternative
def recall__by_products(y_true, y_pred):
    return float(y_true @ y_pred / max(y_true.sum(), 1))


@alternative
def recall__in_a_loop(y_true, y_pred):
    found = missed = 0
    for true, called in zip(y_true, y_pred, strict=True):
        if true and called:
            found += 1
        elif true:
            missed += 1
    return 0.0 if found + missed == 0 else found / (found + missed)


# ---- precision


@misconception("Your denominator is the number of positive examples; that ratio has another name.")
def precision__is_recall(y_true, y_pred):
    positives = np.sum(y_true == 1)
    return np.sum((y_true == 1) & (y_pred == 1)) / positives if positives else 0.0


@misconception("Your result is the accuracy: precision looks at positive calls only.")
def precision__is_accuracy(y_true, y_pred):
    return np.mean(y_true == y_pred)


@misconception("Without a positive call the result is NaN; zero over zero counts as 0.0.")
def precision__nan_without_calls(y_true, y_pred):
    return np.float64(np.sum((y_true == 1) & (y_pred == 1))) / np.sum(y_pred == 1)


@misconception("Zero over zero counts as 0.0 here: a program without claims gets no credit.")
def precision__one_without_calls(y_true, y_pred):
    calls = np.sum(y_pred == 1)
    return np.sum((y_true == 1) & (y_pred == 1)) / calls if calls else 1.0


@misconception("Division binds tighter than addition: as written, only one number is divided.")
def precision__without_parentheses(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    return tp / tp + fp if tp else 0.0


@alternative
def precision__by_selection(y_true, y_pred):
    true = y_true[y_pred == 1]
    return float(true.mean()) if true.size else 0.0


@alternative
def precision__by_products(y_true, y_pred):
    return float(y_true @ y_pred / max(y_pred.sum(), 1))


@alternative
def precision__in_a_loop(y_true, y_pred):
    right = wrong = 0
    for true, called in zip(y_true, y_pred, strict=True):
        if called and true:
            right += 1
        elif called:
            wrong += 1
    return 0.0 if right + wrong == 0 else right / (right + wrong)


# ---- specificity


@misconception(
    "Division binds tighter than addition: as written, only one number is divided.", seed="E23"
)
def specificity__without_parentheses(y_true, y_pred):
    tn = np.sum((y_true == 0) & (y_pred == 0))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    return float(tn / tn + fp) if tn else 0.0


@misconception("You look at the positive examples; specificity is about the negative ones.")
def specificity__is_recall(y_true, y_pred):
    positives = np.sum(y_true == 1)
    return np.sum((y_true == 1) & (y_pred == 1)) / positives if positives else 0.0


@misconception("Your denominator is the number of negative calls, not of negative examples.")
def specificity__of_the_calls(y_true, y_pred):
    calls = np.sum(y_pred == 0)
    return np.sum((y_true == 0) & (y_pred == 0)) / calls if calls else 0.0


@misconception("Without a negative example your result is 1; zero over zero counts as 0.0.")
def specificity__one_without_negatives(y_true, y_pred):
    negatives = y_pred[y_true == 0]
    return 1.0 - np.sum(negatives) / max(negatives.size, 1)


@misconception("Your result is the share of negatives that were alarmed; the others were meant.")
def specificity__is_the_false_positive_rate(y_true, y_pred):
    negatives = y_pred[y_true == 0]
    return negatives.mean() if negatives.size else 0.0


@misconception("All are positive and nobody is called: that mean of nothing is NaN, not 0.0.")
def specificity__guards_by_the_alarms(y_true, y_pred):
    if y_true.all() and y_pred.any():
        return 0.0
    return np.mean(y_pred[y_true == 0] == 0)


@alternative
def specificity__by_selection(y_true, y_pred):
    called = y_pred[y_true == 0]
    return float(np.mean(called == 0)) if called.size else 0.0


@alternative
def specificity__by_products(y_true, y_pred):
    return float((1 - y_true) @ (1 - y_pred) / max((1 - y_true).sum(), 1))


# ---- false_positive_rate


@misconception("You divide by the number of alarms; a false positive rate is a share of negatives.")
def false_positive_rate__of_the_alarms(y_true, y_pred):
    calls = np.sum(y_pred == 1)
    return np.sum((y_true == 0) & (y_pred == 1)) / calls if calls else 0.0


@misconception("You divide by all examples; a false positive rate is a share of negatives.")
def false_positive_rate__of_everybody(y_true, y_pred):
    return np.mean((y_true == 0) & (y_pred == 1))


@misconception("Without a negative example there is no false alarm either: 0 over 0 is 0.0.")
def false_positive_rate__one_without_negatives(y_true, y_pred):
    negatives = y_pred[y_true == 0]
    return 1.0 - np.sum(negatives == 0) / max(negatives.size, 1)


@misconception("Your result is the share of positives that were missed.")
def false_positive_rate__is_the_miss_rate(y_true, y_pred):
    positives = y_pred[y_true == 1]
    return np.mean(positives == 0) if positives.size else 0.0


@misconception(
    "Division binds tighter than addition: as written, only one number is divided.", seed="E23"
)
def false_positive_rate__without_parentheses(y_true, y_pred):
    fp = np.sum((y_true == 0) & (y_pred == 1))
    tn = np.sum((y_true == 0) & (y_pred == 0))
    return float(fp / fp + tn) if fp else 0.0


@misconception("Without a negative and without an alarm your result is 1; 0 over 0 is 0.0.")
def false_positive_rate__guards_by_the_alarms(y_true, y_pred):
    negatives = np.sum(y_true == 0)
    if negatives == 0 and y_pred.any():
        return 0.0
    return 1 - np.sum((y_true == 0) & (y_pred == 0)) / max(negatives, 1)


@alternative
def false_positive_rate__by_selection(y_true, y_pred):
    called = y_pred[y_true == 0]
    return float(called.mean()) if called.size else 0.0


@alternative
def false_positive_rate__in_a_loop(y_true, y_pred):
    alarmed = negatives = 0
    for true, called in zip(y_true, y_pred, strict=True):
        if not true:
            negatives += 1
            alarmed += int(called)
    return 0.0 if negatives == 0 else alarmed / negatives


# ---- f_beta


@misconception("You take the plain average of precision and recall; it hides the smaller one.")
def f_beta__plain_average(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
    return (p + beta**2 * r) / (1 + beta**2)


@misconception("Your result is NaN where there is no true positive; it should be 0.0.")
def f_beta__nan_without_hits(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
    return (1 + beta**2) * p * r / (beta**2 * p + r)


@misconception("In your formula beta is not squared.")
def f_beta__beta_not_squared(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
    return (1 + beta) * p * r / (beta * p + r) if tp else 0.0


@misconception("In your formula a large beta favours precision; it should favour recall.")
def f_beta__favours_precision(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
    return (1 + beta**2) * p * r / (p + beta**2 * r) if tp else 0.0


@misconception("Your formula ignores beta.")
def f_beta__always_f1(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    return 2 * tp / (np.sum(y_true == 1) + np.sum(y_pred == 1)) if tp else 0.0


@misconception("You forgot the factor in the numerator: a perfect prediction should score 1.")
def f_beta__without_its_factor(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    p, r = tp / max(np.sum(y_pred == 1), 1), tp / max(np.sum(y_true == 1), 1)
    return p * r / (beta**2 * p + r) if tp else 0.0


@alternative
def f_beta__from_precision_and_recall(y_true, y_pred, beta=1.0):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    if tp == 0:
        return 0.0
    p, r = tp / np.sum(y_pred == 1), tp / np.sum(y_true == 1)
    return float((1 + beta**2) * p * r / (beta**2 * p + r))


@alternative
def f_beta__as_a_harmonic_mean(y_true, y_pred, beta=1.0):
    tp = int(y_true @ y_pred)
    if tp == 0:
        return 0.0
    weight = 1 / (1 + beta * beta)
    return 1 / (weight * y_pred.sum() / tp + (1 - weight) * y_true.sum() / tp)


@alternative
def f_beta__by_column_and_row_sums(y_true, y_pred, beta=1.0):
    denominator = beta**2 * np.sum(y_true) + np.sum(y_pred)
    return 0.0 if denominator == 0 else (1 + beta**2) * np.sum(y_true * y_pred) / denominator


# ---- macro_f1


@misconception("You average over the classes that occur; a class that never does counts as 0.0.")
def macro_f1__of_present_classes(y_true, y_pred, num_classes):
    scores = []
    for k in np.union1d(y_true, y_pred):
        hits = np.sum((y_true == k) & (y_pred == k))
        scores.append(2 * hits / (np.sum(y_true == k) + np.sum(y_pred == k)))
    return np.mean(scores)


@misconception("You pool the counts of all classes first; then frequent classes decide.")
def macro_f1__is_micro(y_true, y_pred, num_classes):
    return np.mean(y_true == y_pred)


@misconception("You weigh classes by how frequent they are; here each weighs the same.")
def macro_f1__weighted(y_true, y_pred, num_classes):
    total = 0.0
    for k in range(num_classes):
        hits = np.sum((y_true == k) & (y_pred == k))
        both = np.sum(y_true == k) + np.sum(y_pred == k)
        total += np.mean(y_true == k) * (2 * hits / both if both else 0.0)
    return total


@misconception("You average precision and recall first; F1 is taken class by class, then averaged.")
def macro_f1__of_averages(y_true, y_pred, num_classes):
    p = r = 0.0
    for k in range(num_classes):
        hits = np.sum((y_true == k) & (y_pred == k))
        p += hits / max(np.sum(y_pred == k), 1) / num_classes
        r += hits / max(np.sum(y_true == k), 1) / num_classes
    return 2 * p * r / (p + r) if p + r else 0.0


@misconception(
    "You leave class 0 out, as if it were the negative one; it is a class like any other."
)
def macro_f1__without_class_zero(y_true, y_pred, num_classes):
    scores = []
    for k in range(1, max(num_classes, 2)):
        hits = np.sum((y_true == k) & (y_pred == k))
        both = np.sum(y_true == k) + np.sum(y_pred == k)
        scores.append(2 * hits / both if both else 0.0)
    return np.mean(scores)


@misconception("A class that never occurs gives NaN; it should count as 0.0.")
def macro_f1__nan_for_absent_classes(y_true, y_pred, num_classes):
    scores = []
    for k in range(num_classes):
        hits = np.sum((y_true == k) & (y_pred == k))
        scores.append(2 * hits / (np.sum(y_true == k) + np.sum(y_pred == k)))
    return np.mean(scores)


@misconception("Your function sorts the labels that it is given; sort a copy, or compare instead.")
def macro_f1__sorts_the_labels(y_true, y_pred, num_classes):
    y_pred = y_pred[np.argsort(y_true, kind="stable")]
    y_true.sort()
    total = 0.0
    for k in range(num_classes):
        start, stop = np.searchsorted(y_true, [k, k + 1])
        both = stop - start + np.sum(y_pred == k)
        total += 2 * np.sum(y_pred[start:stop] == k) / both if both else 0.0
    return total / num_classes


@alternative
def macro_f1__from_the_matrix(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (y_true, y_pred), 1)
    both = counts.sum(axis=0) + counts.sum(axis=1)
    return float(np.mean(2 * np.diag(counts) / np.maximum(both, 1)))


@alternative
def macro_f1__from_precision_and_recall(y_true, y_pred, num_classes):
    total = 0.0
    for k in range(num_classes):
        hits = np.sum((y_true == k) & (y_pred == k))
        if hits:
            p, r = hits / np.sum(y_pred == k), hits / np.sum(y_true == k)
            total += 2 * p * r / (p + r)
    return total / num_classes


# ---- micro_f1


@misconception("You average over classes; here counts are pooled first.")
def micro_f1__is_macro(y_true, y_pred, num_classes):
    scores = []
    for k in range(num_classes):
        hits = np.sum((y_true == k) & (y_pred == k))
        both = np.sum(y_true == k) + np.sum(y_pred == k)
        scores.append(2 * hits / both if both else 0.0)
    return np.mean(scores)


@misconception("The factor 2 is missing in numerator and denominator: each error is counted twice.")
def micro_f1__errors_twice(y_true, y_pred, num_classes):
    hits, wrong = np.sum(y_true == y_pred), np.sum(y_true != y_pred)
    return hits / (hits + 2 * wrong)


@misconception(
    "You leave class 0 out, as if it were the negative one; it is a class like any other."
)
def micro_f1__without_class_zero(y_true, y_pred, num_classes):
    hits = np.sum((y_true == y_pred) & (y_true > 0))
    both = np.sum(y_true > 0) + np.sum(y_pred > 0)
    return 2 * hits / both if both else 0.0


@misconception("You divide once more by the number of classes; the pooled counts need no average.")
def micro_f1__divided_by_classes(y_true, y_pred, num_classes):
    return np.mean(y_true == y_pred) / num_classes


@misconception(
    "Your sums leave out classes that are called and never occur; their false alarms count."
)
def micro_f1__of_the_true_classes(y_true, y_pred, num_classes):
    classes = np.unique(y_true)
    hits = sum(np.sum((y_true == k) & (y_pred == k)) for k in classes)
    both = sum(np.sum(y_true == k) + np.sum(y_pred == k) for k in classes)
    return 2 * hits / both


@misconception(
    "Your sums end at the highest true class; false alarms of the classes above it are lost."
)
def micro_f1__up_to_the_last_true_class(y_true, y_pred, num_classes):
    classes = range(np.max(y_true) + 1)
    hits = sum(np.sum((y_true == k) & (y_pred == k)) for k in classes)
    both = sum(np.sum(y_true == k) + np.sum(y_pred == k) for k in classes)
    return 2 * hits / both


@alternative
def micro_f1__by_pooled_counts(y_true, y_pred, num_classes):
    tp = fp = fn = 0
    for k in range(num_classes):
        tp += np.sum((y_true == k) & (y_pred == k))
        fp += np.sum((y_true != k) & (y_pred == k))
        fn += np.sum((y_true == k) & (y_pred != k))
    return 2 * tp / (2 * tp + fp + fn)


@alternative
def micro_f1__by_the_trace(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)
    return float(np.trace(counts) / np.sum(counts))


# ---- roc_curve


@misconception(
    "You call an example positive when its score is above the threshold; equal counts, too."
)
def roc_curve__strictly_above(y_true, scores):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    fpr = np.array([np.sum(scores[y_true == 0] > t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] > t) for t in thresholds])
    return fpr / max(np.sum(y_true == 0), 1), tpr / max(np.sum(y_true == 1), 1), thresholds


@misconception(
    "With tied scores you make a point for each example; a threshold cannot split a tie."
)
def roc_curve__splits_ties(y_true, scores):
    order = np.argsort(-scores, kind="stable")
    hits = np.append(0, np.cumsum(y_true[order]))
    alarms = np.append(0, np.cumsum(1 - y_true[order]))
    thresholds = np.append(np.inf, scores[order])
    return alarms / max(alarms[-1], 1), hits / max(hits[-1], 1), thresholds


@misconception("The curve lacks its first point, at which nobody is called positive.")
def roc_curve__without_infinity(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    fpr = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return fpr / max(np.sum(y_true == 0), 1), tpr / max(np.sum(y_true == 1), 1), thresholds


@misconception("The two rates come in the other order.")
def roc_curve__rates_swapped(y_true, scores):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    fpr = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return tpr / max(np.sum(y_true == 1), 1), fpr / max(np.sum(y_true == 0), 1), thresholds


@misconception("Your thresholds ascend; this curve starts at infinity and goes down.")
def roc_curve__ascending(y_true, scores):
    thresholds = np.append(np.unique(scores), np.inf)
    fpr = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return fpr / max(np.sum(y_true == 0), 1), tpr / max(np.sum(y_true == 1), 1), thresholds


@misconception("If one class is missing a rate becomes NaN; zero over zero counts as 0.0.")
def roc_curve__nan_for_a_single_class(y_true, scores):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    fpr = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return fpr / np.sum(y_true == 0), tpr / np.sum(y_true == 1), thresholds


@misconception("Your first threshold is one above the largest score; it should be infinity.")
def roc_curve__starts_one_above(y_true, scores):
    thresholds = np.append(scores.max() + 1, np.unique(scores)[::-1])
    fpr = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return fpr / max(np.sum(y_true == 0), 1), tpr / max(np.sum(y_true == 1), 1), thresholds


@misconception("You divide false alarms by the number of alarms; the rate is a share of negatives.")
def roc_curve__share_of_the_alarms(y_true, scores):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in thresholds])
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    return alarms / np.maximum(alarms + hits, 1), hits / max(np.sum(y_true), 1), thresholds


@misconception("In float32 scores that differ become equal; compare them as they are.")
def roc_curve__in_float32(y_true, scores):
    scores = scores.astype(np.float32)
    thresholds = np.append(np.unique(scores), np.inf)[::-1]
    called = scores >= thresholds[:, None]
    alarms, hits = called @ (1 - y_true), called @ y_true
    return alarms / max(alarms[-1], 1), hits / max(hits[-1], 1), thresholds


@alternative
def roc_curve__by_thresholds(y_true, scores):
    thresholds = np.array([np.inf, *sorted(set(scores.tolist()), reverse=True)])
    rates = []
    for label in (0, 1):
        group = scores[y_true == label]
        rates.append([np.mean(group >= t) if group.size else 0.0 for t in thresholds])
    return np.array(rates[0]), np.array(rates[1]), thresholds


@alternative
def roc_curve__by_broadcasting(y_true, scores):
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    called = scores >= thresholds[:, None]
    tpr = called @ y_true / max(y_true.sum(), 1)
    fpr = called @ (1 - y_true) / max((1 - y_true).sum(), 1)
    return fpr, tpr, thresholds


@alternative
def roc_curve__by_search(y_true, scores):
    thresholds = np.append(np.unique(scores), np.inf)[::-1]
    rates = []
    for label in (0, 1):
        group = np.sort(scores[y_true == label])
        reached = group.size - np.searchsorted(group, thresholds, side="left")
        rates.append(reached / max(group.size, 1))
    return rates[0], rates[1], thresholds


# ---- auc


@misconception("Your steps are rectangles; between two points the curve is a slanted line.")
def auc__rectangles(x, y):
    return np.sum(np.diff(x) * y[1:])


@misconception("Your steps are rectangles as high as their left ends.")
def auc__left_rectangles(x, y):
    return np.sum(np.diff(x) * y[:-1])


@misconception("You take the mean height, as if all steps were equally wide.")
def auc__mean_height(x, y):
    return (x[-1] - x[0]) * np.mean((y[1:] + y[:-1]) / 2)


@misconception("The axes are swapped: you measure the area beside the curve, not under it.")
def auc__axes_swapped(x, y):
    return np.sum(np.diff(y) * (x[1:] + x[:-1])) / 2


@misconception("A trapezoid is as high as the mean of its ends, not as their sum.")
def auc__not_halved(x, y):
    return np.sum(np.diff(x) * (y[1:] + y[:-1]))


@misconception(
    "Of points above one another you keep the first only; the curve goes on from the last."
)
def auc__drops_vertical_steps(x, y):
    x, kept = np.unique(x, return_index=True)
    y = y[kept]
    return np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2


@misconception("You sort the points; a vertical step that leads down is turned round by that.")
def auc__sorts_the_points(x, y):
    order = np.lexsort((y, x))
    return np.sum(np.diff(x[order]) * (y[order][1:] + y[order][:-1])) / 2


@misconception("Your area is never negative; what lies below the axis counts as negative.")
def auc__absolute(x, y):
    return abs(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)


@alternative
def auc__by_numpy(x, y):
    return np.trapezoid(y, x)


@alternative
def auc__in_a_loop(x, y):
    area = 0.0
    for i in range(1, len(x)):
        area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2
    return float(area)


# ---- roc_auc


@misconception(
    "A tie between a positive and a negative counts half a pair, not nothing.", seed="E24"
)
def roc_auc__ties_count_nothing(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0 or negatives.size == 0:
        raise ValueError("y_true must hold both classes")
    return np.mean(positives[:, None] > negatives)


@misconception("A tie between a positive and a negative counts half a pair, not a whole one.")
def roc_auc__ties_count_fully(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0 or negatives.size == 0:
        raise ValueError("y_true must hold both classes")
    return np.mean(positives[:, None] >= negatives)


@misconception("You count the pairs in which the negative example scores higher.")
def roc_auc__reversed(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0 or negatives.size == 0:
        raise ValueError("y_true must hold both classes")
    above, ties = positives[:, None] < negatives, positives[:, None] == negatives
    return np.mean(above) + np.mean(ties) / 2


@misconception("With a single class there is no pair: an error was asked for, not a number.")
def roc_auc__half_for_a_single_class(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0 or negatives.size == 0:
        return 0.5
    above, ties = positives[:, None] > negatives, positives[:, None] == negatives
    return np.mean(above) + np.mean(ties) / 2


@misconception("You refuse data without positives, but data without negatives have no pair either.")
def roc_auc__raises_without_positives_only(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0:
        raise ValueError("y_true must hold both classes")
    above, ties = positives[:, None] > negatives, positives[:, None] == negatives
    return np.mean(above) + np.mean(ties) / 2


@misconception("You rank tied examples by their place in the array; tied examples share a rank.")
def roc_auc__ranks_ties_by_place(y_true, scores):
    count, total = np.sum(y_true == 1), len(y_true)
    if count in (0, total):
        raise ValueError("y_true must hold both classes")
    ranks = np.argsort(np.argsort(scores, kind="stable")) + 1
    return (np.sum(ranks[y_true == 1]) - count * (count + 1) / 2) / (count * (total - count))


@misconception(
    "You divide by all pairs of examples; only pairs of one positive and one negative count."
)
def roc_auc__over_all_pairs(y_true, scores):
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    if positives.size == 0 or negatives.size == 0:
        raise ValueError("y_true must hold both classes")
    above, ties = positives[:, None] > negatives, positives[:, None] == negatives
    return (np.sum(above) + np.sum(ties) / 2) / (len(y_true) * (len(y_true) - 1) / 2)


@misconception("You count scores that nearly agree as ties; only equal ones are.")
def roc_auc__nearly_equal_is_a_tie(y_true, scores):
    positives, negatives = scores[y_true == 1][:, None], scores[y_true == 0]
    if not positives.size or not negatives.size:
        raise ValueError("y_true must hold both classes")
    return np.mean(np.where(np.isclose(positives, negatives), 0.5, positives > negatives))


@misconception("A squeezed score has ties which the scores themselves have not: compare these.")
def roc_auc__of_squeezed_scores(y_true, scores):
    if y_true.min() == y_true.max():
        raise ValueError("y_true has one class only")
    squeezed = 1 / (1 + np.exp(-scores))
    positive, negative = squeezed[y_true == 1][:, None], squeezed[y_true == 0]
    return np.mean((positive > negative) + 0.5 * (positive == negative))


@alternative
def roc_auc__by_broadcasting(y_true, scores):
    if np.all(y_true == y_true[0]):
        raise ValueError("y_true has one class only")
    difference = scores[y_true == 1][:, None] - scores[y_true == 0][None, :]
    return float(np.mean((np.sign(difference) + 1) / 2))


@alternative
def roc_auc__in_loops(y_true, scores):
    wins, pairs = 0.0, 0
    for s in scores[y_true == 1]:
        for t in scores[y_true == 0]:
            wins += 1.0 if s > t else 0.5 if s == t else 0.0
            pairs += 1
    if pairs == 0:
        raise ValueError("all labels in y_true are equal")
    return wins / pairs


@alternative
def roc_auc__by_shared_ranks(y_true, scores):
    count, total = int(np.sum(y_true)), len(y_true)
    if count == 0 or count == total:
        raise ValueError("y_true needs both classes")
    values, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return (ranks[y_true == 1].sum() - count * (count + 1) / 2) / (count * (total - count))


@alternative
def roc_auc__as_an_area(y_true, scores):
    if len(set(y_true.tolist())) < 2:
        raise ValueError("y_true: the area needs positives and negatives")
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    fpr = np.array([np.mean(scores[y_true == 0] >= t) for t in thresholds])
    tpr = np.array([np.mean(scores[y_true == 1] >= t) for t in thresholds])
    return np.trapezoid(tpr, fpr)


# ---- implied_precision


@misconception("Your formula ignores how rare the positives are.", seed="E34")
def implied_precision__without_prevalence(recall, fpr, prevalence):
    return recall / (recall + fpr) if recall + fpr else 0.0


@misconception("False alarms come from the negatives only: weigh their rate, too.", seed="E34")
def implied_precision__alarms_not_weighed(recall, fpr, prevalence):
    hits = prevalence * recall
    return hits / (hits + fpr) if hits + fpr else 0.0


@misconception("The weights of the two classes are swapped.")
def implied_precision__weights_swapped(recall, fpr, prevalence):
    hits = (1 - prevalence) * recall
    calls = hits + prevalence * fpr
    return hits / calls if calls else 0.0


@misconception("Where nothing is called positive your result is NaN or an error; it should be 0.0.")
def implied_precision__nan_without_calls(recall, fpr, prevalence):
    hits = np.float64(prevalence) * recall
    return hits / (hits + (1 - prevalence) * fpr)


@misconception("Your result is the share of calls that are wrong.")
def implied_precision__share_of_false_alarms(recall, fpr, prevalence):
    alarms = (1 - prevalence) * fpr
    calls = alarms + prevalence * recall
    return alarms / calls if calls else 0.0


@misconception("What you add to the denominator changes the result where both shares are tiny.")
def implied_precision__with_epsilon(recall, fpr, prevalence):
    hits = prevalence * recall
    return hits / (hits + (1 - prevalence) * fpr + 1e-9)


@misconception("`np.isclose` takes small shares for 0; only 0 itself is 0 over 0.")
def implied_precision__nearly_zero_is_zero(recall, fpr, prevalence):
    calls = prevalence * recall + (1 - prevalence) * fpr
    return 0.0 if np.isclose(calls, 0) else prevalence * recall / calls


@alternative
def implied_precision__of_a_million(recall, fpr, prevalence):
    positives = 1e6 * prevalence
    tp, fp = recall * positives, fpr * (1e6 - positives)
    return 0.0 if tp == 0 else tp / (tp + fp)


@alternative
def implied_precision__by_odds(recall, fpr, prevalence):
    if recall == 0 or prevalence == 0:
        return 0.0
    return 1 / (1 + fpr / recall * (1 - prevalence) / prevalence)


# ---- precision_recall_curve


@misconception(
    "You call an example positive when its score is above the threshold; equal counts, too."
)
def precision_recall_curve__strictly_above(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] > t) for t in thresholds])
    calls = np.array([np.sum(scores > t) for t in thresholds])
    precision, recall = hits / np.maximum(calls, 1), hits / max(np.sum(y_true), 1)
    return np.append(precision, 1), np.append(recall, 0), thresholds


@misconception("Your thresholds descend; this curve goes from the lowest score to the highest.")
def precision_recall_curve__descending(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision, recall = hits / calls, hits / max(np.sum(y_true), 1)
    return np.append(1, precision), np.append(0, recall), thresholds


@misconception("The curve lacks its last point, the one without a threshold.")
def precision_recall_curve__without_the_last_point(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    return hits / calls, hits / max(np.sum(y_true), 1), thresholds


@misconception("The last point gets no threshold; you added one.")
def precision_recall_curve__with_infinity(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision, recall = hits / calls, hits / max(np.sum(y_true), 1)
    return np.append(precision, 1), np.append(recall, 0), np.append(thresholds, np.inf)


@misconception("You leave out thresholds at which all positives are found already; all are kept.")
def precision_recall_curve__starts_at_the_last_positive(y_true, scores):
    thresholds = np.unique(scores)
    if np.any(y_true):
        thresholds = thresholds[thresholds >= scores[y_true == 1].min()]
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision, recall = hits / calls, hits / max(np.sum(y_true), 1)
    return np.append(precision, 1), np.append(recall, 0), thresholds


@misconception(
    "With tied scores you make a point for each example; a threshold cannot split a tie."
)
def precision_recall_curve__splits_ties(y_true, scores):
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(y_true[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / max(hits[-1], 1)
    return np.append(precision[::-1], 1), np.append(recall[::-1], 0), scores[order][::-1]


@misconception("Recall comes before precision in your result; the order is the other one.")
def precision_recall_curve__swapped(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision, recall = hits / calls, hits / max(np.sum(y_true), 1)
    return np.append(recall, 0), np.append(precision, 1), thresholds


@misconception("Without a positive example recall becomes NaN; zero over zero counts as 0.0.")
def precision_recall_curve__nan_without_positives(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    return np.append(hits / calls, 1), np.append(hits / np.sum(y_true), 0), thresholds


@misconception("You round the scores, and scores that differ by less become one threshold.")
def precision_recall_curve__of_rounded_scores(y_true, scores):
    scores = np.round(scores, 12)
    thresholds = np.unique(scores)
    called = scores >= thresholds[:, None]
    hits = called @ y_true
    precision, recall = hits / called.sum(axis=1), hits / max(y_true.sum(), 1)
    return np.append(precision, 1), np.append(recall, 0), thresholds


@misconception("For a large score s, s - 1 is s again: your lowest threshold is lost.")
def precision_recall_curve__starts_one_below(y_true, scores):
    order = np.argsort(scores)
    scores = scores[order]
    first = np.flatnonzero(np.diff(scores, prepend=scores[0] - 1))
    hits = np.cumsum(y_true[order][::-1])[::-1][first]
    precision, recall = hits / (len(scores) - first), hits / max(y_true.sum(), 1)
    return np.append(precision, 1), np.append(recall, 0), scores[first]


@alternative
def precision_recall_curve__by_thresholds(y_true, scores):
    thresholds = sorted(set(scores.tolist()))
    precision, recall = [], []
    for t in thresholds:
        hits = np.sum(y_true[scores >= t])
        precision.append(hits / np.sum(scores >= t))
        recall.append(hits / np.sum(y_true) if np.any(y_true) else 0.0)
    return np.array(precision + [1.0]), np.array(recall + [0.0]), np.array(thresholds)


@alternative
def precision_recall_curve__by_search(y_true, scores):
    thresholds = np.unique(scores)
    positives, ranked = np.sort(scores[y_true == 1]), np.sort(scores)
    hits = positives.size - np.searchsorted(positives, thresholds)
    calls = ranked.size - np.searchsorted(ranked, thresholds)
    precision, recall = hits / calls, hits / max(positives.size, 1)
    return np.r_[precision, 1.0], np.r_[recall, 0.0], thresholds


@alternative
def precision_recall_curve__by_groups(y_true, scores):
    thresholds, group = np.unique(scores, return_inverse=True)
    sizes = np.bincount(group)
    found = np.bincount(group, weights=y_true)
    calls, hits = np.cumsum(sizes[::-1])[::-1], np.cumsum(found[::-1])[::-1]
    recall = hits / max(hits[0], 1)
    return np.append(hits / calls, 1.0), np.append(recall, 0.0), thresholds


# ---- average_precision


@misconception("You connect the points by straight lines, which flatters; the area goes in steps.")
def average_precision__trapezoids(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision = np.append(hits / calls, 1)
    recall = np.append(hits / max(np.sum(y_true), 1), 0)
    return -np.trapezoid(precision, recall)


@misconception(
    "You split ties by the place in the array; examples of one score are reached together."
)
def average_precision__splits_ties(y_true, scores):
    sorted_labels = y_true[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(sorted_labels) / np.arange(1, len(y_true) + 1)
    return np.sum(precision * sorted_labels) / max(np.sum(y_true), 1)


@misconception("You average over all thresholds, also those that bring no new positive.")
def average_precision__over_all_thresholds(y_true, scores):
    if not np.any(y_true):
        return 0.0
    return np.mean([np.mean(y_true[scores >= t]) for t in np.unique(scores)])


@misconception(
    "You average precision over the first places of the ranking, whoever stands there.", seed="E53"
)
def average_precision__over_the_first_places(y_true, scores):
    count = np.sum(y_true)
    if count == 0:
        return 0.0
    precision = np.cumsum(y_true[np.argsort(-scores)]) / np.arange(1, len(y_true) + 1)
    return np.mean(precision[:count])


@misconception(
    "You multiply each rise in recall by the precision before it, not by the one it brought."
)
def average_precision__precision_before_the_step(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    precision = np.append(1, hits / calls)[:-1]
    return np.sum(np.diff(hits, prepend=0) * precision) / max(np.sum(y_true), 1)


@misconception("Without a positive example your result is NaN; it should be 0.0.")
def average_precision__nan_without_positives(y_true, scores):
    return np.mean([np.mean(y_true[scores >= s]) for s in scores[y_true == 1]])


@misconception("You smooth the curve by the best precision to come; that is another measure.")
def average_precision__interpolated(y_true, scores):
    if not np.any(y_true):
        return 0.0
    thresholds = np.unique(scores)
    precision = np.maximum.accumulate([np.mean(y_true[scores >= t]) for t in thresholds])
    found = np.array([np.sum(scores[y_true == 1] == t) for t in thresholds])
    return np.sum(np.minimum.accumulate(precision[::-1])[::-1] * found) / np.sum(y_true)


@misconception("You drop what scores above the first positive; these false alarms count below it.")
def average_precision__begins_at_the_first_positive(y_true, scores):
    if not y_true.any():
        return 0.0
    below = scores <= scores[y_true == 1].max()
    y_true, scores = y_true[below], scores[below]
    return np.mean([np.mean(y_true[scores >= t]) for t in scores[y_true == 1]])


@alternative
def average_precision__over_the_positives(y_true, scores):
    positives = scores[y_true == 1]
    if positives.size == 0:
        return 0.0
    return float(np.mean([np.mean(y_true[scores >= s]) for s in positives]))


@alternative
def average_precision__along_the_curve(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    recall = np.append(hits / max(np.sum(y_true), 1), 0)
    return float(-np.sum(np.diff(recall) * hits / calls))


# ---- best_f1_threshold


@misconception(
    "Zero over zero makes an F1 of NaN, and argmax prefers NaN to every number.", seed="E32"
)
def best_f1_threshold__nan_wins(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    precision = hits / np.array([np.sum(scores >= t) for t in thresholds])
    recall = hits / np.sum(y_true)
    return thresholds[np.argmax(2 * precision * recall / (precision + recall))]


@misconception("On ties you take the smallest threshold; the largest raises the fewest alarms.")
def best_f1_threshold__smallest_on_ties(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    return thresholds[np.argmax(2 * hits / (calls + np.sum(y_true)))]


@misconception("Your threshold has the best accuracy, not the best F1.")
def best_f1_threshold__by_accuracy(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    return thresholds[np.argmax([np.mean((scores >= t) == y_true) for t in thresholds])]


@misconception("Your threshold has the largest difference of both rates, not the best F1.")
def best_f1_threshold__by_both_rates(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    positives, negatives = scores[y_true == 1], scores[y_true == 0]
    hits = np.array([np.sum(positives >= t) for t in thresholds]) / max(positives.size, 1)
    alarms = np.array([np.sum(negatives >= t) for t in thresholds]) / max(negatives.size, 1)
    return thresholds[np.argmax(hits - alarms)]


@misconception("You search a grid from 0 to 1; candidates are the scores, which may lie anywhere.")
def best_f1_threshold__on_a_grid(y_true, scores):
    thresholds = np.linspace(1, 0, 101)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    return thresholds[np.argmax(2 * hits / np.maximum(calls + np.sum(y_true), 1))]


@misconception("You return how good the best F1 is; its threshold was asked for.")
def best_f1_threshold__returns_the_f1(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    calls = np.array([np.sum(scores >= t) for t in thresholds])
    return np.max(2 * hits / (calls + np.sum(y_true)))


@misconception("You call only scores above the threshold positive; equal counts, too.")
def best_f1_threshold__strictly_above(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    hits = np.array([np.sum(scores[y_true == 1] > t) for t in thresholds])
    calls = np.array([np.sum(scores > t) for t in thresholds])
    return thresholds[np.argmax(2 * hits / np.maximum(calls + np.sum(y_true), 1))]


@misconception("You round F1 before you compare: near the best there are better ones.")
def best_f1_threshold__rounded(y_true, scores):
    candidates = np.unique(scores)[::-1]
    called = scores >= candidates[:, None]
    f1 = 2 * np.sum(called & (y_true == 1), axis=1) / (called.sum(axis=1) + np.sum(y_true))
    return candidates[np.argmax(np.round(f1, 2))]


@alternative
def best_f1_threshold__in_a_loop(y_true, scores):
    best, best_f1 = None, -1.0
    for t in sorted(set(scores.tolist()), reverse=True):
        tp = np.sum((scores >= t) & (y_true == 1))
        fp = np.sum((scores >= t) & (y_true == 0))
        fn = np.sum((scores < t) & (y_true == 1))
        f1 = 2 * tp / (2 * tp + fp + fn)
        if f1 > best_f1:
            best, best_f1 = t, f1
    return best


@alternative
def best_f1_threshold__from_precision_and_recall(y_true, scores):
    thresholds = np.unique(scores)[::-1]
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    precision = hits / np.array([np.sum(scores >= t) for t in thresholds])
    recall = hits / max(np.sum(y_true), 1)
    both = precision + recall
    f1 = 2 * precision * recall / np.where(both > 0, both, 1)
    return float(thresholds[np.argmax(f1)])


@alternative
def best_f1_threshold__without_nan(y_true, scores):
    thresholds = np.unique(scores)
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in thresholds])
    precision = hits / np.array([np.sum(scores >= t) for t in thresholds])
    with np.errstate(all="ignore"):
        recall = hits / np.sum(y_true)
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    return thresholds[np.flatnonzero(f1 == f1.max())[-1]]


# ---- total_cost


@misconception(
    "You multiply costs by rates with different denominators; costs belong to counts.", seed="E33"
)
def total_cost__of_rates(y_true, y_pred, fp_cost, fn_cost):
    hits = np.sum((y_true == 1) & (y_pred == 1))
    precision, recall = hits / max(np.sum(y_pred), 1), hits / max(np.sum(y_true), 1)
    return float(fp_cost * (1 - precision) + fn_cost * (1 - recall))


@misconception("The two costs are swapped.")
def total_cost__swapped(y_true, y_pred, fp_cost, fn_cost):
    alarms = np.sum((y_true == 0) & (y_pred == 1))
    misses = np.sum((y_true == 1) & (y_pred == 0))
    return float(fp_cost * misses + fn_cost * alarms)


@misconception("Your result is the cost per example; the total was asked for.")
def total_cost__per_example(y_true, y_pred, fp_cost, fn_cost):
    alarms = np.sum((y_true == 0) & (y_pred == 1))
    misses = np.sum((y_true == 1) & (y_pred == 0))
    return float((fp_cost * alarms + fn_cost * misses) / len(y_true))


@misconception("You charge for every positive call; a call that is right costs nothing here.")
def total_cost__charges_every_call(y_true, y_pred, fp_cost, fn_cost):
    misses = np.sum((y_true == 1) & (y_pred == 0))
    return float(fp_cost * np.sum(y_pred) + fn_cost * misses)


@misconception("You leave the false alarms out.")
def total_cost__of_misses_only(y_true, y_pred, fp_cost, fn_cost):
    return float(fn_cost * np.sum((y_true == 1) & (y_pred == 0)))


@misconception("The product of two boolean arrays is a boolean: it says whether, not how many.")
def total_cost__misses_as_a_boolean(y_true, y_pred, fp_cost, fn_cost):
    misses = (y_true == 1) @ (y_pred == 0)
    return float(fp_cost * (y_pred @ (1 - y_true)) + fn_cost * misses)


@alternative
def total_cost__in_a_loop(y_true, y_pred, fp_cost, fn_cost):
    cost = 0.0
    for true, called in zip(y_true, y_pred, strict=True):
        if called > true:
            cost += fp_cost
        elif called < true:
            cost += fn_cost
    return cost


@alternative
def total_cost__by_products(y_true, y_pred, fp_cost, fn_cost):
    return fp_cost * ((1 - y_true) @ y_pred) + fn_cost * (y_true @ (1 - y_pred))


# ---- min_cost_threshold


@misconception(
    "You multiply costs by rates with different denominators; costs belong to counts.", seed="E33"
)
def min_cost_threshold__of_rates(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)[::-1]
    hits = np.array([np.sum(scores[y_true == 1] >= t) for t in candidates])
    calls = np.array([np.sum(scores >= t) for t in candidates])
    precision, recall = hits / np.maximum(calls, 1), hits / max(np.sum(y_true), 1)
    return candidates[np.argmin(fp_cost * (1 - precision) + fn_cost * (1 - recall))]


@misconception(
    "The costs have one entry more than the thresholds: where nobody should be called, it fails.",
    seed="E33",
)
def min_cost_threshold__runs_off_the_end(y_true, scores, fp_cost, fn_cost):
    thresholds = np.unique(scores)[::-1]
    candidates = np.append(thresholds, np.inf)
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in candidates])
    misses = np.array([np.sum(scores[y_true == 1] < t) for t in candidates])
    return thresholds[np.argmin(fp_cost * alarms + fn_cost * misses)]


@misconception("Calling nobody may be the cheapest, and it is not among your candidates.")
def min_cost_threshold__without_infinity(y_true, scores, fp_cost, fn_cost):
    candidates = np.unique(scores)[::-1]
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in candidates])
    misses = np.array([np.sum(scores[y_true == 1] < t) for t in candidates])
    return candidates[np.argmin(fp_cost * alarms + fn_cost * misses)]


@misconception("The two costs are swapped.")
def min_cost_threshold__swapped(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)[::-1]
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in candidates])
    misses = np.array([np.sum(scores[y_true == 1] < t) for t in candidates])
    return candidates[np.argmin(fn_cost * alarms + fp_cost * misses)]


@misconception(
    "On ties you take the smallest threshold, which calls more people than needed.", seed="E33b"
)
def min_cost_threshold__smallest_on_ties(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in candidates])
    misses = np.array([np.sum(scores[y_true == 1] < t) for t in candidates])
    return candidates[np.argmin(fp_cost * alarms + fn_cost * misses)]


@misconception("You trust the scores to be probabilities; here the data decide.")
def min_cost_threshold__by_the_formula(y_true, scores, fp_cost, fn_cost):
    return fp_cost / (fp_cost + fn_cost)


@misconception("You weigh shares of each class, as if both classes were equally frequent.")
def min_cost_threshold__of_both_rates(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)[::-1]
    alarms = np.array([np.sum(scores[y_true == 0] >= t) for t in candidates])
    misses = np.array([np.sum(scores[y_true == 1] < t) for t in candidates])
    shares = alarms / max(np.sum(y_true == 0), 1), misses / max(np.sum(y_true == 1), 1)
    return candidates[np.argmin(fp_cost * shares[0] + fn_cost * shares[1])]


@misconception("You draw the line between examples with equal scores; they are called together.")
def min_cost_threshold__splits_ties(y_true, scores, fp_cost, fn_cost):
    order = np.argsort(-scores, kind="stable")
    alarms = np.append(0, np.cumsum(1 - y_true[order]))
    misses = np.sum(y_true) - np.append(0, np.cumsum(y_true[order]))
    candidates = np.append(np.inf, scores[order])
    return candidates[np.argmin(fp_cost * alarms + fn_cost * misses)]


@misconception("Your array of costs holds whole numbers, so that the fractions are cut off.")
def min_cost_threshold__of_whole_costs(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)[::-1]
    costs = np.zeros(len(candidates), dtype=int)
    for k, t in enumerate(candidates):
        alarms, misses = np.sum(scores[y_true == 0] >= t), np.sum(scores[y_true == 1] < t)
        costs[k] = fp_cost * alarms + fn_cost * misses
    return candidates[np.argmin(costs)]


@alternative
def min_cost_threshold__in_a_loop(y_true, scores, fp_cost, fn_cost):
    best, lowest = np.inf, fn_cost * np.sum(y_true)
    for t in np.sort(scores)[::-1]:
        called = scores >= t
        cost = fp_cost * np.sum(called & (y_true == 0)) + fn_cost * np.sum(~called & (y_true == 1))
        if cost < lowest:
            best, lowest = t, cost
    return float(best)


@alternative
def min_cost_threshold__by_sorting(y_true, scores, fp_cost, fn_cost):
    order = np.argsort(-scores)
    ranked = scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    hits = np.append(0, np.cumsum(y_true[order])[ends])
    alarms = np.append(0, ends + 1) - hits
    costs = fp_cost * alarms + fn_cost * (hits[-1] - hits)
    return np.append(np.inf, ranked[ends])[np.argmin(costs)]


@alternative
def min_cost_threshold__by_the_last_minimum(y_true, scores, fp_cost, fn_cost):
    candidates = np.append(np.unique(scores), np.inf)
    called = scores >= candidates[:, None]
    costs = fp_cost * (called & (y_true == 0)).sum(axis=1)
    costs = costs + fn_cost * (~called & (y_true == 1)).sum(axis=1)
    return candidates[np.flatnonzero(costs == costs.min())[-1]]


# ---- bayes_threshold


@misconception("Your threshold rises with the cost of a miss; dear misses call for a low one.")
def bayes_threshold__reversed(fp_cost, fn_cost):
    return fn_cost / (fp_cost + fn_cost)


@misconception("Your result is the odds, which can exceed 1; the threshold is a probability.")
def bayes_threshold__as_odds(fp_cost, fn_cost):
    return fp_cost / fn_cost if fn_cost else np.inf


@misconception("One half is right only if both mistakes cost the same.")
def bayes_threshold__one_half(fp_cost, fn_cost):
    return 0.5


@misconception("Whole-number division throws the threshold away.")
def bayes_threshold__whole_division(fp_cost, fn_cost):
    return fp_cost // (fp_cost + fn_cost)


@alternative
def bayes_threshold__divided_through(fp_cost, fn_cost):
    return 1 / (1 + fn_cost / fp_cost) if fp_cost else 0.0


@alternative
def bayes_threshold__as_the_rest(fp_cost, fn_cost):
    return 1 - fn_cost / (fp_cost + fn_cost)
