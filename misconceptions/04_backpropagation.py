"""Wrong answers to 04-backpropagation that must lose points, and other right ones."""

import numpy as np

from scratchgrad.course.answers import alternative, misconception

# ---- linear_forward


@misconception("The biases are missing: each unit adds its own.")
def linear_forward__without_bias(X, W, b):
    return X @ W


@misconception("You work with examples as columns; here every example is a row, in and out.")
def linear_forward__columns(X, W, b):
    return W.T @ X.T + b[:, None]


@misconception("You add one number to all units: each unit has a bias of its own.")
def linear_forward__one_bias_for_all(X, W, b):
    return X @ W + np.sum(b)


@misconception("A weighted sum is not divided by the number of features.")
def linear_forward__averages(X, W, b):
    return X @ W / X.shape[1] + b


@misconception("There is no rectifier in a linear layer: its outputs may be negative.")
def linear_forward__bends(X, W, b):
    return np.maximum(X @ W + b, 0)


@misconception("For a single example you drop the axis of the examples.")
def linear_forward__squeezed(X, W, b):
    return np.squeeze(X @ W + b)


@misconception("The weights stand on the right as they are, also where their matrix is square.")
def linear_forward__transposes_square_weights(X, W, b):
    if W.shape[1] == X.shape[1]:
        W = W.T
    return X @ W + b


@alternative
def linear_forward__by_einsum(X, W, b):
    return np.einsum("nd,dh->nh", X, W) + b


@alternative
def linear_forward__with_a_column_of_ones(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


@alternative
def linear_forward__row_by_row(X, W, b):
    return np.array([[float(np.dot(x, w) + c) for w, c in zip(W.T, b, strict=True)] for x in X])


# ---- linear_backward


@misconception(
    "A reshape is not a transpose: it mixes the features of different examples.",
)
def linear_backward__reshaped_inputs(upstream, X, W):
    dW = X.reshape(X.shape[1], X.shape[0]) @ upstream
    return upstream @ W.T, dW, np.sum(upstream, axis=0)


@misconception("Your weights are refilled in another order instead of transposed.")
def linear_backward__reshaped_weights(upstream, X, W):
    dX = upstream @ W.reshape(W.shape[1], W.shape[0])
    return dX, X.T @ upstream, np.sum(upstream, axis=0)


@misconception("The transpose of W is missing on the way back to X.")
def linear_backward__without_transpose(upstream, X, W):
    return upstream @ W, X.T @ upstream, np.sum(upstream, axis=0)


@misconception("A bias has one axis, and so has its gradient.", seed="E12")
def linear_backward__bias_with_two_axes(upstream, X, W):
    return upstream @ W.T, X.T @ upstream, np.sum(upstream, axis=0, keepdims=True)


@misconception(
    "You divide by the batch size; where the error is a mean, the upstream gradient has that.",
    seed="E10",
)
def linear_backward__averaged(upstream, X, W):
    m = len(X)
    return upstream @ W.T, X.T @ upstream / m, np.sum(upstream, axis=0) / m


@misconception("You average the gradient of the bias over the batch; contributions add up.")
def linear_backward__mean_for_the_bias(upstream, X, W):
    return upstream @ W.T, X.T @ upstream, np.mean(upstream, axis=0)


@misconception("You sum the gradient of the bias over the units instead of over the examples.")
def linear_backward__bias_over_the_wrong_axis(upstream, X, W):
    return upstream @ W.T, X.T @ upstream, np.sum(upstream, axis=1)


@misconception("The three gradients are in another order than asked for.")
def linear_backward__in_another_order(upstream, X, W):
    return X.T @ upstream, np.sum(upstream, axis=0), upstream @ W.T


@misconception("You clip the upstream gradient; it may hold any finite numbers.")
def linear_backward__clips(upstream, X, W):
    upstream = np.clip(upstream, -10, 10)
    return upstream @ W.T, X.T @ upstream, np.sum(upstream, axis=0)


@misconception(
    "You leave out the transpose of X where the shapes fit without; it is always needed."
)
def linear_backward__transposes_only_if_needed(upstream, X, W):
    dW = X @ upstream if X.shape[1] == len(upstream) else X.T @ upstream
    return upstream @ W.T, dW, np.sum(upstream, axis=0)


@alternative
def linear_backward__by_einsum(upstream, X, W):
    dX = np.einsum("nh,dh->nd", upstream, W)
    return [dX, np.einsum("nd,nh->dh", X, upstream), np.einsum("nh->h", upstream)]


@alternative
def linear_backward__by_columns(upstream, X, W):
    return (W @ upstream.T).T, (upstream.T @ X).T, upstream.T @ np.ones(len(X))


@alternative
def linear_backward__example_by_example(upstream, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(X.shape[0]):
        dX[n] = W @ upstream[n]
        dW += np.outer(X[n], upstream[n])
        db += upstream[n]
    return dX, dW, db


# ---- relu_backward


@misconception(
    "You let the sign of the gradient decide; it is the forward input that decides.", seed="E37"
)
def relu_backward__by_the_gradient(upstream, Z):
    return np.where(as_float(upstream) > 0, upstream, 0) + 0 * as_float(Z)


@misconception(
    "You also stop negative gradients; an open gate passes a gradient of either sign.", seed="E37"
)
def relu_backward__guided(upstream, Z):
    upstream, Z = as_float(upstream), as_float(Z)
    return np.where((Z > 0) & (upstream > 0), upstream, 0)


@misconception("At an input of exactly 0 the slope counts as 0.", seed="E48")
def relu_backward__open_at_zero(upstream, Z):
    return np.where(as_float(Z) >= 0, as_float(upstream), 0)


@misconception("Your result is the slope alone; it is to be multiplied by the gradient above.")
def relu_backward__forgets_upstream(upstream, Z):
    return np.where(as_float(Z) > 0, np.ones_like(as_float(Z)), 0)


@misconception("You multiply by the value of the rectifier instead of by its slope.")
def relu_backward__times_the_value(upstream, Z):
    return as_float(upstream) * np.maximum(as_float(Z), 0)


@misconception("You write zeros into the caller's own upstream array.", seed="E11")
def relu_backward__in_place(upstream, Z):
    upstream = as_float(upstream)
    if upstream.ndim == 0:
        return upstream if Z > 0 else 0 * upstream
    upstream[as_float(Z) <= 0] = 0
    return upstream


@misconception("Your result is always float64: float32 input should give float32.")
def relu_backward__always_double(upstream, Z):
    return np.where(np.asarray(Z) > 0, np.asarray(upstream, dtype=np.float64), 0.0)


@alternative
def relu_backward__times_the_mask(upstream, Z):
    return as_float(upstream) * (as_float(Z) > 0)


@alternative
def relu_backward__on_a_copy(upstream, Z):
    result = np.array(as_float(upstream))
    result[as_float(Z) <= 0] = 0
    return result


@alternative
def relu_backward__by_heaviside(upstream, Z):
    return as_float(upstream) * np.heaviside(as_float(Z), np.zeros_like(as_float(Z)))


# ---- numerical_gradient


@misconception(
    "You step to one side only: the error of that shrinks like h, not like h².", seed="E16"
)
def numerical_gradient__one_sided(f, x, h=1e-5):
    gradient, here = np.empty_like(x), f(x)
    for index in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[index] += h
        gradient[index] = (f(ahead) - here) / h
    return gradient


@misconception("From x - h to x + h it is a way of 2h; you divide by h.")
def numerical_gradient__divided_by_h(f, x, h=1e-5):
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += h
        behind[index] -= h
        gradient[index] = (f(ahead) - f(behind)) / h
    return gradient


@misconception("Adding and subtracting h leaves x a little different in its last bits.")
def numerical_gradient__rounded_back(f, x, h=1e-5):
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        x[index] += h
        gradient[index] = (above - below) / (2 * h)
    return gradient


@misconception("You move x and do not move it back.")
def numerical_gradient__not_moved_back(f, x, h=1e-5):
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


@misconception("You move all elements at once: that measures the sum of the slopes.")
def numerical_gradient__all_at_once(f, x, h=1e-5):
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))


