"""A class whose submissions are graded at once: what engines say of them is known."""

import contextlib
import os
import signal
import time

from scratchgrad.classroom import grade, submissions
from scratchgrad.classroom.examining import Examiner
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.intake import Examined
from scratchgrad.course import notebook
from scratchgrad.course.submission import reference_answers, with_answers
from scratchgrad.feedback import pages
from tiny import ASSIGNMENT

WRONG_SQUARE = {"square": "def square(x):\n    return x + x"}
WRONG_DOUBLE = {"double": "def double(x):\n    return x"}


class Played:
    """Engines that say at once what real ones said of the same submissions."""

    sandboxed, processes = True, []

    def __init__(self, ready, examined):
        self._ready, self._examined = ready, examined

    def prepare(self, assignment):
        return []

    def ready(self, assignment):
        return self._ready

    def close(self):
        pass

    def examine_all(self, handed_in, known):
        for each in handed_in:
            found = self._examined[each.student]
            same = isinstance(found, Examined) and known(each, found.fingerprint)
            yield each, same or found


class PlayedClass:
    """A course with four learners who hand in first one thing, then another, then a third."""

    def __init__(self, course):
        self.course = course
        source = notebook.read(course.notebook("source", ASSIGNMENT))
        perfect = with_answers(notebook.read(course.notebook("release", ASSIGNMENT)),
                               reference_answers(source))  # fmt: skip
        right, half, other = (
            notebook.text_of(with_answers(perfect, answers))
            for answers in ({}, WRONG_SQUARE, WRONG_DOUBLE)
        )
        # Databases differ in whether Cy comes before ada.
        self.versions = [
            {"ada": right, "ben": half, "Cy": half, "eve": "{"},
            {"ada": half, "ben": right, "Cy": "{", "eve": right},
            {"ada": other, "ben": other, "Cy": other, "eve": other},
        ]
        with contextlib.closing(Examiner(course)) as examiner:
            examiner.prepare(ASSIGNMENT)
            ready = examiner.ready(ASSIGNMENT)
            self.engines = [
                Played(ready, {each.student: found for each, found in
                               examiner.examine_all(self.hand_in(version))})
                for version in range(len(self.versions))
            ]  # fmt: skip

    def hand_in(self, version):
        for student, content in self.versions[version].items():
            path = self.course.notebook("submitted", ASSIGNMENT, student)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            late = "2026-11-02" if version else "2026-11-01"
            path.with_name("timestamp.txt").write_text(f"{late} 10:00:00 UTC\n")
        return submissions.find(self.course, ASSIGNMENT)

    def run(self, version, students=(), register=lambda course, assignment: None):
        """Grade what was handed in and write feedback, as the two commands do.

        It changes modules: only for a process of its own.
        """
        grade.register = register
        grade.make_examiner = lambda *details: self.engines[version]
        with Grader(self.course) as grader:
            grader.prepare(ASSIGNMENT)
            list(grader.grade_all(submissions.find(self.course, ASSIGNMENT, students)))
        list(pages.write_feedback(self.course, ASSIGNMENT, students))

    def rehearse(self, version):
        """Grade what was handed in without a fork: those to come find compiled what it takes."""
        before = grade.register, grade.make_examiner
        try:
            self.run(version)
        finally:
            grade.register, grade.make_examiner = before


def ended(function, kill_after=None):
    """Run something in a forked process; its exit status, negative if a signal ended it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            function()
            status = 0
        finally:
            os._exit(status)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
