"""Grades one submission: restore, test, diagnose, and write down what came of it."""

import functools
import time
from collections import Counter
from dataclasses import dataclass, field, replace

from ..course.names import exercise_of
from .conversation import WorkerLost
from .diagnosis import diagnosis
from .graded_notebook import notebook_of
from .notebook_file import parsed
from .restore import restored
from .score import scored
from .telling import is_hidden, told_of
from .tested import Tested
from .uses import ORIGINS
from .workspace import Run, Workspace

# Of a submission's time: for the tests, and until the end of running cells again without them.
# After all of the time nothing would be left of the marks.
_SHARE_TO_TEST, _SHARE_IN_ALL = 1 / 2, 9 / 10


@dataclass
class Graded:
    """A graded submission.

    Attributes
    ----------
    notebook : dict
        In nbformat's form, with the outputs.
    scores : list of Score
        One for each test cell, in order.
    unanswered : list of str
        Names of the solution and written cells that are as they were released.
    notes : list of str
        What an instructor should know: cells put right, processes lost, tests in need of repair.
    seconds : dict of str to float
        Wall time by what it was spent on.
    memory : int or None
        The most memory that the learner's code had, in bytes; None if that is not known.
    uses : dict of str to list of str
        Where cells used objects of the learner's classes, by name, see `Uses`.
    """

    notebook: dict
    scores: list
    unanswered: list
    notes: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)
    memory: int | None = None
    uses: dict = field(default_factory=dict)


def grade(content, prepared, child, limits, clean_child, records=False):
    """Grade a submission.

    Parameters
    ----------
    content : bytes
        The notebook's file, from anyone.
    prepared : Prepared
        The assignment: plan, compiled tests, references.
    child : Child
        A fresh sandbox with the submission's files.
    limits : Limits
    clean_child : callable
        Makes another such sandbox.
    records : bool
        Whether it is the source's own solution, see `Tested`.

    Returns
    -------
    Graded

    Raises
    ------
    Unreadable
    """
    clock, begun = _Clock(), time.monotonic()
    cells, notes = restored(parsed(content), prepared.plan)
    clock.lap("restore")
    tested = Tested(prepared, child, limits, limits.submission_seconds * _SHARE_TO_TEST, records)
    runs, outcomes = tested.run(cells)
    memory = child.peak_memory()
    clock.lap("cells and tests")
    # The last cell to be begun is to end in time too.
    until = begun + limits.submission_seconds * _SHARE_IN_ALL - limits.cell_seconds
    shown = runs
    if _shows_something(cells, runs):
        # What was shown after a test had called something could tell of hidden inputs.
        shown = _shown_without_tests(cells, prepared, clean_child(), limits, until)
    clock.lap("outputs")
    diagnoses = _diagnoses(prepared, tested.trials)
    clock.lap("diagnosis")
    scores = {name: scored(prepared.cells[name], outcome) for name, outcome in outcomes.items()}
    alone = functools.partial(_visible_tests_alone, cells, prepared, clean_child, limits, until)
    told = told_of(cells, outcomes, scores, prepared, diagnoses, alone)
    clock.lap("details")
    notes += tested.notes
    notes += [f"cell {i + 1} {run.fault}" for i, run in runs.items() if run.fault]
    notes += _faults(outcomes, prepared.plan)
    notes += [f"{score.name}: {score.problem}" for score in scores.values() if score.problem]
    mark, warnings = _reservations(prepared.plan, child)
    notes += warnings
    says = {exercise: found.says for exercise, found in diagnoses.items()}
    made = notebook_of(cells, shown, *told, prepared, says)
    made["metadata"] = {**made["metadata"], **mark}
    clock.lap("notebook")
    uses = {name: sorted(each.seen) for name, each in tested.uses.items() if each.seen}
    if uses:
        uses[ORIGINS] = sorted(tested.origins)
    return Graded(
        made, list(scores.values()), _unanswered(cells), notes, clock.seconds, memory, uses
    )


def _shows_something(cells, runs):
    """Whether a cell after the first test showed something that the learner had a hand in."""
    kinds = [cell.kind for cell in cells]
    first = kinds.index("test") if "test" in kinds else len(cells)
    later = (run for index, run in runs.items() if index > first)
    return any(run.fault or (run.outputs and not run.is_ours) for run in later)


def _shown_without_tests(cells, prepared, child, limits, until):
    """Run the learner's cells again where no test has called anything.

    All of them, whatever became of them before: how far a cell came could tell of hidden inputs.
    """
    space, runs = Workspace(child, limits, until - time.monotonic()), {}
    for index, cell in enumerate(cells):
        if not cell.is_run or cell.is_absent or cell.kind == "test":
            continue
        name = cell.planned.name if cell.planned else None
        try:
            space.settle()
            run = space.run(cell.source, render=cell.kind == "written")
        except WorkerLost as lost:
            runs[index] = Run(failed=True, fault=lost.reason)
            break
        is_ours = name in prepared.shown
        runs[index] = replace(run, outputs=prepared.shown[name]) if is_ours else run
    return runs


def _visible_tests_alone(cells, prepared, clean_child, limits, until):
    """Outcomes of the visible tests where no hidden one is run, by name."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        return {}
    visible = [cell for cell in cells if not is_hidden(cell)]
    return Tested(prepared, clean_child(), limits, seconds).run(visible)[1]


def _diagnoses(prepared, trials):
    """What is known of the mistakes in exercises of which all tests ran, by exercise."""
    found = {
        exercise: diagnosis(prepared, exercise, trials)
        for exercise, mistakes in prepared.plan.mistakes.items()
        if mistakes["tests"] and trials.keys() >= set(mistakes["tests"])
    }
    return {exercise: known for exercise, known in found.items() if known}


def _faults(outcomes, plan):
    """How often calls of an exercise's function ended or held up the process."""
    found = Counter(
        (exercise_of(name, plan.solutions) or name, outcome.fault)
        for name, outcome in outcomes.items()
        if outcome.fault is not None
    )
    return [
        f"{exercise} {fault} in {count} test{'s' if count > 1 else ''}"
        for (exercise, fault), count in found.items()
    ]


def _reservations(plan, child):
    """What takes from the trust in a result: for the notebook's metadata, and in words."""
    mark, words = {}, []
    if not child.sandboxed:
        mark["sandboxed"] = False
        words.append("graded without the sandbox")
    if plan.together:
        mark["tests"] = "together"
        words.append("tests ran in the learner's process: not tamper-proof")
    return {"scratchgrad": mark} if mark else {}, words


def _unanswered(cells):
    theirs = (cell for cell in cells if cell.kind in ("solution", "written"))
    return [cell.planned.name for cell in theirs if cell.source == cell.planned.source]


class _Clock:
    def __init__(self):
        self.seconds, self._last = {}, time.perf_counter()

    def lap(self, what):
        now = time.perf_counter()
        self.seconds[what] = now - self._last
        self._last = now
