"""What a test holds in place of a learner's function, class or object."""

import inspect

import numpy as np

from . import library
from .dress import Record
from .operations import OPERATIONS
from .wire.values import EXCEPTION_CODES

GETSOURCE = inspect.getsource


class Standin:
    # A learner's function, class or object, which itself stays in the sandbox. Calling it,
    # reading or setting an attribute goes across, and so does going through a generator.
    # Everything else that Python could ask of an object is answered by the learner's class too,
    # and refused where the source's solution has no object: see `uses`. (No docstring: a test may
    # ask for the learner's.)

    __slots__ = ("__weakref__", "_name", "_number", "_origin", "_session")

    def __init__(self, session, number, name, origin=None):
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_name", name)
        # Where it came from, if the source's solution gives an object there too.
        object.__setattr__(self, "_origin", origin)

    def __call__(self, *args, **kwargs):
        return self._session.call(self, args, kwargs, self._name)

    def call_later(self, args, kwargs):
        """Ask for a call without waiting; `checks` gathers several before it looks at any."""
        return self._session.call_later(self, args, kwargs, self._name)

    def __getattribute__(self, name):
        # What is here of the operations is ours: who asks for them by name gets the learner's.
        if name in _BY_NAME:
            if self._session.allows(name, self):
                return self._session.get(self, name)
            if name in _UNSEEN:
                raise AttributeError
        elif name == "__class__" and self._session.allows(name, self):
            return self._session.class_of(self) or Standin
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        if name == "__name__":
            return self._name_over_there()
        self._refuse_private(name)
        if name == "__bases__":
            return self._session.bases(self)
        return self._session.get(self, name)

    def __setattr__(self, name, value):
        self._refuse_private(name)
        self._session.set(self, name, value)

    def _refuse_private(self, name):
        # Python and its libraries ask for names with two of them, and trust the answer.
        is_special = name.startswith("__") and name not in _READABLE
        is_private = name.startswith("_")
        if is_special or (is_private and not self._session.allows(name, self)):
            raise AttributeError(f"{self._name}: {name} stays with the learner's code")

    def library_names(self):
        """Names of library functions that the learner's code uses, for `checks.avoids`."""
        return library.library_names(self._session.sources, self._name)

    @property
    def __doc__(self):
        if self._name == "object" and self._session.allows("doc", self):
            return self._session.get(self, "__doc__")
        return library.docstring(self._session.sources, self._name)

    def _source(self):
        return library.source_of(self._session.sources, self._name)

    @property
    def __signature__(self):
        return library.signature(self._session.sources, self._name)

    def __instancecheck__(self, value):
        return self._session.isinstance(value, self)

    def __subclasscheck__(self, value):
        return self._session.issubclass(value, self)

    def __iter__(self):
        if self._session.allows("iter", self):
            return self._session.operate("iter", self)
        return self._session.iter(self)

    def __next__(self):
        # The end is told by us: an exception of this class from the learner's code is no end.
        for item in self._session.next(self):
            return item
        raise StopIteration

    def __eq__(self, other):
        return False if _is_nothing(other) else self._compared("eq", other)

    def __ne__(self, other):
        return True if _is_nothing(other) else self._compared("ne", other)

    def _compared(self, operation, other):
        return self._operate(operation, "comparison", other)

    def _operate(self, operation, called, *operands):
        session = self._session
        if session.allows(operation, self):
            return session.operate(operation, self, *operands)
        error = self._impossible(called)
        # `list` asks for the length of what it goes through, and does without.
        raise error if operation == "len" else session.not_possible(error)

    def _impossible(self, what):
        return TypeError(
            f"<the learner's {self._name}> is known here by calls and attributes only; "
            f"{what} is not possible"
        )

    def __exit__(self, kind, error, trace):
        # Whether the test failed is not for the learner's code to say, nor what it tells.
        told = kind if kind in EXCEPTION_CODES and kind is not AssertionError else None
        is_settled = self._operate("exit", "exit", told, None, None)
        return is_settled if told else False

    def __deepcopy__(self, memo):
        return self._copied("deepcopy")

    def __copy__(self):
        return self._copied("copy")

    def _copied(self, operation):
        if self._session.allows(operation, self):
            return self._session.operate(operation, self)
        return self

    def __repr__(self):
        return self._shown("repr")

    def __str__(self):
        return self._shown("str")

    def __format__(self, spec):
        return self._shown("format", spec)

    def _shown(self, operation, *spec):
        if self._session.allows(operation, self):
            return self._session.operate(operation, self, *spec)
        return format(f"<the learner's {self._name}>", *spec)

    def __reduce__(self):
        raise TypeError(f"{self!r} cannot be pickled")

    __array_ufunc__ = None

    def _number_in(self, session):
        if session is not self._session:
            raise TypeError(f"{self!r} is of a process that has ended")
        return self._number

    def _name_over_there(self):
        is_known = self._name != "object" or not self._session.allows("name", self)
        return self._name if is_known else self._session.get(self, "__name__")

    def _called(self, name):
        if self._name not in ("object", name):
            return Standin(self._session, self._number, name, self._origin and name)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_origin", self._origin and name)
        return self


def type_of(value, is_attribute=False):
    """What ``type(value)`` or ``value.__class__`` is to a test: of an object, the learner's class.

    Parameters
    ----------
    value : object
    is_attribute : bool
        Whether ``__class__`` was asked for.
    """
    standin = value._standin if type(value) is Record else value
    if type(standin) is Standin and standin._session.allows("type", standin):
        return standin._session.type_of(standin)
    return value.__class__ if is_attribute else type(value)


def source_of(value):
    """What ``inspect.getsource`` is to a test: the learner's text."""
    return value._source() if type(value) is Standin else GETSOURCE(value)


def _is_nothing(value):
    return value is None or value is np._NoValue


def _across(operation):
    def operate(self, *operands):
        return self._operate(operation, operation, *operands)

    return operate


def _refusing(operation):
    def refuse(self, *operands):
        raise self._session.not_possible(self._impossible(operation))

    return refuse


_READABLE = """__dict__ __bases__ __mro__ __wrapped__ __annotations__ __defaults__ __kwdefaults__
__code__""".split()
_OWN = {"eq", "ne", "iter", "exit", "copy", "deepcopy", "repr", "str", "format"}
for _operation in OPERATIONS.keys() - _OWN:
    setattr(Standin, f"__{_operation}__", _across(_operation))
# The answer would be taken for a place in memory, or for what else goes on.
for _operation in ("array", "array_function", "await"):
    setattr(Standin, f"__{_operation}__", _refusing(_operation))
Standin.__mro_entries__ = _refusing("a class derived from it")
_BY_NAME = {f"__{operation}__" for operation in OPERATIONS} - {"__copy__", "__deepcopy__"}
_UNSEEN = {f"__{operation}__" for operation in OPERATIONS.keys() - _OWN}
