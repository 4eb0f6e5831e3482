"""Running nbgrader's own converters inside this process."""

import contextlib
import logging
import os
import sysconfig
import warnings

from nbgrader.converters import BaseConverter
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.log import get_logger

from .layout import nbgrader_config


class ConversionError(Exception):
    """A converter of nbgrader failed; the text is its reason in one line."""


def convert(converter: type[BaseConverter], course, assignment, student="*", **folders):
    """Run a converter on an assignment, without a word on the terminal.

    Parameters
    ----------
    converter : type
        One of nbgrader's converters.
    course : Course
    assignment : str
    student : str
        The learner whose submission to convert, by default everybody's.
    **folders
        Other settings of nbgrader's ``CourseDirectory``.

    Raises
    ------
    ConversionError
        If the converter fails.
    """
    config = nbgrader_config(course)
    config.CourseDirectory.update(assignment_id=assignment, student_id=student, **folders)
    # Notebooks run in temporary folders, from which the course could not be found; and with a
    # backend of the caller's their figures would not be shown.
    here = {"PATH": _path(), "SCRATCHGRAD_COURSE": str(course.root), "MPLBACKEND": None}
    with _captured_log() as records, _environment(here), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        directory = CourseDirectory(config=config)
        try:
            converter(coursedir=directory, config=config, force=True).start()
        except (NbGraderException, SystemExit) as error:
            raise ConversionError(_reason(records) or str(error)) from error


def _path():
    """nbgrader starts a program of its environment, which need not be an activated one."""
    return os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])


@contextlib.contextmanager
def _environment(values):
    """Set environment variables for a while; nbgrader's `setenv` would not bring old ones back."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values):
    """Set environment variables, or remove those that are None."""
    for name, value in values.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@contextlib.contextmanager
def _captured_log():
    """Keep nbgrader's log from the terminal."""
    log, handler = get_logger(), _Keep()
    before = log.handlers, log.propagate, log.level
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.ERROR)
    try:
        yield handler.records
    finally:
        log.handlers, log.propagate = before[:2]
        log.setLevel(before[2])


class _Keep(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record.getMessage())


def _reason(records):
    """The exception of the first traceback, else the first message."""
    tracebacks = [text for text in records if text.startswith("Traceback")]
    lines = (tracebacks or records or [""])[0].strip().splitlines() or [""]
    unindented = [line for line in lines if not line[:1].isspace()]
    return unindented[-1].strip() if tracebacks else lines[0].strip()
