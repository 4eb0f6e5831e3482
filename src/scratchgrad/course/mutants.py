"""Slightly wrong versions of a reference solution, made by rule, to test its tests with."""

import ast
import copy
import tomllib
from dataclasses import dataclass

from .layout import CourseError

_ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# The boundary moved, and the opposite.
_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_PAIRS = [
    ("maximum", "minimum"), ("max", "min"), ("argmax", "argmin"), ("sum", "mean"),
    ("ones_like", "zeros_like"), ("ones", "zeros"), ("expm1", "exp"), ("log1p", "log"),
    ("cumsum", "cumprod"), ("float64", "float32"), ("any", "all"), ("floor", "ceil"),
]  # fmt: skip
_NAMES = {**dict(_PAIRS), **{right: left for left, right in _PAIRS}, "log2": "log", "sqrt": "exp"}
_SYMMETRIC = {"maximum", "minimum", "max", "min", "logaddexp", "hypot", "array_equal", "isclose"}


@dataclass(frozen=True)
class Mutant:
    """A solution cell with one change.

    Attributes
    ----------
    exercise : str
    change : str
        What was changed, as code: before and after, with a number if it is not the only such one.
    source : str
        The changed cell.
    """

    exercise: str
    change: str
    source: str


def mutants(exercise, source):
    """All versions of a solution with one change.

    Changed are operators, comparisons, numbers (defaults too), names of library functions that
    have a counterpart, arguments (swapped, or a keyword left out), conditions (negated), and
    statements (left out).

    Parameters
    ----------
    exercise : str
    source : str
        The solution cell.

    Returns
    -------
    list of Mutant
        No two with the same code, none with the code of the original.
    """
    tree = _without_docstrings(ast.parse(source))
    seen, counts, found = {ast.unparse(tree)}, {}, []
    for index, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            place = _nth(changed, index)
            label = change(place)
            code = ast.unparse(ast.fix_missing_locations(changed))
            if code in seen:
                continue
            seen.add(code)
            counts[label] = counts.get(label, 0) + 1
            number = f" ({counts[label]})" if counts[label] > 1 else ""
            found.append(Mutant(exercise, label + number, code))
    return found


def equivalents(course, assignment):
    """The changes that are known to compute the same, with the reason for each.

    They stand in ``misconceptions/<NN_slug>_equivalent.toml``, a table for each exercise.

    Returns
    -------
    dict of str to dict of str to str
        Reasons by exercise and change.
    """
    path = course.misconceptions(assignment)
    path = path.with_name(f"{path.stem}_equivalent.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path}: {error}") from error


def _without_docstrings(tree):
    for node in ast.walk(tree):
        if ast.get_docstring(node) if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else False:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _nth(tree, index):
    for number, node in enumerate(ast.walk(tree)):
        if number == index:
            return node
    raise IndexError(index)


def _changes(node):
    """Functions that change such a node in place, and say how."""
    for kind, changes in _CHANGES.items():
        if isinstance(node, kind):
            yield from changes(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.UnaryOp):
            yield _without_sign(name)
        elif isinstance(value, list):
            signed = (i for i, each in enumerate(value) if isinstance(each, ast.UnaryOp))
            yield from (_without_sign(name, i) for i in signed)
            if name in ("body", "orelse") and isinstance(node, ast.stmt):
                yield from (_without_statement(name, i) for i in range(len(value)))


def _saying(change):
    """Have a change tell what it did to the node."""

    def changed(node):
        before = ast.unparse(node)
        change(node)
        return f"{before} -> {ast.unparse(ast.fix_missing_locations(node))}"

    return changed


def _operator(node):
    if type(node.op) in _ARITHMETIC:
        yield _saying(lambda n: setattr(n, "op", _ARITHMETIC[type(n.op)]()))


def _comparison(node):
    def other(i, kind):
        return _saying(lambda n: n.ops.__setitem__(i, kind()))

    for i, operator in enumerate(node.ops):
        yield from (other(i, kind) for kind in _COMPARISONS.get(type(operator), ()))


def _constant(node):
    def other(value):
        return _saying(lambda n: setattr(n, "value", value))

    if isinstance(node.value, bool):
        yield other(not node.value)
    elif isinstance(node.value, int):
        yield other(node.value + 1)
        if node.value == 1:
            yield other(0)
    elif isinstance(node.value, float):
        yield other(node.value * 2 or 1.0)


def _library_name(node):
    if node.attr in _NAMES:
        yield _saying(lambda n: setattr(n, "attr", _NAMES[n.attr]))


def _builtin_name(node):
    if node.id in _NAMES and isinstance(node.ctx, ast.Load):
        yield _saying(lambda n: setattr(n, "id", _NAMES[n.id]))


def _call(node):
    name = getattr(node.func, "attr", getattr(node.func, "id", None))
    if len(node.args) > 1 and name not in _SYMMETRIC:
        yield _saying(lambda n: n.args.__setitem__(slice(2), n.args[1::-1]))

    def without(i):
        return _saying(lambda n: n.keywords.pop(i))

    yield from (without(i) for i in range(len(node.keywords)))


def _condition(node):
    def negated(n):
        before = ast.unparse(n.test)
        n.test = ast.UnaryOp(ast.Not(), n.test)
        return f"if {before} -> if not"

    if not isinstance(node.test, ast.Compare):
        yield negated


def _without_sign(name, index=None):
    def change(node):
        value = getattr(node, name)
        unary = value if index is None else value[index]
        if index is None:
            setattr(node, name, unary.operand)
        else:
            value[index] = unary.operand
        return f"{ast.unparse(unary)} -> {ast.unparse(unary.operand)}"

    return change


def _without_statement(name, index):
    def change(node):
        body = getattr(node, name)
        dropped, body[index] = ast.unparse(body[index]), ast.Pass()
        return f"without {dropped.partition(chr(10))[0]}"

    return change


_CHANGES = {
    (ast.BinOp, ast.BoolOp, ast.AugAssign): _operator,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Attribute: _library_name,
    ast.Name: _builtin_name,
    ast.Call: _call,
    (ast.If, ast.IfExp, ast.While): _condition,
}
