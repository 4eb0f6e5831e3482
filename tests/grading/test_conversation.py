"""Tests ask for their calls ahead of the answers, and cells are begun before tests are judged:
whatever goes wrong meanwhile is charged to the cell that it happened in, and to no other."""

import numpy as np
import pytest

import natural
from apart import Apart
from scratchgrad.checks import use_references
from scratchgrad.checks._reference import _provided
from scratchgrad.course import notebook
from scratchgrad.grading import rehearsal, warm
from scratchgrad.grading.inside.shell import SHELL
from scratchgrad.grading.sandbox import Limits, Sandbox

# Long enough for a busy machine.
SECONDS, SLOW = 3, 2.2
CHECKED = """from scratchgrad import checks
for x in range({0}):
    checks.returns({1}, x, expected=2 * x, why="Twice.")"""
HARM = {
    "hangs": ("all(True for _ in iter(int, 1))", "took longer than 3 s"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "crashed (segmentation fault)"),
    "exits": ("import os; os._exit(3)", "ended the process (exit code 3)"),
    "forges": ("import os; os.write(3, b'x' * 99)", "sent what is not allowed"),
}


@pytest.fixture(scope="module")
def apart():
    with Apart(Limits(cell_seconds=SECONDS)) as engine:
        yield engine


TWICE = "def f(x):\n    return 2 * x\ndef g(x):\n    return 2 * x"


def graded(apart, parts, answers):
    """Points and kind of each test, and the notes, where answers stand for some parts."""

    def fill(release):
        made = natural.submission(release, parts)
        for each in made.cells:
            number = (notebook.grade_id(each) or "").removeprefix("part")
            if number.isdigit():
                each.source = answers.get(int(number), each.source)
        return made

    result = apart.graded(natural.source(parts), fill)
    assert not result["problems"]
    return [(each["points"], each["kind"]) for each in result["scores"]], result["notes"]


def parts_of(*tests, right=TWICE):
    return [("solution", 0, right), *(("test", 2, test) for test in tests)]


@pytest.mark.parametrize("harm, reason", HARM.values(), ids=HARM)
def test_the_cell_that_loses_the_process_pays(apart, harm, reason):
    wrong = f"def f(x):\n    if x == 7: {harm}\n    return 2 * x\ndef g(x):\n    return 2 * x"
    parts = parts_of(*(CHECKED.format(count, "f") for count in (5, 9, 5)))
    parts += [("solution", 0, "after = 1"), ("test", 2, CHECKED.format(3, "g"))]
    scores, _ = graded(apart, parts, {0: wrong})
    assert scores == [(2, "passed"), (0, reason), (2, "passed"), (2, "passed")]


@pytest.mark.parametrize("harm, reason", HARM.values(), ids=HARM)
def test_a_test_that_has_failed_keeps_its_reason(apart, harm, reason):
    wrong = f"def f(x):\n    if x == 40: {harm}\n    return 3 * x\ndef g(x):\n    return 2 * x"
    parts = parts_of(CHECKED.format(50, "f"), CHECKED.format(5, "g"))
    scores, notes = graded(apart, parts, {0: wrong})
    assert scores == [(0, "wrong values"), (2, "passed")]
    assert any("process had been lost" in note for note in notes)


@pytest.mark.parametrize("harm, reason", HARM.values(), ids=HARM)
def test_a_cell_begun_before_the_tests_are_judged_pays_itself(apart, harm, reason):
    parts = [*parts_of(CHECKED.format(9, "f")), ("solution", 0, "after = 1"),
             ("test", 2, CHECKED.format(9, "g"))]  # fmt: skip
    scores, notes = graded(apart, parts, {2: harm})
    assert scores == [(2, "passed")] * 2
    assert any(reason in note for note in notes)


def test_slow_answers_to_one_test_are_no_time_of_the_next(apart):
    """Each takes most of its time; the second asks and waits at once, after the first's."""
    slow = f"    import time; time.sleep({SLOW})\n    return 2 * x"
    once = CHECKED.format(1, "f")
    parts = parts_of(once, "assert f(np.float64(2)) == 4", once)
    scores, _ = graded(apart, parts, {0: f"def f(x):\n{slow}"})
    assert scores == [(2, "passed")] * 3


def test_what_was_asked_ahead_waits_for_a_call_back(apart):
    """A function of a test that is over is called while other calls wait in line."""
    right = "def f(x):\n    return 0 if callable(x) else 2 * x\ndef g(x):\n    return 2 * x"
    wrong = """kept = []
def f(x):
    if callable(x):
        kept.append(x)
        return 0
    try:
        kept[0](x) if kept and x == 3 else 0
    except RuntimeError:
        return -1
    return 2 * x
def g(x):
    return 2 * x"""
    counts = [CHECKED.format(count, name) for count, name in ((3, "f"), (40, "f"), (30, "g"))]
    parts = parts_of("f(lambda x: x);", *counts, right=right)
    scores, notes = graded(apart, parts, {0: wrong})
    assert [kind for _, kind in scores] == ["passed", "passed", "wrong values", "passed"]
    assert notes == []


