"""Wrong answers to 07-regularisation that must lose points, and other right ones that must not."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- l1_penalty


@misconception("Biases are counted too: keys that start with b are to be left out.")
def l1_penalty__with_biases(params, strength):
    return strength * sum(np.sum(np.abs(w)) for w in params.values())


@misconception("Positive and negative weights cancel in your sum: absolute values are missing.")
def l1_penalty__without_absolute_values(params, strength):
    return strength * sum(np.sum(w) for name, w in params.items() if name[0] != "b")


@misconception("You take the mean over the weights; the penalty is their sum.")
def l1_penalty__mean(params, strength):
    weights = [w.ravel() for name, w in params.items() if name[0] != "b"]
    return strength * np.mean(np.abs(np.concatenate(weights))) if weights else 0.0


@misconception("A matrix norm is the largest column or row sum, not the sum of all elements.")
def l1_penalty__matrix_norm(params, strength):
    weights = [w for name, w in params.items() if name[0] != "b"]
    return strength * float(
        sum(np.linalg.norm(w, 1) if w.ndim < 3 else np.sum(np.abs(w)) for w in weights)
    )


@misconception("A parameter is recognised as a bias by its name, not by its number of axes.")
def l1_penalty__biases_by_shape(params, strength):
    return strength * float(sum(np.sum(np.abs(w)) for w in params.values() if w.ndim > 1))


@misconception("The b of a bias is lower-case, and it is the first letter of the name.")
def l1_penalty__biases_by_any_b(params, strength):
    return strength * float(
        sum(np.sum(np.abs(w)) for name, w in params.items() if "b" not in name.lower())
    )


@misconception("Near 0 your smoothed absolute value is too large: a weight of 0 costs nothing.")
def l1_penalty__smoothed(params, strength):
    weights = [w for name, w in params.items() if name[0] != "b"]
    return strength * float(sum(np.sum(np.sqrt(w**2 + 1e-12)) for w in weights))


@alternative
def l1_penalty__by_norms(params, strength):
    weights = [w for name, w in params.items() if name[0] != "b"]
    return strength * float(sum(np.linalg.norm(w.ravel(), 1) for w in weights))


@alternative
def l1_penalty__in_a_loop(params, strength):
    total = 0.0
    for name in params:
        if name.startswith("b"):
            continue
        for value in params[name].ravel():
            total += strength * abs(value)
    return total


# ---- l1_grad


@misconception("The slope of an absolute value is 1 or -1, however large the weight is.")
def l1_grad__proportional_to_the_weight(params, strength):
    return {
        name: np.zeros_like(as_float(w)) if name[0] == "b" else strength * as_float(w)
        for name, w in params.items()
    }


@misconception("At 0 the slope counts as 0.")
def l1_grad__one_at_zero(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        slope = np.where(w >= 0, np.ones_like(w), -np.ones_like(w))
        grads[name] = np.zeros_like(w) if name[0] == "b" else strength * slope
    return grads


@misconception("Biases are pulled as well: their gradient is to be zero.")
def l1_grad__of_biases_too(params, strength):
    return {name: strength * np.sign(as_float(w)) for name, w in params.items()}


@misconception("The gradient needs every key; for biases it holds zeros.")
def l1_grad__without_the_biases(params, strength):
    return {name: strength * np.sign(as_float(w)) for name, w in params.items() if name[0] != "b"}


@misconception("Only a b at the start of a key makes it a bias.")
def l1_grad__any_b_is_a_bias(params, strength):
    return {
        name: np.zeros_like(as_float(w)) if "b" in name else strength * np.sign(as_float(w))
        for name, w in params.items()
    }


@misconception("The strength is missing from your gradient.")
def l1_grad__without_the_strength(params, strength):
    return {
        name: np.sign(as_float(w)) * (0.0 if name[0] == "b" else 1.0) for name, w in params.items()
    }


@misconception("Your function changes the arrays that it is given.")
def l1_grad__in_place(params, strength):
    for name, w in params.items():
        params[name] = (
            np.zeros_like(as_float(w)) if name[0] == "b" else strength * np.sign(as_float(w))
        )
    return params


@alternative
def l1_grad__by_comparisons(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        factor = 0.0 if name.startswith("b") else strength
        grads[name] = factor * ((w > 0).astype(w.dtype) - (w < 0).astype(w.dtype))
    return grads


@alternative
def l1_grad__by_quotients(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        size = np.where(w == 0, np.ones_like(w), np.abs(w))
        grads[name] = 0 * w if name[0] == "b" else strength * w / size
    return grads


# ---- l2_penalty


@misconception(
    "A norm is the root of the sum of squares; the penalty is the sum itself.", seed="E15"
)
def l2_penalty__sum_of_lengths(params, strength):
    return strength * float(
        sum(np.linalg.norm(w.ravel()) for name, w in params.items() if name[0] != "b")
    )


@misconception(
    "You take the root of the sum of squares; the penalty is the sum itself.", seed="E15"
)
def l2_penalty__length_of_all(params, strength):
    return strength * float(
        np.sqrt(sum(np.sum(w**2) for name, w in params.items() if name[0] != "b"))
    )


@misconception("You add absolute values: that is the L1 penalty.", seed="E15")
def l2_penalty__is_l1(params, strength):
    return strength * float(sum(np.sum(np.abs(w)) for name, w in params.items() if name[0] != "b"))


@misconception("Here the penalty has no factor of one half.")
def l2_penalty__halved(params, strength):
    return strength / 2 * float(sum(np.sum(w**2) for name, w in params.items() if name[0] != "b"))


@misconception("Biases are counted too: keys that start with b are to be left out.")
def l2_penalty__with_biases(params, strength):
    return strength * float(sum(np.sum(w**2) for w in params.values()))


@misconception("You take a mean over each array; the penalty is a sum over all elements.")
def l2_penalty__mean(params, strength):
    return strength * float(sum(np.mean(w**2) for name, w in params.items() if name[0] != "b"))


@misconception("Of a matrix, norm(W, 2) is the largest singular value, not the length.", seed="E15")
def l2_penalty__largest_singular_values(params, strength):
    weights = [w for name, w in params.items() if name[0] != "b"]
    return strength * float(
        sum(np.linalg.norm(w, 2) ** 2 if w.ndim < 3 else np.sum(w**2) for w in weights)
    )


@alternative
def l2_penalty__by_squared_norms(params, strength):
    weights = [w for name, w in params.items() if name[0] != "b"]
    return strength * float(sum(np.linalg.norm(w.ravel()) ** 2 for w in weights))


@alternative
def l2_penalty__by_dot_products(params, strength):
    total = 0.0
    for name, w in params.items():
        if not name.startswith("b"):
            total += np.dot(w.ravel(), w.ravel())
    return total * strength


# ---- l2_grad


@misconception("The square brings a factor of 2 into its slope.")
def l2_grad__without_the_two(params, strength):
    return {
        name: np.zeros_like(as_float(w)) if name[0] == "b" else strength * as_float(w)
        for name, w in params.items()
    }


@misconception(
    "That is the gradient of the weights' length, not of the sum of squares.", seed="E15"
)
def l2_grad__of_the_length(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        grads[name] = 0 * w if name[0] == "b" else strength * w / np.linalg.norm(w.ravel())
    return grads


@misconception("That is the gradient of the L1 penalty.", seed="E15")
def l2_grad__is_that_of_l1(params, strength):
    return {
        name: 0 * as_float(w) if name[0] == "b" else strength * np.sign(as_float(w))
        for name, w in params.items()
    }


@misconception("Biases are pulled as well: their gradient is to be zero.")
def l2_grad__of_biases_too(params, strength):
    return {name: 2 * strength * as_float(w) for name, w in params.items()}


@misconception("The gradient is one array per parameter, not the penalty's value.")
def l2_grad__is_the_penalty(params, strength):
    return {
        name: 0.0 if name[0] == "b" else float(strength * np.sum(w**2))
        for name, w in params.items()
    }


@misconception("Your function changes the arrays that it is given.")
def l2_grad__in_place(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        if name[0] == "b":
            grads[name] = np.zeros_like(w)
        else:
            w *= 2 * strength
            grads[name] = w
    return grads


@misconception("The gradient has the shape of each parameter, biases included.")
def l2_grad__single_zero_for_biases(params, strength):
    return {
        name: 0.0 if name[0] == "b" else 2 * strength * as_float(w) for name, w in params.items()
    }


@misconception(
    "A difference of two penalties loses digits, in float32 nearly all; use the formula."
)
def l2_grad__by_differences(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        grads[name] = np.zeros_like(w)
        for index in np.ndindex(w.shape if name[0] != "b" else 0):
            up, down = w.copy(), w.copy()
            up[index] += 1e-5
            down[index] -= 1e-5
            grads[name][index] = strength * (np.sum(up**2) - np.sum(down**2)) / 2e-5
    return grads


@misconception(
    "The difference of a weight and the shrunken weight loses digits; use the slope itself."
)
def l2_grad__from_a_step(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        grads[name] = np.zeros_like(w) if name[0] == "b" else w - (1 - 2 * strength) * w
    return grads


@alternative
def l2_grad__as_a_sum(params, strength):
    grads = {}
    for name, w in params.items():
        w = as_float(w)
        grads[name] = (w + w) * strength
        if name.startswith("b"):
            grads[name] = np.zeros(w.shape, w.dtype)
    return grads


@alternative
def l2_grad__by_a_factor(params, strength):
    return {name: 2.0 * strength * (name[0] != "b") * as_float(w) for name, w in params.items()}


# ---- elastic_net_penalty


@misconception("The two strengths are swapped.")
def elastic_net_penalty__swapped(params, l1, l2):
    return float(
        sum(
            l2 * np.sum(np.abs(w)) + l1 * np.sum(w**2)
            for name, w in params.items()
            if name[0] != "b"
        )
    )


@misconception("The second part has no factor of one half here.")
def elastic_net_penalty__half_of_l2(params, l1, l2):
    return float(
        sum(
            l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2) / 2
            for name, w in params.items()
            if name[0] != "b"
        )
    )


@misconception("The second part is the sum of squares, not a norm.", seed="E15")
def elastic_net_penalty__with_a_norm(params, l1, l2):
    return float(
        sum(
            l1 * np.sum(np.abs(w)) + l2 * np.linalg.norm(w.ravel())
            for name, w in params.items()
            if name[0] != "b"
        )
    )


@misconception("You add absolute values twice; the second part needs squares.", seed="E15")
def elastic_net_penalty__l1_twice(params, l1, l2):
    return float((l1 + l2) * sum(np.sum(np.abs(w)) for name, w in params.items() if name[0] != "b"))


@misconception("Biases are counted too: keys that start with b are to be left out.")
def elastic_net_penalty__with_biases(params, l1, l2):
    return float(sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2) for w in params.values()))


@alternative
def elastic_net_penalty__on_one_vector(params, l1, l2):
    weights = [w.ravel() for name, w in params.items() if name[0] != "b"]
    flat = np.concatenate([*weights, np.zeros(1)])
    return l1 * np.abs(flat).sum() + l2 * flat @ flat


@alternative
def elastic_net_penalty__by_element(params, l1, l2):
    total = 0
    for name, w in params.items():
        if name[0] != "b":
            for value in w.flat:
                total += abs(value) * (l1 + l2 * abs(value))
    return total


# ---- ridge


@misconception("The strength belongs on the diagonal only; you add it to every element.")
def ridge__added_everywhere(X, y, strength):
    return np.linalg.lstsq(X.T @ X + strength, X.T @ y, rcond=None)[0]


@misconception("Squared errors are summed here; you take their mean.")
def ridge__of_the_mean(X, y, strength):
    return np.linalg.lstsq(X.T @ X + strength * len(X) * np.eye(X.shape[1]), X.T @ y, rcond=None)[0]


@misconception("Neither of the two sums has a factor of one half, so none belongs to the strength.")
def ridge__half_the_strength(X, y, strength):
    return np.linalg.lstsq(X.T @ X + strength / 2 * np.eye(X.shape[1]), X.T @ y, rcond=None)[0]


@misconception("The penalty is missing: that is least squares.")
def ridge__least_squares(X, y, strength):
    return np.linalg.lstsq(X, y, rcond=None)[0]


@misconception("The model has no bias; you centre the data as if it had one.")
def ridge__with_a_bias(X, y, strength):
    X, y = X - X.mean(axis=0), y - y.mean()
    return np.linalg.lstsq(X.T @ X + strength * np.eye(X.shape[1]), X.T @ y, rcond=None)[0]


@misconception("The strength is used as it is, not squared.")
def ridge__squared_strength(X, y, strength):
    return np.linalg.lstsq(X.T @ X + strength**2 * np.eye(X.shape[1]), X.T @ y, rcond=None)[0]


@misconception(
    "There is no bias here: the weight of a column of ones is penalised like the others."
)
def ridge__ones_are_free(X, y, strength):
    penalised = np.any(X != 1, axis=0).astype(float)
    return np.linalg.solve(X.T @ X + strength * np.diag(penalised), X.T @ y)


@misconception("Gradient descent has not arrived yet; the equations can be solved directly.")
def ridge__by_descent(X, y, strength):
    w = np.zeros(X.shape[1])
    step = 1 / (np.linalg.norm(X, 2) ** 2 + strength)
    for _ in range(500):
        w = w - step * (X.T @ (X @ w - y) + strength * w)
    return w


@alternative
def ridge__by_an_inverse(X, y, strength):
    return np.linalg.inv(X.T @ X + strength * np.identity(X.shape[1])) @ X.T @ y


@alternative
def ridge__as_extra_examples(X, y, strength):
    D = X.shape[1]
    X = np.vstack([X, np.sqrt(strength) * np.eye(D)])
    y = np.concatenate([y, np.zeros(D)])
    return np.linalg.lstsq(X, y, rcond=None)[0]


@alternative
def ridge__by_singular_values(X, y, strength):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt.T @ (s / (s**2 + strength) * (U.T @ y))


# ---- soft_threshold


@misconception("What passes the threshold moves towards 0 by t as well; you leave it where it was.")
def soft_threshold__hard(w, t):
    w = as_float(w)
    return np.where(np.abs(w) > t, w, 0)


@misconception("Negative values lose their sign.")
def soft_threshold__without_the_sign(w, t):
    return np.maximum(np.abs(as_float(w)) - t, 0)


@misconception("Small values move beyond 0; they must stop there.")
def soft_threshold__beyond_zero(w, t):
    w = as_float(w)
    return w - t * np.sign(w)


@misconception("Negative values are thresholded from the wrong side.")
def soft_threshold__of_positives_only(w, t):
    return np.maximum(as_float(w) - t, 0)


@misconception("You return the part that is cut off, not what remains.")
def soft_threshold__clipped(w, t):
    return np.clip(as_float(w), -t, t)


@misconception("Shrinking by a factor is what L2 does; L1 takes off a fixed amount.")
def soft_threshold__by_a_factor(w, t):
    return as_float(w) / (1 + 2 * t)


@misconception(
    "A small number beside the absolute value makes the sign of small elements too short."
)
def soft_threshold__sign_with_an_epsilon(w, t):
    w = as_float(w)
    return w / (np.abs(w) + 1e-8) * np.maximum(np.abs(w) - t, 0)


@misconception("Turn integers into floats before subtracting: unsigned ones wrap around below 0.")
def soft_threshold__floats_at_the_end(w, t):
    w = np.asarray(w)
    return as_float(np.sign(w) * np.maximum(np.abs(w) - t, 0))


@alternative
def soft_threshold__by_clipping(w, t):
    w = as_float(w)
    return w - np.clip(w, -t, t)


@alternative
def soft_threshold__in_three_cases(w, t):
    w = as_float(w)
    return np.where(w > t, w - t, np.where(w < -t, w + t, np.zeros_like(w)))


@alternative
def soft_threshold__by_two_rectifiers(w, t):
    w = as_float(w)
    return np.maximum(w - t, 0) - np.maximum(-w - t, 0)


# ---- lasso


@misconception("The threshold is the strength times the step; yours lacks the step.")
def lasso__threshold_without_the_step(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2) ** 2
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * (X.T @ (X @ w - y))
        w = np.sign(w) * np.maximum(np.abs(w) - strength, 0)
    return w


@misconception("np.linalg.norm without a second argument is not the largest singular value.")
def lasso__frobenius_norm(X, y, strength, steps):
    step = 1 / np.linalg.norm(X) ** 2
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * (X.T @ (X @ w - y))
        w = np.sign(w) * np.maximum(np.abs(w) - step * strength, 0)
    return w


@misconception("Descending along the gradient of L1 leaves no weight at exactly 0.")
def lasso__by_the_gradient(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2) ** 2
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * (X.T @ (X @ w - y) + strength * np.sign(w))
    return w


@misconception("With the half in front, the gradient of the squared errors has no factor of 2.")
def lasso__twice_the_gradient(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2) ** 2
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - 2 * step * (X.T @ (X @ w - y))
        w = np.sign(w) * np.maximum(np.abs(w) - step * strength, 0)
    return w


@misconception("The largest singular value is to be squared.")
def lasso__norm_not_squared(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2)
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * (X.T @ (X @ w - y))
        w = np.sign(w) * np.maximum(np.abs(w) - step * strength, 0)
    return w


@misconception("You begin at the least squares solution; the iteration begins at 0.")
def lasso__from_least_squares(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2) ** 2
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    for _ in range(steps):
        w = w - step * (X.T @ (X @ w - y))
        w = np.sign(w) * np.maximum(np.abs(w) - step * strength, 0)
    return w


@misconception("A small step is no standstill: all the steps asked for are to be done.")
def lasso__stops_when_close(X, y, strength, steps):
    step = 1 / np.linalg.norm(X, 2) ** 2
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        before, moved = w, w - step * (X.T @ (X @ w - y))
        w = np.sign(moved) * np.maximum(np.abs(moved) - step * strength, 0)
        if np.max(np.abs(w - before)) < 1e-7:
            break
    return w


@alternative
def lasso__with_products_made_once(X, y, strength, steps):
    G, c = X.T @ X, X.T @ y
    step = 1 / np.linalg.eigvalsh(G)[-1]
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w + step * (c - G @ w)
        w = np.where(np.abs(w) > step * strength, w - np.sign(w) * step * strength, 0.0)
    return w


@alternative
def lasso__by_clipping(X, y, strength, steps):
    largest = np.linalg.svd(X, compute_uv=False)[0]
    w = np.zeros_like(X[0])
    for _ in range(steps):
        moved = w - X.T @ (X @ w - y) / largest**2
        cut = strength / largest**2
        w = moved - np.clip(moved, -cut, cut)
    return w


# ---- dropout_forward


@misconception("What is kept must be divided by keep_prob, or the mean shrinks.", seed="E58")
def dropout_forward__without_scaling(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    mask = rng.random(x.shape) < keep_prob if training else np.ones(x.shape, dtype=bool)
    return np.where(mask, x, 0), mask


@misconception("keep_prob is the probability of keeping; you drop with it.")
def dropout_forward__keeps_what_it_should_drop(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    mask = rng.random(x.shape) >= keep_prob if training else np.ones(x.shape, dtype=bool)
    return np.where(mask, x / keep_prob if training else x, 0), mask


@misconception("What is kept is divided by the probability of keeping, not by that of dropping.")
def dropout_forward__divides_by_the_drop_rate(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training or keep_prob == 1:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) < keep_prob
    return np.where(mask, x / (1 - keep_prob), 0), mask


@misconception("In test mode nothing is scaled: training has taken care of that.", seed="E58")
def dropout_forward__scales_in_test_mode(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x * keep_prob, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) < keep_prob
    return np.where(mask, x / keep_prob, 0), mask


@misconception("All examples share one mask; each element is to be drawn by itself.")
def dropout_forward__one_mask_for_all_rows(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = np.broadcast_to(rng.random(x.shape[-1:]) < keep_prob, x.shape).copy()
    return np.where(mask, x / keep_prob, 0), mask


@misconception("A keep_prob of 0 ends in a division by 0; it must be refused.", seed="E58")
def dropout_forward__accepts_any_keep_prob(x, keep_prob, rng, training=True):
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) < keep_prob
    return np.where(mask, x / keep_prob, 0), mask


@misconception("The mask is drawn from NumPy's global state; it must come from rng.")
def dropout_forward__global_randomness(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = np.random.random(x.shape) < keep_prob
    return np.where(mask, x / keep_prob, 0), mask


@misconception("Your mask is the same at every call: rng is not moved on.")
def dropout_forward__the_same_mask_each_time(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = np.random.default_rng(0).random(x.shape) < keep_prob
    return np.where(mask, x / keep_prob, 0), mask


@misconception("An element that is 0 may be kept: the mask does not follow from the output.")
def dropout_forward__mask_from_the_output(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    out = np.where(rng.random(x.shape) < keep_prob, x / keep_prob, 0)
    return out, np.not_equal(out, 0)


@misconception("You keep a fixed number of elements; each is to be drawn by itself.")
def dropout_forward__keeps_an_exact_number(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.permutation(x.size).reshape(x.shape) < round(keep_prob * x.size)
    return np.where(mask, x / keep_prob, 0), mask


@misconception("The mask is boolean; yours holds the scaled values.")
def dropout_forward__scaled_mask(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = ((rng.random(x.shape) < keep_prob) / keep_prob).astype(x.dtype)
    return x * mask, mask


@alternative
def dropout_forward__by_binomial(x, keep_prob, rng, training=True):
    if keep_prob <= 0 or keep_prob > 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if training:
        mask = np.asarray(rng.binomial(1, keep_prob, size=x.shape)).astype(bool)
        return (x * mask / keep_prob).astype(x.dtype), mask
    return x.copy(), np.full(x.shape, True)


@alternative
def dropout_forward__by_choice(x, keep_prob, rng, training=True):
    if not (keep_prob > 0 and keep_prob <= 1):
        raise ValueError(f"bad keep_prob: {keep_prob}")
    x = as_float(x)
    if not training:
        return x, np.ones_like(x, dtype=bool)
    mask = np.asarray(rng.choice([False, True], size=x.shape, p=[1 - keep_prob, keep_prob]))
    return np.where(mask, x, np.zeros_like(x)) / keep_prob, mask


@alternative
def dropout_forward__in_a_loop(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob is a probability above 0")
    x = as_float(x)
    out, mask = [], []
    for value in x.ravel():
        kept = not training or rng.random() < keep_prob
        mask.append(kept)
        out.append(0.0 if not kept else value / keep_prob if training else value)
    return np.array(out, dtype=x.dtype).reshape(x.shape), np.array(mask).reshape(x.shape)


@alternative
def dropout_forward__by_uniform_from_above(x, keep_prob, rng, training=True):
    if not 0 < keep_prob <= 1:
        raise ValueError("keep_prob must be in (0, 1]")
    x = as_float(x)
    if not training:
        keep_prob = 1.0
    mask = rng.uniform(0, 1, size=x.shape) >= 1 - keep_prob
    return x * np.asarray(mask / keep_prob, dtype=x.dtype), mask


# ---- dropout_backward


@misconception("The kept values were divided by keep_prob, and so is their gradient.")
def dropout_backward__without_scaling(upstream, mask, keep_prob):
    return np.where(mask, as_float(upstream), 0)


@misconception("Nothing flows back through what was dropped; you ignore the mask.")
def dropout_backward__without_the_mask(upstream, mask, keep_prob):
    return as_float(upstream) / keep_prob


@misconception("You let through what was dropped and stop what was kept.")
def dropout_backward__inverted_mask(upstream, mask, keep_prob):
    return np.where(mask, 0, as_float(upstream) / keep_prob)


@misconception("The slope of x / keep_prob is 1 / keep_prob; you multiply instead.")
def dropout_backward__multiplies(upstream, mask, keep_prob):
    return np.where(mask, as_float(upstream) * keep_prob, 0)


@misconception("The mask of the forward pass is given; you draw a new one.")
def dropout_backward__new_mask(upstream, mask, keep_prob):
    upstream = as_float(upstream)
    drawn = np.random.default_rng(0).random(upstream.shape) < keep_prob
    return np.where(drawn, upstream / keep_prob, 0)


@misconception("Your function changes the gradient that it is given.")
def dropout_backward__in_place(upstream, mask, keep_prob):
    upstream = as_float(upstream)
    upstream[~np.asarray(mask)] = 0
    upstream /= keep_prob
    return upstream


@alternative
def dropout_backward__by_product(upstream, mask, keep_prob):
    upstream = as_float(upstream)
    return upstream * np.asarray(mask) / keep_prob


@alternative
def dropout_backward__into_zeros(upstream, mask, keep_prob):
    upstream, mask = as_float(upstream), np.asarray(mask)
    result = np.zeros_like(upstream)
    result[mask] = upstream[mask] / keep_prob
    return result


# ---- two_layer_dropout_forward


@misconception("What is kept must be divided by keep_prob, or the next layer gets too little.")
def two_layer_dropout_forward__without_scaling(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    mask = rng.random(Z.shape) < keep_prob if training else np.ones(Z.shape, dtype=bool)
    out = (np.maximum(Z, 0) * mask) @ params["W2"] + params["b2"]
    return out, (X, Z, mask / keep_prob if training else mask)


@misconception("In test mode nothing is scaled: training has taken care of that.", seed="E58")
def two_layer_dropout_forward__scales_in_test_mode(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    if training:
        scale = (rng.random(Z.shape) < keep_prob) / keep_prob
    else:
        scale = np.full(Z.shape, keep_prob)
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("Units are dropped in test mode too; the argument training is not looked at.")
def two_layer_dropout_forward__always_drops(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = (rng.random(Z.shape) < keep_prob) / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("keep_prob is the probability of keeping; you drop with it.")
def two_layer_dropout_forward__swapped(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training and keep_prob < 1:
        scale = (rng.random(Z.shape) >= keep_prob) / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("All examples share one mask; each is to draw its own.")
def two_layer_dropout_forward__one_mask_for_the_batch(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        scale = scale * (rng.random(Z.shape[1]) < keep_prob) / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("The ReLU is missing between the two layers.")
def two_layer_dropout_forward__without_relu(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        scale = (rng.random(Z.shape) < keep_prob) / keep_prob
    return (Z * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("The mask is drawn from NumPy's global state; it must come from rng.")
def two_layer_dropout_forward__global_randomness(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        scale = (np.random.rand(*Z.shape) < keep_prob) / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@alternative
def two_layer_dropout_forward__before_the_relu(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        scale = rng.binomial(1, keep_prob, size=Z.shape) / keep_prob
    return np.maximum(Z * scale, 0) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("Two examples share a mask; each one draws its own.")
def two_layer_dropout_forward__masks_used_twice(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        half = rng.random(((len(Z) + 1) // 2, Z.shape[1])) < keep_prob
        scale = np.concatenate([half, half])[: len(Z)] / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@misconception("Each unit is drawn by itself; you shuffle one row, so that all keep equally many.")
def two_layer_dropout_forward__one_row_shuffled(X, params, keep_prob, rng, training=True):
    Z = X @ params["W1"] + params["b1"]
    scale = np.ones(Z.shape)
    if training:
        row = rng.random(Z.shape[1]) < keep_prob
        scale = np.array([rng.permutation(row) for _ in Z]) / keep_prob
    return (np.maximum(Z, 0) * scale) @ params["W2"] + params["b2"], (X, Z, scale)


@alternative
def two_layer_dropout_forward__one_row_at_a_time(X, params, keep_prob, rng, training=True):
    out, kept, sums = [], [], []
    for row in X:
        z = row @ params["W1"] + params["b1"]
        mask = [rng.random() < keep_prob if training else True for _ in z]
        scale = np.array(mask) / (keep_prob if training else 1.0)
        out.append(np.where(z > 0, z, 0) * scale @ params["W2"] + params["b2"])
        kept.append(scale)
        sums.append(z)
    return np.array(out), (X, np.array(sums), np.array(kept))


# ---- two_layer_dropout_backward


@misconception("On the way back the gradient meets the same mask; yours passes dropped units.")
def two_layer_dropout_backward__without_the_mask(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * (Z > 0)
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream,
        "b2": upstream.sum(axis=0),
    }


@misconception("The division by keep_prob is missing on the way back.")
def two_layer_dropout_backward__without_scaling(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * (scale > 0) * (Z > 0)
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream,
        "b2": upstream.sum(axis=0),
    }


@misconception("The second layer saw the units after dropout; you use those before it.")
def two_layer_dropout_backward__units_before_dropout(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale * (Z > 0)
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0),
        "W2": np.maximum(Z, 0).T @ upstream,
        "b2": upstream.sum(axis=0),
    }


@misconception(
    "Gradients are sums over the batch; any division by N is part of upstream.", seed="E10"
)
def two_layer_dropout_backward__divided_by_the_batch(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale * (Z > 0)
    return {
        "W1": X.T @ dZ / len(X),
        "b1": dZ.mean(axis=0),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream / len(X),
        "b2": upstream.mean(axis=0),
    }


@misconception("A bias has one axis; your gradient has two.", seed="E12")
def two_layer_dropout_backward__biases_with_two_axes(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale * (Z > 0)
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0, keepdims=True),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream,
        "b2": upstream.sum(axis=0, keepdims=True),
    }


@misconception("The slope of the ReLU is missing on the way back.")
def two_layer_dropout_backward__without_relu(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream,
        "b2": upstream.sum(axis=0),
    }


@misconception("Gradients are to be returned, not subtracted from the parameters.", seed="E11")
def two_layer_dropout_backward__updates_the_parameters(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale * (Z > 0)
    params["W1"] -= X.T @ dZ
    params["b1"] -= dZ.sum(axis=0)
    params["W2"] -= (np.maximum(Z, 0) * scale).T @ upstream
    params["b2"] -= upstream.sum(axis=0)
    return params


@misconception("The gradients of the biases are missing.", seed="E09")
def two_layer_dropout_backward__weights_only(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * scale * (Z > 0)
    return {"W1": X.T @ dZ, "W2": (np.maximum(Z, 0) * scale).T @ upstream}


@misconception("Where the pre-activation is exactly 0 the slope of the ReLU counts as 0.")
def two_layer_dropout_backward__passes_at_zero(upstream, params, cache):
    X, Z, scale = cache
    dZ = (upstream @ params["W2"].T) * np.where(Z >= 0, 1 / 0.7, 0) * (Z == 0)
    dZ = dZ + (upstream @ params["W2"].T) * scale * (Z > 0)
    return {
        "W1": X.T @ dZ,
        "b1": dZ.sum(axis=0),
        "W2": (np.maximum(Z, 0) * scale).T @ upstream,
        "b2": upstream.sum(axis=0),
    }


@alternative
def two_layer_dropout_backward__by_einsum(upstream, params, cache):
    X, Z, scale = cache
    dZ = np.where(Z > 0, scale * np.einsum("nk,hk->nh", upstream, params["W2"]), 0)
    return {
        "b2": np.einsum("nk->k", upstream),
        "W2": np.einsum("nh,nk->hk", np.where(Z > 0, Z * scale, 0), upstream),
        "b1": np.einsum("nh->h", dZ),
        "W1": np.einsum("nd,nh->dh", X, dZ),
    }


@alternative
def two_layer_dropout_backward__one_row_at_a_time(upstream, params, cache):
    grads = {name: np.zeros_like(values) for name, values in params.items()}
    for x, z, scale, g in zip(*cache, upstream, strict=True):
        dz = (params["W2"] @ g) * scale
        dz[z <= 0] = 0
        grads["W1"] += np.outer(x, dz)
        grads["b1"] += dz
        grads["W2"] += np.outer(np.maximum(z, 0) * scale, g)
        grads["b2"] += g
    return grads


# ---- variational_dropout


@misconception("Every time step draws a new mask; a sequence is to keep its own.")
def variational_dropout__ordinary(x, keep_prob, rng):
    x = as_float(x)
    return np.where(rng.random(x.shape) < keep_prob, x / keep_prob, 0)


@misconception("All sequences share one mask; each is to draw its own.")
def variational_dropout__one_mask_for_the_batch(x, keep_prob, rng):
    x = as_float(x)
    return np.where(rng.random(x.shape[2]) < keep_prob, x / keep_prob, 0)


@misconception("Whole time steps are dropped; features are to be, for all time steps.")
def variational_dropout__drops_time_steps(x, keep_prob, rng):
    x = as_float(x)
    return np.where(rng.random((*x.shape[:2], 1)) < keep_prob, x / keep_prob, 0)


@misconception("Whole sequences are dropped; each feature is to be drawn by itself.")
def variational_dropout__drops_sequences(x, keep_prob, rng):
    x = as_float(x)
    return np.where(rng.random((len(x), 1, 1)) < keep_prob, x / keep_prob, 0)


@misconception("What is kept must be divided by keep_prob.")
def variational_dropout__without_scaling(x, keep_prob, rng):
    x = as_float(x)
    return np.where(rng.random((x.shape[0], 1, x.shape[2])) < keep_prob, x, 0)


@misconception("keep_prob is the probability of keeping; you drop with it.")
def variational_dropout__swapped(x, keep_prob, rng):
    x = as_float(x)
    if keep_prob == 1:
        return x
    return np.where(rng.random((x.shape[0], 1, x.shape[2])) > keep_prob, x / keep_prob, 0)


@misconception("The mask is drawn, not read from the values: a first 0 is not a dropped unit.")
def variational_dropout__first_step_decides(x, keep_prob, rng):
    x = as_float(x)
    first = x[:, :1] * (rng.random(x[:, :1].shape) < keep_prob)
    return x * (first != 0) / keep_prob


@misconception(
    "keep_prob is a probability: how many features of a sequence are kept is left to chance."
)
def variational_dropout__keeps_an_exact_number(x, keep_prob, rng):
    x = as_float(x)
    order = rng.random((x.shape[0], 1, x.shape[2])).argsort(axis=2).argsort(axis=2)
    return np.where(order < round(keep_prob * x.shape[2]), x / keep_prob, 0)


@alternative
def variational_dropout__one_sequence_at_a_time(x, keep_prob, rng):
    x = as_float(x)
    out = np.zeros_like(x)
    for n in range(x.shape[0]):
        mask = rng.random(x.shape[2]) < keep_prob
        for t in range(x.shape[1]):
            out[n, t] = x[n, t] * mask / keep_prob
    return out


@alternative
def variational_dropout__by_binomial(x, keep_prob, rng):
    x = as_float(x)
    N, _, D = x.shape
    mask = rng.binomial(1, keep_prob, size=(N, D)).astype(x.dtype)
    return x * mask[:, None, :] / keep_prob


# ---- zoneout


@misconception("zone_prob is the probability of the old value; you give it to the new one.")
def zoneout__swapped(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training:
        return zone_prob * h_new + (1 - zone_prob) * h_old
    return np.where(rng.random(h_new.shape) < zone_prob, h_new, h_old)


@misconception("A unit that misses the update keeps its old value; yours becomes 0.")
def zoneout__drops_to_zero(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training:
        return zone_prob * h_old + (1 - zone_prob) * h_new
    return np.where(rng.random(h_new.shape) < zone_prob, 0, h_new)


@misconception("Nothing is divided in zoneout: both values have their natural size.")
def zoneout__scaled_like_dropout(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training or zone_prob == 1:
        return zone_prob * h_old + (1 - zone_prob) * h_new
    return np.where(rng.random(h_new.shape) < zone_prob, h_old, h_new / (1 - zone_prob))


@misconception("In test mode the result is the expected value, not the new value.")
def zoneout__new_value_in_test_mode(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training:
        return h_new
    return np.where(rng.random(h_new.shape) < zone_prob, h_old, h_new)


@misconception("In training each element is one value or the other; you mix the two.")
def zoneout__always_the_expectation(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    rng.random(h_new.shape)
    return zone_prob * h_old + (1 - zone_prob) * h_new


@misconception("One draw decides for a whole row; each element is to be drawn by itself.")
def zoneout__one_draw_for_a_row(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training:
        return zone_prob * h_old + (1 - zone_prob) * h_new
    drawn = rng.random(h_new.shape[:-1] + (1,) * (h_new.ndim > 0))
    return np.where(drawn < zone_prob, h_old, h_new)


@misconception("zone_prob is a probability: how many elements stay old is left to chance.")
def zoneout__keeps_an_exact_number(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if not training:
        return zone_prob * h_old + (1 - zone_prob) * h_new
    stays = np.arange(h_new.size) < round(zone_prob * h_new.size)
    return np.where(rng.permutation(stays).reshape(h_new.shape), h_old, h_new)


@misconception(
    "New plus the difference loses the old value beside a much larger new one; choose instead."
)
def zoneout__by_the_difference(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    stays = rng.random(h_new.shape) < zone_prob if training else zone_prob
    return h_new + stays * (h_old - h_new)


@alternative
def zoneout__by_product(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    if training:
        keep = np.asarray(rng.binomial(1, zone_prob, size=h_new.shape)).astype(h_new.dtype)
    else:
        keep = zone_prob
    return keep * h_old + (1 - keep) * h_new


@alternative
def zoneout__in_a_loop(h_new, h_old, zone_prob, rng, training=True):
    h_new, h_old = as_float(h_new), as_float(h_old)
    out = np.empty_like(h_new)
    for index in np.ndindex(h_new.shape):
        old, new = h_old[index], h_new[index]
        if not training:
            out[index] = new + zone_prob * (old - new)
        else:
            out[index] = new if rng.random() >= zone_prob else old
    return out


# ---- early_stopping


@misconception("Every epoch that is not better counts, even when a better one came between.")
def early_stopping__counts_all_failures(val_losses, patience):
    best_epoch = failures = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best_epoch]:
            best_epoch = epoch
        else:
            failures += 1
            if failures == patience:
                return epoch, best_epoch
    return len(val_losses) - 1, best_epoch


@misconception("An equal loss is not better.")
def early_stopping__equal_counts_as_better(val_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss <= val_losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return epoch, best_epoch


@misconception("Each loss is compared with the best so far, not with the one before it.")
def early_stopping__compares_with_the_last(val_losses, patience):
    best_epoch = waited = 0
    for epoch in range(1, len(val_losses)):
        waited = 0 if val_losses[epoch] < val_losses[epoch - 1] else waited + 1
        if val_losses[epoch] < val_losses[best_epoch]:
            best_epoch = epoch
        if waited == patience:
            return epoch, best_epoch
    return len(val_losses) - 1, best_epoch


@misconception("You stop one epoch too late.")
def early_stopping__one_too_late(val_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch > patience:
            break
    return epoch, best_epoch


@misconception("The best epoch is looked for among losses that come after the stop.")
def early_stopping__sees_the_future(val_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return epoch, int(np.argmin(val_losses))


@misconception("Epochs are counted from 0.")
def early_stopping__counts_from_one(val_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return epoch + 1, best_epoch + 1


@misconception("Any strictly lower loss is better; you ask for a least improvement.")
def early_stopping__least_improvement(val_losses, patience):
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best_epoch] - 1e-3:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return epoch, best_epoch


@misconception(
    "float32 does not see small improvements, and strictly lower is better by however little."
)
def early_stopping__in_float32(val_losses, patience):
    losses, best_epoch = np.asarray(val_losses, dtype=np.float32), 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return epoch, best_epoch


@misconception(
    "The first epoch is the best so far whatever its loss is; begin with it, not with a number."
)
def early_stopping__begins_at_a_number(val_losses, patience):
    best, best_epoch, waited = 100.0, 0, 0
    for epoch, loss in enumerate(val_losses):
        waited += 1
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        if waited == patience:
            break
    return epoch, best_epoch


@alternative
def early_stopping__with_a_counter(val_losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best:
            best, best_epoch, waited = val_losses[epoch], epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return len(val_losses) - 1, best_epoch


@alternative
def early_stopping__by_running_minima(val_losses, patience):
    losses = np.asarray(val_losses)
    last = len(losses) - 1
    for epoch in range(len(losses)):
        best_epoch = np.argmin(losses[: epoch + 1])
        if epoch == last or epoch == best_epoch + patience:
            return [epoch, best_epoch]


# ---- ensemble_mean


@misconception("Probabilities are added up; the mean divides by the number of models.")
def ensemble_mean__sum(probs):
    return np.sum(probs, axis=0)


@misconception("The mean runs over the examples; it is to run over the models.")
def ensemble_mean__over_examples(probs):
    return np.mean(probs, axis=1)


@misconception("The mean runs over the classes; it is to run over the models.")
def ensemble_mean__over_classes(probs):
    return np.mean(probs, axis=-1)


@misconception("Each model's probabilities count as they are; you let the models vote.")
def ensemble_mean__of_votes(probs):
    votes = np.argmax(probs, axis=-1)[..., None] == np.arange(probs.shape[-1])
    return np.mean(votes, axis=0)


@misconception("Probabilities are averaged, not their logarithms.")
def ensemble_mean__geometric(probs):
    product = np.exp(np.mean(np.log(probs + 1e-300), axis=0))
    return product / np.sum(product, axis=-1, keepdims=True)


@misconception("With three models or more the median is not the mean.")
def ensemble_mean__median(probs):
    return np.median(probs, axis=0)


@alternative
def ensemble_mean__in_a_loop(probs):
    total = np.zeros_like(probs[0])
    for each in probs:
        total = total + each
    return total / len(probs)


@alternative
def ensemble_mean__by_einsum(probs):
    return np.einsum("mnc->nc", probs) / probs.shape[0]


# ---- majority_vote


@misconception("Labels are names: they are to be counted, not averaged.")
def majority_vote__rounded_mean(labels):
    return np.rint(np.mean(labels, axis=0)).astype(int)


@misconception("Labels are names: the median of names means nothing.")
def majority_vote__median(labels):
    return np.median(labels, axis=0).astype(int)


@misconception("On a tie the smallest label wins; you take the largest.")
def majority_vote__ties_to_the_largest(labels):
    classes = np.unique(labels)[::-1]
    votes = np.array([np.sum(labels == label, axis=0) for label in classes])
    return classes[np.argmax(votes, axis=0)]


@misconception("On a tie the smallest label wins; you take the one that was given first.")
def majority_vote__ties_to_the_first(labels):
    winners = []
    for column in labels.T.tolist():
        winners.append(max(column, key=column.count))
    return np.array(winners)


@misconception("Votes are counted over the models; you count over the examples.")
def majority_vote__over_examples(labels):
    return np.array([np.argmax(np.bincount(row)) for row in labels])


@misconception("You return how many votes the winner has, not which label it is.")
def majority_vote__counts(labels):
    votes = np.array([np.sum(labels == label, axis=0) for label in np.unique(labels)])
    return np.max(votes, axis=0)


@misconception("You return the position among the labels that occur, not the label.")
def majority_vote__positions(labels):
    votes = np.array([np.sum(labels == label, axis=0) for label in np.unique(labels)])
    return np.argmax(votes, axis=0)


@alternative
def majority_vote__by_bincount(labels):
    return np.array([np.bincount(column).argmax() for column in labels.T])


@alternative
def majority_vote__by_unique(labels):
    winners = np.empty(labels.shape[1], dtype=labels.dtype)
    for n in range(labels.shape[1]):
        values, counts = np.unique(labels[:, n], return_counts=True)
        winners[n] = values[counts == counts.max()].min()
    return winners


@alternative
def majority_vote__by_one_hot(labels):
    one_hot = labels[:, :, None] == np.arange(labels.max() + 1)
    return one_hot.sum(axis=0).argmax(axis=-1)


# ---- ensemble_variance


@misconception("Only independent models divide the variance; you leave out the correlation.")
def ensemble_variance__as_if_independent(variance, correlation, members):
    return variance / members


@misconception("The shared part stays and the rest is divided; you have them the other way round.")
def ensemble_variance__swapped(variance, correlation, members):
    return (1 - correlation) * variance + correlation * variance / members


@misconception("The argument is a variance already; you square it.")
def ensemble_variance__squared(variance, correlation, members):
    return correlation * variance**2 + (1 - correlation) * variance**2 / members


@misconception("You sum the models' errors; the mean divides by their number once more.")
def ensemble_variance__of_the_sum(variance, correlation, members):
    return variance * (members + members * (members - 1) * correlation)


@misconception("The shared part does not shrink with the number of models.")
def ensemble_variance__all_divided(variance, correlation, members):
    return variance * (1 + correlation) / members if members > 1 else variance


@misconception("Among M models the part that is not shared is divided by M, not by its root.")
def ensemble_variance__by_the_root(variance, correlation, members):
    return correlation * variance + (1 - correlation) * variance / np.sqrt(members)


@misconception("You leave out the part that is not shared when there are many models.")
def ensemble_variance__limit_for_many(variance, correlation, members):
    if members >= 1000:
        return correlation * variance
    return correlation * variance + (1 - correlation) * variance / members


@alternative
def ensemble_variance__from_covariances(variance, correlation, members):
    covariances = members * variance + members * (members - 1) * correlation * variance
    return covariances / members**2


@alternative
def ensemble_variance__what_is_taken_away(variance, correlation, members):
    return variance * (1 - (1 - correlation) * (1 - 1 / members))


@alternative
def ensemble_variance__on_one_fraction(variance, correlation, members):
    return variance * (1 + (members - 1) * correlation) / members
