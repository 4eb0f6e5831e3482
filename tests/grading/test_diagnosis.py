"""Known mistakes are named, and nothing is said of others."""

import json

import pytest

import tiny
from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import with_answers
from scratchgrad.grading.engine import Engine
from scratchgrad.grading.plan import make_plan

COURSE = Course(tiny.ROOT)
# Mistakes of kinds that stand in no list.
UNKNOWN = {
    "sigmoid": [
        "def sigmoid(x):\n    return as_float(x) * 0 + 0.3",
        "def sigmoid(x):\n    x = np.clip(as_float(x), -99, 99)\n"
        "    return np.where(x > 2, 1 / (1 + np.exp(x)), 1 / (1 + np.exp(-x)))",
        "def sigmoid(x):\n    raise ValueError('no')",
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-1.01 * np.clip(as_float(x), -600, 600)))",
    ],
    "relu": [
        "def relu(x):\n    return np.maximum(as_float(x), 0) + 1e-3",
        "def relu(x):\n    return np.abs(as_float(x)) * 1.001",
        "def relu(x):\n    x = as_float(x)\n    return np.where(x > 1, x, 0)",
    ],
    "dead_units": ["def dead_units(pre_activations):\n    return np.array([True, False])"],
}  # fmt: skip


class Diagnosing:
    """Grades answers to one assignment and tells what was diagnosed."""

    def __init__(self, assignment):
        self.source = notebook.read(COURSE.notebook("source", assignment))
        self.answers = load_answers(COURSE.misconceptions(assignment))
        self._plan = make_plan(assignment, "n", self.source, answers=self.answers)
        self._engine = Engine()
        assert not self._engine.prepare(self._plan)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._engine.close()

    def told(self, exercise, code):
        """Sentences by exercise."""
        made = with_answers(self.source, {exercise: code})
        result = self._engine.grade(self._plan, json.dumps(made).encode(), "ada")
        cells = json.loads(result["notebook"])["cells"]
        found = {
            cell["metadata"]["nbgrader"]["grade_id"]: says
            for cell in cells
            if (says := cell["metadata"].get("scratchgrad", {}).get("diagnosis"))
        }
        return found


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_misconceptions_are_named_and_never_wrongly(assignment):
    named, silent = 0, []
    with Diagnosing(assignment) as diagnosing:
        for answer in diagnosing.answers:
            told = diagnosing.told(answer.exercise, answer.source)
            assert not told or (told == {answer.exercise: answer.says}), answer.name
            if answer.says:
                named += bool(told)
                silent += [] if told else [f"{answer.exercise}__{answer.name}"]
    print(f"{assignment}: {named} named, not named: {silent}")
    assert named >= 0.95 * (named + len(silent)), silent


def test_other_mistakes_are_not_named():
    with Diagnosing("01-activations") as diagnosing:
        for exercise, codes in UNKNOWN.items():
            for code in codes:
                assert diagnosing.told(exercise, code) == {}, code


def test_a_mistake_in_other_words_is_named():
    """Not the listed code, but the same function to rounding."""
    code = "def sigmoid(x):\n    x = as_float(x)\n    return np.exp(-x) ** 0 / (np.exp(-x) + 1.0)"
    with Diagnosing("01-activations") as diagnosing:
        assert diagnosing.told("sigmoid", code) == {
            "sigmoid": "For large negative inputs your exponential overflows."
        }