@misconception("Of a transpose, ravel is a copy: what you move is not what f is given.")
def numerical_gradient__ravel_of_a_transpose(f, x, h=1e-5):
    probe = np.copy(x)
    flat, slopes = probe.ravel(), []
    for i, kept in enumerate(flat.tolist()):
        flat[i] = kept + h
        above = f(probe)
        flat[i] = kept - h
        slopes.append((above - f(probe)) / (2 * h))
        flat[i] = kept
    return np.array(slopes).reshape(x.shape)


@misconception("You go along the first axis only, and move whole rows.")
def numerical_gradient__by_rows(f, x, h=1e-5):
    gradient = np.empty_like(x)
    for i in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += h
        behind[i] -= h
        gradient[i] = (f(ahead) - f(behind)) / (2 * h)
    return gradient


@misconception("The step h is an argument; you always use the same one.")
def numerical_gradient__own_step(f, x, h=1e-5):
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += 1e-5
        behind[index] -= 1e-5
        gradient[index] = (f(ahead) - f(behind)) / 2e-5
    return gradient


@misconception("You hand a flat array to f; it takes an array in the shape of x.")
def numerical_gradient__flattened(f, x, h=1e-5):
    flat = x.ravel()
    steps = h * np.eye(flat.size)
    slopes = [(f(flat + step) - f(flat - step)) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)


