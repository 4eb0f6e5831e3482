"""Times grading the same submissions with stock nbgrader, with the engine, and without isolation.

Run by ``make bench``. Everything runs in one go on one machine, in a temporary course folder.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from classes import ASSIGNMENT, make_stock, sample_course
from memory import peaks_of

from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.course.layout import Course


def main():
    """Measure and print."""
    options = _options()
    course = Course.find()
    with tempfile.TemporaryDirectory() as folder:
        ours = sample_course(course, Path(folder, "ours"), options.submissions)
        stock = sample_course(course, Path(folder, "stock"), options.stock)
        make_stock(stock)
        print(f"{options.submissions} submissions of {ASSIGNMENT}; ms per submission\n")
        slow = _time_stock(stock, options.stock)
        print(f"stock nbgrader autograde   {slow:8.1f}   ({options.stock} timed)")
        floor = _time_floor(ours)
        print(f"one process, no isolation  {floor:8.1f}   (the floor)")
        for jobs in (1, 2):
            seconds, results = _time_ours(ours, jobs)
            each = 1000 * seconds / options.submissions
            print(
                f"scratchgrad, {jobs} worker{'s' if jobs > 1 else ' '}     {each:8.1f}   "
                f"{slow / each:.0f} times stock, {each / floor:.2f} times the floor"
            )
            if jobs == 1:
                breakdown = _breakdown(results)
        print("\nwhere the time of one worker goes, ms:")
        for what, milliseconds in breakdown.items():
            print(f"  {what:<26}{milliseconds:6.1f}")
        print("\npeak memory after 1/10 of the submissions and after all, MiB:")
        for what, (early, late) in _memory(ours, options.submissions).items():
            print(f"  {what:<26}{early:6.0f}  {late:6.0f}")


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument(
        "--stock", type=int, default=20, help="how many to time with stock nbgrader"
    )
    return parser.parse_args()


def _time_stock(course, count):
    """Milliseconds per submission of ``nbgrader autograde`` with nothing configured."""
    register(course, ASSIGNMENT)
    program = Path(sys.executable).with_name("nbgrader")
    command = [program, "autograde", ASSIGNMENT, f"--CourseDirectory.root={course.root}"]
    start = time.perf_counter()
    subprocess.run(command, cwd=course.root, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start) / count


def _time_floor(course):
    """Milliseconds per submission when all cells run in one warm process."""
    command = [sys.executable, Path(__file__).with_name("floor.py"), course.root, ASSIGNMENT]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _time_ours(course, jobs):
    """Seconds to grade all submissions with warm workers, and the results."""
    shutil.rmtree(course.root / "autograded", ignore_errors=True)
    (course.root / "gradebook.db").unlink(missing_ok=True)
    found = submissions.find(course, ASSIGNMENT)
    with Grader(course, jobs=jobs, force=True) as grader:
        grader.prepare(ASSIGNMENT)
        start = time.perf_counter()
        results = list(grader.grade_all(found))
        return time.perf_counter() - start, results


def _breakdown(results):
    total = Counter()
    for result in results:
        total.update(result.seconds)
    return {what: 1000 * seconds / len(results) for what, seconds in total.items()}


def _memory(course, count):
    """Peak resident memory early and late."""
    found, peaks = submissions.find(course, ASSIGNMENT), []
    with Grader(course, force=True) as grader:
        grader.prepare(ASSIGNMENT)
        for part in (found[: count // 10], found):
            list(grader.grade_all(part))
            peaks.append(peaks_of(grader))
    return {what: [peak[what] for peak in peaks] for what in peaks[0]}


if __name__ == "__main__":
    main()
