"""Lists, dicts and arrays that are attributes of the learner's objects, changed by a test in place.

A test has copies of them. What it does to a copy is done to the attribute before the learner's
code is asked for anything else: ``layer.weights[0] += 1`` would else be lost.
"""

import numpy as np

from .wire import WireError, decode, encode

_CHANGEABLE = {list, dict, set, np.ndarray}
_LARGEST = 1 << 20  # bytes


class Lent:
    """The attributes that one cell has read.

    Parameters
    ----------
    numbered : callable
        Gives what stands on the wire for an object that stays in the sandbox.
    """

    def __init__(self, numbered):
        self._numbered, self._lent = numbered, {}

    def kept(self, number, name, value):
        """Remember an attribute of an object if it can be changed in place.

        Returns
        -------
        object
            The value, or what was read before if that is the same: a test may hold it still.
        """
        message = self._message(value) if type(value) in _CHANGEABLE else None
        if message is None or len(message) > _LARGEST:
            return value
        before = self._lent.get((number, name))
        if before is None or before[1] != message:
            before = self._lent[number, name] = [value, message]
        return before[0]

    def changed(self):
        """Those changed since they were read or last given here.

        Yields
        ------
        number : int
            Of the object.
        name : str
        before, value : object
            The attribute as it was, and as it is.
        """
        for (number, name), lent in self._lent.items():
            value, before = lent
            now = self._message(value)
            if now not in (None, before):
                lent[1] = now
                yield number, name, decode(before, dressed=True), value

    def _message(self, value):
        try:
            return encode(value, handles=self._numbered)
        except (WireError, TypeError):
            return None
