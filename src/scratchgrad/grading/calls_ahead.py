"""Calls of the learner's functions whose answers are not waited for, sent several at a time."""

import secrets

import numpy as np

from .wire import WireError

# Together, so that the other side can begin while more are being made.
_TOGETHER = 16
# What is sent ahead must fit into the socket, else both sides could wait for each other.
_MOST_WAITING, _MOST_BYTES, _MOST_ITEMS = 64, 64 << 10, 100


class Waiting:
    """A call whose answer was not asked for yet.

    Attributes
    ----------
    answer : dict or None
        As it came, once it has come.
    """

    __slots__ = ("_session", "answer", "args", "kwargs", "name", "number", "place", "size")

    def __init__(self, session, number, args, kwargs, size):
        self._session, self.number, self.size = session, number, size
        self.args, self.kwargs, self.answer = args, kwargs, None

    def result(self):
        """What the call returned or raised."""
        return self._session.finish(self)


class CallsAhead:
    """The calls of one session that wait for being sent or for their answers.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session):
        self._session = session
        self.forget()

    def forget(self):
        """Wait for none of them any more."""
        self._unsent, self._sent, self._count, self._bytes = [], [], 0, 0

    def add(self, number, args, kwargs):
        """Add a call.

        Returns
        -------
        Waiting or None
            None where the call has to be waited for: with functions, or much data.
        """
        size = _small_size([*args, *kwargs.values()])
        if size is None:
            return None
        if self._count >= _MOST_WAITING or self._bytes + size > _MOST_BYTES:
            self.settle()
        waiting = Waiting(self._session, number, args, kwargs, size)
        self._unsent.append(waiting)
        self._count += 1
        self._bytes += size
        if len(self._unsent) >= _TOGETHER:
            self._flush()
        return waiting

    def settle(self):
        """Read all answers that are waited for, in order."""
        self._flush()
        for token, calls in self._sent:
            answers = []
            while len(answers) < len(calls):
                answers += self._session.answer_to(token, list) or [None]
            if len(answers) > len(calls):
                raise WireError("no proper answers")
            for waiting, answer in zip(calls, answers, strict=True):
                waiting.answer = _whole(answer)
        self.forget()

    def let_go(self):
        """Read the answers to what was sent, and do not send the rest: nobody waits for either."""
        self._unsent = []
        self.settle()

    def _flush(self):
        if self._unsent:
            token = secrets.randbits(63)
            calls = [[each.number, list(each.args), each.kwargs] for each in self._unsent]
            self._session.send(["calls", token, calls], is_first=not self._sent)
            self._sent.append((token, self._unsent))
            self._unsent = []


def _whole(answer):
    """An answer; what was only returned comes alone in a list."""
    if type(answer) is list and len(answer) == 1:
        return {"returned": answer[0]}
    if type(answer) is not dict:
        raise WireError("no proper answers")
    return answer


def _small_size(values, depth=3):
    """Bytes of arrays and numbers, also in lists; None if there is much or anything else."""
    size = 0
    for value in values:
        if type(value) is np.ndarray and value.dtype != object:
            size += value.nbytes
        elif type(value) in (list, tuple):
            inner = _small_size(value, depth - 1) if depth and len(value) <= _MOST_ITEMS else None
            if inner is None:
                return None
            size += inner
        elif not (value is None or isinstance(value, (bool, int, float, np.generic))):
            return None
        size += 16
    return size if size <= _MOST_BYTES // 4 else None
