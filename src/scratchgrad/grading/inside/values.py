"""Values of the learner's code: how they go to the grader, and whether a call has changed them."""

import inspect
import itertools
from collections import deque
from types import FunctionType

import numpy as np

from ..common_classes import is_beside, name_of
from ..operations import OPERATIONS, TYPES
from ..wire import GeneratorState, Handle, WireError, encode
from ..wire.values import EXCEPTION_CODES

_ARRAYS = np.ma.MaskedArray, np.memmap
# A tuple may hold what can be changed.
_MUTABLE = {np.ndarray, list, dict, set, tuple, np.random.Generator}
# Their texts tell them apart.
_ATOMS = {bool, int, float, str, type(None)}
_LISTED = {deque, *map(type, ({}.keys(), {}.values(), {}.items()))}
_OF_TUPLES = {f"__{operation}__" for operation in OPERATIONS} & vars(tuple).keys() - {"__repr__"}
# What crosses as it is, and holds nothing else.
PLAIN = {*_ATOMS, np.ndarray, np.float64, np.float32, np.int64, np.bool_}


def plain(value):
    """A tuple or list of the learner's own class goes as what it is, and so do arrays.

    Objects of other classes stay here, and those of a class that adds methods.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in _LISTED:
        return list(value)
    if kind is tuple or (issubclass(kind, tuple) and _is_as_good_as_tuple(kind)):
        return tuple(map(plain, tuple.__iter__(value)))
    if kind is not list and issubclass(kind, list) and not _adds_methods(kind, list):
        return list(list.__iter__(value))
    if isinstance(value, _ARRAYS) and not np.ma.is_masked(value):
        return np.asarray(value)
    return value


def _is_as_good_as_tuple(kind):
    """Whether nothing is lost in passing a tuple and, beside it, the object for its methods."""
    return not _adds_methods(kind, tuple) or (
        hasattr(kind, "_fields") and all(getattr(kind, n) is getattr(tuple, n) for n in _OF_TUPLES)
    )


def _adds_methods(kind, base):
    added = (name for name in set(dir(kind)) - set(dir(base)) if not name.startswith("_"))
    return any(callable(inspect.getattr_static(kind, name, None)) for name in added)


def is_own(value):
    """Whether an object's class, or a class, is of the notebook or a module beside it."""
    made = value if isinstance(value, (type, FunctionType)) else type(value)
    return made.__module__ == "__main__" or is_beside(made.__module__)


def own_errors(kind):
    """What is told of an exception class that is none of Python's own.

    Returns
    -------
    (list of str, type) or None
        Its name and those of its bases, and the nearest of Python's own.
    """
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or kind in EXCEPTION_CODES:
        return None
    own = list(itertools.takewhile(lambda base: base not in EXCEPTION_CODES, kind.__mro__))
    return [base.__name__ for base in own], kind.__mro__[len(own)]


def type_of(value):
    """The class of an object: its name, by which a test may know it, and the class.

    And the names of its bases.
    """
    kind = type(value)
    if kind in TYPES:
        return TYPES[kind], None, []
    return name_of(kind), kind, [name_of(base) for base in kind.__mro__[1:]]


def iterator(iterable):
    """An iterator over a generator, or another iterable of Python's own."""
    kind = type(iterable)
    for base in (tuple, list):
        # Whatever else the class can do: SciPy's results are such tuples.
        if issubclass(kind, base):
            return base.__iter__(iterable)
    if kind.__module__ not in ("builtins", "itertools"):
        raise TypeError(f"a test cannot go through an object of the learner's {kind.__name__}")
    return iter(iterable)


def following(iterator):
    """The next item of an iterator, alone in a list; empty at its end."""
    try:
        # Not by `iter`: an iterator of the learner's may begin anew when it is asked for one.
        return [next(iterator)]
    except StopIteration:
        return []


def as_it_was(answer):
    """An answer that later calls cannot change; one nested without end is refused in sending."""
    try:
        return _as_it_is(answer)
    except RecursionError:
        return answer


def _as_it_is(value):
    """A value whose arrays, lists and dicts later calls cannot change."""
    kind = type(value)
    if kind is np.ndarray:
        return value.copy(order="K")
    if kind in (list, tuple, set):
        return kind(map(_as_it_is, value))
    return {key: _as_it_is(each) for key, each in value.items()} if kind is dict else value


def pictures(args, kwargs):
    """The arguments that a call may change, each with a picture of its present state."""
    named = [*enumerate(args), *kwargs.items()]
    return [(key, value, picture(value)) for key, value in named if type(value) in _MUTABLE]


def picture(value):
    """Something that differs after the value was changed."""
    kind = type(value)
    if kind is np.ndarray:
        return value.shape, value.dtype, value.tobytes()
    if kind is np.random.Generator:
        return GeneratorState.of(value)
    try:
        if kind is list and _ATOMS.issuperset(map(type, value)):
            return repr(value)
    except ValueError:  # an integer of too many digits
        pass
    try:
        return encode(value, handles=lambda inner: Handle(id(inner)))
    except WireError:
        return None
