"""The sample class, in a copy of the tiny course."""

import contextlib
import html
import io

import pytest
from nbgrader.converters import GenerateFeedback

import tiny
from scratchgrad.classroom.sample import sample_class
from scratchgrad.cli import main
from scratchgrad.course import build, notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from scratchgrad.course.nbgrader import convert
from test_lint import answers

COURSE = Course(tiny.ROOT)


@pytest.fixture(scope="module")
def demo(tmp_path_factory, _built):
    """A tiny course in which the demo has run, and what it printed."""
    course = tiny.make(tmp_path_factory.mktemp("demo"))
    build.write(course, _built, _built)
    path = course.misconceptions(tiny.ASSIGNMENT)
    path.parent.mkdir()
    path.write_text(answers().replace('"Wrong."', '"Wrong.", seed="E01"', 1))
    before = {path.name for path in course.root.iterdir()}
    with contextlib.chdir(course.root), contextlib.redirect_stdout(io.StringIO()) as shown:
        assert main(["demo"]) == 0
    assert {path.name for path in course.root.iterdir()} == before | {"demo"}
    return course, shown.getvalue()


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_sample_class_is_large_enough_and_its_names_differ(assignment):
    samples = sample_class(COURSE, assignment)
    known = load_answers(COURSE.misconceptions(assignment))
    wrong = [answer for answer in known if answer.kind == "misconception"]
    assert len(samples) >= min(14, 6 + len(wrong))
    assert len({sample.student for sample in samples}) == len(samples)


def test_demo_grades_in_a_folder_of_its_own(demo):
    course, shown = demo
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.split()}
    assert rows["ada"] == ["2", "2", "4", "perfect"]
    assert rows["dmitri"] == ["0", "0", "0", "untouched"]
    assert rows["elena"][:3] == ["2", "2", "4"]
    assert rows["farid"][:3] == ["-", "-", "-"]
    assert "farid: the notebook is not valid JSON" in shown
    for what in ("gradebook.db", "autograded", "feedback"):
        assert str(course.root / "demo" / what) in shown
    assert (course.root / "demo/feedback/ada/01-tiny/tiny.html").is_file()


def hidden_lines(course):
    source = notebook.read(course.notebook("source", tiny.ASSIGNMENT))
    for cell in source.cells:
        hidden = cell.source.partition(notebook.BEGIN_HIDDEN)[2].partition(notebook.END_HIDDEN)[0]
        yield from (line.strip() for line in hidden.splitlines() if line.strip())


def test_feedback_pages_show_no_line_of_a_hidden_test(demo):
    course, _ = demo
    lines, pages = list(hidden_lines(course)), list(course.root.glob("demo/feedback/*/*/*.html"))
    assert len(lines) == 4 and len(pages) > 5
    for page in pages:
        shown = html.unescape(page.read_text(encoding="utf-8"))
        assert not [line for line in lines if line in shown]
    assert any("double of 3" in page.read_text(encoding="utf-8") for page in pages)


def test_nbgrader_writes_the_same_pages(demo):
    course, _ = demo
    path = course.root / "demo/feedback/dmitri/01-tiny/tiny.html"
    ours = path.read_text(encoding="utf-8")
    path.unlink()
    convert(GenerateFeedback, Course(course.root / "demo"), tiny.ASSIGNMENT)
    assert path.read_text(encoding="utf-8") == ours