@alternative
def numerical_gradient__restoring_the_old_value(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        gradient[index] = (above - below) / (2 * h)
    return gradient


@alternative
def numerical_gradient__along_unit_vectors(f, x, h=1e-5):
    slopes = []
    for unit in np.eye(x.size):
        step = h * unit.reshape(x.shape)
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes).reshape(x.shape)


@alternative
def numerical_gradient__by_flat_index(f, x, h=1e-5):
    gradient = np.zeros(x.size)
    for i in range(x.size):
        values = []
        for moved in (h, -h):
            point = np.array(x)
            point.flat[i] += moved
            values.append(float(f(point)))
        gradient[i] = values[0] / (2 * h) - values[1] / (2 * h)
    return gradient.reshape(x.shape)


# ---- relative_error


@misconception("A mean hides one wrong element among many right ones.")
def relative_error__mean(a, b):
    return np.mean(np.abs(a - b) / np.maximum(1e-12, np.abs(a) + np.abs(b)))


@misconception("This is the difference alone, not set against the size of the numbers.")
def relative_error__absolute(a, b):
    return np.max(np.abs(a - b))


@misconception("Two zeros give 0/0: the denominator needs a lower bound.")
def relative_error__without_a_bound(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@misconception("The small number is a lower bound of the denominator, not a term of it.")
def relative_error__bound_added(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-12))


@misconception("You add first and take the size afterwards: opposite signs cancel.")
def relative_error__size_of_the_sum(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-12, np.abs(a + b)))


@misconception("Each pair is set against its own size; you set all against the largest.")
def relative_error__against_the_largest(a, b):
    return np.max(np.abs(a - b)) / max(1e-12, np.max(np.abs(a) + np.abs(b)))


@misconception("You compare the lengths of whole vectors; small elements have no say in those.")
def relative_error__of_norms(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / np.maximum(1e-12, size)


@misconception("The denominator is the larger of the two sizes; it should be their sum.")
def relative_error__larger_of_both(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-12, np.maximum(np.abs(a), np.abs(b))))


@alternative
def relative_error__in_a_loop(a, b):
    worst = 0.0
    for p, q in zip(np.ravel(a), np.ravel(b), strict=True):
        worst = max(worst, float(abs(p - q) / max(1e-12, abs(p) + abs(q))))
    return worst


@alternative
def relative_error__clipped(a, b):
    return float((np.abs(b - a) / np.clip(np.abs(a) + np.abs(b), 1e-12, None)).max())


# ---- residual_backward


@misconception("The straight path is missing: X reaches the output without the layer, too.")
def residual_backward__without_the_straight_path(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    return dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0)


@misconception("One path overwrites the other: what arrives over both adds up.")
def residual_backward__overwritten(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    grads = {"X": dZ @ W.T, "W": X.T @ dZ, "b": np.sum(dZ, axis=0)}
    grads["X"] = upstream
    return grads["X"], grads["W"], grads["b"]


@misconception("The rectifier is missing on the way back through the layer.")
def residual_backward__without_the_gate(upstream, X, W, b):
    return upstream + upstream @ W.T, X.T @ upstream, np.sum(upstream, axis=0)


@misconception("You gate the straight path as well; nothing stands on it.")
def residual_backward__gates_both_paths(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    return dZ + dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0)


@misconception("The rectifier stands behind the layer, on X W + b; you let X decide.")
def residual_backward__gate_at_the_input(upstream, X, W, b):
    dZ = np.where(X > 0, upstream, 0)
    return upstream + dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0)


@misconception("The transpose of W is missing. Its shape fits without, as W is square.")
def residual_backward__without_transpose(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    return upstream + dZ @ W, X.T @ dZ, np.sum(dZ, axis=0)


@misconception("At exactly 0 the slope of the rectifier counts as 0.", seed="E48")
def residual_backward__open_at_zero(upstream, X, W, b):
    dZ = np.where(X @ W + b >= 0, upstream, 0)
    return upstream + dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0)


@misconception("You add the paths into the caller's own upstream array.", seed="E11")
def residual_backward__in_place(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    upstream += dZ @ W.T
    return upstream, X.T @ dZ, np.sum(dZ, axis=0)


@misconception(
    "You leave out the transpose of X where the shapes fit without; it is always needed."
)
def residual_backward__transposes_only_if_needed(upstream, X, W, b):
    dZ = np.where(X @ W + b > 0, upstream, 0)
    dW = X @ dZ if X.shape == W.shape else X.T @ dZ
    return upstream + dZ @ W.T, dW, np.sum(dZ, axis=0)


@misconception("A small input of the rectifier is lost in your sum with X; let Z itself decide.")
def residual_backward__gate_from_the_sum(upstream, X, W, b):
    out = X + np.maximum(X @ W + b, 0)
    dZ = np.where(out > X, upstream, 0)
    return upstream + dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0)


@alternative
def residual_backward__with_a_mask(upstream, X, W, b):
    dZ = upstream * (X @ W + b > 0)
    dX = upstream.copy()
    dX += dZ @ W.T
    return dX, (dZ.T @ X).T, dZ.sum(axis=0)


