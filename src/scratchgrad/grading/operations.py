"""What Python can do with an object besides calling it: the learner's class answers, over there."""

import copy
import operator
import types

# By the middle of the method's name; what comes first is the object.
_PLAIN = {
    "len": len,
    "bool": bool,
    "hash": hash,
    "str": str,
    "repr": repr,
    "format": format,
    "float": float,
    "int": int,
    "complex": complex,
    "round": round,
    "reversed": reversed,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "iter": iter,
    "delattr": delattr,
    "enter": lambda value: value.__enter__(),
    "exit": lambda value, *about: value.__exit__(*about),
    **{
        name: getattr(operator, f"__{name}__")
        for name in """abs neg pos invert index contains getitem setitem delitem lt le gt ge eq ne
        iadd isub imul itruediv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift""".split()
    },
}
_BOTH_WAYS = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()
_FORWARDS = {name: getattr(operator, f"__{name}__") for name in _BOTH_WAYS}


def _backwards(function):
    return lambda value, other: function(other, value)


OPERATIONS = {
    **_PLAIN,
    **_FORWARDS,
    **{f"r{name}": _backwards(function) for name, function in _FORWARDS.items()},
}

# What says yes or no without knowing what is asked for: that the difference is 0, or nothing wrong.
_DECIDING = {"bool", "hash", "contains", "lt", "le", "gt", "ge", "eq", "ne"}
_DECIDING |= {way + name for name in _BOTH_WAYS for way in ("", "r", "i")}
DECIDING = frozenset(_DECIDING | {f"__{name}__" for name in _DECIDING})
# Both sides have these classes.
TYPES = {
    kind: kind.__name__
    for kind in (
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType,
        types.CoroutineType, property, type, zip, map, filter, enumerate, reversed,
    )
}  # fmt: skip
TYPES_BY_NAME = {name: kind for kind, name in TYPES.items()}
