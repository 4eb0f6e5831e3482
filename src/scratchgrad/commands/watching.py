"""``scratchgrad watch``."""

import signal

from ..classroom.grade import Grader
from ..classroom.watch import Watcher
from ..course.layout import CourseError
from ..feedback.pages import LivePages
from ..grading.sandbox import SandboxUnavailable


def watch(course, options):
    """Grade what learners submit to the exchange, as they do, until told to stop."""
    names = course.select(options.assignments)
    try:
        with Grader(course, False if options.no_sandbox else None, options.jobs) as grader:
            problems = [line for name in names for line in grader.prepare(name)]
            if problems:
                raise CourseError("; ".join(problems))
            pages = LivePages(course)
            watcher = Watcher(course, grader, names, pages, _to_stdout)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, watcher.stop)
            watcher.watch()
            pages.close()
    except SandboxUnavailable as error:
        raise CourseError(str(error)) from error
    return 0


def _to_stdout(line):
    print(line, flush=True)
