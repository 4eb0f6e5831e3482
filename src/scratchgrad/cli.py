"""The command ``scratchgrad``."""

import argparse
import os
import sys
from pathlib import Path

from .course.layout import Course, CourseError

_NO_SANDBOX = "run submissions with your own rights: only for what you would run yourself"
_SCHEDULER = "have the workers of a Dask cluster grade: its scheduler, as tcp://host:8786"
_JOBS = "how many submissions to grade at a time on this machine (default: one per processor)"


def main(arguments=None):
    """Run a command.

    Returns
    -------
    int
        0 when all is well, 1 when something was found wrong, 2 when the command was.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(Course.find(), options)
    except CourseError as error:
        print(f"scratchgrad: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="scratchgrad", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    new = _command(commands, "new", _new, "begin an assignment, or an exercise of one", number=None)
    new.add_argument("--exercise", default="", metavar="NAME", help="the function to write")

    build = _command(commands, "build", _build, "make release/ and solutions/ from source/")
    build.add_argument("--check", action="store_true", help="only name files that are out of step")

    packed = _command(commands, "bundle", _bundle, "write a zip for learners' own machines")
    packed.add_argument("--to", default="bundle.zip", metavar="FILE", help="the file to write")

    lint = _command(commands, "lint", _lint, "check source notebooks against the rules")
    lint.add_argument("--fix", action="store_true", help="first mend what can be mended by rule")

    grade = _command(commands, "grade", _grade, "grade what is in submitted/")
    grade.add_argument("--json", action="store_true", help="print the results for programs")
    grade.add_argument("--student", action="append", default=[], help="grade this learner only")
    grade.add_argument("--force", action="store_true", help="also what has not changed")
    grade.add_argument("--dry-run", action="store_true", help="only say whose marks would change")
    grade.add_argument("--scheduler", type=_address, metavar="ADDRESS", help=_SCHEDULER)

    seen = _command(commands, "watch", _watch, "grade what learners submit as they do")

    told = _command(commands, "feedback", _feedback, "write a page for each graded notebook")
    told.add_argument("--student", action="append", default=[], help="for this learner only")

    _command(commands, "report", _report, "write a page and a table about the class")

    export = _command(commands, "export", _export, "write marks for another system")
    formats = ("canvas", "moodle", "csv")
    export.add_argument("--format", choices=formats, default="csv", help="whose (default: csv)")
    to = "the file to write (default: named for the format)"
    export.add_argument("--to", default="", metavar="FILE", help=to)

    tried = _command(commands, "mutants", _mutants, "test the tests with changed references")
    tried.add_argument("--exercise", default="", metavar="NAME", help="try this one's tests only")
    tried.add_argument("--every", type=_jobs, default=1, help="grade each so many-th mutant only")
    tried.add_argument("--jobs", type=_jobs, default=os.cpu_count(), help=_JOBS)

    demo = _command(commands, "demo", _demo, "grade a sample class in demo/", number="?")
    for command in (grade, demo, seen):
        command.add_argument("--jobs", type=_jobs, default=os.cpu_count(), help=_JOBS)
        command.add_argument("--no-sandbox", action="store_true", help=_NO_SANDBOX)
    return parser


def _command(commands, name, run, help, number="*"):
    command = commands.add_parser(name, help=help, description=help)
    which = {"?": " (default: the first)", "*": " (default: all)", None: ""}[number]
    which = f"a folder in source/{which}"
    command.add_argument("assignments", nargs=number, metavar="ASSIGNMENT", help=which)
    command.set_defaults(run=run)
    return command


def _jobs(text):
    """A number of jobs from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of jobs")
    return int(text)


def _address(text):
    """An address from the command line."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an address is missing, such as tcp://host:8786")
    return text


def _new(course, options):
    from .course import scaffold

    for path in scaffold.new(course, options.assignments, options.exercise):
        print(f"wrote {path.relative_to(course.root)}")
    print("\nIt holds a small exercise that keeps every rule. Put yours in its place, then:")
    for command in ("lint --fix", "build", "mutants"):
        print(f"  scratchgrad {command} {options.assignments}")
    return 0


def _build(course, options):
    from .course import build

    outdated = []
    for assignment in course.select(options.assignments):
        files = build.build(course, assignment)
        names = build.differences(course, assignment, files)
        if not options.check:
            build.write(course, names, files)
        outdated += names
    for name in outdated:
        print(f"{name} is out of step with source/" if options.check else f"wrote {name}")
    return int(options.check and bool(outdated))


def _bundle(course, options):
    from .course.bundle import write_bundle

    names = course.select(options.assignments)
    write_bundle(course, names, Path(options.to))
    print(f"wrote {options.to} with {', '.join(names)}")
    return 0


def _lint(course, options):
    from .course import lint

    found = []
    for assignment in course.select(options.assignments):
        if options.fix:
            lint.fix(course, assignment)
        found += lint.lint(course, assignment)
    for line in found:
        print(line)
    return int(bool(found))


def _grade(course, options):
    from .commands.grading import grade

    return grade(course, options)


def _watch(course, options):
    from .commands.watching import watch

    return watch(course, options)


def _feedback(course, options):
    from .feedback.pages import write_feedback

    problems, count = [], 0
    for assignment in course.select(options.assignments):
        for path, problem in write_feedback(course, assignment, options.student):
            count += problem is None
            if problem:
                problems.append(f"{path.relative_to(course.root)}: {problem}")
    print(f"wrote {count} pages to {course.root / 'feedback'}", *problems, sep="\n")
    return int(bool(problems))


def _report(course, options):
    from .feedback.report.report import NothingGraded, write_report

    written = []
    for assignment in course.select(options.assignments):
        try:
            written += write_report(course, assignment)
        except NothingGraded:
            # Of all assignments, those that nobody has handed in yet have no report.
            if options.assignments:
                raise
    lines = [f"wrote {path}" for path in written]
    print(*lines or ["nothing has been graded yet"], sep="\n")
    return 0


def _export(course, options):
    from .classroom.exports import write_marks

    print(f"wrote {write_marks(course, options.format, options.assignments, options.to)}")
    return 0


def _mutants(course, options):
    from rich.console import Console

    from .classroom.trial import Trial
    from .feedback.table import verdicts
    from .grading.sandbox import SandboxUnavailable

    try:
        with Trial(course, options.jobs) as trial:
            found = [
                trial.judge(assignment, options.every, options.exercise)
                for assignment in course.select(options.assignments)
            ]
    except SandboxUnavailable as error:
        raise CourseError(str(error)) from error
    console = Console(highlight=False)
    console.width = max(console.width, 100)
    console.print(verdicts(found))
    wrong = [
        f"{verdict.assignment}: {line}"
        for verdict in found
        for line in [
            *(f"{each.exercise} survives: {each.change}" for each in verdict.survivors),
            *(f"listed as equivalent and is not: {each}" for each in verdict.stale),
        ]
    ]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


def _demo(course, options):
    from .commands.grading import demo

    return demo(course, options)
