"""The command's exit codes and what it prints."""

import json
import subprocess
import sys

import pytest

from scratchgrad.cli import main
from scratchgrad.course import notebook
from scratchgrad.course.submission import reference_answers, with_answers
from tiny import ASSIGNMENT


@pytest.fixture
def inside(built, monkeypatch):
    """The tiny course, with the working folder in it."""
    monkeypatch.chdir(built.root)
    return built


def hand_in(course, student, text):
    path = course.notebook("submitted", ASSIGNMENT, student)
    path.parent.mkdir(parents=True)
    path.write_text(text)


@pytest.fixture
def handed_in(inside):
    """A perfect submission and one that cannot be read."""
    answers = reference_answers(notebook.read(inside.notebook("source", ASSIGNMENT)))
    release = notebook.read(inside.notebook("release", ASSIGNMENT))
    hand_in(inside, "ada", notebook.text_of(with_answers(release, answers)))
    hand_in(inside, "eve", "{")
    return inside


def test_build_check_in_step(inside, capsys):
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == ""


def test_build_check_names_what_is_out_of_step_and_build_mends_it(inside, capsys):
    inside.notebook("release", ASSIGNMENT).unlink()
    assert main(["build", "--check"]) == 1
    assert capsys.readouterr().out == "release/01-tiny/tiny.ipynb is out of step with source/\n"
    assert main(["build", ASSIGNMENT]) == 0
    assert capsys.readouterr().out == "wrote release/01-tiny/tiny.ipynb\n"


def test_lint_names_cell_and_rule(inside, capsys):
    assert main(["lint"]) == 1
    line = "source/01-tiny/tiny.ipynb: cell double: answers-known: 0 misconceptions, needs 3"
    assert line in capsys.readouterr().out.splitlines()


def test_grade_shows_the_table_and_the_reason(handed_in, capsys):
    assert main(["grade", ASSIGNMENT]) == 0
    shown = capsys.readouterr()
    assert "1 double  2 square" in shown.out
    assert "eve: the notebook is not valid JSON" in shown.out
    row = next(line for line in shown.out.splitlines() if "ada" in line)
    assert row.split()[1:] == ["2", "2", "4"]
    assert "Warning" not in shown.err and "Traceback" not in shown.err


def test_grade_for_programs(handed_in, capsys):
    assert main(["grade", "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["assignment"] == ASSIGNMENT
    ada, eve = result["submissions"]
    assert (ada["status"], ada["total"], ada["reason"]) == ("graded", 4, None)
    assert (eve["status"], eve["marks"]) == ("unreadable", None)


def test_grade_one_learner(handed_in, capsys):
    assert main(["grade", "--json", "--student", "eve"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert [each["student"] for each in result["submissions"]] == ["eve"]


def test_nothing_to_grade(inside, capsys):
    assert main(["grade"]) == 0
    assert "nothing to grade" in capsys.readouterr().out
    assert main(["grade", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("command", ["build", "lint", "grade", "demo"])
def test_unknown_assignment(inside, capsys, command):
    assert main([command, "99-none"]) == 2
    assert "no assignment '99-none' in source/; there is: 01-tiny" in capsys.readouterr().err


def test_unknown_learner(handed_in, capsys):
    assert main(["grade", "--student", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_outside_a_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade"]) == 2
    assert "no course here" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["polish"], ["grade", "--fast"]])
def test_usage_errors(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_unreadable_source_notebook(inside, capsys):
    inside.notebook("source", ASSIGNMENT).write_text("{")
    for command in ("build", "lint"):
        assert main([command]) == 2
        assert "01-tiny" in capsys.readouterr().err


def test_help_is_quick():
    heavy = "import sys, scratchgrad.cli; print(*{'numpy', 'nbgrader', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
