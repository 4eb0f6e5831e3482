"""Classes to time with."""

import shutil

from scratchgrad.classroom.sample import sample_class
from scratchgrad.course.layout import CONFIG, Course

ASSIGNMENT = "01-activations"
# nbgrader starts alembic by its name.
_STOCK = """\
import os, sysconfig
os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
c = get_config()
c.CourseDirectory.course_id = "stock"
"""


def sample_course(course, root, count, assignment=ASSIGNMENT):
    """A course folder with `count` submissions: the sample class, over and over."""
    made = Course(root)
    shutil.copytree(course.folder("source", assignment), made.folder("source", assignment))
    shutil.copy(course.root / CONFIG, root)
    known = course.misconceptions(assignment)
    shutil.copytree(known.parent, made.misconceptions(assignment).parent)
    samples = [each for each in sample_class(course, assignment) if "JSON" not in each.note]
    for number in range(count):
        path = made.notebook("submitted", assignment, f"learner{number:04d}")
        path.parent.mkdir(parents=True)
        path.write_text(samples[number % len(samples)].text, encoding="utf-8")
    return made


def make_stock(course):
    """Configure nothing of ours in a course folder."""
    (course.root / CONFIG).write_text(_STOCK)
