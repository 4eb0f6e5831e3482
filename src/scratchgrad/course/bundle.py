"""The zip for learners on their own machines: notebooks, what they import, and how to start."""

import re

from . import build, notebook
from .files import put, zipped
from .layout import CourseError, nbgrader_config
from .leaks import leaked, secret_lines
from .wheel import learners_wheel, python_needed, requirement

_README = """\
{title}

The notebooks of this course, and the small package that they import. You need Python {python} or
later (python.org) and, for the first step, the internet.


1. Once: install

Open a terminal in this folder, the one with this file. (Windows: in the Explorer, right-click the
folder, Open in Terminal.)

Linux and macOS (Debian and Ubuntu: first sudo apt install python3-venv):

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt

Windows:

    py -m venv .venv
    .venv\\Scripts\\python -m pip install -r requirements.txt


2. Every time: open JupyterLab in this folder

Linux and macOS:

    .venv/bin/jupyter lab

Windows:

    .venv\\Scripts\\jupyter lab

Your browser shows the folders on the left. Open a notebook:

{notebooks}


3. Work

Write your answers in place of "raise NotImplementedError()". The cell below an answer tests it:
run both with Shift+Enter. Other tests are hidden and run when your notebook is graded. Before you
hand in: Kernel, Restart Kernel and Run All Cells, then save. Hand in the .ipynb file itself, under
the name it has.

If you are given a newer zip of this course, unpack it into another folder: unpacked over this
one, it would replace your answers.
"""


def make_bundle(course, names):
    """The content of the zip.

    Parameters
    ----------
    course : Course
    names : list of str
        Assignments.

    Returns
    -------
    bytes

    Raises
    ------
    CourseError
        If the release of an assignment is not what its source makes, or gives a solution or a
        hidden test away.
    """
    files = {}
    for assignment in names:
        files |= _released(course, assignment)
    title, notebooks = _title(course), [name for name in files if name.endswith(".ipynb")]
    wheel, content = learners_wheel()
    files |= {
        "README.txt": _readme(title, notebooks).encode(),
        "requirements.txt": f"{requirement('jupyterlab', 'lab')}\n./{wheel}\n".encode(),
        wheel: content,
    }
    return zipped({f"{title}/{name}": data for name, data in files.items()})


def write_bundle(course, names, path):
    """Write the zip to a file, as `make_bundle` makes it."""
    content = make_bundle(course, names)
    try:
        put(path, content)
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}") from error


def _title(course):
    """The course's name, fit for a folder."""
    name = nbgrader_config(course).CourseDirectory.get("course_id") or course.root.name
    return re.sub(r"[^\w.-]+", "-", name)


def _readme(title, notebooks):
    listed = "\n".join(f"    {name}" for name in notebooks)
    return _README.format(title=title, python=python_needed(), notebooks=listed)


def _released(course, assignment):
    """Files of a release by their path below ``release/``, all found fit for learners."""
    made = build.build(course, assignment, steps=["release"])
    for name in build.differences(course, assignment, made, steps=["release"]):
        raise CourseError(f"{name} is out of step with source/. To mend: scratchgrad build")
    source = notebook.read(course.notebook("source", assignment))
    secret = secret_lines(source.cells)
    for name, content in made.items():
        if line := leaked(name, content, secret):
            raise CourseError(f"{name} gives a solution or hidden test away: {line}")
    return {name.removeprefix("release/"): data for name, data in made.items()}
