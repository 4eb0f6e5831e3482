"""Known mistakes are named, and nothing is said of others."""

import html
import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import nbformat

import tiny
from scratchgrad.classroom.trial import with_tests_of
from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import with_answers
from scratchgrad.feedback.page import html_of, page_of
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


def hidden_lines(assignment):
    """Lines of hidden tests that learners do not have, those too short to tell anything apart."""
    released = notebook.read(COURSE.notebook("release", assignment))
    public = "\n".join(cell.source for cell in released.cells)
    source = notebook.read(COURSE.notebook("source", assignment))
    parts = (cell.source.partition(notebook.BEGIN_HIDDEN)[2] for cell in source.cells)
    lines = {line.strip() for part in parts for line in part.splitlines()[1:-1]}
    return [line for line in lines if len(line) > 12 and line not in public]


class Diagnosing:
    """Grades answers to one assignment and tells what was diagnosed.

    On the way, no page may show a line of a hidden test.
    """

    def __init__(self, assignment):
        self._assignment = assignment
        self._source = notebook.read(COURSE.notebook("source", assignment))
        self.answers = load_answers(COURSE.misconceptions(assignment))
        self._hidden = hidden_lines(assignment)
        self._plans, self._engine = {}, Engine()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._engine.close()

    def told(self, exercise, code):
        """What is said of an answer, and whether it lost points; its own tests alone are run."""
        if exercise not in self._plans:
            source = with_tests_of(self._source, exercise)
            plan = make_plan(self._assignment, exercise, source, answers=self.answers)
            assert not self._engine.prepare(plan)
            self._plans[exercise] = source, plan
        source, plan = self._plans[exercise]
        made = with_answers(source, {exercise: code})
        result = self._engine.grade(plan, json.dumps(made).encode(), "ada")
        graded = nbformat.from_dict(json.loads(result["notebook"]))
        page = page_of(graded, self._assignment)
        # The other exercises hold the references, whose lines may stand in tests too.
        page.parts = [part for part in page.parts if part.name == exercise]
        shown = html.unescape(html_of(page))
        leaked = [line for line in self._hidden if line in shown and line not in code]
        assert not leaked, f"{exercise}: {leaked}"
        said = [cell["metadata"].get("scratchgrad", {}).get("diagnosis") for cell in graded.cells]
        lost = any(score["points"] < score["maximum"] for score in result["scores"])
        return next(filter(None, said), None), lost


def judged(assignment):
    """Every known answer to an assignment with what was said of it, and whether it lost points."""
    with Diagnosing(assignment) as diagnosing:
        return [
            (answer, *diagnosing.told(answer.exercise, answer.source))
            for answer in diagnosing.answers
        ]


def test_misconceptions_are_named_and_never_wrongly():
    named, silent = 0, []
    with ThreadPoolExecutor(2) as pool:
        several = list(pool.map(judged, COURSE.assignments()))
    for answer, told, lost in itertools.chain.from_iterable(several):
        what = f"{answer.exercise}__{answer.name}"
        assert told in (None, answer.says), f"{what}: {told}"
        assert lost == bool(answer.says), what
        named += bool(told)
        silent += [] if told or not answer.says else [what]
    print(f"{named} misconceptions named, none wrongly, {len(silent)} not named: {silent}")
    assert named >= 0.95 * (named + len(silent))


def test_there_are_hidden_lines_to_look_for():
    assert all(map(hidden_lines, COURSE.assignments()))


def test_other_mistakes_are_not_named():
    with Diagnosing("01-activations") as diagnosing:
        for exercise, codes in UNKNOWN.items():
            for code in codes:
                assert diagnosing.told(exercise, code) == (None, True), code


def test_a_mistake_in_other_words_is_named():
    """Not the listed code, but the same function to rounding."""
    code = "def sigmoid(x):\n    x = as_float(x)\n    return np.exp(-x) ** 0 / (np.exp(-x) + 1.0)"
    with Diagnosing("01-activations") as diagnosing:
        told = diagnosing.told("sigmoid", code)
    assert told == ("For large negative inputs your exponential overflows.", True)
