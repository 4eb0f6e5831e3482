"""Requests to one worker and their answers, in order; nothing of these is taken on trust."""

import collections
import contextlib
import secrets

from .turn import alarm_stopped
from .wire import Channel, ChannelClosed, DeadlineExceeded, WireError

# Bytes on their way to the worker; what the system needs for a message counts too.
_MOST_BYTES, _OVERHEAD = 64 << 10, 2 << 10
_SIGNALS = {11: "segmentation fault", 6: "abort", 7: "bus error", 4: "illegal instruction"}


class WorkerLost(BaseException):
    """The worker is gone or cannot be believed any more.

    Not an `Exception`: a test that expects one must not take this for it.

    Attributes
    ----------
    reason : str
        What happened, in plain words.
    turn : Turn or None
        Of the cell that it happened in.
    """

    def __init__(self, reason, turn=None):
        super().__init__(reason)
        self.reason, self.turn = reason, turn


class CannotSend(TypeError):
    """A test passes something that has no place on the wire."""


class Asked:
    """A request, and its answers as far as they have been read.

    Attributes
    ----------
    turn : Turn
    answers : list
        One, or one for each of several calls.
    """

    __slots__ = ("answers", "count", "size", "token", "turn")

    def __init__(self, token, turn, count, size):
        self.token, self.turn, self.count, self.size = token, turn, count, size
        self.answers = []

    @property
    def is_answered(self):
        """Whether all answers are there."""
        return len(self.answers) == (self.count or 1)

    def take(self, content):
        """Add what came: a dict, or for several calls a list of some of their answers."""
        if self.count is None and type(content) is dict:
            self.answers.append(content)
        elif self.count and type(content) is list and content:
            self.answers += map(_whole, content)
        else:
            raise WireError("no proper answer")
        if len(self.answers) > (self.count or 1):
            raise WireError("too many answers")