@alternative
def residual_backward__example_by_example(upstream, X, W, b):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros_like(b)
    for n, (x, g) in enumerate(zip(X, upstream, strict=True)):
        dz = [gi if z > 0 else 0.0 for gi, z in zip(g, x @ W + b, strict=True)]
        dX[n] = g + W @ dz
        dW += np.outer(x, dz)
        db += dz
    return dX, dW, db


# ---- two_layer_forward


@misconception("Nothing bends between your two layers: together they are one linear layer.")
def two_layer_forward__without_relu(X, params):
    Z = X @ params["W1"] + params["b1"]
    return Z @ params["W2"] + params["b2"], (X, Z)


@misconception("A rectifier stands at the end, too; outputs may be negative.")
def two_layer_forward__relu_at_the_end(X, params):
    Z = X @ params["W1"] + params["b1"]
    return np.maximum(np.maximum(Z, 0) @ params["W2"] + params["b2"], 0), (X, Z)


@misconception("The biases of the second layer are missing.")
def two_layer_forward__without_second_bias(X, params):
    Z = X @ params["W1"] + params["b1"]
    return np.maximum(Z, 0) @ params["W2"], (X, Z)


@misconception("Your hidden values ignore the first biases.")
def two_layer_forward__without_first_bias(X, params):
    Z = X @ params["W1"] + params["b1"]
    return np.maximum(X @ params["W1"], 0) @ params["W2"] + params["b2"], (X, Z)


@misconception("You add the first biases behind the rectifier; they belong in front of it.")
def two_layer_forward__bias_behind_the_relu(X, params):
    Z = X @ params["W1"] + params["b1"]
    hidden = np.maximum(X @ params["W1"], 0) + params["b1"]
    return hidden @ params["W2"] + params["b2"], (X, Z)


@misconception("The rectifier drops what is negative; you turn it positive.")
def two_layer_forward__absolute_value(X, params):
    Z = X @ params["W1"] + params["b1"]
    return np.abs(Z) @ params["W2"] + params["b2"], (X, Z)


@misconception("You keep values in the caller's dict of parameters; they belong in the cache.")
def two_layer_forward__stores_in_params(X, params):
    params["Z"] = X @ params["W1"] + params["b1"]
    hidden = np.maximum(params["Z"], 0)
    return hidden @ params["W2"] + params["b2"], (X, params["Z"])


@misconception("You take the arrays by their places in the dict; take them by their names.")
def two_layer_forward__by_places(X, params):
    W1, b1, W2, b2 = params.values()
    Z = X @ W1 + b1
    return np.maximum(Z, 0) @ W2 + b2, (X, Z)


@alternative
def two_layer_forward__with_a_mask(X, params):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    Z = np.dot(X, W1) + b1
    return np.dot(Z * (Z > 0), W2) + b2, [X, Z]


@alternative
def two_layer_forward__example_by_example(X, params):
    rows, inputs = [], []
    for x in X:
        z = params["W1"].T @ x + params["b1"]
        inputs.append(z)
        rows.append(params["W2"].T @ np.where(z > 0, z, 0.0) + params["b2"])
    return np.array(rows), (X.copy(), np.array(inputs))


# ---- two_layer_backward


@misconception("The rectifier is missing on the way back.")
def two_layer_backward__without_the_gate(upstream, params, cache):
    X, Z = cache
    dZ = upstream @ params["W2"].T
    dW2 = np.maximum(Z, 0).T @ upstream
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@misconception("The input of the second layer is what left the rectifier, not what entered it.")
def two_layer_backward__pre_activations(upstream, params, cache):
    X, Z = cache
    dZ = np.where(Z > 0, upstream @ params["W2"].T, 0)
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": Z.T @ upstream, "b2": upstream.sum(0)}


@misconception(
    "You divide by the batch size; where the error is a mean, the upstream gradient has that.",
    seed="E10",
)
def two_layer_backward__averaged(upstream, params, cache):
    X, Z = cache
    dZ = np.where(Z > 0, upstream @ params["W2"].T, 0)
    dW2 = np.maximum(Z, 0).T @ upstream
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}
    return {name: value / len(X) for name, value in grads.items()}


@misconception("A bias has one axis, and so has its gradient.", seed="E12")
def two_layer_backward__biases_with_two_axes(upstream, params, cache):
    X, Z = cache
    dZ = np.where(Z > 0, upstream @ params["W2"].T, 0)
    return {
        "W1": X.T @ dZ,
        "b1": np.sum(dZ, axis=0, keepdims=True),
        "W2": np.maximum(Z, 0).T @ upstream,
        "b2": np.sum(upstream, axis=0, keepdims=True),
    }


