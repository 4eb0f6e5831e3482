"""Runs a submission's cells in order: the learner's in the sandbox, tests apart from them."""

import functools
import itertools
import re

from .conversation import WorkerLost
from .diagnosis import Trial, failure_of
from .outputs import cleaned
from .referee import Referee
from .testing import Outcome, Test, TestBench
from .uses import ORIGINS, Uses
from .workspace import Run, Workspace

_NUMPY_NUMBER = re.compile(r"^np\.(?:float|u?int)\d+\((.*)\)$")


class Tested:
    """One pass over the cells, and what the tests said.

    Parameters
    ----------
    prepared : Prepared
    child : Child
    limits : Limits
    seconds : float
        For all of it.
    records : bool
        Whether it is the source's own solution, which shows where tests use objects.

    Attributes
    ----------
    notes : list of str
        Processes that were lost.
    trials : dict of str to Trial
        Of the tests that came to their end, by name.
    uses : dict of str to Uses
        What the cells were allowed, by name.
    origins : set of str
        Where the source's objects come from, see `Uses`.
    """

    def __init__(self, prepared, child, limits, seconds, records=False):
        self._prepared, self._limits, self._records = prepared, limits, records
        names = prepared.learners_names
        self._space = Workspace(child, limits, seconds, prepared.seeds_globally, names)
        self._bench = TestBench(names, prepared.imports)
        self._sources, self.notes, self.trials, self.uses = [], [], {}, {}
        self.origins = set(() if records else prepared.uses.get(ORIGINS, ()))

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
            self._locked(name)
        if name in self._prepared.shown:
            return Run(self._prepared.shown[name], fault=run.fault, is_ours=True)
        return run

    def _locked(self, name):
        cell, seconds = self._cell_of_ours(name, only_shields=True), self._limits.cell_seconds
        outcome = self._bench.run_locked(cell, self._space.session, seconds)
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
        session = self._space.session
        session.sources = self._sources
        tests = {name: self._cell_of_ours(name) for name in names}
        seconds = self._limits.cell_seconds
        begin = functools.partial(self._begin, following)
        outcomes = self._bench.run_tests(tests, session, seconds, begin)
        # Else they would be run for ever.
        return outcomes or {names[0]: Outcome(fault=session.loss.reason)}

    def _cell_of_ours(self, name, only_shields=False):
        prepared, code = self._prepared, self._prepared.codes[name]
        known = None if self._records else prepared.uses.get(name, ())
        self.uses[name] = Uses(code.body.co_filename, known, self.origins)
        references = prepared.references_at.get(name, prepared.references)
        return Test(code, Referee(references, only_shields), self.uses[name])

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
