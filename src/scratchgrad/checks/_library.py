"""Check that a function is worked out rather than taken from a library."""

import dis
import functools
import types

import numpy as np

from ._calls import name_of
from ._failure import CheckFailed

_IMPORTED_CALLABLES = (np.ufunc, types.BuiltinFunctionType)


def avoids(function, *names, why):
    """Check that a function uses none of the named library functions.

    The code of the function and of all that it refers to is searched for attributes of that name
    (``np.tanh``, ``math.tanh``), imports (``from math import tanh``) and strings (``"tanh"``).
    A function of the learner's own may have the name.

    Parameters
    ----------
    function : callable
        The learner's function.
    *names : str
        Names of library functions.
    why : str
        The sentence that a learner reads if the check fails.
    """
    for used in _library_names(function, set()):
        if used in names:
            detail = f"{name_of(function)} uses {used} from a library."
            raise CheckFailed(why, "uses a library function", detail)


def _library_names(thing, seen):
    """Yield the names that a callable takes from libraries, itself or through its helpers."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if hasattr(type(thing), "library_names"):
        # A stand-in for a function that is elsewhere knows them itself; it is asked for no more.
        yield from thing.library_names()
    elif isinstance(thing, _IMPORTED_CALLABLES):
        yield thing.__name__
    elif isinstance(thing, functools.partial):
        yield from _library_names(thing.func, seen)
    elif isinstance(thing, np.vectorize):
        yield from _library_names(thing.pyfunc, seen)
    elif isinstance(thing, types.FunctionType):
        yield from _names_in_function(thing, seen)


def _names_in_function(function, seen):
    held = list(function.__defaults__ or ()) + list((function.__kwdefaults__ or {}).values())
    held += [cell.cell_contents for cell in function.__closure__ or () if not _is_empty(cell)]
    for code in _codes(function.__code__):
        for instruction in dis.get_instructions(code):
            if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
                yield instruction.argval
            elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                held.append(function.__globals__.get(instruction.argval))
            elif instruction.opname == "LOAD_CONST" and isinstance(instruction.argval, str):
                yield instruction.argval
    for value in held:
        yield from _library_names(value, seen)


def _codes(code):
    """A code object and those nested in it: inner functions, lambdas, comprehensions."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _is_empty(cell):
    try:
        return cell.cell_contents is None
    except ValueError:
        return True
