"""The sample class, in a copy of the tiny course."""

import pytest

import tiny
from scratchgrad.classroom.sample import sample_class
from scratchgrad.cli import main
from scratchgrad.course.layout import Course
from test_lint import answers

COURSE = Course(tiny.ROOT)


@pytest.fixture
def sampled(built):
    """A tiny course with answers to sample from."""
    path = built.misconceptions(tiny.ASSIGNMENT)
    path.parent.mkdir()
    path.write_text(answers().replace('"Wrong."', '"Wrong.", seed="E01"', 1))
    return built


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_sample_class_is_large_enough_and_its_names_differ(assignment):
    samples = sample_class(COURSE, assignment)
    assert len(samples) >= 14
    assert len({sample.student for sample in samples}) == len(samples)


def test_demo_grades_in_a_folder_of_its_own(sampled, monkeypatch, capsys):
    monkeypatch.chdir(sampled.root)
    before = {path.name for path in sampled.root.iterdir()}
    assert main(["demo"]) == 0
    assert {path.name for path in sampled.root.iterdir()} == before | {"demo"}
    shown = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.split()}
    assert rows["ada"] == ["2", "2", "4", "perfect"]
    assert rows["dmitri"] == ["0", "0", "0", "untouched"]
    assert rows["elena"][:3] == ["2", "2", "4"]
    assert rows["farid"][:3] == ["-", "-", "-"]
    assert "farid: the notebook is not valid JSON" in shown
    for what in ("gradebook.db", "autograded", "feedback"):
        assert str(sampled.root / "demo" / what) in shown
    assert (sampled.root / "demo/feedback/ada/01-tiny/tiny.html").is_file()
