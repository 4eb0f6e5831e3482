"""Wrong and right answers to exercises, kept beside the course to test its tests.

A file ``misconceptions/NN_slug.py`` holds whole functions, each named
``<exercise>__<what it does>`` and marked as one of two kinds::

    @misconception("The sentence that a learner reads.", seed="E01")
    def relu__max_over_an_axis(x): ...

    @alternative
    def relu__by_where(x): ...
"""

import importlib.util
import inspect
import re
from dataclasses import dataclass

MISCONCEPTION = "misconception"
ALTERNATIVE = "alternative"


@dataclass(frozen=True)
class Answer:
    """An answer to one exercise.

    Attributes
    ----------
    exercise : str
        Name of the exercise's function.
    name : str
        What the answer does, such as ``max_over_an_axis``.
    kind : str
        `MISCONCEPTION` (must lose points) or `ALTERNATIVE` (must get full marks).
    says : str
        For a misconception, the sentence to the learner: it names the mistake, not the answer.
    seed : str
        For a mistake found in the seed documents, its number there.
    source : str
        The function's code under the exercise's name, ready for the solution cell.
    """

    exercise: str
    name: str
    kind: str
    says: str
    seed: str
    source: str


def misconception(says, seed=""):
    """Mark a function as a wrong answer, with the sentence to the learner who gives it."""

    def mark(function):
        function.kind, function.says, function.seed = MISCONCEPTION, says, seed
        return function

    return mark


def alternative(function):
    """Mark a function as another right answer."""
    function.kind, function.says, function.seed = ALTERNATIVE, "", ""
    return function


def load_answers(path):
    """Read the answers of a file, in its order; none if the file does not exist.

    Parameters
    ----------
    path : pathlib.Path
        A file such as ``misconceptions/01_activations.py``.

    Returns
    -------
    list of Answer
    """
    if not path.is_file():
        return []
    spec = importlib.util.spec_from_file_location(f"misconceptions_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    marked = [function for function in vars(module).values() if hasattr(function, "kind")]
    return [_answer(function) for function in marked]


def _answer(function):
    exercise, separator, name = function.__name__.partition("__")
    if not separator or not name:
        raise ValueError(f"{function.__name__}: name an answer <exercise>__<what it does>")
    return Answer(
        exercise, name, function.kind, function.says, function.seed, _source(function, exercise)
    )


def _source(function, exercise):
    """The code of a function without its decorators, renamed to the exercise."""
    text = inspect.getsource(function)
    text = text[re.search(r"^def ", text, flags=re.MULTILINE).start() :]
    return text.replace(f"def {function.__name__}(", f"def {exercise}(", 1)
