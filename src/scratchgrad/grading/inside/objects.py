"""The objects that stay in the sandbox, and what stands for those that stayed with the tests."""

from ..dress import undressed
from ..wire import Callback, Dressed, GeneratorState, Handle, Returned
from .values import PLAIN


class Objects:
    """Objects by the numbers that they cross as.

    Parameters
    ----------
    call_back : callable
        Calls a function of the test: takes its number, arguments and keyword arguments.
    """

    def __init__(self, call_back):
        self._call_back = call_back
        self._kept, self._numbers, self._callbacks = [], {}, {}

    def __getitem__(self, number):
        return self._kept[number]

    def kept(self, value):
        """The handle of an object that stays here."""
        if type(value) is _Callback:
            return Returned(value.number)
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._kept)
            self._kept.append(value)
        return Handle(number)

    def received(self, value):
        """A value from the grader, with what stands for objects replaced by them."""
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is Returned:
            return self._kept[value.number]
        if kind is Callback:
            made = _Callback(self._call_back, value.number)
            return self._callbacks.setdefault(value.number, made)
        if kind is GeneratorState:
            return value.generator()
        if kind is Dressed:
            return undressed(value.name, value.content, self.received)
        if kind in (list, tuple, set, frozenset):
            return kind(self.received(each) for each in value)
        if kind is dict:
            return {key: self.received(each) for key, each in value.items()}
        return value


class _Callback:
    """A function of the test, which runs on the grader's side."""

    def __init__(self, call_back, number):
        self.number = number
        self._call_back = call_back

    def __call__(self, *args, **kwargs):
        return self._call_back(self.number, args, kwargs)
