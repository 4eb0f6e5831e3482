"""``scratchgrad grade`` and ``scratchgrad demo``."""

import json
import sys
import time
from dataclasses import asdict
from functools import partial

from rich.console import Console

from ..classroom import submissions
from ..classroom.demo import make_demo
from ..classroom.dry_run import DryRun
from ..classroom.grade import Grader
from ..course.layout import CourseError
from ..feedback.pages import write_feedback
from ..feedback.progress import shown
from ..feedback.report.report import write_report
from ..feedback.table import changes, legend, notes_on, problems, summary, table
from ..grading.sandbox import SandboxUnavailable


class _NoSandbox(CourseError):
    """This machine cannot make a sandbox."""


def grade(course, options):
    """Grade what is in ``submitted/``."""
    found = _handed_in(course, options)
    sandboxed = False if options.no_sandbox else None
    if options.dry_run:
        make = partial(DryRun, course, sandboxed, options.jobs, options.scheduler)
        return _tell_changes(_graded(make, found), options.json)
    make = partial(Grader, course, sandboxed, options.jobs, options.force, options.scheduler)
    start = time.monotonic()
    results = _graded(make, found)
    if options.json:
        print(json.dumps([_as_json(name, *found) for name, found in results.items()], indent=1))
        return 0
    for assignment, found in results.items():
        _show(assignment, *found)
    every = [result for _, several in results.values() for result in several]
    print(summary(every, time.monotonic() - start) if every else "nothing to grade in submitted/")
    return 0


def demo(course, options):
    """Grade a sample class in ``demo/``."""
    assignment = course.select([options.assignments] if options.assignments else [])[0]
    place, samples = make_demo(course, assignment)
    found = {assignment: submissions.find(place, assignment)}
    try:
        graded = _graded(partial(Grader, place, False if options.no_sandbox else None,
                                 options.jobs), found)  # fmt: skip
    except _NoSandbox as error:
        # These submissions are our own: the demo has something to show without a sandbox too.
        print(f"{error}\nThe demo goes on without it.\n", file=sys.stderr)
        graded = _graded(partial(Grader, place, False, options.jobs), found)
    parts, results = graded[assignment]
    list(write_feedback(place, assignment))
    _show(assignment, parts, results, {sample.student: sample.note for sample in samples})
    report, _ = write_report(place, assignment)
    for what in ("gradebook.db", "autograded", "feedback"):
        print(f"{what.removesuffix('.db'):<11}{place.root / what}")
    print(f"{'report':<11}{report}")
    return 0


def _handed_in(course, options):
    """The submissions that are to be graded, by assignment."""
    names = course.select(options.assignments)
    found = {name: submissions.find(course, name, options.student) for name in names}
    handed_in = {each.student for several in found.values() for each in several}
    if unknown := set(options.student) - handed_in:
        raise CourseError(f"nothing in submitted/ from: {', '.join(sorted(unknown))}")
    return {name: several for name, several in found.items() if several}


def _graded(make, found):
    """Grade submissions, with a progress display; returns parts and results by assignment."""
    if not found:
        return {}
    console, results = Console(stderr=True), {}
    try:
        with make() as grader:
            if not grader.sandboxed:
                console.print("no sandbox: submissions run with your rights", style="bold red")
            for assignment, several in found.items():
                for problem in grader.prepare(assignment):
                    line = f"source/{assignment}: {problem}"
                    console.print(line, style="bold red", markup=False, soft_wrap=True)
                graded = grader.grade_all(several)
                graded = list(shown(graded, f"grading {assignment}", len(several)))
                results[assignment] = grader.parts(assignment), graded
    except SandboxUnavailable as error:
        raise _NoSandbox(f"{error}\nOr grade without it, at your own risk: --no-sandbox") from error
    return results


def _show(assignment, parts, results, notes=None):
    console = _wide_enough()
    console.print(table(assignment, parts, results, notes))
    console.print(legend(parts))
    if lines := problems(results):
        print(f"\ncould not be graded: {len(lines)}", *(f"  {line}" for line in lines), sep="\n")
    if lines := notes_on(results):
        print("\nto look at:", *(f"  {line}" for line in lines), sep="\n")
    console.print()


def _tell_changes(graded, json_wanted):
    """Print what a dry run found."""
    if json_wanted:
        print(
            json.dumps([asdict(each) for _, found in graded.values() for each in found], indent=1)
        )
        return 0
    console = _wide_enough()
    for assignment, (_, found) in graded.items():
        different = [each for each in found if each.differences]
        if different:
            console.print(changes(assignment, different))
        if lines := problems(found):
            print("could not be graded:", *(f"  {line}" for line in lines), sep="\n")
        who = f"{len(different)} of {len(found)} learners"
        print(f"{assignment}: the marks of {who} would change. Nothing was written.")
    if not graded:
        print("nothing to grade in submitted/")
    return 0


def _wide_enough():
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = max(console.width, 110)
    return console


def _as_json(assignment, parts, results):
    return {
        "assignment": assignment,
        "points": {part.name: part.points for part in parts},
        "submissions": [
            {
                "student": each.student,
                "status": "unreadable" if each.problem else "graded",
                "unchanged": each.unchanged,
                "reason": each.problem,
                "notes": each.notes,
                "marks": each.marks,
                "total": None if each.marks is None else sum(each.marks.values()),
            }
            for each in results
        ],
    }
