"""Names of cells; apart, as the grading process has no need of nbformat."""


def exercise_of(test, names):
    """The exercise that a test cell belongs to: the longest name that fits.

    >>> exercise_of("test_sigmoid_grad_examples", ["sigmoid", "sigmoid_grad"])
    'sigmoid_grad'
    """
    fitting = [name for name in names if (test or "").startswith(f"test_{name}_")]
    return max(fitting, key=len, default=None)
