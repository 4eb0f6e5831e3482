"""The global random generators, NumPy's and Python's, kept in step between test and learner."""

import random

import numpy as np

from .wire import GeneratorState, WireError


def states():
    """What the next numbers depend on.

    Returns
    -------
    list
        States of NumPy's and of Python's generator, and the normal number that each has left.
    """
    _, key, position, is_left, left = np.random.get_state()
    _, words, python_left = random.getstate()
    numpy_state = GeneratorState("MT19937", (*key.tolist(), position))
    return [numpy_state, GeneratorState("MT19937", words), left if is_left else None, python_left]


def set_states(wanted):
    """Put both generators into the states that `states` gave elsewhere."""
    numpy_state, python_state, left, python_left = wanted
    key, position = np.array(numpy_state.words[:-1], np.uint32), numpy_state.words[-1]
    np.random.set_state(("MT19937", key, position, int(left is not None), left or 0.0))
    random.setstate((3, python_state.words, python_left))


class SharedRandom:
    """The trusted side's generators, with what the other side is known to have."""

    def __init__(self):
        self._known = None

    def news(self):
        """The states if they are not what the other side has, else an empty list."""
        now = states()
        return [] if now[:2] == self._known else now

    def follow(self, reached):
        """Go on from where the learner's code has drawn to.

        A state that drawing does not lead to, such as after a seed of its own, is not taken over.

        Parameters
        ----------
        reached : object
            As the sandbox sent it.
        """
        before, self._known = states(), None
        try:
            ends = reached[:2] if type(reached) is list else []
            for start, end in zip(before, ends, strict=False):
                if type(end) is not GeneratorState:
                    return
                end.advance(start.generator())
        except WireError:
            return
        if ends != before[:2]:
            # The normal number left over could be made up; it is not believed.
            set_states([*ends, None, None])
        self._known = ends
