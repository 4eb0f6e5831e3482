"""Calls of the learner's functions whose answers are not waited for, sent several at a time."""

import numpy as np

# Together, so that the other side can begin while more are being made.
_TOGETHER, _MOST_TOGETHER = 16, 16 << 10
_LARGEST, _MOST_ITEMS = 16 << 10, 100


class Waiting:
    """A call whose answer was not asked for yet.

    Attributes
    ----------
    turn : Turn
    place : int
        Among what was heard in the turn.
    asked : Asked or None
        The request that it went with; None before.
    index : int
        Its place among the calls of that request.
    """

    __slots__ = (
        "_session", "args", "asked", "index", "kwargs", "name", "place", "target", "turn",
    )  # fmt: skip

    def __init__(self, session, turn, target, args, kwargs, name):
        self._session, self.turn, self.target = session, turn, target
        self.args, self.kwargs, self.name = args, kwargs, name
        self.asked, self.index, self.place = None, 0, turn.place()

    def result(self):
        """What the call returned or raised."""
        return self._session.finish(self)


class CallsAhead:
    """The calls of one session that wait for being sent or for their answers.

    Parameters
    ----------
    session : Session
    talk : Conversation
    """

    def __init__(self, session, talk):
        self._session, self._talk = session, talk
        self._unsent, self._size = [], 0

    def add(self, target, args, kwargs, name):
        """Add a call.

        Returns
        -------
        Waiting or None
            None where the call has to be waited for: with functions, or much data.
        """
        size = _small_size([*args, *kwargs.values()])
        if size is None:
            return None
        if self._size + size > _MOST_TOGETHER:
            self.flush()
        waiting = Waiting(self._session, self._talk.turn, target, args, kwargs, name)
        self._unsent.append(waiting)
        self._size += size
        if len(self._unsent) >= _TOGETHER:
            self.flush()
        return waiting

    def flush(self):
        """Send what is not sent yet."""
        if not self._unsent:
            return
        waiting, self._unsent = self._unsent, []
        size, self._size = self._size, 0
        calls = [[each.target._number, list(each.args), each.kwargs] for each in waiting]
        asked = self._talk.ask_later("calls", calls, count=len(calls), size=size)
        for index, each in enumerate(waiting):
            each.asked, each.index = asked, index


def _small_size(values, depth=3):
    """Bytes of arrays and numbers, also in lists; None if there is much or anything else."""
    size = 0
    for value in values:
        kind = type(value)
        if kind is np.ndarray and not value.dtype.hasobject:
            size += value.nbytes
        elif kind in (list, tuple):
            inner = _small_size(value, depth - 1) if depth and len(value) <= _MOST_ITEMS else None
            if inner is None:
                return None
            size += inner
        elif not (value is None or isinstance(value, (bool, int, float, np.generic))):
            return None
        size += 16
    return size if size <= _LARGEST else None
