"""One cell's part of a conversation with a worker."""

import contextlib
import signal
import time

from .common_classes import CommonClasses


class Turn:
    """What belongs to one cell while it is run, and while its calls are answered.

    Parameters
    ----------
    seconds : float
        How long the worker may take.
    referee : Referee, optional
    uses : Uses, optional
        Of objects that stay in the sandbox; without, there are none.
    names : dict, optional
        The test's.
    common : CommonClasses, optional
    taken : set of str, optional
        Names of the learner's that tests have bound.

    Attributes
    ----------
    deadline : float
        `time.monotonic()` by which what is being asked must be answered.
    heard : list of Heard
        What the calls gave, in the order in which they were asked for.
    failure : AssertionError or None
        The first assertion that failed in a function of the test which the learner's code called,
        or the referee's complaint.
    callbacks : dict of int to callable
        The test's functions that were passed, by the number that they go by.
    numbers : dict of int to int
        Those numbers, by the functions' ids.
    lent : Lent or None
        The attributes of objects that the cell has read.
    """

    def __init__(self, seconds, referee=None, uses=None, names=None, common=None, taken=()):
        self.seconds, self.referee = seconds, referee
        self.uses, self.names = uses, names or {}
        self.common, self.taken = common or CommonClasses({}), taken
        self.heard, self.failure = [], None
        self.callbacks, self.numbers, self.lent = {}, {}, None
        self.start()

    def start(self):
        """Let the time begin: now, or anew when the worker comes to it."""
        self.deadline = time.monotonic() + self.seconds

    def place(self):
        """Keep a place for what the next call gives."""
        self.heard.append(None)
        return len(self.heard) - 1


class TooLong(BaseException):
    """A test cell has used up its time."""


@contextlib.contextmanager
def alarms():
    """Let `alarm` end blocks within this one."""

    def ring(number, frame):
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def alarm(seconds):
    """End the block after some seconds, even if it loops without asking the learner's code."""
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def alarm_stopped():
    """Let no time pass for the alarm: what happens is another cell's."""
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, interval)
