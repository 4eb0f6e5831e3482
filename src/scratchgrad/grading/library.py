"""Which library functions a learner's function uses, read from the source without running it."""

import ast
import builtins
import functools
import inspect
import re

from .syntax import top_level

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ONLY_BY_PLACE = inspect.Parameter.POSITIONAL_ONLY
_BY_PLACE = inspect.Parameter.POSITIONAL_OR_KEYWORD
# What is not indented: the name of a function or class that begins there, else anything but a
# comment, a decorator and the bracket that ends a list of parameters.
_UNINDENTED = re.compile(r"^(?:(?:def|class) +(\w+)|[^\s#@)])", re.MULTILINE)


def library_names(sources, name):
    """Names that a function takes from libraries, itself or through the learner's other functions.

    Parameters
    ----------
    sources : list of str
        The learner's cells, in order; a later definition replaces an earlier one.
    name : str
        The function to begin with.

    Returns
    -------
    set of str
        Attributes (``tanh`` for ``np.tanh``), imported names, and whole strings.
    """
    definers, used, waiting, seen = _definers(sources), set(), [name], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            taken, names = _last_use(definers.get(name, ()), name)
            used |= taken
            waiting += names
    return used


def remember(source):
    """Read a cell that many learners have, so that what is forked from here knows it."""
    _uses(source)


def _last_use(sources, name):
    """What the last definition of a name takes and uses, of those cells that may define it."""
    uses = (_uses(source) for source in reversed(sources))
    return next((each[name] for each in uses if name in each), (frozenset(), ()))


def _definers(sources):
    """For each name that may be defined the cells that may do so, in order."""
    found = {}
    for source in sources:
        for name in _outlined(source) or _uses(source):
            found.setdefault(name, []).append(source)
    return found


def _outlined(source):
    """The names that a cell may define; None where it takes a parser to tell.

    Where all that is not indented begins a function or class, as in most answers, the parser,
    which is slow, would find no other names.
    """
    if not source.isascii() or "\f" in source or "\r" in source:
        return None
    names = {line[1] for line in _UNINDENTED.finditer(source)}
    return None if None in names else names


@functools.lru_cache(maxsize=4096)
def _uses(source):
    """For each name that a cell defines: what it takes from libraries, and the names it uses."""
    found = {}
    for statement in top_level(source):
        defined = _defined(statement)
        if defined:
            nodes = list(ast.walk(statement))
            taken = set().union(*map(_taken, nodes))
            names = {node.id for node in nodes if isinstance(node, ast.Name)}
            found |= dict.fromkeys(defined, (taken, names))
    return found


def docstring(sources, name):
    """The docstring of a function or class; None if there is none."""
    node = _definitions(sources).get(name)
    return ast.get_docstring(node, clean=False) if isinstance(node, _DOCUMENTED) else None


def source_of(sources, name):
    """The text of the statement that defined a function or class last.

    Raises
    ------
    OSError
        If none does, as from ``inspect.getsource``.
    """
    for source in reversed(sources):
        for node in reversed(_parsed(source)):
            if name in _defined(node):
                first = min(each.lineno for each in (node, *getattr(node, "decorator_list", [])))
                return "\n".join(source.split("\n")[first - 1 : node.end_lineno]) + "\n"
    raise OSError("could not get source code")


def signature(sources, name):
    """The parameters of a function, or of a class's ``__init__``.

    Defaults and annotations that are more than a literal or a built-in class are given as text.

    Returns
    -------
    inspect.Signature

    Raises
    ------
    ValueError
        If the name stands for something else.
    """
    node = _definitions(sources).get(name)
    if isinstance(node, ast.ClassDef):
        methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        made = _parameters(methods["__init__"])[1:] if "__init__" in methods else []
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        made = _parameters(node)
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        made = _parameters(node.value)
    else:
        raise ValueError(f"no signature found for {name}")
    return inspect.Signature(made)


def _parameters(function):
    """The parameters of a function's syntax tree."""
    args = function.args
    by_place = [(arg, _ONLY_BY_PLACE) for arg in args.posonlyargs]
    by_place += [(arg, _BY_PLACE) for arg in args.args]
    defaults = [None] * (len(by_place) - len(args.defaults)) + args.defaults
    triples = [(arg, kind, value) for (arg, kind), value in zip(by_place, defaults, strict=True)]
    if args.vararg:
        triples.append((args.vararg, inspect.Parameter.VAR_POSITIONAL, None))
    by_name = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    triples += [(arg, inspect.Parameter.KEYWORD_ONLY, value) for arg, value in by_name]
    if args.kwarg:
        triples.append((args.kwarg, inspect.Parameter.VAR_KEYWORD, None))
    return [
        inspect.Parameter(arg.arg, kind, default=_value(value), annotation=_value(arg.annotation))
        for arg, kind, value in triples
    ]


def _value(node):
    """What a default or annotation says, without running it."""
    if node is None:
        return inspect.Parameter.empty
    if isinstance(node, ast.Name) and isinstance(getattr(builtins, node.id, None), type):
        return getattr(builtins, node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ast.unparse(node)


def _definitions(sources):
    """The last definition of each name."""
    definitions = {}
    for source in sources:
        for node in _parsed(source):
            definitions |= {defined: node for defined in _defined(node)}
    return definitions


_parsed = functools.lru_cache(maxsize=4096)(top_level)


def _defined(node):
    """The names that a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name for alias in node.names]
    stored = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return [name.id for name in stored]


def _taken(node):
    if isinstance(node, ast.Attribute):
        return (node.attr,)
    if isinstance(node, ast.ImportFrom):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    return ()