class Conversation:
    """Sends requests to a worker and reads its answers in the same order.

    Parameters
    ----------
    worker : Worker
    numbered : callable
        Gives what stands on the wire for an object that stays here.
    serve_callback : callable
        Called with a turn and what the worker asks of a function of the test.

    Attributes
    ----------
    turn : Turn or None
        The present cell's.
    depth : int
        How many functions of the test are being called.
    loss : WorkerLost or None
    """

    def __init__(self, worker, numbered, serve_callback):
        self._worker, self._channel = worker, Channel(worker.socket)
        self._numbered, self._serve_callback = numbered, serve_callback
        self._asked, self._size, self._read_for = collections.deque(), 0, None
        self.turn, self.depth, self.loss = None, 0, None

    def is_quiet(self):
        """Whether the worker is still connected and has sent nothing unasked."""
        if self._asked:
            return True
        try:
            return not self._channel.pending()
        except ChannelClosed:
            return False

    def end(self):
        """Have the worker killed; nothing more is heard of it."""
        self._asked.clear()
        self._channel.close()
        self._worker.kill()

    def ask(self, what, *content):
        """Send a request and read its answer, a dict, after those to earlier ones."""
        if self.depth == 0:
            # Before: sending much could wait for what is asked already, in time of this one.
            self.hear_all()
        asked = self.ask_later(what, *content)
        self.hear(asked)
        return asked.answers[0]

    def ask_later(self, what, *content, count=None, size=0):
        """Send a request without waiting for its answer.

        Where much would then be under way, earlier answers are read first: all of it must fit
        into the socket, else both sides could wait for each other.

        Parameters
        ----------
        what : str
        *content
        count : int, optional
            For several calls how many, each with an answer of its own.
        size : int
            About how many bytes it has.

        Returns
        -------
        Asked
        """
        self._refuse_if_lost()
        size += _OVERHEAD
        while self._asked and self._size + size > _MOST_BYTES:
            self.hear()
        asked = Asked(secrets.randbits(63), self.turn, count, size)
        with self._explained(self.turn):
            if not self._asked and self.depth == 0 and self._channel.pending():
                raise self._lost("sent something unasked", self.turn)
            try:
                self.send([what, asked.token, self.depth, *content])
            except ChannelClosed:
                # What came before is still to be read, and shows in which cell that happened.
                if not self._asked:
                    raise
        self._asked.append(asked)
        self._size += size
        return asked

    def hear(self, asked=None):
        """Read answers up to that to a request, or the first that is not read yet."""
        if asked is None:
            asked = self._asked[0]
        while not asked.is_answered:
            self._refuse_if_lost()
            self._read()

    def hear_all(self, turns=None):
        """Read all answers, or those to what was asked in some turns, which came before others."""
        while self._asked and (turns is None or self._asked[0].turn in turns):
            self.hear()

    def send(self, message):
        """Send a message, by the deadline of the present cell."""
        try:
            self._channel.send(message, self.turn.deadline, handles=self._numbered)
        except (ChannelClosed, DeadlineExceeded):
            raise
        except WireError as error:
            raise CannotSend(f"an argument cannot be sent to the learner's code: {error}") from None

    def refuse(self):
        """Give the worker up for something that it sent.

        Returns
        -------
        WorkerLost
        """
        return self._lost("sent what is not allowed", self.turn)

    def _read(self):
        """Read all answers to the first request that has none yet."""
        # Out of the queue before: a callback may ask something else meanwhile.
        asked = self._asked.popleft()
        self._size -= asked.size
        turn, is_other = asked.turn, asked.turn is not self.turn
        if turn is not self._read_for:
            self._read_for = turn
            turn.start()
        with alarm_stopped() if is_other else contextlib.nullcontext(), self._explained(turn):
            while not asked.is_answered:
                self._read_reply(asked)

    def _read_reply(self, asked):
        reply = self._channel.receive(asked.turn.deadline)
        if type(reply) is not list or not reply:
            raise WireError("no proper reply")
        if reply[0] == "callback":
            self._serve_callback(asked.turn, *reply[1:])
        elif reply[0] == asked.token and len(reply) == 2:
            asked.take(reply[1])
        else:
            raise WireError("a reply out of turn")

    def _refuse_if_lost(self):
        if self.loss is not None:
            raise WorkerLost(self.loss.reason, self.loss.turn)

    @contextlib.contextmanager
    def _explained(self, turn):
        """Whatever breaks the conversation ends the worker."""
        try:
            yield
        except (CannotSend, WorkerLost):
            raise
        except DeadlineExceeded:
            raise self._lost(f"took longer than {turn.seconds:g} s", turn) from None
        except ChannelClosed:
            raise self._lost(None, turn) from None
        except (WireError, TypeError):
            raise self._lost("sent what is not allowed", turn) from None
        except BaseException:
            self._lost("was left in the middle of something", turn)
            raise

    def _lost(self, reason, turn):
        """Make sure that the worker is gone, and say why."""
        self._asked.clear()
        self._channel.close()
        if reason is None:
            ended = self._worker.wait(1.0)
            reason = "closed its connection" if ended is None else _reason(ended)
        self._worker.kill()
        self.loss = WorkerLost(reason, turn)
        return self.loss


def _whole(answer):
    """The answer to a call; what was only returned comes alone in a list."""
    if type(answer) is list and len(answer) == 1:
        return {"returned": answer[0]}
    if type(answer) is not dict:
        raise WireError("no proper answer")
    return answer


def _reason(ended):
    if ended.reason == "crashed":
        return f"crashed ({_SIGNALS.get(ended.signal, f'signal {ended.signal}')})"
    return {
        "cpu": "used up its processor time",
        "wall": "used up its time",
        "memory": "used too much memory",
        "file_size": "wrote too large a file",
        "exited": f"ended the process (exit code {ended.exit_code})",
    }.get(ended.reason, "ended without a word")
