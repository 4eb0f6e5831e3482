"""Comparison with the reference solution, which only the source notebook holds."""

import contextlib
import functools
import io
import json
import os
from pathlib import Path

from ._calls import Call, copies, name_of, quietly
from ._results import compare

_provided = {}


def matches_reference(function, *args, why, rtol=1e-6, atol=1e-12, dtype=None, **kwargs):
    """Check that a function returns what the reference of the same name returns.

    Parameters
    ----------
    function : callable
        The learner's function. The reference is the one that the course's source notebook
        defines under the name that the notebook knows this function by.
    *args, **kwargs
        The arguments of both. Each receives copies.
    why : str
        The sentence that a learner reads if the check fails.
    rtol, atol : float
        Largest relative and absolute difference allowed; where the reference returns float32,
        at least 1e-5 relative.
    dtype : dtype_like, optional
        The exact dtype that the result must have, see `gives_dtype`.

    Raises
    ------
    CheckFailed
        If the results differ.
    LookupError
        If there is no course above the working folder, or no such reference in it.
    """
    reference = _reference(name_of(function))
    call = Call(function, args, kwargs)
    # Each works on copies: a function that spoils its input must not spoil what is expected.
    given, named = copies(args, kwargs)

    def expected():
        with quietly():
            return reference(*given, **named)

    compare(call, expected, why, rtol, atol, dtype)


def use_references(functions):
    """Take references from a mapping of names to functions instead of looking for a course."""
    _provided.clear()
    _provided.update(functions)


def _reference(name):
    functions = _provided or _solutions(_assignment_folder())
    if name not in functions:
        raise LookupError(f"the source notebook defines no {name}")
    return functions[name]


def _assignment_folder():
    """The folder in ``source/`` of the assignment that is being run.

    A submission may bring an ``nbgrader_config.py`` and a ``source/`` of its own, so the search
    begins above the working folder.
    """
    return _found(os.getcwd(), os.environ.get("SCRATCHGRAD_COURSE"))


@functools.cache
def _found(here, named):
    here = Path(here)
    for course in [Path(named)] if named else here.parents:
        folder = course / "source" / here.name
        if (course / "nbgrader_config.py").is_file() and folder.is_dir():
            return folder
    raise LookupError(f"no course with an assignment {here.name} above {here}")


@functools.cache
def _solutions(folder):
    """Run the solution cells of an assignment's source notebooks, and what they import."""
    namespace = {"__name__": "reference"}
    for path in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if _defines_solutions(cell):
                code = compile("".join(cell["source"]), f"<source cell {cell['id']}>", "exec")
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(code, namespace)
    return namespace


def _defines_solutions(cell):
    """Whether a cell is code that is neither a test nor a figure."""
    role = cell["metadata"].get("nbgrader", {})
    is_test = role.get("grade") and not role.get("solution")
    is_figure = "figure" in cell["metadata"].get("tags", [])
    return cell["cell_type"] == "code" and not is_test and not is_figure
