"""What a test holds in place of a learner's function, class or object."""

import numpy as np

from . import library


class Standin:
    # A learner's function, class or object, which itself stays in the sandbox. Calling it,
    # reading or setting an attribute goes across, and so does going through a generator.
    # Everything else that Python could ask of an object is refused: the answer would be the
    # learner's. (No docstring: a test may ask for the learner's.)

    __slots__ = ("__weakref__", "_name", "_number", "_session")

    def __init__(self, session, number, name):
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_name", name)

    def __call__(self, *args, **kwargs):
        return self._session.call(self._number, args, kwargs, self._name)

    def call_later(self, args, kwargs):
        """Ask for a call without waiting; `checks` gathers several before it looks at any."""
        return self._session.call_later(self._number, args, kwargs, self._name)

    def __getattribute__(self, name):
        # Of the operations only refusals are here: who asks for them by name finds none.
        if name in _UNSEEN:
            raise AttributeError
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        if name == "__name__":
            return self._name
        if name.startswith("_"):
            raise AttributeError(f"{self._name}: {name} stays with the learner's code")
        return self._session.get(self._number, name)

    def __setattr__(self, name, value):
        if name.startswith("_"):
            raise AttributeError(f"{self._name}: {name} stays with the learner's code")
        self._session.set(self._number, name, value)

    def library_names(self):
        """Names of library functions that the learner's code uses, for `checks.avoids`."""
        return library.library_names(self._session.sources, self._name)

    @property
    def __doc__(self):
        return library.docstring(self._session.sources, self._name)

    @property
    def __signature__(self):
        return library.signature(self._session.sources, self._name)

    def __instancecheck__(self, value):
        return self._session.isinstance(value, self._number)

    def __subclasscheck__(self, value):
        return self._session.issubclass(value, self._number)

    def __iter__(self):
        return self._session.iter(self._number)

    def __next__(self):
        # The end is told by us: an exception of this class from the learner's code is no end.
        for item in self._session.next(self._number):
            return item
        raise StopIteration

    def __eq__(self, other):
        if other is None or other is np._NoValue:
            return False
        return self._compared(other)

    def __ne__(self, other):
        return not self == other

    def __deepcopy__(self, memo):
        return self

    __copy__ = __deepcopy__

    def __repr__(self):
        return f"<the learner's {self._name}>"

    def __reduce__(self):
        raise TypeError(f"{self!r} cannot be pickled")

    __array_ufunc__ = None

    def _number_in(self, session):
        if session is not self._session:
            raise TypeError(f"{self!r} is of a process that has ended")
        return self._number

    def _called(self, name):
        if self._name not in ("object", name):
            return Standin(self._session, self._number, name)
        object.__setattr__(self, "_name", name)
        return self


def _refusing(operation):
    def refuse(self, *args):
        error = TypeError(
            f"{self!r} is known here by calls and attributes only; {operation} is not possible"
        )
        # `list` asks for the length of what it goes through, and does without.
        raise error if operation == "len" else self._session.not_possible(error)

    return refuse


_OPERATIONS = """bool lt le gt ge hash len contains getitem setitem delitem array
array_function float int index complex round abs neg pos invert add radd iadd sub rsub isub mul rmul
imul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul and rand or ror xor rxor
enter exit await""".split()
# NumPy asks an object for these two by name.
_UNSEEN = {f"__{operation}__" for operation in _OPERATIONS} - {"__array__", "__array_function__"}
Standin._compared = _refusing("comparison")
Standin.__mro_entries__ = _refusing("a class derived from it")
for _operation in _OPERATIONS:
    setattr(Standin, f"__{_operation}__", _refusing(_operation))
