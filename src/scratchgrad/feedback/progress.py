"""Shows how far grading has come."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


def shown(results, what, total):
    """Pass results on, and show on standard error how many there are, how fast, how many failed.

    Parameters
    ----------
    results : iterable of Result or Change
    what : str
        What is being done.
    total : int

    Yields
    ------
    Result or Change
    """
    # Standard output is for the results: another program may read them.
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("[red]{task.fields[failed]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=total, rate="", failed="")
        failures = 0
        for result in results:
            failures += bool(result.problem)
            failed = f"{failures} could not be graded" if failures else ""
            progress.update(task, advance=1, failed=failed, rate=_rate(progress.tasks[0]))
            yield result


def _rate(task):
    return f"{task.speed:.1f}/s" if task.speed else ""
