"""Values of special classes that cross as plain ones, and get their classes back.

Results cross as tuples, lists and dicts, by which they are judged; what they were is told beside
that. Of arguments, which the sandbox may trust, it is told on the wire.
"""

import contextlib
import importlib
import itertools
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from pathlib import Path, PurePath
from types import FunctionType

import numpy as np

from .wire import Dressed, Handle, WireError
from .wire.limits import DEFAULT_CAPS, KeyBudget

_VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}
_FACTORIES = {None, int, float, complex, str, list, dict, set, tuple, bool}


class Record(tuple):
    """A learner's named tuple, as a test meets it; sent back, it is the learner's own.

    Parameters
    ----------
    values : tuple
    fields : list of str
    standin : Standin
        For the learner's object.
    """

    def __new__(cls, values, fields, standin):
        made = super().__new__(cls, values)
        made._fields, made._standin = tuple(fields), standin
        return made

    def __getattr__(self, name):
        if name in self._fields:
            return self[self._fields.index(name)]
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._standin, name)

    def _asdict(self):
        return dict(zip(self._fields, self, strict=True))

    def __deepcopy__(self, memo):
        return self

    __copy__ = __deepcopy__


# ---- results


def dress_of(value, kept):
    """What is to be told of a result's class.

    Parameters
    ----------
    value : object
    kept : callable
        Gives a handle to an object.

    Returns
    -------
    list or None
        None where it crosses as what it is.
    """
    kind = type(value)
    if kind in (Counter, OrderedDict):
        return [kind.__name__]
    if kind is defaultdict and value.default_factory in _FACTORIES:
        return ["defaultdict", value.default_factory]
    if kind is deque:
        return ["deque", value.maxlen]
    if kind in _VIEWS:
        return [_VIEWS[kind]]
    if kind is not tuple and issubclass(kind, tuple):
        fields = getattr(kind, "_fields", None)
        return ["record", list(fields), kept(value)] if type(fields) is tuple else None
    return None


def dressed(value, told, arrived):
    """A result in the class that the sandbox tells, or as it is where that does not fit.

    Parameters
    ----------
    value : object
    told : object
        Not trusted.
    arrived : callable
        Gives the stand-in for a handle.
    """
    name, *about = told if type(told) is list and told else (None,)
    kind = type(value)
    if kind is dict and (name, len(about)) in (("Counter", 0), ("OrderedDict", 0)):
        return (Counter if name == "Counter" else OrderedDict)(value)
    if kind is dict and name == "defaultdict" and _is_factory(*about):
        return defaultdict(*about, value)
    if kind is list and name == "deque" and _is_length(*about):
        return deque(value, *about)
    if kind is list and name in _VIEWS.values():
        with contextlib.suppress(TypeError, ValueError, WireError):
            _check_keys(name, value)
            return _MADE[name](value)
    if kind is tuple and name == "record" and _are_fields(value, *about):
        return Record(value, about[0], arrived(about[1]))
    return value


def _check_keys(name, items):
    """Refuse what as keys of a dict would not cross."""
    if name != "values":
        keys = items if name == "keys" else [key for key, _ in items]
        KeyBudget(DEFAULT_CAPS).check(keys)


def _is_factory(factory=0, *more):
    return (factory is None or isinstance(factory, type)) and factory in _FACTORIES and not more


def _is_length(length=-1, *more):
    return (length is None or (type(length) is int and 0 <= length < 1 << 31)) and not more


def _are_fields(values, fields=None, handle=None, *more):
    fit = type(fields) is list and len(fields) == len(values) and not more
    return fit and type(handle) is Handle and all(map(_is_field, fields))


def _is_field(name):
    # NumPy asks a tuple for `__array_interface__`, and takes the answer for a place in memory.
    return type(name) is str and not name.startswith("_")


# ---- arguments


def argument(value, callback, common):
    """What goes on the wire for an argument that is no plain value.

    Parameters
    ----------
    value : object
    callback : callable
        Gives what stands on the wire for a function.
    common : CommonClasses

    Returns
    -------
    Dressed, Callback or None
        None if there is nothing.
    """
    kind = type(value)
    if kind is FunctionType:
        return Dressed("function", [callback(value), value.__name__, value.__doc__])
    if callable(value):
        return callback(value)
    if kind in _VIEWS:
        return Dressed(_VIEWS[kind], [list(value)])
    if kind is deque:
        return Dressed("deque", [list(value), value.maxlen])
    if kind is np.matrix:
        return Dressed("matrix", [np.asarray(value)])
    if issubclass(kind, PurePath):
        return Dressed("path", [str(value)])
    if kind is np.random.RandomState:
        name, *state = value.get_state()
        return Dressed("random_state", [name, *state]) if name == "MT19937" else None
    if issubclass(kind, tuple) and type(getattr(kind, "_fields", None)) is tuple:
        return Dressed("record", [kind.__name__, list(kind._fields), *value])
    if hasattr(value, "__dict__") and common.has(kind):
        return Dressed("instance", [kind.__module__, kind.__qualname__, vars(value)])
    if hasattr(kind, "__next__"):
        return Dressed("iterator", [callback(lambda: list(itertools.islice(value, 1)))])
    return None


def undressed(name, content, received):
    """The argument that `argument` told of, in the sandbox.

    Parameters
    ----------
    name : str
    content : list
    received : callable
        Gives a value for what stands for it.
    """
    return _MADE[name](*map(received, content))


def _items(ask):
    while item := ask():
        yield item[0]


def _function(function, name, doc):
    function.__name__, function.__doc__ = name, doc
    return function


def _random_state(*state):
    made = np.random.RandomState()
    made.set_state(state)
    return made


def _instance(module, name, state):
    value = object.__new__(getattr(importlib.import_module(module), name))
    vars(value).update(state)
    return value


_MADE = {
    "function": _function,
    "instance": _instance,
    "iterator": _items,
    "keys": lambda keys: dict.fromkeys(keys).keys(),
    "values": lambda values: dict(enumerate(values)).values(),
    "items": lambda pairs: dict(pairs).items(),
    "deque": deque,
    "path": Path,
    "random_state": _random_state,
    "matrix": np.asmatrix,
    "record": lambda name, fields, *values: namedtuple(name, fields)(*values),
}