@misconception("At exactly 0 the slope of the rectifier counts as 0.", seed="E48")
def two_layer_backward__open_at_zero(upstream, params, cache):
    X, Z = cache
    dZ = np.where(Z >= 0, upstream @ params["W2"].T, 0)
    dW2 = np.maximum(Z, 0).T @ upstream
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@misconception("You let the sign of the gradient decide; it is the forward input that decides.")
def two_layer_backward__gated_by_the_gradient(upstream, params, cache):
    X, Z = cache
    dZ = np.maximum(upstream @ params["W2"].T, 0)
    dW2 = np.maximum(Z, 0).T @ upstream
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@misconception("Weights refilled in another order are not the transposed weights.")
def two_layer_backward__reshaped(upstream, params, cache):
    X, Z = cache
    dA = upstream @ params["W2"].reshape(params["W2"].shape[::-1])
    dZ = np.where(Z > 0, dA, 0)
    dW2 = np.maximum(Z, 0).T @ upstream
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@misconception("You change the cache: a second backward pass finds something else in it.")
def two_layer_backward__spoils_its_cache(upstream, params, cache):
    X, Z = cache
    open_gate = Z > 0
    dZ = (upstream @ params["W2"].T) * open_gate
    dW2 = np.maximum(Z, 0).T @ upstream
    Z[...] = 0
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@misconception("You take the weights by their place in the dict; take them by their name.")
def two_layer_backward__by_places(upstream, params, cache):
    X, Z = cache
    _, _, W2, _ = params.values()
    dZ = np.where(Z > 0, upstream @ W2.T, 0)
    dW2 = np.maximum(Z, 0).T @ upstream
    return {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": dW2, "b2": upstream.sum(0)}


@alternative
def two_layer_backward__layer_by_layer(upstream, params, cache):
    X, Z = cache
    grads = {"b2": upstream.sum(axis=0), "W2": (Z * (Z > 0)).T @ upstream}
    dZ = upstream @ params["W2"].T
    dZ[Z <= 0] = 0
    grads["b1"] = dZ.sum(axis=0)
    grads["W1"] = X.T @ dZ
    return grads


@alternative
def two_layer_backward__by_einsum(upstream, params, cache):
    X, Z = cache
    gate = (Z > 0).astype(float)
    W1 = np.einsum("nd,nk,hk,nh->dh", X, upstream, params["W2"], gate)
    b1 = np.einsum("nk,hk,nh->h", upstream, params["W2"], gate)
    W2 = np.einsum("nh,nh,nk->hk", Z, gate, upstream)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": np.einsum("nk->k", upstream)}


@alternative
def two_layer_backward__example_by_example(upstream, params, cache):
    X, Z = cache
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for x, z, g in zip(X, Z, upstream, strict=True):
        dz = np.where(z > 0, params["W2"] @ g, 0.0)
        parts = (np.outer(x, dz), dz, np.outer(np.maximum(z, 0), g), g)
        for name, part in zip(("W1", "b1", "W2", "b2"), parts, strict=True):
            grads[name] = grads[name] + part
    return grads


# ---- count_elements


@misconception("This works for a flat list of arrays; deeper levels need a function that calls itself.", seed="E07")  # fmt: skip  # noqa: E501
def count_elements__flat_list(nested):
    return sum(array.size for array in nested)


@misconception("You look two levels deep; structures may be deeper.", seed="E07")
def count_elements__two_levels(nested):
    if isinstance(nested, np.ndarray):
        return nested.size
    total = 0
    for item in nested.values() if isinstance(nested, dict) else nested:
        if isinstance(item, np.ndarray):
            total += item.size
        else:
            inner = item.values() if isinstance(item, dict) else item
            total += sum(array.size for array in inner)
    return total


@misconception("You count the rows of an array, not all its elements.")
def count_elements__rows(nested):
    if isinstance(nested, dict):
        return sum(count_elements(value) for value in nested.values())
    if isinstance(nested, (list, tuple)):
        return sum(count_elements(item) for item in nested)
    return len(nested) if nested.ndim else 1


@misconception("You count arrays instead of their elements.")
def count_elements__arrays(nested):
    if isinstance(nested, dict):
        return sum(count_elements(value) for value in nested.values())
    if isinstance(nested, (list, tuple)):
        return sum(count_elements(item) for item in nested)
    return 1


@misconception("Tuples may hold arrays just as lists do; you pass over them.")
def count_elements__without_tuples(nested):
    if isinstance(nested, dict):
        return sum(count_elements(value) for value in nested.values())
    if isinstance(nested, list):
        return sum(count_elements(item) for item in nested)
    return nested.size if isinstance(nested, np.ndarray) else 0


@misconception("A 0-d array has no axes, and one element.")
def count_elements__no_axes_no_elements(nested):
    if isinstance(nested, dict):
        return sum(count_elements(value) for value in nested.values())
    if isinstance(nested, (list, tuple)):
        return sum(count_elements(item) for item in nested)
    return nested.size if nested.ndim else 0


@misconception("An array that stands in two places counts in both.")
def count_elements__each_array_once(nested):
    sizes, waiting = {}, [nested]
    while waiting:
        item = waiting.pop()
        if isinstance(item, np.ndarray):
            sizes[item.shape, item.tobytes()] = item.size
        else:
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return sum(sizes.values())


@misconception("You take items out of the caller's own list, which is empty afterwards.")
def count_elements__empties_the_list(nested):
    waiting = nested if isinstance(nested, list) else [nested]
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, np.ndarray):
            count += item.size
        else:
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return count


