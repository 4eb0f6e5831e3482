"""Grades what arrives in nbgrader's exchange as it arrives, and publishes feedback there.

Everything that is known stands in files: a watcher that is stopped, or killed, goes on where it
was. An attempt is kept, handed in, graded, told, and settled, in this order; what is not settled
is done again.
"""

import contextlib
import json
import time
from collections import deque
from datetime import UTC, datetime

from ..course.layout import CourseError, nbgrader_config
from ..grading.reading import read_everything
from ..grading.restore import Unreadable
from .attempts import Attempts, Outcome
from .exchange import Exchange
from .filing import put_folder
from .intake import told
from .submissions import Submission

# Seconds between two looks at the exchange's folder, and until what went wrong is tried again.
_PAUSE, _LATER = 0.05, 10.0
_TOO_MANY = "only {} attempts at this assignment count, and they were made before this one"


class Watcher:
    """Watches the exchange of one course.

    Parameters
    ----------
    course : Course
    grader : Grader
        With the assignments prepared.
    assignments : collection of str
        Those to grade; others' submissions are left alone.
    pages : object
        Makes what learners read: ``graded(student, assignment)`` gives the page of each notebook by
        name, ``told(student, assignment, reason)`` the same where there are no marks.
    log : callable
        Takes a line for every event.
    """

    def __init__(self, course, grader, assignments, pages, log):
        config = nbgrader_config(course)
        self._course, self._grader, self._assignments = course, grader, set(assignments)
        self._pages, self._log, self._limit = pages, log, _limit_from(config)
        self._exchange, self._attempts = Exchange(config), Attempts(course)
        self._stopped, self._not_before, self._trouble = False, {}, None

    def stop(self, *details):
        """Finish what is being graded, then end."""
        self._stopped = True

    def watch(self):
        """Grade what is there and what comes, until told to stop."""
        self._tell("watching", folder=str(self._exchange.inbound))
        while not self._stopped:
            if not self.look():
                time.sleep(_PAUSE)
        self._tell("stopped")

    def look(self):
        """Grade what has arrived since the last look.

        Returns
        -------
        int
            How many attempts there were.
        """
        try:
            waiting = self._waiting()
        except OSError as error:
            return self._complain(f"the exchange cannot be read: {told(error)}")
        accepted, first = deque(), len(waiting)
        for result in self._grader.grade_all(self._handed_in(waiting, accepted)):
            self._conclude(accepted.popleft(), result)
        return first

    def _handed_in(self, waiting, accepted):
        """What counts of what is there, and of what comes while engines are at work."""
        while waiting:
            for each in waiting:
                if self._stopped:
                    return
                if self._accepts(each):
                    accepted.append(each)
                    yield Submission(each.student, each.assignment, self._submitted(each))
            waiting = []
            with contextlib.suppress(OSError):
                waiting = self._waiting(being_graded=accepted)

    def _submitted(self, arrival):
        return self._course.folder("submitted", arrival.assignment, arrival.student)

    def _waiting(self, being_graded=()):
        """The oldest attempt of each learner at each assignment; later ones have to wait."""
        found, now = {_work(each): None for each in being_graded}, time.monotonic()
        for each in self._exchange.arrivals(self._attempts):
            if each.assignment in self._assignments:
                found.setdefault(_work(each), each)
        return [each for each in found.values() if each and self._is_due(each, now)]

    def _is_due(self, arrival, now):
        return self._not_before.get(arrival.name, 0) <= now

    def _accepts(self, arrival):
        """Keep an attempt and hand it in, if it counts."""
        try:
            if objection := self._exchange.objection(arrival):
                return self._settle(arrival, Outcome("refused", objection))
            files = read_everything(arrival.folder)
        except Unreadable as error:
            return self._settle(arrival, Outcome("unreadable", str(error)))
        except OSError as error:
            return self._put_off(arrival, told(error))
        try:
            self._attempts.keep(arrival, files)
            most = self._limit(arrival.assignment)
            if most is not None and self._attempts.counted(arrival) >= most:
                return self._refuse(arrival, Outcome("over the limit", _TOO_MANY.format(most)))
            put_folder(self._submitted(arrival), files)
        except OSError as error:
            return self._put_off(arrival, f"cannot be kept: {told(error)}")
        return True

    def _conclude(self, arrival, result):
        """Tell the learner, then settle the attempt."""
        if result.broken:
            self._put_off(arrival, result.problem)
        elif result.problem:
            self._refuse(arrival, Outcome("unreadable", result.problem))
        else:
            try:
                pages = self._pages.graded(arrival.student, arrival.assignment)
            except CourseError as error:
                return self._put_off(arrival, str(error))
            self._publish(arrival, pages, Outcome("graded", None, sum(result.marks.values())))

    def _refuse(self, arrival, outcome):
        """Tell the learner why an attempt has no marks."""
        pages = self._pages.told(arrival.student, arrival.assignment, outcome.reason)
        self._publish(arrival, pages, outcome)

    def _publish(self, arrival, pages, outcome):
        try:
            for name, page in pages.items():
                self._exchange.publish(arrival, name, page)
        except OSError as error:
            self._put_off(arrival, f"feedback cannot be published: {told(error)}")
        else:
            self._settle(arrival, outcome)

    def _settle(self, arrival, outcome):
        try:
            self._attempts.settle(arrival, outcome)
        except OSError as error:
            return self._put_off(arrival, f"cannot be noted: {told(error)}")
        details = {"points": outcome.points, "reason": outcome.reason}
        self._tell(outcome.event, **_who(arrival), **details)

    def _put_off(self, arrival, reason):
        """Come back to an attempt later: the fault is not its own."""
        self._not_before[arrival.name] = time.monotonic() + _LATER
        self._tell("put off", **_who(arrival), reason=reason)

    def _complain(self, trouble):
        """Say what is wrong, once until it changes."""
        if trouble != self._trouble:
            self._tell("trouble", reason=trouble)
        self._trouble = trouble
        return 0

    def _tell(self, event, **details):
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        known = {name: value for name, value in details.items() if value is not None}
        self._log(json.dumps({"time": now, "event": event, **known}, ensure_ascii=False))


def _work(arrival):
    return arrival.student, arrival.assignment


def _who(arrival):
    who = {"student": arrival.student, "assignment": arrival.assignment}
    return {**who, "submitted": arrival.time}


def _limit_from(config):
    """How many attempts count: ``c.Watch.attempts``, a number or numbers by assignment."""
    asked = config.Watch.get("attempts", None)
    by_assignment = asked if isinstance(asked, dict) else {}
    numbers = [*by_assignment.values()] if by_assignment else [asked]
    if not all(each is None or type(each) is int and each > 0 for each in numbers):
        raise CourseError(f"nbgrader_config.py: c.Watch.attempts is no number of attempts: {asked}")
    return by_assignment.get if isinstance(asked, dict) else lambda assignment: asked
