"""Times grading the same submissions with stock nbgrader, with the engine, and without isolation.

Run by ``make bench``. Everything runs in one go on one machine, in a temporary course folder.
"""

import argparse
import json
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
        floor, forked = _time_floors(ours)
        print(f"one process, no isolation  {floor:8.1f}   (the floor)")
        print(
            f"a fork for each, no more   {forked:8.1f}   {slow / forked:.0f} times stock, "
            f"{forked / floor:.2f} times the floor"
        )
        for jobs in (1, 2):
            each, results = _time_ours(ours, jobs)
            print(
                f"scratchgrad, {jobs} worker{'s' if jobs > 1 else ' '}     {each:8.1f}   "
                f"{slow / each:.0f} times stock, {each / floor:.2f} times the floor"
            )
            if jobs == 1:
                breakdown = _breakdown(results)
        _print("where the time of one worker goes, ms", breakdown)
        _print(
            "peak memory after 1/10 of the submissions and after all, MiB",
            _memory(ours, options.submissions),
        )
        _print("one worker with less protection, ms", _less_protected(ours))


def _print(title, table):
    print(f"\n{title}:")
    for what, numbers in table.items():
        print(f"  {what:<26}" + "  ".join(f"{number:6.1f}" for number in numbers))


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


def _time_floors(course):
    """Milliseconds per submission when all cells run in one process, and in a fork for each."""
    command = [sys.executable, Path(__file__).with_name("floor.py"), course.root, ASSIGNMENT]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return map(float, done.stdout.split())


def _time_ours(course, jobs=1, sandboxed=True):
    """Milliseconds per submission with warm workers, and the results."""
    shutil.rmtree(course.root / "autograded", ignore_errors=True)
    (course.root / "gradebook.db").unlink(missing_ok=True)
    found = submissions.find(course, ASSIGNMENT)
    with Grader(course, sandboxed=sandboxed, jobs=jobs, force=True) as grader:
        grader.prepare(ASSIGNMENT)
        start = time.perf_counter()
        results = list(grader.grade_all(found))
        return 1000 * (time.perf_counter() - start) / len(results), results


def _less_protected(course):
    """Milliseconds per submission without the sandbox, and with tests in the learner's process."""
    times = {"no sandbox": _time_ours(course, sandboxed=False)[:1]}
    path = course.notebook("source", ASSIGNMENT)
    source = json.loads(path.read_text(encoding="utf-8"))
    source["metadata"]["scratchgrad"] = {"tests": "together"}
    path.write_text(json.dumps(source), encoding="utf-8")
    return {**times, "tests with the learner": _time_ours(course)[:1]}


def _breakdown(results):
    total = Counter()
    for result in results:
        total.update(result.seconds)
    return {what: [1000 * seconds / len(results)] for what, seconds in total.items()}


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
