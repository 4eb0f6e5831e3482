"""A course folder of its own in which the sample class is graded."""

import shutil

from ..course.layout import CONFIG, Course
from .sample import sample_class


def make_demo(course, assignment):
    """Set up ``demo/`` anew, so that nothing of a real class is touched.

    Parameters
    ----------
    course : Course
    assignment : str

    Returns
    -------
    Course, list of Sample
        The course in ``demo/``, and what was handed in there.
    """
    demo = Course(course.root / "demo")
    shutil.rmtree(demo.root, ignore_errors=True)
    shutil.copytree(course.folder("source", assignment), demo.folder("source", assignment))
    shutil.copy(course.root / CONFIG, demo.root)
    if (known := course.misconceptions(assignment)).is_file():
        demo.misconceptions(assignment).parent.mkdir()
        shutil.copy(known, demo.misconceptions(assignment))
    samples = sample_class(course, assignment)
    for sample in samples:
        path = demo.notebook("submitted", assignment, sample.student)
        path.parent.mkdir(parents=True)
        path.write_text(sample.text, encoding="utf-8")
    return demo, samples
