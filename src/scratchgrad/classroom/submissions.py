"""Finds what learners handed in."""

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ..course.layout import notebook_name


@dataclass(frozen=True)
class Submission:
    """What one learner handed in for one assignment.

    Parameters
    ----------
    student, assignment : str
    folder : Path
        The folder that holds the notebook.
    """

    student: str
    assignment: str
    folder: Path

    @property
    def notebook(self):
        """Path of the notebook, which may not be there."""
        return self.folder / f"{notebook_name(self.assignment)}.ipynb"

    def problem(self):
        """Why the notebook cannot be read, in one line; None if it can.

        Asked before nbgrader sees a submission, as nbgrader removes earlier results when it fails.
        """
        if set(self.student) & set("*?["):
            return "nbgrader cannot grade a folder with *, ? or [ in its name"
        if not self.notebook.is_file():
            return _absence(self.folder, self.notebook.name)
        try:
            return _form_problem(self.notebook.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            return f"{self.notebook.name} is not text in UTF-8 (byte {error.start})"
        except OSError as error:
            return f"{self.notebook.name} cannot be opened: {error.strerror}"


def find(course, assignment, students=()):
    """The submissions for an assignment, by learner.

    Parameters
    ----------
    course : Course
    assignment : str
    students : collection of str
        The learners to look for, by default everybody.

    Returns
    -------
    list of Submission
    """
    folders = sorted(course.root.glob(f"submitted/*/{assignment}"))
    found = [Submission(path.parent.name, assignment, path) for path in folders]
    visible = [each for each in found if not each.student.startswith(".")]
    return [each for each in visible if not students or each.student in students]


def _absence(folder, name):
    if not folder.is_dir():
        return f"{folder.name} is not a folder"
    others = ", ".join(sorted(path.name for path in folder.iterdir())[:3])
    return f"no {name}; there is: {others}" if others else f"no {name}: the folder is empty"


def _form_problem(text):
    """Only what grading needs is asked for: editors leave many things that the format forbids."""
    if not text.strip():
        return "the notebook is an empty file"
    try:
        json.loads(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cells = nbformat.reads(text, as_version=4).cells
    except json.JSONDecodeError as error:
        return f"the notebook is not valid JSON: {error.msg} (line {error.lineno})"
    except RecursionError:
        return "not a notebook: nested too deeply"
    except Exception:
        return "valid JSON, but not a notebook"
    if not all({"cell_type", "metadata", "source"} <= set(cell) for cell in cells):
        return "not a notebook: a cell lacks its type, source or metadata"
    return None if cells else "the notebook has no cells"
