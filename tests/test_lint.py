"""Each rule, with a notebook that breaks it."""

import pytest

import tiny
from scratchgrad.course import lint, notebook

ANSWERS = """\
from scratchgrad.course.answers import alternative, misconception
"""
ANSWER = """
{mark}
def {exercise}__{kind}{number}(x):
    return {number}
"""


def answers(exercises=("double", "square"), misconceptions=3, alternatives=2):
    """A file of answers."""
    kinds = [
        ("misconception", '@misconception("Wrong.")', misconceptions),
        ("alternative", "@alternative", alternatives),
    ]
    return ANSWERS + "".join(
        ANSWER.format(mark=mark, exercise=exercise, kind=kind, number=number)
        for exercise in exercises
        for kind, mark, count in kinds
        for number in range(count)
    )


@pytest.fixture
def kept(course):
    """A course that keeps every rule."""
    path = course.misconceptions(tiny.ASSIGNMENT)
    path.parent.mkdir()
    path.write_text(answers())
    return course


def found(course, change=lambda cells, made: None):
    """The cell and rule of every line of lint, after a change to the notebook."""
    path = course.notebook("source", tiny.ASSIGNMENT)
    made = notebook.read(path)
    change({cell.id: cell for cell in made.cells}, made)
    notebook.write(path, made)
    lines = (line.split(": ") for line in lint.lint(course, tiny.ASSIGNMENT))
    return {(cell.removeprefix("cell "), rule) for _, cell, rule, *_ in lines}


def test_a_good_notebook(kept):
    assert found(kept) == set()


def marks(cell_id, **values):
    return lambda cells, made: cells[cell_id].metadata.nbgrader.update(values)


def without_mark(cell_id, key):
    return lambda cells, made: cells[cell_id].metadata.nbgrader.pop(key)


def replace(cell_id, old, new):
    def change(cells, made):
        assert old in cells[cell_id].source
        cells[cell_id].source = cells[cell_id].source.replace(old, new)

    return change


def source(cell_id, text):
    return lambda cells, made: cells[cell_id].update(source=text)


def field(cell_id, **values):
    return lambda cells, made: cells[cell_id].update(values)


def difficulty(letter):
    return lambda cells, made: cells["double"].metadata.scratchgrad.update(difficulty=letter)


def drop(*ids):
    def change(cells, made):
        made.cells = [cell for cell in made.cells if cell.id not in ids]

    return change


def untagged(cells, made):
    del cells["setup"].metadata["nbgrader"]


def paired(cells, made):
    made.metadata["jupytext"] = {"formats": "ipynb,py"}


NEGATIVE = "double-negative"
CASES = [
    (marks(NEGATIVE, schema_version=2), NEGATIVE, "metadata-schema"),
    (without_mark(NEGATIVE, "points"), NEGATIVE, "metadata-schema"),
    (without_mark("setup", "solution"), "setup", "metadata-schema"),
    (marks(NEGATIVE, locked=False), NEGATIVE, "metadata-schema"),
    (untagged, "setup", "role-needed"),
    (field("double", id="twice"), "twice", "cell-ids"),
    (field("cell-0", id="setup"), "setup", "cell-ids"),
    (marks("square", grade_id="double"), "square", "grade-ids"),
    (marks(NEGATIVE, grade_id="test_triple"), NEGATIVE, "grade-ids"),
    (field("setup", execution_count=3), "setup", "outputs-stripped"),
    (paired, "-", "no-pairing"),
    (replace("double", "    ### BEGIN SOLUTION\n", ""), "double", "stub-with-solution"),
    (replace("double", "def double", "def twice"), "double", "stub-with-solution"),
    (replace("double", "Parameters", "Arguments"), "double", "docstring"),
    (replace("double", "Returns", "Gives"), "double", "docstring"),
    (replace("double", ">>> double(2)", "double(2)"), "double", "docstring"),
    (replace("double", ">>> double(2)", "double(2)"), "double", "docstring-released"),
    (drop("double-positive", "double-negative"), "double", "test-cells"),
    (drop("double-examples"), "double", "test-cells"),
    (marks("double-examples", points=1), "double-examples", "test-points"),
    (marks(NEGATIVE, points=0), NEGATIVE, "test-points"),
    (replace(NEGATIVE, "\n### END HIDDEN TESTS", ""), NEGATIVE, "hidden-region"),
    (replace(NEGATIVE, "# Hidden: at -5\n", ""), NEGATIVE, "hidden-region"),
    (difficulty("X"), "double", "points"),
    (difficulty("M"), "double", "points"),
    (source("cell-2", "## double (3 points)"), "double", "points"),
    (replace(NEGATIVE, "why=", "reason="), NEGATIVE, "why-given"),
    (source(NEGATIVE, "assert not abs(double(1) - 2) > 1e-6"), NEGATIVE, "nan-passes"),
    (source(NEGATIVE, "assert not np.any(double(1) < 0)"), NEGATIVE, "nan-passes"),
    (marks("figure-line", locked=False), "figure-line", "figures-locked"),
]


@pytest.mark.parametrize("change, cell, rule", CASES)
def test_broken_notebook(kept, change, cell, rule):
    assert (cell, rule) in found(kept, change)


def test_every_rule_is_tried():
    tried = {rule for _, _, rule in CASES} | {"canonical-form", "answers-known"}
    assert tried == {rule.__name__.replace("_", "-") for rule in lint.RULES}


def test_canonical_form_and_its_mending(kept):
    path = kept.notebook("source", tiny.ASSIGNMENT)
    good = path.read_text()
    path.write_text(good.replace("\n ", "\n  "))
    assert any("canonical-form" in line for line in lint.lint(kept, tiny.ASSIGNMENT))
    lint.fix(kept, tiny.ASSIGNMENT)
    assert path.read_text() == good


@pytest.mark.parametrize("counts", [{"misconceptions": 2}, {"alternatives": 1}])
def test_too_few_answers(kept, counts):
    kept.misconceptions(tiny.ASSIGNMENT).write_text(answers(**counts))
    assert found(kept) == {("double", "answers-known"), ("square", "answers-known")}


def test_no_answers_at_all(course):
    assert {rule for _, rule in found(course)} == {"answers-known"}