def test_a_large_argument_waits_for_what_was_asked_before(apart):
    """Sent at once it would fill the socket, and wait in its own time for another test's answer."""
    large = "x = np.ones((1024, 1024))\nassert g(x).shape == x.shape"
    hangs = "def f(x):\n    while True: pass\ndef g(x):\n    return 2 * x"
    scores, _ = graded(apart, parts_of(CHECKED.format(1, "f"), large), {0: hangs})
    assert scores == [(0, "took longer than 3 s"), (2, "passed")]
    slow = f"import time\ndef f(x):\n    time.sleep({SLOW})\n    return 2 * x\ng = f"
    scores, _ = graded(apart, parts_of(CHECKED.format(1, "f"), large), {0: slow})
    assert scores == [(2, "passed")] * 2


REUSED = """out, kept = np.zeros(1), {}
def f(x):
    out[0] = 2 * x
    return out
def g(x):
    kept[x] = 2.0 * x
    return kept"""


def test_a_result_that_a_later_call_changes(apart):
    """It is what it was when it was returned, as where each answer is looked at at once."""
    looks = "from scratchgrad import checks\nfor x in (1, 2, 3):\n    {}"
    array = "checks.returns(f, x, expected=np.array([2.0 * x]), why='Twice.')"
    table = "checks.returns(g, x, expected={y: 2.0 * y for y in range(1, x + 1)}, why='All.')"
    parts = parts_of(looks.format(array), looks.format(table), right=REUSED)
    result = apart.graded(natural.source(parts))
    assert [each["kind"] for each in result["scores"]] == ["passed"] * 2


def test_a_result_without_end_costs_its_own_test_only(apart):
    endless = "def f(x):\n    x = []\n    x.append(x)\n    return x\ndef g(x):\n    return 2 * x"
    parts = parts_of(CHECKED.format(3, "f"), CHECKED.format(3, "g"))
    scores, notes = graded(apart, parts, {0: endless})
    assert scores == [(0, "raised TypeError"), (2, "passed")] and notes == []


def test_changed_arguments_that_were_none(apart):
    """Said of a call that was asked ahead, and found out when its test is judged."""
    lies = """import gc
def lie():
    server = next(each for each in gc.get_objects() if type(each).__name__ == 'Server')
    called = server._called
    server._called = lambda *given: {**called(*given), 'changed': {'nobody': 1}}
def f(x):
    lie()
    return 2 * x
def g(x):
    return 2 * x"""
    parts = parts_of(CHECKED.format(3, "f"), CHECKED.format(3, "g"))
    scores, notes = graded(apart, parts, {0: lies})
    assert scores == [(0, "sent what is not allowed"), (2, "passed")] and len(notes) == 1


def test_very_many_calls_ahead_of_large_answers():
    """Both sides' sockets would be full, and each would wait for the other to read."""
    answer = "def f():\n    return np.zeros(400)"
    many = """from scratchgrad import checks
for x in range(6000):
    checks.returns(f, expected=np.zeros(400), why="Nothing.")"""
    with Apart(Limits(cell_seconds=6)) as patient:
        result = patient.graded(natural.source(parts_of(many, many, right=answer)))
    assert [each["kind"] for each in result["scores"]] == ["passed", "passed"]


CALLS_BACK = "def f(h):\n    return h(1)\ndef g(x):\n    return 2 * x"


def test_a_call_back_that_gives_what_cannot_cross(apart):
    parts = parts_of("f(lambda x: {1: object()}[1]);", CHECKED.format(30, "g"), right=CALLS_BACK)
    result = apart.graded(natural.source(parts))
    assert [each["points"] for each in result["scores"]] == [0, 2] and result["notes"] == []
    assert "cannot be sent" in result["scores"][0]["detail"]


def test_a_call_back_that_ends_the_test(apart):
    ends = "def stop(x):\n    raise SystemExit\nf(stop)"
    result = apart.graded(natural.source(parts_of(ends, CHECKED.format(30, "g"), right=CALLS_BACK)))
    assert [each["points"] for each in result["scores"]] == [0, 2]


def test_a_rehearsal_leaves_nothing_behind():
    names, count = dict(SHELL.user_ns), SHELL.execution_count
    from scratchgrad.grading.inside import rehearsal as inside

    inside.rehearse()
    assert (SHELL.user_ns, SHELL.execution_count) == (names, count)
    use_references({})
    state = repr(np.random.get_state())
    with Sandbox(Limits(), warm.SERVE, warm.PRELOAD) as sandbox:
        rehearsal.rehearse(sandbox, Limits())
    assert repr(np.random.get_state()) == state and not _provided


def test_a_rehearsal_goes_as_meant(monkeypatch):
    """Else it would warm nothing, and nobody would notice."""
    seen, grade = [], rehearsal.grade

    def watched(*given):
        seen.append(grade(*given))
        return seen[-1]

    monkeypatch.setattr(rehearsal, "grade", watched)
    with Sandbox(Limits(), warm.SERVE, warm.PRELOAD) as sandbox:
        rehearsal.rehearse(sandbox, Limits())
    points = [[score.points for score in each.scores] for each in seen[:2]]
    assert points == [[1, 1, 1], [0, 0, 1]] and not any(each.notes for each in seen)
