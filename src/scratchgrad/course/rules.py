"""Rules of form for source notebooks: functions that yield a cell and what is wrong with it."""

from collections import Counter
from typing import NamedTuple

from . import notebook

RULES = []


class Notebook(NamedTuple):
    """What rules look at: the notebook, its exercises, its file's text, known answers."""

    cells: list
    metadata: dict
    exercises: list
    text: str
    canonical: str
    answers: list


def rule(function):
    """Register a rule; its name is what `lint` prints."""
    RULES.append(function)
    return function


@rule
def metadata_schema(subject):
    """nbgrader's metadata is of schema 3 and complete."""
    needed = {"grade", "grade_id", "locked", "schema_version", "solution"}
    for cell in subject.cells:
        marks = cell.metadata.get("nbgrader")
        if marks is None:
            continue
        if missing := needed - set(marks):
            yield cell.id, f"nbgrader metadata lacks {', '.join(sorted(missing))}"
        elif marks["schema_version"] != 3:
            yield cell.id, f"nbgrader schema {marks['schema_version']}, not 3"
        elif marks["grade"] and "points" not in marks:
            yield cell.id, "a graded cell without points"
        elif notebook.role(cell) == "test" and not marks["locked"]:
            yield cell.id, "a test cell that is not locked"


@rule
def role_needed(subject):
    """Every code cell has a role, so that it is known where it runs."""
    for cell in subject.cells:
        if notebook.role(cell) == "code":
            yield cell.id, "code that is neither locked, nor a solution, nor a test"


@rule
def cell_ids(subject):
    """Ids are unique and follow from the grade_id."""
    counts = Counter(cell.id for cell in subject.cells)
    for cell in subject.cells:
        wanted = notebook.expected_id(cell)
        if wanted and cell.id != wanted:
            yield cell.id, f"the id should be {wanted}"
        if counts[cell.id] > 1:
            yield cell.id, "the id is used twice"


@rule
def grade_ids(subject):
    """grade_ids are unique, and those of tests name an exercise above them."""
    counts = Counter(notebook.grade_id(cell) for cell in subject.cells)
    owned = {id(test) for exercise in subject.exercises for test in exercise.tests}
    for cell in subject.cells:
        name = notebook.grade_id(cell)
        if name and counts[name] > 1:
            yield cell.id, f"the grade_id {name} is used twice"
        if notebook.role(cell) == "test" and id(cell) not in owned:
            yield cell.id, f"{name} is not test_<exercise>_<what> of an exercise above"


@rule
def outputs_stripped(subject):
    """Source notebooks are stored without outputs."""
    for cell in subject.cells:
        if cell.get("outputs") or cell.get("execution_count"):
            yield cell.id, "has outputs or an execution count"


@rule
def canonical_form(subject):
    """The file has sorted keys, one space of indentation, and a newline at its end."""
    if subject.text != subject.canonical:
        yield "-", "the file is not in canonical form; scratchgrad lint --fix mends it"


@rule
def no_pairing(subject):
    """Pairing metadata would bring answers back into releases."""
    if "jupytext" in subject.metadata:
        yield "-", "the notebook has jupytext metadata"


@rule
def figures_locked(subject):
    """A cell that draws is locked: it is nobody's answer."""
    for cell in subject.cells:
        if notebook.is_figure(cell) and notebook.role(cell) != "locked":
            yield cell.id, "a figure cell that is not locked"
