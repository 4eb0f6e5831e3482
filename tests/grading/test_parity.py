"""Stock nbgrader and ours give honest work the same marks and the same graded notebooks."""

from itertools import pairwise, zip_longest

import nbformat
import pytest

import natural
from both import autograded, book, in_three_ways, structure
from scratchgrad.classroom.sample import sample_class
from scratchgrad.course import answers, notebook
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import reference_answers, with_answers
from tiny import ROOT, cell

COURSE, ASSIGNMENT = Course(ROOT), "01-activations"
NATURAL = [part for parts in natural.exercises().values() for part in parts]


def activations():
    """Submissions that hold the sample class and every wrong and other right answer once."""
    source, release = (
        with_one_figure(notebook.read(COURSE.notebook(step, ASSIGNMENT)))
        for step in ("source", "release")
    )
    perfect, made = reference_answers(source), {}
    for sample in sample_class(COURSE, ASSIGNMENT)[:5]:
        filled = with_one_figure(nbformat.reads(sample.text, as_version=4))
        made[f"sample {sample.student}"] = {"activations": filled}
    known = answers.load_answers(COURSE.misconceptions(ASSIGNMENT))
    for kind in (answers.MISCONCEPTION, answers.ALTERNATIVE):
        by_exercise = [[a for a in known if (a.kind, a.exercise) == (kind, e)] for e in perfect]
        # The first of each exercise in one submission, the second of each in the next one.
        for number, several in enumerate(zip_longest(*by_exercise)):
            chosen = {each.exercise: each.source for each in several if each}
            filled = with_answers(release, perfect | chosen)
            made[f"{kind} {number}"] = {"activations": filled}
    return {"activations": source}, made


def with_one_figure(made):
    """A notebook with the first figure only: to draw all takes longer than all the rest."""
    figures = [cell for cell in made.cells if notebook.is_figure(cell)]
    made.cells = [cell for cell in made.cells if cell not in figures[1:]]
    return made


def naturals():
    """The notebook in the style of stock nbgrader, with written answers and a task."""
    source = natural.source(NATURAL)
    answer = "### BEGIN SOLUTION\nBecause.\n### END SOLUTION"
    draw = "### BEGIN SOLUTION\nplot = 1\n### END SOLUTION"
    source.cells += [
        cell("markdown", grade_id="why", source=answer, grade=True, solution=True, points=3),
        cell(grade_id="draw", source=draw, grade=True, solution=True, points=2),
        cell("markdown", grade_id="try", source="Try something.", task=True, locked=True, points=5),
        cell("markdown", grade_id="read", source="Read this.", locked=True),
    ]
    natural.whole(source.cells)
    release = nbformat.from_dict(source)
    for each in release.cells:
        if notebook.BEGIN_SOLUTION in each.source:
            markdown = each.cell_type == "markdown"
            each.source = "YOUR ANSWER HERE" if markdown else _STUB
    right, wrong = (natural.submission(release, NATURAL, kind) for kind in ("solution", "wrong"))
    for each in right.cells:
        if notebook.grade_id(each) in ("why", "draw"):
            each.source = "mine = 2"
    for number, each in enumerate(right.cells):
        if notebook.grade_id(each) is None:
            each.metadata["tags"] = ["mine"]
            each["id"] = f"mine{number}"
    cut = natural.submission(release, NATURAL)
    # nbgrader cannot put back a test that follows a cell which is only locked.
    kinds = [part[0] for part in NATURAL]
    gone = {
        f"test{number}"
        for number, (before, kind) in enumerate(pairwise(kinds), 1)
        if kind == "test" and before in ("solution", "test") and number % 3
    }
    cut.cells = [each for each in cut.cells if notebook.grade_id(each) not in gone]
    made = {"right": right, "wrong": wrong, "untouched": release, "cut": cut}
    return {"plain": source}, {name: {"plain": content} for name, content in made.items()}


_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


@pytest.fixture(scope="module", params=[activations, naturals], ids=lambda make: make.__name__)
def graded(request, tmp_path_factory):
    sources, handed_in = request.param()
    root = tmp_path_factory.mktemp("parity")
    (name,) = sources
    return name, list(handed_in), *in_three_ways(root, "01-it", sources, handed_in)


def test_scores_and_comments_are_the_same(graded):
    name, students, stock, configured, ours, results = graded
    for student in students:
        theirs = book(stock, "01-it", student)
        assert results[student].problem is None
        for course in (configured, ours):
            for expected, got in zip(theirs, book(course, "01-it", student), strict=True):
                differing = {key: (expected[key], got[key]) for key in got}
                differing = {key: pair for key, pair in differing.items() if pair[0] != pair[1]}
                assert (student, differing) == (student, {}), course.root.name


def test_graded_notebooks_have_the_same_cells(graded):
    name, students, stock, configured, ours, results = graded
    for student in students:
        theirs = autograded(stock, "01-it", student, name)
        for course in (configured, ours):
            made = autograded(course, "01-it", student, name)
            for expected, got in zip(structure(theirs), structure(made), strict=True):
                assert got == expected or is_put_back(expected, got)
            assert made.metadata.kernelspec == theirs.metadata.kernelspec
            assert made.metadata.language_info.name == theirs.metadata.language_info.name


def is_put_back(expected, got):
    """Whether nbgrader put a cell back with a notice in it, where we put it back as it was."""
    (_, kind, source, marks), (_, own_kind, own_source, own_marks) = expected, got
    notice = f"# This cell (id:{marks['grade_id']}) was missing from the submission. "
    own = {**own_marks, "points": float(own_marks["points"])}
    own.pop("task")
    return (
        kind == own_kind
        and source == f"{notice}It was added back by nbgrader.\n\n{own_source}"
        and marks == own
    )
