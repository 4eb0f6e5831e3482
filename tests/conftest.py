import functools
import os
import shutil
import sysconfig
from pathlib import Path

import matplotlib
import pytest
from nbgrader import api

import tiny
from scratchgrad.course import build

matplotlib.use("agg")
# nbgrader starts alembic by its name, and `make test` activates no environment.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])

# nbgrader asks another program for it whenever it makes a gradebook, which takes a second.
api.get_alembic_version = functools.cache(api.get_alembic_version)

_HERE = Path(__file__).parent
# Folders and files whose tests grade, and so need the sandbox.
_GRADING = (
    _HERE / "browser",
    _HERE / "classroom",
    _HERE / "grading",
    _HERE / "feedback" / "report" / "test_report.py",
    _HERE / "test_authoring.py",
    _HERE / "test_class_pages.py",
    _HERE / "test_grade.py",
    _HERE / "test_cli.py",
    _HERE / "test_mutants.py",
)
_NO_BUBBLEWRAP = pytest.mark.skip(reason="bubblewrap is not installed: apt-get install bubblewrap")


def pytest_addoption(parser):
    """Let tests that kill at random moments try others."""
    parser.addoption("--seed", type=int, default=0, help="number of another series of moments")


def pytest_collection_modifyitems(items):
    """Skip what needs the sandbox where there is none; a machine for CI has one."""
    if shutil.which("bwrap") is None:
        for item in items:
            if any(item.path.is_relative_to(place) for place in _GRADING):
                item.add_marker(_NO_BUBBLEWRAP)


@pytest.fixture
def course(tmp_path):
    """A tiny course with a source notebook only."""
    return tiny.make(tmp_path)


@pytest.fixture(scope="session")
def _built(tmp_path_factory):
    course = tiny.make(tmp_path_factory.mktemp("built"))
    return build.build(course, tiny.ASSIGNMENT)


@pytest.fixture
def built(course, _built):
    """A tiny course with release/ and solutions/."""
    build.write(course, _built, _built)
    return course
