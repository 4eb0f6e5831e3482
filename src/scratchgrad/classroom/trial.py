"""Grades mutants of the reference solutions like submissions: each must lose points."""

import dataclasses
import json
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import nbformat
from nbgrader.coursedir import CourseDirectory

from ..course import notebook
from ..course.layout import CourseError, nbgrader_config
from ..course.mutants import equivalents, mutants
from ..course.submission import with_answers
from ..grading.engine import Engine
from ..grading.plan import make_plan
from ..grading.reading import instructors_files
from ..grading.settings import limits_from

# Mutants may loop for ever; no reference takes that long.
_SECONDS = 3.0


@dataclass
class Verdict:
    """What became of an assignment's mutants.

    Attributes
    ----------
    assignment : str
    mutants, killed : int
        How many were graded, and how many of them lost points.
    equivalent : int
        How many lost none and are listed as computing the same.
    survivors : list of Mutant
        The others that lost none.
    stale : list of str
        Listed changes that lost points, or that are no mutants.
    """

    assignment: str
    mutants: int
    killed: int
    equivalent: int
    survivors: list
    stale: list


class Trial:
    """Tries the tests of assignments.

    Parameters
    ----------
    course : Course
    jobs : int
        How many mutants to grade at a time.
    """

    def __init__(self, course, jobs=1):
        self._course, self._config = course, nbgrader_config(course)
        limits = dataclasses.replace(limits_from(self._config), cell_seconds=_SECONDS)
        self._engines = [Engine(limits, hide=[course.root]) for _ in range(jobs)]

    def __enter__(self):
        return self

    def __exit__(self, *details):
        for engine in self._engines:
            engine.close()

    def judge(self, assignment, every=1, exercise=""):
        """Grade an assignment's mutants.

        Parameters
        ----------
        assignment : str
        every : int
            1 grades all, 10 each tenth.
        exercise : str
            Only the mutants of this one, by default those of all.

        Returns
        -------
        Verdict

        Raises
        ------
        CourseError
            If a reference itself loses points, or there is no such exercise.
        """
        source = notebook.read(self._course.notebook("source", assignment))
        directory = CourseDirectory(config=self._config)
        files = instructors_files(directory, assignment)
        found = {
            each.name: mutants(each.name, each.solution.source)
            for each in notebook.exercises(source)
        }
        known = equivalents(self._course, assignment)
        if exercise:
            if exercise not in found:
                raise CourseError(f"source/{assignment} has no exercise {exercise!r}")
            found = {exercise: found[exercise]}
            known = {exercise: known.get(exercise, {})}
        stale = [
            f"{name}: {change}"
            for name, reasons in known.items()
            for change in reasons.keys() - {each.change for each in found.get(name, [])}
        ]
        chosen = [each for several in found.values() for each in several][::every]
        survivors = []
        for name in found:
            mine = [each for each in chosen if each.exercise == name]
            if mine:
                survivors += self._surviving(assignment, with_tests_of(source, name), files, mine)
        listed = [each for each in survivors if each.change in known.get(each.exercise, {})]
        alive = {(each.exercise, each.change) for each in survivors}
        stale += [
            f"{each.exercise}: {each.change}"
            for each in chosen
            if each.change in known.get(each.exercise, {})
            and (each.exercise, each.change) not in alive
        ]
        return Verdict(
            assignment, len(chosen), len(chosen) - len(survivors), len(listed),
            [each for each in survivors if each not in listed], stale,
        )  # fmt: skip

    def _surviving(self, assignment, source, files, chosen):
        """The mutants of one exercise that keep all points."""
        plan = make_plan(assignment, chosen[0].exercise, source, self._config)
        idle = queue.SimpleQueue()
        for engine in self._engines:
            if problems := engine.prepare(plan, files):
                raise CourseError(f"source/{assignment}: {problems[0]}")
            idle.put(engine)

        def survives(mutant):
            made = with_answers(source, {mutant.exercise: mutant.source})
            engine = idle.get()
            try:
                result = engine.grade(plan, json.dumps(made).encode(), "mutant", files)
            finally:
                idle.put(engine)
            scores = result.get("scores")
            return bool(scores) and all(each["points"] == each["maximum"] for each in scores)

        with ThreadPoolExecutor(len(self._engines)) as pool:
            return [m for m, alive in zip(chosen, pool.map(survives, chosen), strict=True) if alive]


def with_tests_of(source, exercise):
    """A source notebook with the tests of one exercise only, and without figures.

    Parameters
    ----------
    source : NotebookNode
    exercise : str

    Returns
    -------
    NotebookNode
    """
    result = nbformat.from_dict(source)
    wanted = {
        notebook.grade_id(test)
        for each in notebook.exercises(source)
        if each.name == exercise
        for test in each.tests
    }
    result.cells = [
        cell
        for cell in result.cells
        if cell.cell_type == "code"
        and not notebook.is_figure(cell)
        and (notebook.role(cell) != "test" or notebook.grade_id(cell) in wanted)
    ]
    return result
