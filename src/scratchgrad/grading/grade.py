"""Grades one submission: restore, run the learner's cells in the sandbox, test apart from them."""

import functools
import itertools
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace

from ..course.names import exercise_of
from .conversation import WorkerLost
from .diagnosis import Trial, diagnosis, failure_of
from .graded_notebook import notebook_of
from .notebook_file import parsed
from .outputs import cleaned
from .referee import Referee
from .restore import restored
from .score import scored
from .telling import is_hidden, told_of
from .testing import Outcome, Test, TestBench
from .workspace import Run, Workspace

# Of a submission's time: for the tests, and until the end of running cells again without them.
# After all of the time nothing would be left of the marks.
_SHARE_TO_TEST, _SHARE_IN_ALL = 1 / 2, 9 / 10
_NUMPY_NUMBER = re.compile(r"^np\.(?:float|u?int)\d+\((.*)\)$")


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
    """

    notebook: dict
    scores: list
    unanswered: list
    notes: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)
    memory: int | None = None


def grade(content, prepared, child, limits, clean_child):
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
    tested = _Tested(prepared, child, limits, limits.submission_seconds * _SHARE_TO_TEST)
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
    return Graded(made, list(scores.values()), _unanswered(cells), notes, clock.seconds, memory)


class _Tested:
    """One pass over the cells in which the tests run too, and what they said."""

    def __init__(self, prepared, child, limits, seconds):
        self._prepared, self._limits = prepared, limits
        names = prepared.learners_names
        self._space = Workspace(child, limits, seconds, prepared.seeds_globally, names)
        self._bench = TestBench(names, prepared.imports)
        self._sources, self.notes, self.trials = [], [], {}

    def run(self, cells):
        """Run cells and tests; returns the runs by index, and the tests' outcomes by name."""
        runs, outcomes, lost = {}, {}, None
        steps = [(index, cell) for index, cell in enumerate(cells) if cell.is_run]
        while steps:
            index, cell = steps[0]
            try:
                if lost is None and self._space.settle():
                    self.notes.append(f"before cell {index + 1} the process had been lost")
                if cell.kind == "test":
                    self._tests(steps, lost, outcomes)
                elif lost is None:
                    runs[index] = self._cell(cell)
            except WorkerLost as loss:
                lost = loss.reason
                if cell.kind == "test":
                    outcomes.setdefault(cell.planned.name, Outcome(fault=lost))
                    self.notes.append(f"cell {index + 1} {lost}")
                else:
                    runs[index] = Run(failed=True, fault=lost)
            steps = [each for each in steps if _name(each) not in outcomes]
            if cell.kind != "test":
                steps = steps[1:]
        # In order, however they came.
        names = (cell.planned.name for cell in cells if cell.is_run and cell.kind == "test")
        return runs, {name: outcomes[name] for name in names}

    def _cell(self, cell):
        name = cell.planned.name if cell.planned else None
        if cell.is_absent:
            run = Run()
        else:
            self._sources.append(cell.source)
            run = self._space.run(cell.source, render=cell.kind == "written")
        if name in self._prepared.plan.assigned_names:
            self._bench.give_back(self._prepared.plan.assigned_names[name])
        if cell.kind in ("locked", "open"):
            self._locked(self._prepared.codes[name])
        if name in self._prepared.shown:
            return Run(self._prepared.shown[name], fault=run.fault, is_ours=True)
        return run

    def _locked(self, code):
        referee = Referee(self._prepared.references, only_shields=True)
        seconds = self._limits.cell_seconds
        outcome = self._bench.run_locked(code, self._space.session, seconds, referee)
        if outcome.fault is not None:
            # The loss is not the next cell's.
            self._space.recover()

    def _tests(self, steps, lost, outcomes):
        """Add the outcomes of one or more of the tests that come next, by name."""
        name = _name(steps[0])
        if lost is not None:
            outcomes[name] = Outcome(fault=lost)
            return
        if self._prepared.plan.together:
            outcomes[name] = _as_shown(self._space.run(steps[0][1].source))
            return
        names = [_name(s) for s in itertools.takewhile(lambda s: s[1].kind == "test", steps)]
        found = self._tested(names, steps[len(names) :])
        outcomes.update(found)
        for name, outcome in found.items():
            if outcome.fault is None:
                failure = failure_of(outcome.error) if outcome.error else None
                self.trials[name] = Trial(failure, outcome.heard)
        # Last: where it comes too late, what was found still counts.
        if any(outcome.fault is not None for outcome in found.values()):
            self._space.recover()

    def _tested(self, names, following):
        session, prepared = self._space.session, self._prepared
        session.sources = self._sources
        tests = {name: Test(prepared.codes[name], Referee(prepared.references)) for name in names}
        seconds = self._limits.cell_seconds
        begin = functools.partial(self._begin, following)
        outcomes = self._bench.run_tests(tests, session, seconds, begin)
        # Else they would be run for ever.
        return outcomes or {names[0]: Outcome(fault=session.loss.reason)}

    def _begin(self, following):
        """Have the next cell begun, if there is one."""
        if following and not following[0][1].is_absent:
            cell = following[0][1]
            self._space.start(cell.source, render=cell.kind == "written")


def _name(step):
    """The name of a planned cell."""
    planned = step[1].planned
    return planned.name if planned else None


def _as_shown(run):
    """The outcome of a test cell that ran in the learner's process."""
    if run.fault:
        return Outcome(fault=run.fault)
    value = None
    for output in cleaned(run.outputs):
        if output["output_type"] == "error":
            return Outcome(error=RuntimeError(f"{output['ename']}: {output['evalue']}"))
        if output["output_type"] == "execute_result":
            value = _NUMPY_NUMBER.sub(r"\1", output["data"]["text/plain"])
    try:
        return Outcome(value if value is None else float(value))
    except ValueError:
        return Outcome(value)


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
    return _Tested(prepared, clean_child(), limits, seconds).run(visible)[1]


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
