"""Which operations a test cell may perform on objects that stay in the sandbox.

The object's class is the learner's, and answers as it likes: equal to everything, or as long as
is wanted. That can be asked for only where the source's own solution has such an object too, so
that one in place of a number or an array passes no test.
"""

import sys
from pathlib import Path

_PASSING_ON = "uses", "session", "standins", "dress", "errors"
_OURS = {str(Path(__file__).with_name(f"{name}.py")) for name in _PASSING_ON}


class Uses:
    """The places of one cell's code where objects are used.

    Parameters
    ----------
    cell : str
        The name of its code's file.
    known : iterable of str, optional
        Those where the source's solution has objects. Without them all is allowed, for the
        source's solution, and remembered.

    Attributes
    ----------
    seen : set of str
        What was allowed.
    """

    def __init__(self, cell, known=None):
        self.seen, self._cell, self._known = set(), cell, known
        self.is_recording = known is None

    def allows(self, operation):
        """Whether an operation may be performed by the code that now asks for it."""
        place = self._place(operation)
        if place is None or not (self.is_recording or place in self._known):
            return False
        self.seen.add(place)
        return True

    def _place(self, operation):
        """What is asked for and where: in the cell, and in the function or library it has called.

        None where nothing of the cell is being run.
        """
        frame, inner, outer = sys._getframe(2), None, None
        while frame is not None:
            file = frame.f_code.co_filename
            if inner is None and file not in _OURS:
                inner = frame
            if file == self._cell:
                outer = frame
            frame = frame.f_back
        if outer is None:
            return None
        return " ".join([operation, *map(_position, (inner, outer))])


def _position(frame):
    code = frame.f_code
    return f"{code.co_filename}:{code.co_firstlineno}:{frame.f_lasti}"
