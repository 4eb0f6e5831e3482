"""Wrong answers to 01-activations that must lose points, and other right ones that must not."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- sigmoid


@misconception("For large negative inputs your exponential overflows.", seed="E02")
def sigmoid__overflows(x):
    x = as_float(x)
    return 1 / (1 + np.exp(-x))


@misconception(
    "Division binds tighter than addition: as written, only the 1 is divided.", seed="E02b"
)
def sigmoid__without_parentheses(x):
    x = as_float(x)
    return 1 / 1 + np.exp(-np.clip(x, -700, 700))


@misconception("The sign of the exponent is reversed: your curve falls where it should rise.")
def sigmoid__mirrored(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, decay, 1) / (1 + decay)


@misconception("Your curve is twice as steep as it should be: the exponent is -x, not -2x.")
def sigmoid__doubled_slope(x):
    x = as_float(x)
    decay = np.exp(-2 * np.abs(x))
    return np.where(x >= 0, 1, decay) / (1 + decay)


@misconception("Your result is 0 for inputs where the true value is small but not zero.")
def sigmoid__clipped_too_early(x):
    x = np.clip(as_float(x), -30, 30)
    return 1 / (1 + np.exp(-x))


@misconception("Your result is always float64: float32 input should give float32.")
def sigmoid__always_double(x):
    x = np.asarray(x, dtype=np.float64)
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, decay) / (1 + decay)


@alternative
def sigmoid__with_a_bounded_exponent(x):
    x = as_float(x)
    with np.errstate(over="ignore"):
        return np.where(x < 0, np.exp(np.minimum(x, 0)), 1) / (1 + np.exp(-np.abs(x)))


@alternative
def sigmoid__clipped_far_out(x):
    x = as_float(x)
    limit = 700 if x.dtype == np.float64 else 85
    return (1 / (1 + np.exp(-np.clip(x, -limit, limit)))).astype(x.dtype)


@alternative
def sigmoid__in_two_branches(x):
    x = as_float(x)
    result = np.empty_like(x)
    right = x >= 0
    result[right] = 1 / (1 + np.exp(-x[right]))
    grown = np.exp(x[~right])
    result[~right] = grown / (1 + grown)
    return result


@alternative
def sigmoid__in_a_loop(x):
    x = as_float(x)
    values = []
    for value in x.ravel():
        if value >= 0:
            values.append(1 / (1 + np.exp(-value)))
        else:
            values.append(np.exp(value) / (1 + np.exp(value)))
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# ---- sigmoid_grad


@misconception(
    "Your slope is exactly 0 far to the right: 1 minus a number close to 1 is rounded away.",
    seed="E03",
)
def sigmoid_grad__loses_the_right_tail(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, decay) / (1 + decay)
    return s * (1 - s)


@misconception(
    "For large negative inputs your exponential overflows and the quotient is no number.",
    seed="E03",
)
def sigmoid_grad__overflows(x):
    x = as_float(x)
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@misconception("You treat the argument as the sigmoid's output; it is the sigmoid's input.")
def sigmoid_grad__of_the_output(x):
    x = as_float(x)
    return x * (1 - x)


@misconception("Your result is the sigmoid itself, not its slope.")
def sigmoid_grad__is_the_sigmoid(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, decay) / (1 + decay)


@misconception("The denominator of the slope is squared; yours is not.")
def sigmoid_grad__denominator_not_squared(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return decay / (1 + decay)


@misconception("The sigmoid rises everywhere, so its slope is never negative.")
def sigmoid_grad__with_a_sign(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return np.sign(x) * decay / (1 + decay) ** 2


@alternative
def sigmoid_grad__of_both_sides(x):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return (1 / (1 + decay)) * (decay / (1 + decay))


@alternative
def sigmoid_grad__by_cosh(x):
    half = np.minimum(np.abs(as_float(x)), 1400) / 2
    if half.dtype == np.float32:
        half = np.minimum(half, np.float32(40))
    return 0.25 / np.cosh(half) / np.cosh(half)


@alternative
def sigmoid_grad__in_a_loop(x):
    x = as_float(x)
    values = []
    for value in x.ravel():
        decay = np.exp(-abs(value))
        values.append(decay / (1 + decay) / (1 + decay))
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# ---- tanh


@misconception(
    "Beyond 710 numerator and denominator are both infinite, and their quotient is no number.",
    seed="E04",
)
def tanh__overflows_to_nan(x):
    x = as_float(x)
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@misconception(
    "Near 0 you subtract two nearly equal numbers, and the digits that matter are lost.",
    seed="E04",
)
def tanh__cancels_near_zero(x):
    x = as_float(x)
    decay = np.exp(-2 * np.abs(x))
    return np.sign(x) * (2 / (1 + decay) - 1)


@misconception("For large negative inputs your exponential overflows.", seed="E04")
def tanh__from_a_plain_sigmoid(x):
    x = as_float(x)
    return 2 / (1 + np.exp(-2 * x)) - 1


@misconception("The function is to be built from np.exp or np.expm1, not taken from a library.")
def tanh__from_the_library(x):
    return np.tanh(as_float(x))


@misconception("The function is to be built from np.exp or np.expm1, not from sinh and cosh.")
def tanh__from_sinh_and_cosh(x):
    x = as_float(x)
    near = np.clip(x, -300, 300)
    return np.where(np.abs(x) < 300, np.sinh(near) / np.cosh(near), np.sign(x)).astype(x.dtype)


@misconception("In float32 the exponentials overflow much earlier, and the quotient is no number.")
def tanh__safe_in_float64_only(x):
    x = as_float(x)
    near = np.clip(x, -300, 300)
    with np.errstate(all="ignore"):
        t = np.expm1(2 * near) / (np.expm1(2 * near) + 2)
    return np.where(np.abs(x) < 300, t, np.sign(x)).astype(x.dtype)


@misconception("tanh is odd, but your result has the same sign on both sides of 0.")
def tanh__without_its_sign(x):
    u = np.expm1(-2 * np.abs(as_float(x)))
    return -u / (u + 2)


@misconception("Your curve is stretched by two: the exponent is 2x, not x.")
def tanh__stretched(x):
    x = as_float(x)
    u = np.expm1(-np.abs(x))
    return np.copysign(u / (u + 2), x)


@alternative
def tanh__from_growth(x):
    x = as_float(x)
    u = np.expm1(2 * np.clip(x, -200, 20))
    return np.clip(np.where(x > 20, 1.0, u / (u + 2)), -1, 1).astype(x.dtype)


@alternative
def tanh__from_half_differences(x):
    x = as_float(x)
    z = np.abs(np.clip(x, -25, 25))
    grown, shrunk = np.expm1(z), np.expm1(-z)
    return np.sign(x) * (grown - shrunk) / (grown + shrunk + 2)


@alternative
def tanh__in_a_loop(x):
    x = as_float(x)
    values = []
    for value in x.ravel():
        u = np.expm1(-2 * abs(value))
        values.append(u / (u + 2) if value < 0 else -u / (u + 2))
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# ---- tanh_grad


@misconception(
    "Your slope is exactly 0 far out: 1 minus a number close to 1 is rounded away.", seed="E04"
)
def tanh_grad__loses_the_tails(x):
    return 1 - np.tanh(as_float(x)) ** 2


@misconception("You treat the argument as the output of tanh; it is the input.")
def tanh_grad__of_the_output(x):
    return 1 - as_float(x) ** 2


@misconception("The square is missing: the slope is 1 minus the square of tanh.")
def tanh_grad__without_the_square(x):
    return 1 - np.tanh(np.abs(as_float(x)))


@misconception("The factor 4 is missing: at 0 the slope of tanh is 1, not 1/4.")
def tanh_grad__without_the_factor(x):
    decay = np.exp(-2 * np.abs(as_float(x)))
    return decay / (1 + decay) ** 2


@misconception("Your result is the slope of the sigmoid; that of tanh is narrower and higher.")
def tanh_grad__of_the_sigmoid(x):
    decay = np.exp(-np.abs(as_float(x)))
    return decay / (1 + decay) ** 2


@alternative
def tanh_grad__by_cosh(x):
    z = np.minimum(np.abs(as_float(x)), 700)
    if z.dtype == np.float32:
        z = np.minimum(z, np.float32(40))
    return 1 / np.cosh(z) / np.cosh(z)


@alternative
def tanh_grad__of_two_factors(x):
    decay = np.exp(-2 * np.abs(as_float(x)))
    return (2 / (1 + decay)) * (2 * decay / (1 + decay))


@alternative
def tanh_grad__in_a_loop(x):
    x = as_float(x)
    values = []
    for value in x.ravel():
        decay = np.exp(-2 * abs(value))
        values.append(4 * decay / (1 + decay) ** 2)
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# ---- saturated_fraction


@misconception("Your result is a number of elements, not a share of them.")
def saturated_fraction__counts(x, threshold=0.01):
    decay = np.exp(-np.abs(as_float(x)))
    return float(np.sum(decay / (1 + decay) ** 2 < threshold))


@misconception("You compare the sigmoid with the threshold, not its slope.")
def saturated_fraction__of_the_value(x, threshold=0.01):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return float(np.mean(np.where(x >= 0, 1, decay) / (1 + decay) < threshold))


@misconception("A slope equal to the threshold does not count: the comparison is strict.")
def saturated_fraction__not_strict(x, threshold=0.01):
    decay = np.exp(-np.abs(as_float(x)))
    return float(np.mean(decay / (1 + decay) ** 2 <= threshold))


@misconception("The threshold that is given is ignored.")
def saturated_fraction__fixed_threshold(x, threshold=0.01):
    decay = np.exp(-np.abs(as_float(x)))
    return float(np.mean(decay / (1 + decay) ** 2 < 0.01))


@misconception("Your result is the share of units that still learn, not of the saturated ones.")
def saturated_fraction__of_the_others(x, threshold=0.01):
    decay = np.exp(-np.abs(as_float(x)))
    return float(np.mean(decay / (1 + decay) ** 2 >= threshold))


@misconception(
    "Far to the right your slope is exactly 0, so that it is below every threshold.", seed="E03"
)
def saturated_fraction__loses_the_right_tail(x, threshold=0.01):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, decay) / (1 + decay)
    return float(np.mean(s * (1 - s) < threshold))


@misconception("Only one side is counted: the sigmoid is flat for large negative inputs too.")
def saturated_fraction__right_side_only(x, threshold=0.01):
    x = as_float(x)
    decay = np.exp(-np.abs(x))
    return float(np.mean((decay / (1 + decay) ** 2 < threshold) & (x > 0)))


@alternative
def saturated_fraction__with_the_own_slope(x, threshold=0.01):
    return np.mean(sigmoid_grad(x) < threshold)


@alternative
def saturated_fraction__in_a_loop(x, threshold=0.01):
    values = as_float(x).ravel()
    count = 0
    for value in values:
        decay = np.exp(-abs(value))
        if decay / (1 + decay) / (1 + decay) < threshold:
            count += 1
    return count / len(values)


# ---- gradient_ceiling


@misconception("Slopes through several layers multiply; yours are added.")
def gradient_ceiling__adds(depth):
    return 0.25 * depth


@misconception("The sigmoid's value at 0 is one half, but its slope there is less.")
def gradient_ceiling__of_the_value(depth):
    return 0.5**depth


@misconception("You count one layer too many.")
def gradient_ceiling__one_too_many(depth):
    return 0.25 ** (depth + 1)


@misconception("You count one layer too few.")
def gradient_ceiling__one_too_few(depth):
    return 0.25 ** max(depth - 1, 0)


@misconception("Your result is the largest slope of tanh, not of the sigmoid.")
def gradient_ceiling__of_tanh(depth):
    return 1.0**depth


@misconception("With no layers there is nothing to shrink, so the product is 1, not 0.")
def gradient_ceiling__zero_without_layers(depth):
    return 0.25**depth if depth > 0 else 0.0


@alternative
def gradient_ceiling__as_a_power_of_two(depth):
    return 2.0 ** (-2 * depth)


@alternative
def gradient_ceiling__in_a_loop(depth):
    product = 1.0
    for _ in range(depth):
        product *= float(sigmoid_grad(0.0))
    return product


@alternative
def gradient_ceiling__as_an_exponential(depth):
    return np.exp(depth * np.log(0.25))


# ---- relu


@misconception(
    "The second argument of np.max is an axis; it does not compare two things.", seed="E01"
)
def relu__max_over_an_axis(x):
    return np.max(0, x)


@misconception("Negative inputs come out positive: you take the size of x, not its positive part.")
def relu__absolute_value(x):
    return np.abs(as_float(x))


@misconception("Positive inputs are capped: the ReLU has no upper limit.")
def relu__clipped_at_one(x):
    return np.clip(as_float(x), 0, 1)


@misconception(
    "Integers stay integers in your result; they should be worked in float64.", seed="E48"
)
def relu__keeps_integers(x):
    return np.maximum(0, x)


@misconception("Your function changes the array that it is given.")
def relu__in_place(x):
    x = as_float(x)
    if x.ndim == 0:
        return np.maximum(x, 0)
    x[x < 0] = 0
    return x


@misconception("At minus infinity your result is no number: 0 times infinity is undefined.")
def relu__by_product(x):
    x = as_float(x)
    return x * (x > 0)


@misconception("Everything positive becomes 1: that is the slope of the ReLU, not its value.")
def relu__is_a_step(x):
    x = as_float(x)
    return (x > 0).astype(x.dtype)


@misconception("The negative part comes through, and the positive part does not.")
def relu__the_other_half(x):
    return np.minimum(as_float(x), 0)


@alternative
def relu__by_where(x):
    x = as_float(x)
    return np.where(x > 0, x, np.zeros_like(x))


@alternative
def relu__on_a_copy(x):
    x = np.array(as_float(x), copy=True)
    x[x < 0] = 0
    return x


@alternative
def relu__in_a_loop(x):
    x = as_float(x)
    values = [value if value > 0 else 0.0 for value in x.ravel()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


@alternative
def relu__by_clip(x):
    return np.clip(as_float(x), 0, None)


# ---- relu_grad


@misconception("At 0 the slope counts as 0 here, not as 1.")
def relu_grad__one_at_zero(x):
    x = as_float(x)
    return (x >= 0).astype(x.dtype)


@misconception("At 0 the slope counts as 0 here, not as one half.")
def relu_grad__half_at_zero(x):
    x = as_float(x)
    return ((np.sign(x) + 1) / 2).astype(x.dtype)


@misconception("Your slopes are integers; they should be floats of the input's type.", seed="E48")
def relu_grad__integers(x):
    return (np.asarray(x) > 0) * 1


@misconception("Your slopes are truth values; they should be floats of the input's type.")
def relu_grad__booleans(x):
    return np.asarray(x) > 0


@misconception("Your result is the value of the ReLU, not its slope.")
def relu_grad__is_the_relu(x):
    return np.maximum(as_float(x), 0)


@misconception("To the left of 0 the ReLU is flat: its slope there is 0, not -1.")
def relu_grad__is_the_sign(x):
    return np.sign(as_float(x))


@alternative
def relu_grad__by_where(x):
    x = as_float(x)
    return np.where(x > 0, np.ones_like(x), np.zeros_like(x))


@alternative
def relu_grad__by_heaviside(x):
    x = as_float(x)
    return np.heaviside(x, np.zeros_like(x))


@alternative
def relu_grad__in_a_loop(x):
    x = as_float(x)
    values = [1.0 if value > 0 else 0.0 for value in x.ravel()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# ---- leaky_relu


@misconception("The slope that is given is ignored.")
def leaky_relu__fixed_slope(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, x, 0.01 * x)


@misconception("Nothing leaks: negative inputs give 0.")
def leaky_relu__does_not_leak(x, slope=0.01):
    return np.maximum(as_float(x), 0)


@misconception("Negative inputs give the slope itself, not the slope times the input.")
def leaky_relu__constant_on_the_left(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, x, slope).astype(x.dtype)


@misconception("Negative inputs come out positive: the sign is lost.")
def leaky_relu__sign_lost(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, x, slope * np.abs(x))


@misconception("The positive inputs are scaled, and the negative ones are not.")
def leaky_relu__sides_swapped(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, slope * x, x)


@misconception("The positive inputs are scaled, and the negative ones are not.")
def leaky_relu__minimum(x, slope=0.01):
    x = as_float(x)
    return np.minimum(x, slope * x)


@alternative
def leaky_relu__as_a_maximum(x, slope=0.01):
    x = as_float(x)
    return np.maximum(x, slope * x)


@alternative
def leaky_relu__as_a_sum(x, slope=0.01):
    x = as_float(x)
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


@alternative
def leaky_relu__on_a_copy(x, slope=0.01):
    x = np.array(as_float(x), copy=True)
    x[x < 0] *= slope
    return x


# ---- leaky_relu_grad


@misconception("At 0 the slope counts as that of the left piece, not as 1.")
def leaky_relu_grad__one_at_zero(x, slope=0.01):
    x = as_float(x)
    return np.where(x >= 0, 1.0, slope).astype(x.dtype)


@misconception("At 0 the slope counts as that of the left piece, not as 0.")
def leaky_relu_grad__zero_at_zero(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, 1.0, np.where(x < 0, slope, 0.0)).astype(x.dtype)


@misconception("Your result is the leaky ReLU itself, not its slope.")
def leaky_relu_grad__is_the_value(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, x, slope * x)


@misconception("Nothing leaks: the slope on the left is not 0.")
def leaky_relu_grad__of_the_relu(x, slope=0.01):
    x = as_float(x)
    return (x > 0).astype(x.dtype)


@misconception("The slope on the left is positive: the function rises there too.")
def leaky_relu_grad__falls_on_the_left(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, 1.0, -slope).astype(x.dtype)


@misconception("The slope that is given is ignored.")
def leaky_relu_grad__fixed_slope(x, slope=0.01):
    x = as_float(x)
    return np.where(x > 0, 1.0, 0.01).astype(x.dtype)


@alternative
def leaky_relu_grad__by_fill(x, slope=0.01):
    x = as_float(x)
    result = np.full_like(x, slope)
    result[x > 0] = 1
    return result


@alternative
def leaky_relu_grad__by_masks(x, slope=0.01):
    x = as_float(x)
    return (x > 0).astype(x.dtype) + (x <= 0).astype(x.dtype) * slope


# ---- prelu_backward


@misconception(
    "For slopes above 1 the larger of slope * x and x is the wrong piece: decide by the sign of x.",
    seed="E05",
)
def prelu_backward__of_a_maximum(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    scaled = slope * x > x
    dx = np.where(scaled, slope * upstream, upstream)
    return dx, float(np.sum(np.where(scaled, upstream * x, 0)))


@misconception("The slope is shared, so its gradient is one number: what flows back adds up.")
def prelu_backward__slope_per_element(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    negative = x < 0
    return np.where(negative, slope * upstream, upstream), np.where(negative, upstream * x, 0)


@misconception("The gradient of the slope is a sum; yours is a mean.")
def prelu_backward__mean_for_the_slope(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    negative = x < 0
    dx = np.where(negative, slope * upstream, upstream)
    return dx, float(np.mean(np.where(negative, upstream * x, 0)))


@misconception("The upstream gradient is missing: your result is right only where it is 1.")
def prelu_backward__ignores_upstream(x, slope, upstream):
    x = as_float(x)
    negative = x < 0
    dx = np.where(negative, slope, 1.0).astype(x.dtype)
    return dx, float(np.sum(np.where(negative, x, 0)))


@misconception("The gradient of the slope collects upstream times x, not upstream alone.")
def prelu_backward__slope_without_input(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    negative = x < 0
    dx = np.where(negative, slope * upstream, upstream)
    return dx, float(np.sum(np.where(negative, upstream, 0)))


@misconception("Positive inputs do not depend on the slope, so they add nothing to its gradient.")
def prelu_backward__slope_from_all_inputs(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    dx = np.where(x < 0, slope * upstream, upstream)
    return dx, float(np.sum(upstream * x))


@misconception("Products of small integers overflow: integers should be worked in float64.")
def prelu_backward__in_small_integers(x, slope, upstream):
    x, upstream = np.asarray(x), np.asarray(upstream)
    dx = as_float(np.where(x < 0, slope * upstream, upstream))
    return dx.astype(as_float(x).dtype), float(np.sum(np.where(x < 0, upstream * x, 0)))


@misconception("Negative inputs do pass a gradient back: the slope times upstream.")
def prelu_backward__like_a_plain_relu(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    negative = x < 0
    dx = np.where(negative, np.zeros_like(upstream), upstream)
    return dx, float(np.sum(np.where(negative, upstream * x, 0)))


@alternative
def prelu_backward__by_masks(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    right = (x > 0).astype(x.dtype)
    left = (x < 0).astype(x.dtype)
    return upstream * (right + slope * left), np.sum(upstream * np.minimum(x, 0))


@alternative
def prelu_backward__in_a_loop(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    dx = np.zeros_like(x)
    dslope = 0.0
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            dx[index] = upstream[index]
        else:
            dx[index] = slope * upstream[index]
            dslope += float(upstream[index] * x[index])
    return dx, dslope


@alternative
def prelu_backward__by_dot_product(x, slope, upstream):
    x, upstream = as_float(x), as_float(upstream)
    dslope = np.dot(np.minimum(x, 0).ravel(), upstream.ravel())
    return np.where(x > 0, upstream, upstream * slope), dslope


# ---- dead_units


@misconception("A unit that is 0 on the whole batch passes nothing, so it counts as dead too.")
def dead_units__zero_counts_as_alive(pre_activations):
    return np.all(np.asarray(pre_activations) < 0, axis=0)


@misconception("You look along the units of each example, not along the examples of each unit.")
def dead_units__wrong_axis(pre_activations):
    return np.all(np.asarray(pre_activations) <= 0, axis=1)


@misconception("One inactive example does not make a unit dead: it must be inactive on all.")
def dead_units__any_example(pre_activations):
    return np.any(np.asarray(pre_activations) <= 0, axis=0)


@misconception(
    "The sum of a unit's pre-activations says little: one positive entry keeps it alive."
)
def dead_units__by_the_sum(pre_activations):
    return np.sum(pre_activations, axis=0) <= 0


@misconception("Your result is true for the units that are alive.")
def dead_units__the_living(pre_activations):
    return np.any(np.asarray(pre_activations) > 0, axis=0)


@misconception("Your result says whether any unit is dead; asked is one truth value for each unit.")
def dead_units__of_the_whole_layer(pre_activations):
    return bool(np.all(np.asarray(pre_activations) <= 0, axis=0).any())


@misconception("Your result has numbers in place of truth values.")
def dead_units__as_integers(pre_activations):
    return np.all(np.asarray(pre_activations) <= 0, axis=0).astype(int)


@alternative
def dead_units__by_the_maximum(pre_activations):
    return np.max(pre_activations, axis=0) <= 0


@alternative
def dead_units__by_counting(pre_activations):
    return np.count_nonzero(np.asarray(pre_activations) > 0, axis=0) == 0


@alternative
def dead_units__in_a_loop(pre_activations):
    columns = np.asarray(pre_activations).T
    return np.array([all(value <= 0 for value in column) for column in columns])
