"""The same submissions graded by stock nbgrader and by ours, to be compared."""

import shutil
import warnings

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from sqlalchemy.exc import SAWarning

from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from scratchgrad.course.nbgrader import convert
from tiny import ROOT

STOCK = """
c = get_config()
c.CourseDirectory.course_id = "scratchgrad"
c.OverwriteCells.add_missing_cells = True
c.Execute.record_timing = False
"""
OURS = (ROOT / "nbgrader_config.py").read_text()


def make_course(root, assignment, notebooks, config=OURS, files=None):
    """A course with one assignment.

    Parameters
    ----------
    root : Path
    assignment : str
    notebooks : dict of str to NotebookNode
        Source notebooks, by name.
    config : str
    files : dict of str to str, optional
        What lies beside them.

    Returns
    -------
    Course
    """
    root.mkdir(parents=True, exist_ok=True)
    course = Course(root.resolve())
    (course.root / "nbgrader_config.py").write_text(config)
    put(course.folder("source", assignment), notebooks, files)
    return course


def hand_in(course, assignment, student, notebooks, files=None):
    """Put a submission into a course."""
    put(course.folder("submitted", assignment, student), notebooks, files)


def put(folder, notebooks, files=None):
    """Write notebooks and other files into a folder."""
    for name, content in notebooks.items():
        text = content if isinstance(content, str) else notebook.text_of(content)
        _write(folder / f"{name}.ipynb", text)
    for name, text in (files or {}).items():
        _write(folder / name, text)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def in_three_ways(root, assignment, sources, handed_in):
    """Courses in which the same was graded by stock nbgrader, by its command with our
    configuration, and by ``scratchgrad grade``.

    Parameters
    ----------
    root : Path
    assignment : str
    sources : dict of str to NotebookNode
    handed_in : dict of str to dict
        By learner, what `hand_in` takes.

    Returns
    -------
    stock, configured, ours : Course
    results : dict of str to Result
        What ``scratchgrad grade`` says, by learner.
    """
    stock = make_course(root / "stock", assignment, sources, STOCK)
    for student, notebooks in handed_in.items():
        hand_in(stock, assignment, student, notebooks)
    register(stock, assignment)
    others = [root / "configured", root / "ours"]
    for other in others:
        shutil.copytree(stock.root, other)
        (other / "nbgrader_config.py").write_text(OURS)
    configured, ours = map(Course, others)
    convert(Autograde, stock, assignment)
    convert(Autograde, configured, assignment)
    with Grader(ours) as grader:
        grader.prepare(assignment)
        found = submissions.find(ours, assignment)
        results = {each.student: grader.grade(each) for each in found}
    return stock, configured, ours, results


def book(course, assignment, student):
    """What the gradebook holds of a submission.

    Returns
    -------
    dict of (str, str) to tuple
        By notebook and cell: the automatic score, whether a person must look, the maximum.
    dict of (str, str) to str
        Automatic comments.
    """
    with Gradebook(course.gradebook_url) as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        entry = gradebook.find_submission(assignment, student)
        grades = {
            (part.name, each.name): (each.auto_score, each.needs_manual_grade, each.max_score)
            for part in entry.notebooks
            for each in part.grades
        }
        comments = {
            (part.name, each.name): each.auto_comment
            for part in entry.notebooks
            for each in part.comments
        }
        return grades, comments


def autograded(course, assignment, student, name):
    """A graded notebook."""
    path = course.folder("autograded", assignment, student) / f"{name}.ipynb"
    return nbformat.read(path, as_version=4)


def structure(made):
    """What grading makes of a notebook but for its outputs."""
    return [
        (each.id, each.cell_type, each.source, each.metadata.get("nbgrader")) for each in made.cells
    ]
