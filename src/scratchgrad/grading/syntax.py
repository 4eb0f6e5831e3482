"""Reads the code of cells without running it."""

import ast
import dis
import re
from types import CodeType
from typing import NamedTuple

_MOST_COMMANDS = 100
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
# What stands below these is Python, and leaves its names behind.
_PYTHON_BELOW = {"time", "capture", "prun"}
_SHOWING_NOTHING = {"capture", "prun"}
# Possessive: a line of a million blanks is not to be gone over a million times.
_COMMAND = re.compile(r"(\s*+)(?:%time\s+(?P<timed>.*)|[%!?].*|[\w., ]++=\s*+[%!].*|.*\?\s*)")
_LOADS = {"LOAD_NAME", "LOAD_GLOBAL"}
_STORES = {"STORE_NAME", "STORE_GLOBAL"}


class Code(NamedTuple):
    """The code of a cell.

    Attributes
    ----------
    body : code object
        Its statements.
    last : code object or None
        Apart from them the last expression, if the notebook would show its value.
    used, defined : frozenset of str
        Global names that it reads and binds, functions' bodies included.
    """

    body: CodeType
    last: CodeType | None
    used: frozenset
    defined: frozenset


def parsed(source, name="<cell>"):
    """The syntax tree of a cell, without IPython's own commands.

    Parameters
    ----------
    source : str
    name : str
        Stands for a file's name in error messages.

    Returns
    -------
    ast.Module

    Raises
    ------
    SyntaxError
    """
    source = _below_magic(source)
    for _ in range(_MOST_COMMANDS):
        try:
            return ast.parse(source, name)
        except SyntaxError as error:
            # Only a line that is no Python: one within a text or an expression stays.
            replaced = _without_command(source, error.lineno)
            if replaced == source:
                raise
            source = replaced
    return ast.parse(source, name)


def compiled(source, name, type_of=None):
    """A cell's code, ready to be run.

    Parameters
    ----------
    source, name : str
    type_of : str, optional
        Name of the function that is to say what type an object has; it is also told whether
        ``__class__`` was asked for.

    Returns
    -------
    Code
    """
    tree, value = parsed(source, name), None
    if type_of is not None:
        tree = ast.fix_missing_locations(_TypesAsked(type_of, tree).visit(tree))
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and not _is_quiet(source, last):
        value = compile(ast.Expression(tree.body.pop().value), name, "eval")
    body = compile(tree, name, "exec")
    used, defined = (_names([body, value], kind) for kind in (_LOADS, _STORES))
    return Code(body, value, used, defined)


class _TypesAsked(ast.NodeTransformer):
    """Lets ``type(value)`` and ``value.__class__`` call a function of ours: nothing else can
    answer for an object."""

    def __init__(self, type_of, tree):
        self._type_of = type_of
        names = (each for each in ast.walk(tree) if isinstance(each, (ast.Name, ast.arg)))
        stored = (n for n in names if isinstance(n, ast.arg) or isinstance(n.ctx, ast.Store))
        self._is_type = all(getattr(n, "id", getattr(n, "arg", None)) != "type" for n in stored)

    def visit_Call(self, node):
        self.generic_visit(node)
        is_type = isinstance(node.func, ast.Name) and node.func.id == "type" and self._is_type
        return self._asked(node, node.args[0], False) if is_type and _is_single(node) else node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        is_read = isinstance(node.ctx, ast.Load)
        is_class = is_read and node.attr == "__class__"
        return self._asked(node, node.value, True) if is_class else node

    def _asked(self, node, value, is_attribute):
        function = ast.Name(self._type_of, ast.Load())
        call = ast.Call(function, [value, ast.Constant(is_attribute)], [])
        return ast.copy_location(call, node)


def _is_single(call):
    return len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)


def top_level(source):
    """Statements of a cell, functions' bodies left alone; none if it is no Python."""
    try:
        return parsed(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _below_magic(source):
    magic = _CELL_MAGIC.match(source)
    if magic is None:
        return source
    return "\n" + source.partition("\n")[2] if magic[1] in _PYTHON_BELOW else ""


def _without_command(source, number):
    lines = source.split("\n")
    if number is not None and 0 < number <= len(lines):
        if command := _COMMAND.fullmatch(lines[number - 1]):
            lines[number - 1] = command[1] + (command["timed"] or "pass")
    return "\n".join(lines)


def _is_quiet(source, last):
    """Whether a semicolon or a magic keeps IPython from showing the last expression."""
    magic = _CELL_MAGIC.match(source)
    if magic is not None and magic[1] in _SHOWING_NOTHING:
        return True
    line = _below_magic(source).split("\n")[last.end_lineno - 1]
    return line.encode()[last.end_col_offset :].lstrip().startswith(b";")


def _names(codes, operations):
    found, waiting = set(), [code for code in codes if code is not None]
    while waiting:
        code = waiting.pop()
        instructions = dis.get_instructions(code)
        found |= {each.argval for each in instructions if each.opname in operations}
        waiting += [each for each in code.co_consts if hasattr(each, "co_consts")]
    return frozenset(found)
