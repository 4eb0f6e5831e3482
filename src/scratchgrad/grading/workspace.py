"""A learner's notebook in the sandbox, brought to the state after its first cells."""

import contextlib
import time
from dataclasses import dataclass, field

from .conversation import WorkerLost
from .session import Session

_MOST_RESTARTS = 50
_MOST_AHEAD = 16 << 10  # characters
# What all cells may show, as so many times what one may.
_MOST_SHOWN = 32
_CUT = "[cut off: the notebook shows too much]\n"


@dataclass
class Run:
    """What running one cell gave.

    Attributes
    ----------
    outputs : list
        As they came from the sandbox: unchecked.
    failed : bool
    fault : str or None
        Why the process was lost in this cell, in plain words.
    is_ours : bool
        Whether the outputs are those of the instructor's own run.
    """

    outputs: list = field(default_factory=list)
    failed: bool = False
    fault: str | None = None
    is_ours: bool = False


class Workspace:
    """Runs a learner's cells in order and survives those that end the process.

    Parameters
    ----------
    child : Child
        The sandbox of this submission.
    limits : Limits
    seconds : float
        Time for all of it; what would begin later is not begun.
    share_random_state : bool
    names : sequence of str
        What tests will ask for after each cell.

    Attributes
    ----------
    session : Session
        The present conversation; another one after a loss.
    """

    def __init__(self, child, limits, seconds, share_random_state=False, names=()):
        self._child, self._limits, self._share = child, limits, share_random_state
        self._done, self._restarts, self._names = [], 0, names
        self._started, self._room = None, _MOST_SHOWN * limits.output_bytes
        self._until = time.monotonic() + seconds
        self.session = self._new_session()

    def run(self, source, render=False):
        """Run one more cell.

        Returns
        -------
        Run
        """
        started, self._started = self._started, None
        try:
            if started is None or started[0] != (source, render):
                started = self._begun(source, render)
            outputs, failed = self.session.ran(started[1])
        except WorkerLost as lost:
            self.recover()
            return Run(failed=True, fault=lost.reason)
        self._done.append(source)
        return Run(self._kept(outputs), failed)

    def _kept(self, outputs):
        """What a cell showed, if there is room for it; the grader holds all of it in memory."""
        size = len(repr(outputs)) if outputs else 0
        if size > self._room:
            return [{"output_type": "stream", "name": "stderr", "text": _CUT}]
        self._room -= size
        return outputs

    def start(self, source, render=False):
        """Begin to run the next cell, without waiting for it; `run` with the same then does.

        Not one of which there is so much that both sides could wait for each other.
        """
        if len(source) <= _MOST_AHEAD:
            with contextlib.suppress(WorkerLost):
                self._started = self._begun(source, render)

    def _begun(self, source, render):
        self.session.begin(self._limits.cell_seconds)
        asked = self.session.start_run(source, self._limits.output_bytes, render, self._names)
        return (source, render), asked

    def settle(self):
        """Replace a process that was lost between cells or spoke unasked.

        The next cell is not to pay for what one before it has left.

        Returns
        -------
        bool
            Whether it had to be replaced.

        Raises
        ------
        WorkerLost
            If the time is used up.
        """
        self._check_time()
        if self.session.is_quiet():
            return False
        self.recover()
        return True

    def recover(self):
        """Start another process and run the cells so far again, except those that ended one.

        Raises
        ------
        WorkerLost
            After too many losses, or too late.
        """
        while True:
            self._check_time()
            self._restarts += 1
            if self._restarts > _MOST_RESTARTS:
                raise WorkerLost("came after the process had ended too often")
            self.session.end()
            self.session, self._started = self._new_session(), None
            if self._replayed():
                return

    def _check_time(self):
        if time.monotonic() > self._until:
            raise WorkerLost("came after the time of the submission was used up")

    def _replayed(self):
        for number, source in enumerate(self._done):
            # What cells take is not to be spent once more after the time is up.
            self._check_time()
            try:
                self.session.begin(self._limits.cell_seconds)
                self.session.run(source, 0)
            except WorkerLost:
                # Went well before, but not this time: it is charged to this cell.
                del self._done[number]
                return False
        return True

    def _new_session(self):
        return Session(self._child.start_worker(), self._share)
