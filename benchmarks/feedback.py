"""Times feedback for the same graded class with stock nbgrader and with ours.

Run by ``make bench``, in a temporary course folder.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classes import ASSIGNMENT, make_stock, sample_course

from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.course.layout import CONFIG, Course

_BIN = Path(sys.executable).parent


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=100)
    count = parser.parse_args().submissions
    with tempfile.TemporaryDirectory() as folder:
        course = sample_course(Course.find(), Path(folder, "class"), count)
        with Grader(course, jobs=2) as grader:
            grader.prepare(ASSIGNMENT)
            list(grader.grade_all(submissions.find(course, ASSIGNMENT)))
        print(f"feedback for {count} submissions of {ASSIGNMENT}, a whole run each, s\n")
        ours = _timed(course, "scratchgrad", "feedback", ASSIGNMENT)
        through = _timed(course, "nbgrader", "generate_feedback", ASSIGNMENT, "--force")
        kept = (course.root / CONFIG).read_text()
        make_stock(course)
        slow = _timed(course, "nbgrader", "generate_feedback", ASSIGNMENT, "--force")
        (course.root / CONFIG).write_text(kept)
        report = _timed(course, "scratchgrad", "report", ASSIGNMENT)
    print(f"stock nbgrader generate_feedback       {slow:7.2f}")
    print(f"nbgrader generate_feedback, our pages  {through:7.2f}   {slow / through:.1f} times")
    print(f"scratchgrad feedback                   {ours:7.2f}   {slow / ours:.1f} times")
    print(f"scratchgrad report                     {report:7.2f}")


def _timed(course, program, *arguments):
    """Seconds that a command takes, from its start to its end."""
    start = time.perf_counter()
    subprocess.run([_BIN / program, *arguments], cwd=course.root, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
