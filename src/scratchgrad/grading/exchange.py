"""What goes to a worker for the test's values, and what a test gets for the worker's."""

import secrets
import weakref

from .dress import Record, argument, dressed
from .errors import LearnersError, depth, error_class, error_of
from .standins import Standin
from .wire import Callback, GeneratorState, Handle, Returned, WireError


class Exchange:
    """The values that cross in one session.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session):
        self._session = session
        self._standins, self._errors = weakref.WeakValueDictionary(), {}

    # ---- to the worker

    def numbered(self, value):
        """What stands for an object that stays on this side, or came from the other.

        Raises
        ------
        WireError
            If there is nothing.
        """
        if type(value) in (Record, LearnersError):
            value = value._standin
        if type(value) is Standin:
            return Returned(value._number_in(self._session))
        told = argument(value, self._called_back, self._session.turn.common)
        if told is None:
            raise WireError(f"a {type(value).__name__}")
        return told

    def _called_back(self, function):
        turn = self._session.turn
        number = turn.numbers.setdefault(id(function), secrets.randbits(63))
        turn.callbacks[number] = function
        return Callback(number)

    # ---- from the worker

    def arrived(self, value, origin=None):
        """A value from the worker, with stand-ins for what stayed there.

        Parameters
        ----------
        value : object
        origin : str, optional
            Where it comes from, as `Uses.expects` wants it.
        """
        kind = type(value)
        if kind is Handle:
            return self._standin(value.number, origin)
        if kind is Returned:
            return self._session.turn.callbacks.get(value.number)
        if kind is GeneratorState:
            return value.generator()
        if kind is list or kind is tuple:
            return kind(self.arrived(each, origin) for each in value)
        if kind is dict:
            return {key: self.arrived(each, origin) for key, each in value.items()}
        return value

    def result(self, answer, origin=None):
        """What a call returned, in the class that it had."""
        returned = self.arrived(answer.get("returned"), origin)
        if isinstance(returned, Exception):
            return self._error_of(returned, answer, origin)
        return self._dressed(returned, answer["dress"], origin) if "dress" in answer else returned

    def _dressed(self, value, dress, origin):
        return dressed(value, dress, lambda handle: self.arrived(handle, origin))

    def error(self, raised, answer, origin=None):
        """What a call raised, as the test knows it."""
        error = self._error_of(raised, answer, origin and f"{origin} raised")
        if isinstance(answer.get("cause"), Exception):
            error.__cause__ = answer["cause"]
        return error

    def _error_of(self, error, answer, origin):
        if "kinds" not in answer or type(answer.get("error")) is not Handle:
            return error
        turn, standin = self._session.turn, self.arrived(answer.get("error"), origin)
        return error_of(answer["kinds"], error, standin, turn.names, turn.common)

    def named(self, answer, names):
        """What the learner's names stand for: values, stand-ins, and classes of exceptions.

        Parameters
        ----------
        answer : dict
            Of the worker, with what it has found.
        names : list of str

        Returns
        -------
        dict
        """
        found, errors, dresses = (
            told if type(told) is dict else {}
            for told in map(answer.get, ("found", "errors", "dresses"))
        )
        values = {name: self.arrived(found[name], name) for name in names if name in found}
        for name in dresses.keys() & values.keys():
            values[name] = self._dressed(values[name], dresses[name], name)
        for name, value in values.items():
            if type(value) is Standin:
                values[name] = value._called(name)
        return values | self._error_classes(errors, values)

    def _standin(self, number, origin):
        """What stands for an object: the same while a test has it, so that it can use ``is``.

        But another one where it comes from where the source's solution gives no object: that it
        comes from elsewhere too is not to help it.
        """
        uses = self._session.turn.uses
        origin = origin if uses is not None and uses.expects(origin) else None
        key = number, origin is None
        standin = self._standins.get(key)
        if standin is None:
            standin = self._standins[key] = Standin(self._session, number, "object", origin)
        return standin

    def _error_classes(self, told, values):
        """Classes for those of the learner's names that stand for exception classes."""
        turn = self._session.turn
        found, known = {}, dict(turn.names)
        for name in sorted(told.keys() & values.keys(), key=lambda name: depth(told[name])):
            standin = values[name]
            if type(standin) is Standin:
                key = name, standin._number_in(self._session)
                if key not in self._errors:
                    self._errors[key] = error_class(name, told[name], standin, known, turn.common)
                if self._errors[key] is not None:
                    found[name] = known[name] = self._errors[key]
        return found
