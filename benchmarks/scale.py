"""Times grading as the class grows: what one submission costs among hundreds and thousands.

Run by ``make bench``, in a temporary course folder.
"""

import argparse
import tempfile
import time
from pathlib import Path

from classes import ASSIGNMENT, sample_course
from memory import peaks_of

from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.course.layout import Course


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    sizes = parser.parse_args().sizes
    print(f"classes of {ASSIGNMENT}; ms per submission, MiB\n")
    print("submissions  workers    each  gradebook  this process  unchanged  this process  child")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            course = sample_course(Course.find(), Path(folder, "class"), size)
            for jobs in (1, 2) if size == sizes[0] else (2,):
                _show(size, jobs, *_measured(course, jobs))


def _measured(course, jobs):
    """Seconds for all, in the gradebook, of this process's CPU, for all unchanged; memory."""
    found = submissions.find(course, ASSIGNMENT)
    with Grader(course, jobs=jobs, force=True) as grader:
        grader.prepare(ASSIGNMENT)
        start, cpu, book = time.perf_counter(), time.process_time(), 0.0
        for result in grader.grade_all(found):
            book += result.seconds["gradebook"]
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peaks = peaks_of(grader)
    with Grader(course, jobs=jobs) as grader:
        grader.prepare(ASSIGNMENT)
        start = time.perf_counter()
        assert all(result.unchanged for result in grader.grade_all(found))
        again = time.perf_counter() - start
    return seconds, book, cpu, again, peaks


def _show(size, jobs, seconds, book, cpu, again, peaks):
    book, cpu, unchanged = (f"{1000 * total / size:.1f}" for total in (book, cpu, again))
    here, largest = peaks.values()
    print(
        f"{size:11}  {jobs:7}  {1000 * seconds / size:6.1f}  {book:>9}  {cpu:>12}  {unchanged:>9}"
        f"  {here:12.0f}  {largest:5.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
