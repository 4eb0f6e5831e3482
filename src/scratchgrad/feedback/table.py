"""The table of results: learners by exercises."""

from rich import box
from rich.table import Table
from rich.text import Text


def table(assignment, exercises, results, notes=None):
    """Points of every learner for every exercise.

    Parameters
    ----------
    assignment : str
    exercises : list of Part
        They are numbered in the table's head; `legend` names them.
    results : list of Result
    notes : dict of str to str, optional
        A remark on each learner.

    Returns
    -------
    rich.table.Table
    """
    result = Table(title=assignment, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    result.add_column("learner", no_wrap=True)
    for number in range(1, len(exercises) + 1):
        result.add_column(str(number), justify="right", no_wrap=True)
    result.add_column("total", justify="right", no_wrap=True)
    if notes:
        result.add_column("what it is", overflow="fold")
    for each in results:
        result.add_row(*_row(each, exercises), *([notes[each.student]] if notes else []))
    result.add_section()
    result.add_row("of", *(f"{each.points:g}" for each in exercises), f"{_sum(exercises):g}")
    return result


def legend(exercises):
    """One line that says which exercise has which number."""
    return "  ".join(f"{number} {each.name}" for number, each in enumerate(exercises, 1))


def problems(results):
    """A line for every submission that could not be graded."""
    return [
        f"{plain(each.student)}: {each.problem}" + ("; earlier marks kept" if each.marks else "")
        for each in results
        if each.problem
    ]


def notes_on(results):
    """A line for everything about graded submissions that an instructor should know."""
    return [f"{plain(each.student)}: {note}" for each in results for note in each.notes]


def changes(assignment, found):
    """What grading would do to marks.

    Parameters
    ----------
    assignment : str
    found : list of Change

    Returns
    -------
    rich.table.Table
    """
    result = Table(title=assignment, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    result.add_column("learner", no_wrap=True)
    for name in ("has", "would have"):
        result.add_column(name, justify="right", no_wrap=True)
    result.add_column("where", overflow="fold")
    for each in found:
        where = ", ".join(
            f"{name} {_told(before)} to {_told(after)}"
            for name, (before, after) in each.differences.items()
        )
        totals = (None if marks is None else sum(marks.values()) for marks in _both(each))
        result.add_row(Text(plain(each.student)), *map(_told, totals), where)
    return result


def summary(results, seconds):
    """One line about a run of grading.

    Parameters
    ----------
    results : list of Result
    seconds : float
        How long it took.

    Returns
    -------
    str
    """
    failed = sum(bool(each.problem) for each in results)
    unchanged = sum(each.unchanged for each in results)
    counts = [f"{len(results) - failed - unchanged} graded"]
    counts += [f"{unchanged} unchanged since they were"] if unchanged else []
    counts += [f"{failed} could not be"] if failed else []
    return f"{', '.join(counts)}; {seconds:.1f} s"


def verdicts(found):
    """What became of the mutants of each assignment.

    Parameters
    ----------
    found : list of Verdict

    Returns
    -------
    rich.table.Table
    """
    result = Table(title="mutants of the references", title_justify="left", box=box.SIMPLE_HEAD)
    result.add_column("assignment", no_wrap=True)
    for name in ("mutants", "killed", "equivalent", "survivors"):
        result.add_column(name, justify="right")
    for each in found:
        counts = each.mutants, each.killed, each.equivalent, len(each.survivors)
        result.add_row(each.assignment, *map(str, counts))
    return result


def plain(name):
    """A name of a folder, which may hold anything, for a terminal.

    >>> plain("ada\\n")
    'ada\\\\n'
    """
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in name)


def _row(result, exercises):
    student = Text(plain(result.student))
    if result.marks is None:
        return [student, *("-" for _ in exercises), Text("-", style="red")]
    cells = (_points(result.marks[each.name], each.points) for each in exercises)
    mark = "*" if result.problem else ""
    return [student, *cells, f"{sum(result.marks.values()):g}{mark}"]


def _both(change):
    return change.before, change.after


def _told(points):
    return "nothing" if points is None else f"{points:g}"


def _points(points, most):
    style = "green" if points == most else "yellow" if points else "red"
    return Text(f"{points:g}", style=style)


def _sum(exercises):
    return sum(each.points for each in exercises)
