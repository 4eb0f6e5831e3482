"""Runs the grading command, kills it, and waits until nothing of it is left."""

import contextlib
import os
import subprocess
import sys
import time

# By this the processes of a command are known from those of other tests.
_MARK = "SCRATCHGRAD_TEST_OF_KILLING"


def graded_by_command(course, *options, kill_after=None):
    """Run ``scratchgrad grade`` in a course.

    Parameters
    ----------
    course : Course
    options : str
    kill_after : float, optional
        Seconds.

    Returns
    -------
    str
        What it said; empty where it was killed.
    """
    command = [sys.executable, "-m", "scratchgrad", "grade", *options]
    marked = {**os.environ, _MARK: str(course.root), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(command, cwd=course.root, env=marked, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as process:  # fmt: skip
        if kill_after is None:
            said = process.communicate()[0]
            assert process.returncode == 0, said
            return said
        time.sleep(kill_after)
        process.kill()
        # Its children have its output open, and notice its end a little later.
        process.stdout.close()
    _until_none_is_left(course)
    return ""


def _until_none_is_left(course):
    mark = f"{_MARK}={course.root}\0".encode()
    while any(_has(pid, mark) for pid in os.listdir("/proc") if pid.isdecimal()):
        time.sleep(0.05)


def _has(pid, mark):
    """Whether a process was started with this in its environment."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/environ", "rb") as environment:
            return mark in environment.read()
    return False
