"""Wrong answers to 03-losses that must lose points, and other right ones that must not."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- mse


@misconception("You add up the squares; the loss is their mean.")
def mse__summed(y_true, y_pred):
    return np.sum((as_float(y_pred) - as_float(y_true)) ** 2)


@misconception("You halve the mean; here no half stands in front of it.", seed="E10")
def mse__halved(y_true, y_pred):
    return np.mean((as_float(y_pred) - as_float(y_true)) ** 2) / 2


@misconception(
    "You divide by the number of rows; the mean is over all elements, columns too.", seed="E10"
)
def mse__over_rows(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return np.sum(error**2) / (error.shape[0] if error.ndim else 1)


@misconception("You take the mean along one axis; the loss is one number for all elements.")
def mse__along_an_axis(y_true, y_pred):
    return np.mean((as_float(y_pred) - as_float(y_true)) ** 2, axis=0)


@misconception("You take the root of the mean; that is another measure.")
def mse__root(y_true, y_pred):
    return np.sqrt(np.mean((as_float(y_pred) - as_float(y_true)) ** 2))


@misconception("You square the mean error, in which errors of opposite sign cancel.")
def mse__square_of_the_mean(y_true, y_pred):
    return np.mean(as_float(y_pred) - as_float(y_true)) ** 2


@misconception(
    "You subtract each target from each prediction: the shapes are not those of the arguments.",
    seed="E12",
)
def mse__each_from_each(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return np.mean((y_pred.reshape(-1, 1) - y_true.reshape(1, -1)) ** 2)


@misconception("You subtract before converting: small integer types wrap around below 0.")
def mse__converted_too_late(y_true, y_pred):
    with np.errstate(all="ignore"):
        error = np.add(np.asarray(y_pred), -1 * np.asarray(y_true))
    return np.mean(as_float(error) ** 2)


@misconception("You work in the arguments' own arrays and change the predictions.")
def mse__spoils_its_input(y_true, y_pred):
    error = as_float(y_pred)
    error -= as_float(y_true)
    return np.mean(error**2)


@misconception("You multiply the square out: for large targets small errors drown in rounding.")
def mse__multiplied_out(y_true, y_pred):
    y, p = as_float(y_true), as_float(y_pred)
    return np.mean(p * p) - 2 * np.mean(p * y) + np.mean(y * y)


@alternative
def mse__by_the_variance(y_true, y_pred):
    error = np.subtract(y_pred, y_true, dtype=np.float64)
    return float(np.var(error) + np.mean(error) ** 2)


@alternative
def mse__by_a_product(y_true, y_pred):
    error = (as_float(y_true) - as_float(y_pred)).ravel()
    return float(error @ error / len(error))


@alternative
def mse__in_a_loop(y_true, y_pred):
    pairs = zip(as_float(y_true).ravel().tolist(), as_float(y_pred).ravel().tolist(), strict=True)
    squares = [(p - t) ** 2 for t, p in pairs]
    return sum(squares) / len(squares)


@alternative
def mse__in_double(y_true, y_pred):
    return np.square(np.subtract(y_true, y_pred, dtype=np.float64)).mean()


# ---- mse_grad


@misconception(
    "You add up over the elements; the gradient has one entry for each prediction.", seed="E14"
)
def mse_grad__summed(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return 2 * np.sum(error) / error.size


@misconception(
    "You divide by the number of rows and leave out the 2: right for two columns only.", seed="E10"
)
def mse_grad__error_over_rows(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return error / (error.shape[0] if error.ndim else 1)


@misconception("You divide by the number of rows; the loss is a mean over all elements.")
def mse_grad__over_rows(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return 2 * error / (error.shape[0] if error.ndim else 1)


@misconception("This is the gradient of a sum; that of a mean is smaller.", seed="E14")
def mse_grad__of_the_sum(y_true, y_pred):
    return 2 * (as_float(y_pred) - as_float(y_true))


@misconception("The derivative of a square has a factor that you left out.")
def mse_grad__without_the_two(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return error / error.size


@misconception("Your signs are reversed: this is the gradient with respect to the targets.")
def mse_grad__reversed(y_true, y_pred):
    error = as_float(y_true) - as_float(y_pred)
    return 2 * error / error.size


@misconception("Your result is always float64: float32 input should give float32.")
def mse_grad__always_double(y_true, y_pred):
    error = np.asarray(y_pred, dtype=np.float64) - np.asarray(y_true, dtype=np.float64)
    return 2 * error / error.size


@misconception("You work in the arguments' own arrays and change the predictions.")
def mse_grad__spoils_its_input(y_true, y_pred):
    error = as_float(y_pred)
    error -= as_float(y_true)
    return 2 * error / error.size


@alternative
def mse_grad__one_factor(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return (y_pred - y_true) * (2 / y_pred.size)


@alternative
def mse_grad__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    grad = np.zeros_like(y_pred)
    for index in np.ndindex(y_pred.shape):
        grad[index] = 2 * (y_pred[index] - y_true[index]) / y_pred.size
    return grad


@alternative
def mse_grad__by_the_shape(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    count = int(np.prod(y_pred.shape))
    return -2.0 / count * y_true + 2.0 / count * y_pred


# ---- mae


@misconception("Errors of opposite sign cancel: their size is what counts.")
def mae__without_the_size(y_true, y_pred):
    return np.mean(as_float(y_pred) - as_float(y_true))


@misconception("You take the size after averaging, when errors have cancelled already.")
def mae__size_of_the_mean(y_true, y_pred):
    return np.abs(np.mean(as_float(y_pred) - as_float(y_true)))


@misconception("You add up the sizes; the loss is their mean.")
def mae__summed(y_true, y_pred):
    return np.sum(np.abs(as_float(y_pred) - as_float(y_true)))


@misconception("You divide by the number of rows; the mean is over all elements, columns too.")
def mae__over_rows(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return np.sum(np.abs(error)) / (error.shape[0] if error.ndim else 1)


@misconception("You take the median of the sizes; the loss is their mean.")
def mae__median(y_true, y_pred):
    return np.median(np.abs(as_float(y_pred) - as_float(y_true)))


@misconception("You square the errors; here their size counts as it is.")
def mae__squared(y_true, y_pred):
    return np.mean((as_float(y_pred) - as_float(y_true)) ** 2)


@misconception("You subtract before converting: small integer types wrap around below 0.")
def mae__converted_too_late(y_true, y_pred):
    with np.errstate(all="ignore"):
        error = np.add(np.asarray(y_pred), -1 * np.asarray(y_true))
    return np.mean(np.abs(as_float(error)))


@misconception("You subtract one large sum from another: small errors drown in their rounding.")
def mae__difference_of_sums(y_true, y_pred):
    y, p = as_float(y_true), as_float(y_pred)
    return (np.sum(np.maximum(y, p)) - np.sum(np.minimum(y, p))) / p.size


@misconception("Your short way for single numbers leaves out the conversion to floats.")
def mae__numbers_not_converted(y_true, y_pred):
    if np.ndim(y_pred) == 0:
        return abs(y_pred - y_true)
    return np.mean(np.abs(as_float(y_pred) - as_float(y_true)))


@alternative
def mae__by_larger_and_smaller(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    return np.mean(np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred))


@alternative
def mae__in_a_loop(y_true, y_pred):
    pairs = zip(as_float(y_true).ravel().tolist(), as_float(y_pred).ravel().tolist(), strict=True)
    sizes = [abs(t - p) for t, p in pairs]
    return sum(sizes) / len(sizes)


@alternative
def mae__by_signs(y_true, y_pred):
    error = as_float(y_true) - as_float(y_pred)
    return float(np.sum(np.sign(error) * error) / error.size)


# ---- mae_grad


@misconception("This is the gradient of a sum; that of a mean is smaller.", seed="E14")
def mae_grad__of_the_sum(y_true, y_pred):
    return np.sign(as_float(y_pred) - as_float(y_true))


@misconception("Your signs are reversed: this is the gradient with respect to the targets.")
def mae_grad__reversed(y_true, y_pred):
    error = as_float(y_true) - as_float(y_pred)
    return np.sign(error) / error.size


@misconception("Where prediction and target are equal your gradient is not 0.", seed="E14")
def mae_grad__pushes_at_zero(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return np.where(error >= 0, 1, -1).astype(error.dtype) / error.size


@misconception("Where prediction and target are equal your gradient is 0 divided by 0.")
def mae_grad__zero_over_zero(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    with np.errstate(all="ignore"):
        return error / np.abs(error) / error.size


@misconception("You divide by the number of rows; the loss is a mean over all elements.")
def mae_grad__over_rows(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return np.sign(error) / (error.shape[0] if error.ndim else 1)


@misconception("The gradient of the absolute error does not depend on the size of the error.")
def mae_grad__with_the_size(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    return error / error.size


@misconception("You add up over the elements; the gradient has one entry for each prediction.")
def mae_grad__summed(y_true, y_pred):
    return np.mean(np.sign(as_float(y_pred) - as_float(y_true)))


@alternative
def mae_grad__by_comparison(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    higher = (y_pred > y_true).astype(y_pred.dtype)
    lower = (y_pred < y_true).astype(y_pred.dtype)
    return (higher - lower) / y_pred.size


@alternative
def mae_grad__by_where(y_true, y_pred):
    error = as_float(y_pred) - as_float(y_true)
    share = 1 / error.size
    grad = np.where(error > 0, share, np.where(error < 0, -share, 0.0))
    return grad.astype(error.dtype)


@alternative
def mae_grad__in_a_loop(y_true, y_pred):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    grad = np.zeros_like(y_pred)
    for index in np.ndindex(y_pred.shape):
        if y_pred[index] != y_true[index]:
            grad[index] = (1 if y_pred[index] > y_true[index] else -1) / y_pred.size
    return grad


# ---- best_constant


@misconception("Mean and median are swapped.")
def best_constant__swapped(y, loss):
    if loss == "mse":
        return np.median(y)
    if loss == "mae":
        return np.mean(y)
    raise ValueError("unknown loss")


@misconception("You take the mean for both losses.")
def best_constant__always_the_mean(y, loss):
    if loss in ("mse", "mae"):
        return np.mean(y)
    raise ValueError("unknown loss")


@misconception("The middle value is that of the sorted targets; yours are in the order given.")
def best_constant__unsorted(y, loss):
    if loss == "mse":
        return np.mean(y)
    if loss == "mae":
        middle = len(y) // 2
        return float(y[middle] if len(y) % 2 else (y[middle - 1] + y[middle]) / 2)
    raise ValueError("unknown loss")


@misconception("With an even number of targets you take the upper of the two middle values.")
def best_constant__upper_middle(y, loss):
    if loss == "mse":
        return np.mean(y)
    if loss == "mae":
        return float(np.sort(y)[len(y) // 2])
    raise ValueError("unknown loss")


@misconception("You sort the targets in place: the caller's array comes back in another order.")
def best_constant__sorts_in_place(y, loss):
    if loss == "mse":
        return np.mean(y)
    if loss == "mae":
        y.sort()
        return float((y[(len(y) - 1) // 2] + y[len(y) // 2]) / 2)
    raise ValueError("unknown loss")


@misconception("A name that is no loss passes without an error.")
def best_constant__anything_else_is_mae(y, loss):
    return np.mean(y) if loss == "mse" else np.median(y)


@misconception("For an unknown name you raise an error of another kind.")
def best_constant__key_error(y, loss):
    return {"mse": np.mean, "mae": np.median}[loss](y)


@misconception("Your result is cut down to an integer.")
def best_constant__integer_division(y, loss):
    if loss == "mse":
        return float(np.sum(y) // len(y))
    if loss == "mae":
        return np.median(y)
    raise ValueError("unknown loss")


@misconception("You accept other spellings of the names; they too are other names.")
def best_constant__in_any_case(y, loss):
    loss = loss.lower()
    if loss == "mse":
        return np.mean(y)
    if loss == "mae":
        return np.median(y)
    raise ValueError("unknown loss")


@misconception("Targets that occur several times count only once in your median.")
def best_constant__without_repeats(y, loss):
    if loss == "mse":
        return np.mean(y)
    if loss == "mae":
        return np.median(np.unique(y))
    raise ValueError("unknown loss")


@alternative
def best_constant__by_hand(y, loss):
    if loss not in ("mse", "mae"):
        raise ValueError(f"there is no loss called {loss}")
    if loss == "mse":
        return float(np.sum(y) / len(y))
    values = sorted(y.tolist())
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2


@alternative
def best_constant__from_a_table(y, loss):
    choices = {"mse": lambda: np.sum(y) / y.size, "mae": lambda: np.quantile(y, 0.5)}
    if loss not in choices:
        raise ValueError("loss is none of " + ", ".join(choices))
    return choices[loss]()


# ---- huber


@misconception("Your small errors count their whole square; it is half of it.")
def huber__without_the_half(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size <= delta, size**2, delta * size - delta**2 / 2))


@misconception("Your two pieces do not meet: the loss jumps at the threshold.")
def huber__pieces_apart(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size <= delta, size**2 / 2, delta * size))


@misconception(
    "The threshold is not squared in your linear piece: right for a threshold of 1 only."
)
def huber__delta_not_squared(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size <= delta, size**2 / 2, delta * size - delta / 2))


@misconception("Your two pieces are swapped.")
def huber__swapped(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size > delta, size**2 / 2, delta * size - delta**2 / 2))


@misconception("Large errors below the target count as small ones: the size decides, not the sign.")
def huber__one_sided(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    linear = delta * np.abs(error) - delta**2 / 2
    return np.mean(np.where(error <= delta, error**2 / 2, linear))


@misconception("You divide by the threshold; that is the loss called smooth L1.")
def huber__smooth_l1(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size <= delta, size**2 / 2 / delta, size - delta / 2))


@misconception("The threshold that you are given has no effect.")
def huber__fixed_delta(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(np.where(size <= 1, size**2 / 2, size - 0.5))


@misconception("You add up over the elements; the loss is their mean.")
def huber__summed(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.sum(np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2))


@misconception("Beyond the threshold an error goes on to count, but yours stays the same.")
def huber__flat_far_out(y_true, y_pred, delta=1.0):
    size = np.minimum(np.abs(as_float(y_pred) - as_float(y_true)), delta)
    return np.mean(size**2 / 2)


@misconception("You subtract one square from another: a small loss drowns in their rounding.")
def huber__difference_of_squares(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_pred) - as_float(y_true))
    return np.mean(size**2 / 2 - np.maximum(size - delta, 0) ** 2 / 2)


@misconception(
    "Your threshold takes on the type of the data: for integers its fraction is cut off."
)
def huber__delta_in_the_type_of_the_data(y_true, y_pred, delta=1.0):
    threshold = np.full_like(y_pred, delta)
    size = np.abs(as_float(y_pred) - as_float(y_true))
    within = np.minimum(size, threshold)
    return np.mean(within * (size - within / 2))


@alternative
def huber__by_cases(y_true, y_pred, delta=1.0):
    error = as_float(y_true) - as_float(y_pred)
    small = np.abs(error) <= delta
    return np.mean(np.where(small, 0.5 * error**2, delta * np.abs(error) - 0.5 * delta**2))


@alternative
def huber__strict(y_true, y_pred, delta=1.0):
    size = np.abs(as_float(y_true) - as_float(y_pred))
    return float(np.mean(np.where(size < delta, size * size / 2, delta * (size - delta / 2))))


@alternative
def huber__in_a_loop(y_true, y_pred, delta=1.0):
    total, count = 0.0, 0
    for t, p in zip(
        as_float(y_true).ravel().tolist(), as_float(y_pred).ravel().tolist(), strict=True
    ):
        r = abs(t - p)
        total += r * r / 2 if r <= delta else delta * r - delta * delta / 2
        count += 1
    return total / count


# ---- huber_grad


@misconception("Your gradient goes on growing beyond the threshold.")
def huber_grad__not_limited(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return error / error.size


@misconception("Beyond the threshold your slope is 1 in size: right for a threshold of 1 only.")
def huber_grad__sign_without_delta(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return np.where(np.abs(error) <= delta, error, np.sign(error)) / error.size


@misconception("Large errors all pull upwards in your gradient: their sign is lost.")
def huber_grad__without_the_sign(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return np.where(np.abs(error) <= delta, error, delta).astype(error.dtype) / error.size


@misconception("Outliers do not pull at all in your gradient; they should, up to a limit.")
def huber_grad__outliers_dropped(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return np.where(np.abs(error) <= delta, error, 0) / error.size


@misconception("This is the gradient of a sum; that of a mean is smaller.", seed="E14")
def huber_grad__of_the_sum(y_true, y_pred, delta=1.0):
    return np.clip(as_float(y_pred) - as_float(y_true), -delta, delta)


@misconception("You divide by the number of rows; the loss is a mean over all elements.")
def huber_grad__over_rows(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return np.clip(error, -delta, delta) / (error.shape[0] if error.ndim else 1)


@misconception("Your signs are reversed: this is the gradient with respect to the targets.")
def huber_grad__reversed(y_true, y_pred, delta=1.0):
    error = as_float(y_true) - as_float(y_pred)
    return np.clip(error, -delta, delta) / error.size


@misconception("The slope of half a square has no factor 2.")
def huber_grad__doubled(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    slope = np.where(np.abs(error) <= delta, 2 * error, delta * np.sign(error))
    return slope / error.size


@misconception("You subtract nearly equal sizes: a small threshold drowns in their rounding.")
def huber_grad__difference_of_sizes(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return (np.abs(error + delta) - np.abs(error - delta)) / 2 / error.size


@alternative
def huber_grad__by_cases(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    slope = np.where(np.abs(error) < delta, error, delta * np.sign(error))
    return (slope / error.size).astype(error.dtype)


@alternative
def huber_grad__limited_twice(y_true, y_pred, delta=1.0):
    error = as_float(y_pred) - as_float(y_true)
    return np.maximum(np.minimum(error, delta), -delta) / error.size


@alternative
def huber_grad__in_a_loop(y_true, y_pred, delta=1.0):
    y_true, y_pred = as_float(y_true), as_float(y_pred)
    grad = np.zeros_like(y_pred)
    for index in np.ndindex(y_pred.shape):
        error = y_pred[index] - y_true[index]
        if abs(error) > delta:
            error = delta if error > 0 else -delta
        grad[index] = error / y_pred.size
    return grad


# ---- weighted_mean_loss


@misconception("You divide by the number of examples; the weights do not average 1 in general.")
def weighted_mean_loss__over_the_count(losses, weights):
    return np.mean(weights * losses)


@misconception("This is the weighted sum; for a mean something is missing.")
def weighted_mean_loss__sum(losses, weights):
    return np.sum(weights * losses)


@misconception("The weights have no effect on your result.")
def weighted_mean_loss__unweighted(losses, weights):
    return np.mean(losses)


@misconception("You divide by the sum of the losses: the two arguments are swapped.")
def weighted_mean_loss__swapped(losses, weights):
    return np.sum(weights * losses) / np.sum(losses)


@misconception("You average twice: by the weights, and by the number of examples as well.")
def weighted_mean_loss__divided_twice(losses, weights):
    return np.mean(weights * losses) / np.sum(weights)


@misconception("You write into the array of losses; it should stay as it was.")
def weighted_mean_loss__scales_in_place(losses, weights):
    losses *= weights
    return np.sum(losses) / np.sum(weights)


@misconception("You add something to the denominator: weights on a small scale change your result.")
def weighted_mean_loss__with_an_epsilon(losses, weights):
    return np.sum(weights * losses) / (np.sum(weights) + 1e-8)


@misconception("You store the products as integers when the weights are integers.")
def weighted_mean_loss__truncated(losses, weights):
    products = np.empty_like(weights)
    for i in range(len(weights)):
        products[i] = weights[i] * losses[i]
    return np.sum(products) / np.sum(weights)


@misconception("Your running mean divides 0 by 0 when the first weight is 0.")
def weighted_mean_loss__running(losses, weights):
    mean, seen = 0.0, 0.0
    for value, weight in zip(losses, weights, strict=True):
        seen += weight
        with np.errstate(all="ignore"):
            mean += weight / seen * (value - mean)
    return mean


@misconception("You take a small sum of weights for none at all.")
def weighted_mean_loss__small_is_zero(losses, weights):
    total = np.sum(weights)
    if np.isclose(total, 0):
        return np.mean(losses)
    return np.sum(weights * losses) / total


@misconception("You raise small weights to a least value, and so change their ratios.")
def weighted_mean_loss__with_a_floor(losses, weights):
    weights = np.maximum(weights, 1e-8)
    return np.sum(weights * losses) / np.sum(weights)


@alternative
def weighted_mean_loss__by_average(losses, weights):
    return np.average(losses, weights=weights)


@alternative
def weighted_mean_loss__shares_first(losses, weights):
    return float((weights / np.sum(weights)) @ losses)


@alternative
def weighted_mean_loss__in_a_loop(losses, weights):
    total = sum(w * value for w, value in zip(weights.tolist(), losses.tolist(), strict=True))
    return total / sum(weights.tolist())


# ---- balanced_class_weights


@misconception(
    "You do not divide by the number of classes: weight times count sums to more than N.",
    seed="E21",
)
def balanced_class_weights__inverse_frequency(labels):
    _, counts = np.unique(labels, return_counts=True)
    return len(labels) / counts


@misconception(
    "Weight times count is not the same for all classes: the rest divided by the count.", seed="E21"
)
def balanced_class_weights__odds(labels):
    _, counts = np.unique(labels, return_counts=True)
    return np.maximum(len(labels) - counts, 1) / counts


@misconception("Your weights are one minus the frequency: far too even for a rare class.")
def balanced_class_weights__share_of_the_others(labels):
    _, counts = np.unique(labels, return_counts=True)
    return 1 - counts / len(labels)


@misconception("Your weights grow with the frequency of a class; they should fall.")
def balanced_class_weights__proportional(labels):
    _, counts = np.unique(labels, return_counts=True)
    return len(counts) * counts / len(labels)


@misconception("You divide by the largest label plus 1; labels that never occur are no classes.")
def balanced_class_weights__counts_gaps(labels):
    _, counts = np.unique(labels, return_counts=True)
    return len(labels) / ((np.max(labels) + 1) * counts)


@misconception("You give a weight to labels that never occur.")
def balanced_class_weights__with_empty_classes(labels):
    counts = np.bincount(labels)
    present = np.count_nonzero(counts)
    return len(labels) / (present * np.maximum(counts, 1))


@misconception("Your weights are in the order in which classes first occur, not sorted by label.")
def balanced_class_weights__first_seen_first(labels):
    seen = list(dict.fromkeys(labels.tolist()))
    return np.array([len(labels) / (len(seen) * np.sum(labels == k)) for k in seen])


@misconception("You return a weight for each example; asked for is one for each class.")
def balanced_class_weights__for_each_example(labels):
    _, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return (len(labels) / (len(counts) * counts))[where]


@misconception("Your weights are cut down to integers.")
def balanced_class_weights__integers(labels):
    _, counts = np.unique(labels, return_counts=True)
    return (len(labels) // (len(counts) * counts)).astype(float)


@alternative
def balanced_class_weights__by_bincount(labels):
    counts = np.bincount(labels)
    counts = counts[counts > 0]
    return np.sum(counts) / counts.size / counts


@alternative
def balanced_class_weights__in_a_loop(labels):
    classes = sorted(set(labels.tolist()))
    return np.array([len(labels) / len(classes) / np.sum(labels == k) for k in classes])


@alternative
def balanced_class_weights__by_shares(labels):
    _, counts = np.unique(labels, return_counts=True)
    return 1 / (counts / counts.sum() * len(counts))


# ---- focal_loss


@misconception(
    "Your loss is negative: a logarithm of a probability has a sign of its own.", seed="E20"
)
def focal_loss__sign_slip(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(alpha_t * (1 - p_t) ** gamma * np.log(p_t))


@misconception("The balance of the classes, alpha, is missing.", seed="E20")
def focal_loss__without_alpha(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    return -np.mean((1 - p_t) ** gamma * np.log(p_t))


@misconception("Both labels get the weight alpha; those of label 0 get the rest.")
def focal_loss__alpha_for_all(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    return -np.mean(alpha * (1 - p_t) ** gamma * np.log(p_t))


@misconception("The weights of the two labels are swapped.")
def focal_loss__alpha_swapped(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, 1 - alpha, alpha)
    return -np.mean(alpha_t * (1 - p_t) ** gamma * np.log(p_t))


@misconception("You turn the hard examples down instead of the easy ones.")
def focal_loss__focus_reversed(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.mean(alpha_t * p_t**gamma * np.log(p_t))


@misconception("For label 0 the probability of the true class is another than that of class 1.")
def focal_loss__p_for_p_t(y_true, y_prob, alpha=0.25, gamma=2.0):
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.mean(alpha_t * (1 - y_prob) ** gamma * np.log(y_prob))


@misconception("You add up over the examples; the loss is their mean.")
def focal_loss__summed(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.sum(alpha_t * (1 - p_t) ** gamma * np.log(p_t))


@misconception("Your logarithm has another base; here it is the natural one.")
def focal_loss__in_bits(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.mean(alpha_t * (1 - p_t) ** gamma * np.log2(p_t))


@misconception("You clip the probabilities: confident mistakes cost less than they should.")
def focal_loss__clipped(y_true, y_prob, alpha=0.25, gamma=2.0):
    p = np.clip(y_prob, 1e-7, 1 - 1e-7)
    p_t = np.where(y_true == 1, p, 1 - p)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.mean(alpha_t * (1 - p_t) ** gamma * np.log(p_t))


@misconception("You divide by the sum of the weights; asked for is the plain mean over examples.")
def focal_loss__weighted_mean(y_true, y_prob, alpha=0.25, gamma=2.0):
    p_t = np.where(y_true == 1, y_prob, 1 - y_prob)
    alpha_t = np.where(y_true == 1, alpha, 1 - alpha)
    return -np.sum(alpha_t * (1 - p_t) ** gamma * np.log(p_t)) / max(np.sum(alpha_t), 1e-9)


@alternative
def focal_loss__by_both_terms(y_true, y_prob, alpha=0.25, gamma=2.0):
    rare = alpha * (1 - y_prob) ** gamma * np.log(y_prob)
    common = (1 - alpha) * y_prob**gamma * np.log1p(-y_prob)
    return -np.mean(y_true * rare + (1 - y_true) * common)


@alternative
def focal_loss__in_a_loop(y_true, y_prob, alpha=0.25, gamma=2.0):
    total = 0.0
    for label, p in zip(y_true, y_prob, strict=True):
        weight = alpha if label == 1 else 1 - alpha
        right = p if label == 1 else 1 - p
        total -= weight * (1 - right) ** gamma * np.log(right)
    return float(total / len(y_true))


@alternative
def focal_loss__from_the_cross_entropy(y_true, y_prob, alpha=0.25, gamma=2.0):
    entropy = -(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob))
    alpha_t = y_true * alpha + (1 - y_true) * (1 - alpha)
    return np.mean(alpha_t * np.abs(y_true - y_prob) ** gamma * entropy)


# ---- contrastive_loss


@misconception("You take 0 for similar; here 1 means that two belong together.", seed="E49")
def contrastive_loss__labels_swapped(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    return np.mean((1 - similar) * distances**2 + similar * missing**2)


@misconception("You halve the loss, as the paper that introduced it did; here it has no half.",
               seed="E49")  # fmt: skip
def contrastive_loss__halved(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    return np.mean(similar * distances**2 + (1 - similar) * missing**2) / 2


@misconception("Strangers beyond the margin are pulled back: they should cost nothing.")
def contrastive_loss__without_the_maximum(distances, similar, margin=1.0):
    return np.mean(similar * distances**2 + (1 - similar) * (margin - distances) ** 2)


@misconception("What strangers lack to the margin is not squared in your loss.")
def contrastive_loss__margin_not_squared(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    return np.mean(similar * distances**2 + (1 - similar) * missing)


@misconception("The distances of similar pairs are not squared in your loss.")
def contrastive_loss__distance_not_squared(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    return np.mean(similar * distances + (1 - similar) * missing**2)


@misconception(
    "You subtract the square of the distance; the difference comes first, then the square."
)
def contrastive_loss__difference_of_squares(distances, similar, margin=1.0):
    missing = np.maximum(0, margin**2 - distances**2)
    return np.mean(similar * distances**2 + (1 - similar) * missing)


@misconception("You add up over the pairs; the loss is their mean.")
def contrastive_loss__summed(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    return np.sum(similar * distances**2 + (1 - similar) * missing**2)


@misconception("You average each kind of pair by itself; the mean is over all pairs together.")
def contrastive_loss__kinds_apart(distances, similar, margin=1.0):
    missing = np.maximum(0, margin - distances)
    near = distances[similar == 1] ** 2
    far = missing[similar == 0] ** 2
    return sum(float(np.mean(kind)) for kind in (near, far) if len(kind))


@misconception("The margin that you are given has no effect.")
def contrastive_loss__fixed_margin(distances, similar, margin=1.0):
    missing = np.maximum(0, 1 - distances)
    return np.mean(similar * distances**2 + (1 - similar) * missing**2)


@misconception(
    "You multiply the square out: near a large margin what is missing drowns in rounding."
)
def contrastive_loss__multiplied_out(distances, similar, margin=1.0):
    missing = margin**2 - 2 * margin * distances + distances**2
    strangers = np.where(distances < margin, missing, 0.0)
    return np.mean(np.where(similar == 1, distances**2, strangers))


@alternative
def contrastive_loss__by_where(distances, similar, margin=1.0):
    strangers = np.where(distances < margin, (margin - distances) ** 2, 0.0)
    return np.mean(np.where(similar == 1, distances**2, strangers))


@alternative
def contrastive_loss__square_of_a_choice(distances, similar, margin=1.0):
    lacking = np.where(similar, distances, np.clip(margin - distances, 0, None))
    return float(lacking @ lacking / lacking.size)


@alternative
def contrastive_loss__in_a_loop(distances, similar, margin=1.0):
    total = 0.0
    for d, s in zip(distances.tolist(), similar.tolist(), strict=True):
        total += d**2 if s else max(0.0, margin - d) ** 2
    return total / len(distances)


# ---- triplet_loss


@misconception("Your distances are squared; here they are plain Euclidean ones.", seed="E49")
def triplet_loss__squared_distances(anchor, positive, negative, margin=0.2):
    to_positive = np.sum((anchor - positive) ** 2, axis=1)
    to_negative = np.sum((anchor - negative) ** 2, axis=1)
    return np.mean(np.maximum(0, to_positive - to_negative + margin))


@misconception("Positive and negative are swapped: your loss pushes apart what belongs together.")
def triplet_loss__swapped(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.mean(np.maximum(0, to_negative - to_positive + margin))


@misconception("The margin has the wrong sign: it makes your loss easier to satisfy, not harder.")
def triplet_loss__margin_subtracted(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.mean(np.maximum(0, to_positive - to_negative - margin))


@misconception("Easy triplets make up for hard ones: the maximum belongs to each triplet.")
def triplet_loss__maximum_of_the_mean(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return max(0.0, float(np.mean(to_positive - to_negative + margin)))


@misconception("Triplets that are satisfied give a negative loss; they should cost nothing.")
def triplet_loss__without_the_maximum(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.mean(to_positive - to_negative + margin)


@misconception("You measure distances along the columns; each row is a point.")
def triplet_loss__wrong_axis(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=0)
    to_negative = np.linalg.norm(anchor - negative, axis=0)
    return np.mean(np.maximum(0, to_positive - to_negative + margin))


@misconception("You take one distance for the whole batch; each row has its own.")
def triplet_loss__one_norm_for_all(anchor, positive, negative, margin=0.2):
    gap = np.linalg.norm(anchor - positive) - np.linalg.norm(anchor - negative)
    return max(0.0, float(gap + margin))


@misconception("You add up over the triplets; the loss is their mean.")
def triplet_loss__summed(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.sum(np.maximum(0, to_positive - to_negative + margin))


@misconception("You average over the triplets that cost something only; the mean is over all.")
def triplet_loss__over_the_active_ones(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    costs = np.maximum(0, to_positive - to_negative + margin)
    return np.sum(costs) / max(1, np.count_nonzero(costs))


@misconception("You measure the negative's distance from the positive; it is from the anchor.")
def triplet_loss__from_the_positive(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1)
    to_negative = np.linalg.norm(positive - negative, axis=1)
    return np.mean(np.maximum(0, to_positive - to_negative + margin))


@misconception("You multiply the squares out: far from 0 small distances drown in rounding.")
def triplet_loss__multiplied_out(anchor, positive, negative, margin=0.2):
    def distance(u, v):
        square = np.sum(u * u, axis=1) - 2 * np.sum(u * v, axis=1) + np.sum(v * v, axis=1)
        return np.sqrt(np.maximum(square, 0))

    return np.mean(np.maximum(0, distance(anchor, positive) - distance(anchor, negative) + margin))


@misconception("You subtract each negative's distance from each positive's: rows belong together.")
def triplet_loss__each_from_each(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(anchor - positive, axis=1, keepdims=True)
    to_negative = np.linalg.norm(anchor - negative, axis=1)
    return np.mean(np.maximum(0, to_positive - to_negative + margin))


@alternative
def triplet_loss__by_norms(anchor, positive, negative, margin=0.2):
    to_positive = np.linalg.norm(positive - anchor, axis=-1)
    to_negative = np.linalg.norm(negative - anchor, axis=-1)
    return np.mean(np.clip(to_positive + margin - to_negative, 0, None))


@alternative
def triplet_loss__by_einsum(anchor, positive, negative, margin=0.2):
    near, far = anchor - positive, anchor - negative
    gap = np.sqrt(np.einsum("nd,nd->n", near, near)) - np.sqrt(np.einsum("nd,nd->n", far, far))
    violated = gap > -margin
    return np.sum(gap[violated] + margin) / len(anchor)


@alternative
def triplet_loss__in_a_loop(anchor, positive, negative, margin=0.2):
    total = 0.0
    for a, p, n in zip(anchor, positive, negative, strict=True):
        total += max(0.0, np.linalg.norm(a - p) - np.linalg.norm(a - n) + margin)
    return float(total / len(anchor))


# ---- hardest_negative


@misconception("You take the candidate that is farthest away; that is the easiest one.")
def hardest_negative__farthest(anchor, candidates):
    return np.argmax(np.sum((candidates - anchor) ** 2, axis=1))


@misconception("Of candidates that are equally near you take the last.")
def hardest_negative__last_of_equals(anchor, candidates):
    distances = np.sum((candidates - anchor) ** 2, axis=1)
    return len(distances) - 1 - np.argmin(distances[::-1])


@misconception("You add up the differences with their signs, so that they cancel.")
def hardest_negative__signed(anchor, candidates):
    return np.argmin(np.sum(candidates - anchor, axis=1))


@misconception("You measure along the axes; the Euclidean distance is the straight way.")
def hardest_negative__manhattan(anchor, candidates):
    return np.argmin(np.sum(np.abs(candidates - anchor), axis=1))


@misconception("You look at the largest difference only; every coordinate counts.")
def hardest_negative__largest_difference(anchor, candidates):
    return np.argmin(np.max(np.abs(candidates - anchor), axis=1))


@misconception("You add up along the wrong axis: each row is a candidate.")
def hardest_negative__wrong_axis(anchor, candidates):
    return np.argmin(np.sum((candidates - anchor) ** 2, axis=0))


@misconception("You return the smallest distance; asked for is where it stands.")
def hardest_negative__distance(anchor, candidates):
    return np.min(np.linalg.norm(candidates - anchor, axis=1))


@misconception("The largest scalar product does not belong to the nearest point.")
def hardest_negative__by_scalar_product(anchor, candidates):
    return np.argmax(candidates @ anchor)


@misconception("You take nearly equal distances for ties.")
def hardest_negative__nearly_equal(anchor, candidates):
    distances = np.linalg.norm(candidates - anchor, axis=1)
    return np.flatnonzero(np.isclose(distances, np.min(distances)))[0]


@misconception("You expand the square; far from 0 the digits that tell the points apart get lost.")
def hardest_negative__expanded_square(anchor, candidates):
    squares = np.sum(candidates**2, axis=1) - 2 * candidates @ anchor + np.sum(anchor**2)
    return np.argmin(np.sqrt(np.maximum(squares, 0)))


@misconception(
    "Your sorting does not keep the order of equals, so another than the first may lead."
)
def hardest_negative__unstable_sort(anchor, candidates):
    return np.argsort(np.linalg.norm(candidates - anchor, axis=1))[0]


@misconception("Your search starts from a distance that all candidates may exceed.")
def hardest_negative__start_too_near(anchor, candidates):
    best, nearest = 0, 1e4
    for k, candidate in enumerate(candidates):
        distance = np.linalg.norm(candidate - anchor)
        if distance < nearest:
            best, nearest = k, distance
    return best


@alternative
def hardest_negative__by_norms(anchor, candidates):
    return int(np.argmin(np.linalg.norm(anchor[None, :] - candidates, axis=1)))


@alternative
def hardest_negative__by_sorting(anchor, candidates):
    order = sorted(range(len(candidates)), key=lambda k: np.sum((candidates[k] - anchor) ** 2))
    return order[0]


@alternative
def hardest_negative__in_a_loop(anchor, candidates):
    best, nearest = 0, np.inf
    for k, candidate in enumerate(candidates):
        distance = np.sqrt(np.sum((candidate - anchor) ** 2))
        if distance < nearest:
            best, nearest = k, distance
    return best


# ---- multitask_loss


@misconception("You divide by the sum of the weights; this is to be a sum, not a mean.")
def multitask_loss__weighted_mean(losses, weights):
    return np.sum(weights * losses) / np.sum(weights)


@misconception("You divide by the number of tasks; this is to be a sum, not a mean.")
def multitask_loss__mean(losses, weights):
    return np.mean(weights * losses)


@misconception("The weights have no effect on your result.")
def multitask_loss__unweighted(losses, weights):
    return np.sum(losses)


@misconception("You multiply sum by sum: each loss has a weight of its own.")
def multitask_loss__sum_by_sum(losses, weights):
    return np.sum(losses) * np.sum(weights)


@misconception("You return one number for each task; asked for is their sum.")
def multitask_loss__not_added_up(losses, weights):
    return weights * losses


@misconception("You weight the losses in place; they should stay as they were.")
def multitask_loss__in_place(losses, weights):
    losses *= weights
    return np.sum(losses)


@misconception("You go by way of a weighted mean, and that does not exist if all weights are 0.")
def multitask_loss__mean_times_weights(losses, weights):
    return np.average(losses, weights=weights) * np.sum(weights)


@misconception("You store the products as integers when the losses are integers.")
def multitask_loss__truncated(losses, weights):
    products = np.empty_like(losses)
    for k in range(len(losses)):
        products[k] = weights[k] * losses[k]
    return np.sum(products)


@alternative
def multitask_loss__by_a_product(losses, weights):
    return losses @ weights


@alternative
def multitask_loss__in_a_loop(losses, weights):
    total = 0.0
    for value, weight in zip(losses.tolist(), weights.tolist(), strict=True):
        total += weight * value
    return total


@alternative
def multitask_loss__by_einsum(losses, weights):
    return float(np.einsum("k,k->", losses, weights))


# ---- relative_losses


@misconception("You divide the wrong way round: losses that fall should give values below 1.")
def relative_losses__upside_down(losses, initial):
    with np.errstate(all="ignore"):
        return initial / losses


@misconception("You subtract the initial values; that does not take the unit away.")
def relative_losses__difference(losses, initial):
    return losses - initial


@misconception("You give the relative change; asked for is the relative value.")
def relative_losses__change(losses, initial):
    return (losses - initial) / initial


@misconception("You divide all losses by the same number; each has an initial value of its own.")
def relative_losses__by_the_sum(losses, initial):
    return losses / np.sum(initial)


@misconception("You make the results sum to 1; then one task's share depends on the others.")
def relative_losses__as_shares(losses, initial):
    return losses / initial / np.sum(losses / initial)


@misconception("You write into the array of losses; it should stay as it was.")
def relative_losses__in_place(losses, initial):
    losses[:] = losses / initial
    return losses * 1.0


@misconception("You add something to the denominator: losses on a small scale come out too low.")
def relative_losses__with_an_epsilon(losses, initial):
    return losses / (initial + 1e-8)


@misconception("You take a small initial loss for 0 and do not divide by it.")
def relative_losses__small_is_zero(losses, initial):
    return losses / np.where(np.isclose(initial, 0), 1, initial)


@alternative
def relative_losses__by_factors(losses, initial):
    return losses * (1 / initial)


@alternative
def relative_losses__in_a_loop(losses, initial):
    return np.array([now / then for now, then in zip(losses, initial, strict=True)])


@alternative
def relative_losses__by_divide(losses, initial):
    return np.divide(losses, initial, dtype=np.float64)