@alternative
def count_elements__with_a_stack(nested):
    count, waiting = 0, [nested]
    while waiting:
        item = waiting.pop()
        if isinstance(item, np.ndarray):
            count += item.size
        else:
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return count


@alternative
def count_elements__by_shapes(nested):
    if isinstance(nested, np.ndarray):
        return int(np.prod(nested.shape))
    items = list(nested.values()) if isinstance(nested, dict) else nested
    total = 0
    for item in items:
        total = total + count_elements(item)
    return total


# ---- sgd_step


@misconception("You climb: a step downhill goes against the gradient.")
def sgd_step__uphill(params, grads, lr):
    return {name: params[name] + lr * grads[name] for name in params}


@misconception("You change the caller's own arrays; return new ones.", seed="E11")
def sgd_step__in_place(params, grads, lr):
    for name in params:
        params[name] -= lr * grads[name]
    return params


@misconception("You put the new arrays into the caller's own dict.", seed="E11")
def sgd_step__into_the_same_dict(params, grads, lr):
    for name in params:
        params[name] = params[name] - lr * grads[name]
    return params


@misconception("b1 and b2 are read before they are assigned in your function.", seed="E09")
def sgd_step__biases_never_bound(params, grads, lr):
    W1, W2 = params["W1"].copy(), params["W2"].copy()
    W1 -= lr * grads["W1"]
    W2 -= lr * grads["W2"]
    b1 -= lr * grads["b1"]
    b2 -= lr * grads["b2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


@misconception("The biases stay as they were; they are parameters like the weights.")
def sgd_step__weights_only(params, grads, lr):
    new = {name: params[name] - lr * grads[name] for name in ("W1", "W2")}
    return {**params, **new}


@misconception("The learning rate is missing.")
def sgd_step__whole_gradient(params, grads, lr):
    return {name: params[name] - grads[name] for name in params}


@misconception("You return the change, not the changed parameters.")
def sgd_step__change_only(params, grads, lr):
    return {name: -lr * grads[name] for name in params}


@misconception("You pair parameters and gradients by their places in the dicts; pair them by name.")
def sgd_step__by_places(params, grads, lr):
    pairs = zip(params.items(), grads.values(), strict=True)
    return {name: value - lr * gradient for (name, value), gradient in pairs}


@misconception("A learning rate of 0 is a learning rate: nothing moves.")
def sgd_step__zero_means_default(params, grads, lr):
    lr = lr or 0.01
    return {name: params[name] - lr * grads[name] for name in params}


@alternative
def sgd_step__on_copies(params, grads, lr):
    new = {name: value.copy() for name, value in params.items()}
    for name, gradient in grads.items():
        new[name] -= lr * gradient
    return new


@alternative
def sgd_step__name_by_name(params, grads, lr):
    return {
        "b2": np.subtract(params["b2"], np.multiply(grads["b2"], lr)),
        "b1": np.subtract(params["b1"], np.multiply(grads["b1"], lr)),
        "W2": params["W2"] + (-lr) * grads["W2"],
        "W1": params["W1"] + (-lr) * grads["W1"],
    }


# ---- train_step


@misconception(
    "Prediction minus target over the batch size is not the gradient of the mean you return.",
    seed="E10",
)
def train_step__prediction_minus_target(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    dZ = np.where(Z > 0, residual @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ residual, "b2": residual.sum(0)}
    return {k: params[k] - lr * grads[k] / len(X) for k in params}, np.mean(residual**2)


@misconception("The loss is a mean over all outputs; your gradient divides by the batch size only.")
def train_step__mean_over_examples_only(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = 2 * residual / len(X)
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    return {k: params[k] - lr * grads[k] for k in params}, np.mean(residual**2)


@misconception("Your loss is a sum; the mean over all elements is asked for.")
def train_step__sum_of_squares(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = 2 * residual
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    return {k: params[k] - lr * grads[k] for k in params}, np.sum(residual**2)


@misconception("You add up the gradient over all predictions; each has its own.", seed="E14")
def train_step__one_number_for_all(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = np.full_like(residual, 2 * np.sum(residual) / Y.size)
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    return {k: params[k] - lr * grads[k] for k in params}, np.mean(residual**2)


@misconception("Your loss is that of the new parameters; it is taken before the step.")
def train_step__loss_after_the_step(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    g = 2 * (A @ params["W2"] + params["b2"] - Y) / Y.size
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    new = {k: params[k] - lr * grads[k] for k in params}
    out = np.maximum(X @ new["W1"] + new["b1"], 0) @ new["W2"] + new["b2"]
    return new, np.mean((out - Y) ** 2)


@misconception("You update W2 before the gradient has passed it on its way down.")
def train_step__second_layer_first(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = 2 * residual / Y.size
    W2 = params["W2"] - lr * A.T @ g
    dZ = np.where(Z > 0, g @ W2.T, 0)
    W1, b1 = params["W1"] - lr * X.T @ dZ, params["b1"] - lr * dZ.sum(0)
    new = {"W1": W1, "b1": b1, "W2": W2, "b2": params["b2"] - lr * g.sum(0)}
    return new, np.mean(residual**2)


@misconception("You change the caller's own parameters.", seed="E11")
def train_step__in_place(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = 2 * residual / Y.size
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    for name in params:
        params[name] -= lr * grads[name]
    return params, np.mean(residual**2)


@misconception("You divide by the number of inputs; the mean is over the outputs.")
def train_step__divides_by_the_inputs(params, X, Y, lr):
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    residual = A @ params["W2"] + params["b2"] - Y
    g = 2 * residual / X.size
    dZ = np.where(Z > 0, g @ params["W2"].T, 0)
    grads = {"W1": X.T @ dZ, "b1": dZ.sum(0), "W2": A.T @ g, "b2": g.sum(0)}
    return {k: params[k] - lr * grads[k] for k in params}, np.mean(residual**2)


@alternative
def train_step__in_functions(params, X, Y, lr):
    def predicted(W1, b1, W2, b2):
        return np.maximum(X @ W1 + b1, 0) @ W2 + b2

    difference = Y - predicted(**params)
    g = -2 / Y.size * difference
    gate = X @ params["W1"] + params["b1"] > 0
    dZ = (g @ params["W2"].T) * gate
    hidden = (X @ params["W1"] + params["b1"]) * gate
    steps = {"W1": X.T @ dZ, "b1": dZ.sum(axis=0), "W2": hidden.T @ g, "b2": g.sum(axis=0)}
    new = {name: params[name] - lr * step for name, step in steps.items()}
    return new, float(np.sum(difference**2) / difference.size)


@alternative
def train_step__with_the_learners_own_functions(params, X, Y, lr):
    out, cache = two_layer_forward(X, params)
    loss = np.mean(np.square(out - Y))
    grads = two_layer_backward(2 * (out - Y) / Y.size, params, cache)
    return sgd_step(params, grads, lr), loss


# ---- accumulate


@misconception("You average; contributions from several places add up.")
def accumulate__mean(grads_list):
    return {k: sum(g[k] for g in grads_list) / len(grads_list) for k in grads_list[0]}


@misconception("You store by assignment: only the last gradients count.")
def accumulate__overwrites(grads_list):
    total = {}
    for grads in grads_list:
        total.update(grads)
    return total


@misconception("You add into the first dict of the list, which belongs to the caller.", seed="E11")
def accumulate__into_the_first(grads_list):
    total = grads_list[0]
    for grads in grads_list[1:]:
        for name in total:
            total[name] += grads[name]
    return total


@misconception("A copy of a dict still holds the same arrays: adding to them changes the caller's.")
def accumulate__into_a_shallow_copy(grads_list):
    total = dict(grads_list[0])
    for grads in grads_list[1:]:
        for name in total:
            total[name] += grads[name]
    return total


@misconception("You start with the first gradients and add them a second time.")
def accumulate__first_one_twice(grads_list):
    total = {name: value.copy() for name, value in grads_list[0].items()}
    for grads in grads_list:
        for name in total:
            total[name] = total[name] + grads[name]
    return total


@misconception("You add by places in the dicts; add what has the same name.")
def accumulate__by_places(grads_list):
    columns = zip(*(grads.values() for grads in grads_list), strict=True)
    return {name: sum(column) for name, column in zip(grads_list[0], columns, strict=True)}


@alternative
def accumulate__by_stacking(grads_list):
    return {k: np.sum([g[k] for g in grads_list], axis=0) for k in ("W1", "b1", "W2", "b2")}


@alternative
def accumulate__in_a_loop(grads_list):
    total = {name: np.zeros_like(value) for name, value in grads_list[0].items()}
    for grads in grads_list:
        for name, value in grads.items():
            total[name] += value
    return total


@alternative
def accumulate__on_a_copy(grads_list):
    total = {name: value.copy() for name, value in grads_list[0].items()}
    for grads in grads_list[1:]:
        for name in grads:
            total[name] += grads[name]
    return total


# ---- overfit_one_batch


@misconception("All weights start equal, so that all hidden units stay equal.")
def overfit_one_batch__starts_at_zero(X, Y, hidden, steps, lr, rng):
    params = {"W1": np.zeros((X.shape[1], hidden)), "b1": np.zeros(hidden)}
    params |= {"W2": np.zeros((hidden, Y.shape[1])), "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
    return params, losses


@misconception("Your weights come from a generator of your own; rng is the one to draw from.")
def overfit_one_batch__own_generator(X, Y, hidden, steps, lr, rng):
    rng = np.random.default_rng(0)
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
    return params, losses


@misconception("Your weights differ from run to run: np.random knows nothing of the seed of rng.")
def overfit_one_batch__global_randomness(X, Y, hidden, steps, lr, rng):
    params = {"W1": np.random.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": np.random.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
    return params, losses


@misconception("Each loss is taken before its step; yours are those after it.")
def overfit_one_batch__losses_after_the_steps(X, Y, hidden, steps, lr, rng):
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, _ = train_step(params, X, Y, lr)
        out = np.maximum(X @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]
        losses.append(np.mean((out - Y) ** 2))
    return params, losses


@misconception("There is one loss too many: the one after the last step is not asked for.")
def overfit_one_batch__one_loss_too_many(X, Y, hidden, steps, lr, rng):
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
    return params, [*losses, train_step(params, X, Y, lr)[1]]


@misconception("The learning rate is an argument; you take one of your own.")
def overfit_one_batch__own_learning_rate(X, Y, hidden, steps, lr, rng):
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, 0.08)
        losses.append(loss)
    return params, losses


@misconception("You step on one example at a time; each step takes the whole batch.")
def overfit_one_batch__single_examples(X, Y, hidden, steps, lr, rng):
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses = []
    for i in range(steps):
        losses.append(train_step(params, X, Y, 0)[1])
        n = i % len(X)
        params, _ = train_step(params, X[n : n + 1], Y[n : n + 1], lr)
    return params, losses


@misconception("You train a network that starts anew at every step.")
def overfit_one_batch__starts_anew(X, Y, hidden, steps, lr, rng):
    losses = []
    for _ in range(steps):
        start = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
        start |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
        params, loss = train_step(start, X, Y, lr)
        losses.append(loss)
    return params, losses


@misconception(
    "You return the best parameters on the way; those after the last step are asked for."
)
def overfit_one_batch__returns_the_best(X, Y, hidden, steps, lr, rng):
    params = {"W1": rng.normal(size=(X.shape[1], hidden)) / 2, "b1": np.zeros(hidden)}
    params |= {"W2": rng.normal(size=(hidden, Y.shape[1])) / 5, "b2": np.zeros(Y.shape[1])}
    losses, best, lowest = [], params, np.inf
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
        loss_now = train_step(params, X, Y, 0)[1]
        if loss_now < lowest:
            best, lowest = params, loss_now
    return best, losses


@alternative
def overfit_one_batch__with_train_step(X, Y, hidden, steps, lr, rng):
    D, K = X.shape[1], Y.shape[1]
    params = {
        "W1": rng.uniform(-1, 1, size=(D, hidden)),
        "b1": np.zeros(hidden),
        "W2": rng.uniform(-1, 1, size=(hidden, K)) / np.sqrt(hidden),
        "b2": np.zeros(K),
    }
    losses = []
    for _ in range(steps):
        params, loss = train_step(params, X, Y, lr)
        losses.append(loss)
    return params, losses


@alternative
def overfit_one_batch__small_start_and_an_array(X, Y, hidden, steps, lr, rng):
    params = {
        "W2": rng.normal(scale=0.01, size=(hidden, Y.shape[1])),
        "W1": rng.normal(scale=0.01, size=(X.shape[1], hidden)),
        "b1": np.full(hidden, 0.01),
        "b2": np.zeros(Y.shape[1]),
    }
    losses = np.zeros(steps)
    for i in range(steps):
        params, losses[i] = train_step(params, X, Y, lr)
    return params, losses


@alternative
def overfit_one_batch__unscaled_start_in_place(X, Y, hidden, steps, lr, rng):
    W1, b1 = rng.normal(size=(X.shape[1], hidden)), rng.normal(size=hidden)
    W2, b2 = rng.normal(size=(hidden, Y.shape[1])), rng.normal(size=Y.shape[1])
    losses = []
    while len(losses) < steps:
        Z = X @ W1 + b1
        difference = Z * (Z > 0) @ W2 + b2 - Y
        losses.append(float((difference**2).mean()))
        g = difference * 2 / difference.size
        dZ = (g @ W2.T) * (Z > 0)
        W2 -= lr * (Z * (Z > 0)).T @ g
        b2 -= lr * g.sum(axis=0)
        W1 -= lr * X.T @ dZ
        b1 -= lr * dZ.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, losses
