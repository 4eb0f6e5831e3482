"""Times grading as the class grows: what one submission costs among hundreds and thousands.

Run by ``make bench``, in temporary course folders. The classes are of one assignment; all others
follow, a class of the first size each. Two cores take some twenty minutes.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classes import ASSIGNMENT, sample_course
from distributed import Client
from memory import peaks_of

from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.course.layout import Course


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    sizes, course = parser.parse_args().sizes, Course.find()
    print("ms per submission; peak memory in MiB\n")
    print(f"{'':<38}{'workers':>10}{'each':>8}{'gradebook':>11}{'main CPU':>10}"
          f"{'unchanged':>11}{'main':>7}{'child':>7}")  # fmt: skip
    for size in sizes:
        with _class(course, ASSIGNMENT, size) as made:
            title = f"{size} of {ASSIGNMENT}"
            if size == sizes[0]:
                _show(title, "1", size, _measured(made, ASSIGNMENT, jobs=1))
            _show(title, "2", size, _measured(made, ASSIGNMENT, jobs=2))
            if size == sizes[0]:
                _show(title, "2 of Dask", size, _by_cluster(made, ASSIGNMENT))
    for assignment in course.assignments():
        if assignment != ASSIGNMENT:
            with _class(course, assignment, sizes[0]) as made:
                title = f"{sizes[0]} of {assignment}"
                _show(title, "2", sizes[0], _measured(made, assignment, jobs=2))


@contextlib.contextmanager
def _class(course, assignment, size):
    with tempfile.TemporaryDirectory() as folder:
        yield sample_course(course, Path(folder, "class"), size, assignment)


def _by_cluster(course, assignment):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as processes:
        file = Path(folder, "scheduler")
        for part in (
            ["scheduler", "--port", "0"],
            ["worker", "--nworkers", "2", "--nthreads", "1"],
        ):
            command = [sys.executable, "-W", "ignore", "-m", "dask", *part, "--no-dashboard",
                       "--scheduler-file", file]  # fmt: skip
            process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
            processes.callback(_ended, process)
        while not file.exists():
            time.sleep(0.1)
        with Client(scheduler_file=file) as client:
            client.wait_for_workers(2)
        return _measured(course, assignment, scheduler=json.loads(file.read_text())["address"])


def _ended(process):
    process.terminate()
    process.wait()


def _measured(course, assignment, **options):
    """Seconds for all, in the gradebook, of this process's CPU, for all unchanged; memory."""
    found = submissions.find(course, assignment)
    with Grader(course, force=True, **options) as grader:
        grader.prepare(assignment)
        start, cpu, book = time.perf_counter(), time.process_time(), 0.0
        for result in grader.grade_all(found):
            book += result.seconds["gradebook"]
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peaks = peaks_of(grader)
    with Grader(course, **options) as grader:
        grader.prepare(assignment)
        start = time.perf_counter()
        assert all(result.unchanged for result in grader.grade_all(found))
        again = time.perf_counter() - start
    return (seconds, book, cpu, again), peaks


def _show(title, workers, size, measured):
    times, peaks = measured
    each, book, cpu, again = (f"{1000 * total / size:.1f}" for total in times)
    here, largest = (f"{peak:.0f}" for peak in peaks.values())
    print(f"{title:<38}{workers:>10}{each:>8}{book:>11}{cpu:>10}{again:>11}{here:>7}{largest:>7}",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
