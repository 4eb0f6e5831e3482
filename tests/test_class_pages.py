"""The pages on setting up a class, done as they are written."""

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pages
import scratchgrad
from fresh import lend
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import reference_answers, with_answers
from tiny import ROOT

ASSIGNMENT = "01-activations"
CLASSES = ROOT / "docs" / "classes"


@pytest.fixture
def home(tmp_path):
    """A fresh HOME with one assignment's course folder in it."""
    course = Course(tmp_path / "course")
    for step in ("source", "release"):
        shutil.copytree(Course(ROOT).folder(step, ASSIGNMENT), course.folder(step, ASSIGNMENT))
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    (tmp_path / "Downloads").mkdir()
    return tmp_path


@pytest.fixture
def perfect(home):
    course = Course(home / "course")
    source = notebook.read(course.notebook("source", ASSIGNMENT))
    release = notebook.read(course.notebook("release", ASSIGNMENT))
    return notebook.text_of(with_answers(release, reference_answers(source)))


@pytest.fixture
def untouched(home):
    return Course(home / "course").notebook("release", ASSIGNMENT).read_text(encoding="utf-8")


def download(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def marks(path):
    """The last column of a file of marks, by the first."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row[0]: row[-1] for row in csv.reader(file)}


def test_collected(home, perfect, untouched):
    canvas = {
        "kingada_4711_90001_activations.ipynb": perfect,
        "hillben_LATE_4712_90002_activations-1.ipynb": untouched,
    }
    moodle = {
        "Cleo Diaz_5501_assignsubmission_file_/activations.ipynb": perfect,
        "Dan O'Neil_5502_assignsubmission_file_/activations (1).ipynb": untouched,
    }
    download(home / "Downloads" / "submissions.zip", canvas)
    download(home / "Downloads" / "Deep learning-01-activations-77.zip", moodle)
    course = home / "course"
    pages.run(CLASSES / "collected.md", course, pages.environment(home))

    most = marks(course / "marks-canvas.csv")["Points Possible"]
    in_canvas = marks(course / "marks-canvas.csv")
    assert (in_canvas["King, Ada"], in_canvas["Hill, Ben"]) == (most, "0")
    in_moodle = marks(course / "marks-moodle.csv")
    assert (in_moodle["Cleo Diaz"], in_moodle["Dan O'Neil"]) == (most, "0")
    with zipfile.ZipFile(course / "feedback-files.zip") as archive:
        assert sorted(archive.namelist()) == [
            "Cleo Diaz_5501_assignsubmission_file_activations.html",
            "Dan O'Neil_5502_assignsubmission_file_activations.html",
        ]


def test_own_machines(home):
    """The learner's part sees what is installed here, but not this package."""
    lend(home / "lent")
    ours = Path(scratchgrad.__file__).parents[1]
    command = home / "bin" / "scratchgrad"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ours} exec {sys.executable} -m scratchgrad "$@"\n')
    command.chmod(0o755)
    env = pages.environment(home)
    env |= {"PATH": f"{command.parent}{os.pathsep}{env['PATH']}", "PIP_NO_INDEX": "1"}
    course = home / "course"
    pages.run(CLASSES / "own-machines.md", course, env | {"PYTHONPATH": str(home / "lent")})

    learner = home / "learning" / "scratchgrad"
    where = "from scratchgrad import checks; print(checks.__file__)"
    run = [learner / ".venv/bin/python", "-c", where]
    env = {"PYTHONPATH": str(home / "lent")}
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert Path(done.stdout).is_relative_to(learner)
    assert (course / "feedback" / "ada" / ASSIGNMENT / "activations.html").is_file()
