"""What all submissions of an assignment share, made ready once."""

import builtins
import contextlib
import io
import re
from collections.abc import Callable
from typing import NamedTuple

from . import library
from .standins import type_of
from .syntax import compiled

_TYPE_OF = "__type_of__"
_OTHER = r"(?!(?:input|print)\b)\w+"
_REPLACES_BUILTIN = re.compile(
    rf"\bpatch\(\s*[\"']builtins\.{_OTHER}|\bbuiltins\.{_OTHER}\s*=(?!=)"
    rf"|\bpatch\.object\(\s*builtins\s*,\s*[\"']{_OTHER}"
)


class Mistake(NamedTuple):
    """A known mistake.

    Attributes
    ----------
    says : str
        What it says to the learner.
    function : callable
    library_names : frozenset of str
        What it takes from libraries.
    """

    says: str
    function: Callable
    library_names: frozenset


class Prepared:
    """An assignment made ready: tests compiled, references defined by running the source once.

    Parameters
    ----------
    plan : Plan

    Attributes
    ----------
    cells : dict of str to PlannedCell
    codes : dict of str to Code
        Of the cells that run on the trusted side.
    learners_names : list of str
        Names that are the learner's: those that the solution cells define, and those that tests
        use without anything of the instructor's defining them.
    references : dict
        What the source's own solutions define.
    references_at : dict of str to dict
        What they have defined where a test stands, by its name.
    shown : dict of str to list
        Outputs of those locked cells that need nothing of the learner's.
    imports : list of code object
        Statements that bring what the solution cells import.
    seeds_globally : bool
        Whether a test seeds a global generator.
    mistakes : dict of str to list of Mistake
        What is known by exercise.
    problems : list of str
        Cells of the source that fail, for the instructor.
    uses : dict of str to set of str
        Where cells may use objects of the learner's classes, by name, see `Uses`.
    """

    def __init__(self, plan):
        self.plan, self.problems, self.uses = plan, [], {}
        self.cells = {cell.name: cell for cell in plan.cells}
        code_cells = [c for c in plan.cells if c.cell_type == "code" and not c.is_figure]
        ours = [cell for cell in code_cells if cell.kind in ("test", "locked", "open")]
        self.codes = {cell.name: self._compiled(cell.name, cell.source, _TYPE_OF) for cell in ours}
        if not plan.together:
            self.problems += map(_unheard_of, filter(_replaces_builtin, ours))
        self.references, self.references_at, printed = fresh_names(), {}, {}
        for cell in code_cells:
            if cell.kind == "test":
                # A later cell may define a function of the same name.
                self.references_at[cell.name] = dict(self.references)
            else:
                printed[cell.name] = self._run(cell)
        self.learners_names = self._learners_names()
        independent = self._independent(cell.name for cell in ours if cell.kind == "locked")
        self.shown = {name: printed[name] for name in independent}
        self.imports = [compile(line, "<imports>", "exec") for line in plan.imports]
        self.seeds_globally = plan.seeds_globally
        for cell in ours:
            library.remember(cell.source)
        self.mistakes = {
            exercise: list(self._defined(exercise, mistakes["known"]))
            for exercise, mistakes in plan.mistakes.items()
        }

    def _compiled(self, name, source, type_of=None):
        try:
            return compiled(source, f"<{name}>", type_of)
        except (SyntaxError, ValueError) as error:
            self.problems.append(f"the source's cell {name} is no Python: {error}")
            return compiled(f"raise SyntaxError({str(error)!r})", f"<{name}>")

    def _run(self, cell):
        """Run a cell of the source; returns what it shows, as outputs of a notebook."""
        code = self.codes.get(cell.name)
        if code is None:
            code = self._compiled(cell.name, self.plan.solutions[cell.name])
        printed, value = io.StringIO(), None
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                value = executed(code, self.references)
        except (Exception, SystemExit) as error:
            reason = f"{type(error).__name__}: {error}"
            self.problems.append(f"the source's cell {cell.name} fails: {reason}")
        shown = printed.getvalue() + ("" if value is None else f"{value!r}\n")
        return [{"output_type": "stream", "name": "stdout", "text": shown}] if shown else []

    def _learners_names(self):
        assigned = set().union(*self.plan.assigned_names.values())
        used = frozenset().union(*(code.used for code in self.codes.values()))
        defined = frozenset().union(*(code.defined for code in self.codes.values()))
        # What the references know was imported by a star, else it would be in one of the sets.
        known = defined | self.references.keys() | set(dir(builtins))
        return sorted(assigned | (used - known))

    def _independent(self, names):
        """The cells that need nothing of the learner's, nor of a cell that does."""
        theirs = set(self.learners_names)
        for name in names:
            if self.codes[name].used & theirs:
                theirs |= self.codes[name].defined
            else:
                yield name

    def _defined(self, exercise, known):
        """The mistakes that can be told apart: those whose source does define the function."""
        for mistake in known:
            names = dict(self.references)
            with contextlib.suppress(Exception, SystemExit):
                exec(mistake["source"], names)
                used = library.library_names([mistake["source"]], exercise)
                yield Mistake(mistake["says"], names[exercise], frozenset(used))


def _replaces_builtin(cell):
    return cell.kind == "test" and _REPLACES_BUILTIN.search(cell.source) is not None


def _unheard_of(cell):
    return (
        f"{cell.name} puts something in the place of a built-in function: the learner's code, "
        "which runs elsewhere, goes on with Python's own"
    )


def fresh_names():
    """The names that a cell of a new notebook finds."""
    return {
        "__name__": "__main__",
        "__builtins__": __builtins__,
        "display": _show_nothing,
        "get_ipython": lambda: None,
        _TYPE_OF: type_of,
    }


def _show_nothing(*values, **options):
    """Stands for IPython's `display`."""


def executed(code, names):
    """Run a compiled cell; returns the value of its last expression."""
    exec(code.body, names)
    return eval(code.last, names) if code.last is not None else None
