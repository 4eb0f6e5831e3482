"""Which operations a test cell may perform on objects that stay in the sandbox.

The object's class is the learner's, and answers as it likes: equal to everything, or as long as
is wanted. That can be asked for only where the source's own solution has such an object too, so
that one in place of a number or an array passes no test.
"""

import functools
import itertools
import sys
from pathlib import Path

# These pass on what is asked for, or a call of a test's function.
_OURS = {str(path) for path in Path(__file__).parent.glob("*.py")}

# Among what is known of the cells, by name, no cell's.
ORIGINS = ""


class Uses:
    """The places of one cell's code where objects are used.

    Parameters
    ----------
    cell : str
        The name of its code's file.
    known : iterable of str, optional
        Those where the source's solution has objects. Without them all is allowed, for the
        source's solution, and remembered.
    origins : set of str, optional
        Names of functions and attributes that give objects in the source's solution; what is seen
        of them is added.

    Attributes
    ----------
    seen : set of str
        What was allowed.
    """

    def __init__(self, cell, known=None, origins=()):
        self.seen, self._cell, self._origins = set(), cell, origins
        self.is_recording, self._known = known is None, known or ()
        self._operations = {place.partition(" ")[0] for place in self._known}

    def allows(self, operation):
        """Whether an operation may be performed by the code that now asks for it."""
        if not (self.is_recording or operation in self._operations):
            return False
        place = self._place(operation)
        if place is None or not (self.is_recording or place in self._known):
            return False
        self.seen.add(place)
        return True

    def expects(self, origin):
        """Whether an object may come from somewhere: one loop may go over objects and numbers."""
        if self.is_recording and origin is not None:
            self._origins.add(origin)
        return origin in self._origins

    def _place(self, operation):
        """What is asked for and where: the way from the cell through all that it has called.

        One function may compare objects for one part of a test and numbers for another. None
        where nothing of the cell is being run.
        """
        frame, way, length = sys._getframe(2), [], 0
        while frame is not None:
            if frame.f_code.co_filename not in _OURS:
                way.append(_position(frame.f_code.co_filename, frame.f_code, frame.f_lasti))
            if frame.f_code.co_filename == self._cell:
                length = len(way)
            frame = frame.f_back
        if not length:
            return None
        # Once each: how deep a function calls itself may depend on the learner's objects.
        return " ".join([operation, *dict.fromkeys(way[:length])])


# By the file too: code that is the same in two files is equal.
@functools.lru_cache(maxsize=4096)
def _position(file, code, offset):
    # In the text: a call that is made often is moved to another instruction by Python.
    place = next(itertools.islice(code.co_positions(), offset // 2, None))
    return f"{file}:{code.co_firstlineno}:{place}"
