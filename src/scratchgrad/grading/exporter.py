"""Lets ``nbgrader autograde`` and the formgrader's button grade with our engine.

Configured in ``nbgrader_config.py``::

    c.Autograde.exporter_class = "scratchgrad.grading.exporter.GradingExporter"
    c.Autograde.pre_convert_hook = "scratchgrad.grading.exporter.drop_what_is_no_file"
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]

nbgrader converts a notebook twice. The first time, from ``submitted/``, the exporter reads it
under limits and grades it; the second time, from ``autograded/``, it is our own file, which
nbgrader's preprocessors read the scores from.
"""

import atexit
import os
import stat
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict

from ..course.answers import load_answers
from ..course.layout import Course
from .engine import Engine
from .plan import make_plan
from .reading import instructors_files, read_submission
from .record import Record, keep, record_of
from .restore import Unreadable
from .settings import is_sandboxed, limits_from

_engines = {}


class GradingExporter(NotebookExporter):
    """An exporter that grades what it reads from ``submitted/``."""

    _last = None, None

    def from_filename(self, filename, resources=None, **kwargs):
        """Grade a submitted notebook, or read one that was graded."""
        directory = self.parent.coursedir
        submitted = directory.format_path(directory.submitted_directory, ".", ".")
        if not Path(filename).resolve().is_relative_to(Path(submitted).resolve()):
            return super().from_filename(filename, resources=resources, **kwargs)
        return self._graded(filename, resources)

    def _graded(self, filename, resources):
        who, name = resources["nbgrader"], os.path.basename(filename)
        try:
            result, problems, notes = self._examined(filename, name, who)
        except Unreadable as error:
            self._keep(who, Record(str(error)))
            raise
        for note in problems + notes:
            self.log.warning("%s/%s: %s", who["student"], who["assignment"], note)
        self._keep(who, self._record(who, name, result, notes))
        resources = ResourcesDict(str, resources)
        resources["output_extension"] = self.file_extension
        return result["notebook"], resources

    def _examined(self, filename, name, who):
        """What the engine makes of a notebook, what is wrong with its source, and with it."""
        directory = self.parent.coursedir
        handed_in = read_submission(os.path.dirname(filename), [name])
        folder = directory.format_path(directory.source_directory, ".", who["assignment"])
        source = nbformat.read(os.path.join(folder, name), as_version=4)
        answers = load_answers(Course(Path(directory.root)).misconceptions(who["assignment"]))
        plan = make_plan(who["assignment"], who["notebook"], source, self.config, answers)
        kept = self.parent.exclude_overwriting.get(who["assignment"], [])
        ours = instructors_files(directory, who["assignment"], kept)
        engine = _engine(self.config, directory.root)
        problems = engine.prepare(plan, ours)
        seed = f"{who['student']}/{who['assignment']}"
        result = engine.grade(plan, handed_in.notebooks[name], seed, handed_in.files_with(ours))
        if "unreadable" in result:
            raise Unreadable(result["unreadable"])
        return result, problems, handed_in.notes + result["notes"]

    def _record(self, who, name, result, notes):
        """The record of a submission as far as it is graded: nbgrader does notebook by notebook."""
        submission, seen = (who["student"], who["assignment"]), self._last
        graded = dict(seen[1]) if seen[0] == submission and name not in seen[1] else {}
        graded[name] = result, notes
        self._last = submission, graded
        told = [
            f"{place.removesuffix('.ipynb')}: {note}" if len(graded) > 1 else note
            for place, (_, notes) in graded.items()
            for note in notes
        ]
        return record_of([each for each, _ in graded.values()], told)

    def _keep(self, who, record):
        course = Course(Path(self.parent.coursedir.root))
        keep(course, who["assignment"], who["student"], record)


def drop_what_is_no_file(assignment, student, notebooks):
    """Remove links, pipes and devices from a submission before nbgrader copies its files.

    They hold nothing themselves, but nbgrader would follow a link, and wait for a pipe.
    """
    for folder in {os.path.dirname(notebook) for notebook in notebooks}:
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                path = os.path.join(place, name)
                mode = os.lstat(path).st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    os.unlink(path)


def _engine(config, root):
    """One engine for each course, started when it is first needed."""
    if root not in _engines:
        _engines[root] = Engine(limits_from(config), is_sandboxed(config), hide=[root])
        atexit.register(lambda: _engines.pop(root).close())
    return _engines[root]
