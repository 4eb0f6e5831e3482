"""The command ``scratchgrad``."""

import argparse
import json
import sys

from .course.layout import Course, CourseError


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

    build = _command(commands, "build", _build, "make release/ and solutions/ from source/")
    build.add_argument("--check", action="store_true", help="only name files that are out of step")

    lint = _command(commands, "lint", _lint, "check source notebooks against the rules")
    lint.add_argument("--fix", action="store_true", help="first mend what can be mended by rule")

    grade = _command(commands, "grade", _grade, "grade what is in submitted/")
    grade.add_argument("--json", action="store_true", help="print the results for programs")
    grade.add_argument("--student", action="append", default=[], help="grade this learner only")

    _command(commands, "demo", _demo, "grade a sample class in demo/", one=True)
    return parser


def _command(commands, name, run, help, one=False):
    command = commands.add_parser(name, help=help, description=help)
    command.add_argument("assignments", nargs="?" if one else "*", metavar="ASSIGNMENT")
    command.set_defaults(run=run)
    return command


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
    from .classroom import submissions

    names = course.select(options.assignments)
    found = {name: submissions.find(course, name, options.student) for name in names}
    handed_in = {each.student for several in found.values() for each in several}
    if unknown := set(options.student) - handed_in:
        raise CourseError(f"nothing in submitted/ from: {', '.join(sorted(unknown))}")
    results = {name: _graded(course, name, several) for name, several in found.items() if several}
    if options.json:
        print(json.dumps([_as_json(course, *item) for item in results.items()], indent=1))
    else:
        for assignment, several in results.items():
            _show(course, assignment, several)
        if not results:
            print("nothing to grade in submitted/")
    return 0


def _demo(course, options):
    from nbgrader.converters import GenerateFeedback

    from .classroom import submissions
    from .classroom.demo import make_demo
    from .course.nbgrader import convert

    assignment = course.select([options.assignments] if options.assignments else [])[0]
    demo, samples = make_demo(course, assignment)
    results = _graded(demo, assignment, submissions.find(demo, assignment))
    convert(GenerateFeedback, demo, assignment)
    _show(demo, assignment, results, {sample.student: sample.note for sample in samples})
    for what in ("gradebook.db", "autograded", "feedback"):
        print(f"{what.removesuffix('.db'):<11}{demo.root / what}")
    return 0


def _graded(course, assignment, submissions):
    from rich.console import Console
    from rich.progress import track

    from .classroom.grade import grade, register

    register(course, assignment)
    # Standard output is for the results: another program may read them.
    console = Console(stderr=True)
    return [
        grade(course, submission)
        for submission in track(submissions, f"grading {assignment}", console=console)
    ]


def _exercises(course, assignment):
    from .course import notebook

    return notebook.exercises(notebook.read(course.notebook("source", assignment)))


def _show(course, assignment, results, notes=None):
    from rich.console import Console

    from .feedback.table import legend, problems, table

    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = max(console.width, 110)
    exercises = _exercises(course, assignment)
    console.print(table(assignment, exercises, results, notes))
    console.print(legend(exercises))
    lines = problems(results)
    if lines:
        print(f"\ncould not be graded: {len(lines)}", *(f"  {line}" for line in lines), sep="\n")
    console.print()


def _as_json(course, assignment, results):
    exercises = {each.name: each.points for each in _exercises(course, assignment)}
    return {
        "assignment": assignment,
        "points": exercises,
        "submissions": [
            {
                "student": each.student,
                "status": "unreadable" if each.problem else "graded",
                "reason": each.problem,
                "marks": each.marks,
                "total": None if each.marks is None else sum(each.marks.values()),
            }
            for each in results
        ],
    }
