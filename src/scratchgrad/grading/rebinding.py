"""Functions in whose place a test puts its own: the learner's, and those that ask and show."""

import builtins

from .standins import Standin

# Of Python's own only these: the grader itself goes on with the others.
BUILTINS = {"input": input, "print": print}


class Rebound:
    """What the learner's names stand for in one worker."""

    def __init__(self):
        self._own, self._now = {}, {}
        self._builtins = dict(BUILTINS)

    def found(self, values):
        """Remember what the learner's names stand for."""
        own = {name: value for name, value in values.items() if type(value) is Standin}
        self._own |= own
        self._now |= own

    def is_changed(self, taken):
        """Whether `changed` may yield anything: it is asked before each call."""
        known = self._builtins
        is_same = builtins.input is known["input"] and builtins.print is known["print"]
        return bool(taken) or not is_same

    def changed(self, taken, names):
        """What stands for another function than when this was last asked.

        Parameters
        ----------
        taken : set of str
            Names of the learner's that tests have bound.
        names : dict
            The test's.

        Yields
        ------
        request : {"bind", "replace"}
            A name of the learner's, or one of Python's.
        name : str
        function : callable or None
            None for Python's own.
        """
        for name in sorted(taken & self._own.keys()) if taken else ():
            value = names.get(name)
            # Its own class: what a stand-in says of that is asked for over there.
            is_function = callable(value) and not issubclass(type(value), type)
            if is_function and value is not self._now[name]:
                self._now[name] = value
                yield "bind", name, value
        for name, now in self._builtins.items():
            value = getattr(builtins, name)
            if value is not now:
                self._builtins[name] = value
                yield "replace", name, None if value is BUILTINS[name] else value

    def undone(self):
        """What is to be as it was when no test is run, as `changed` yields it."""
        for name, own in self._own.items():
            if self._now[name] is not own:
                self._now[name] = own
                yield "bind", name, own
        for name, own in BUILTINS.items():
            if self._builtins[name] is not own:
                self._builtins[name] = own
                yield "replace", name, None
