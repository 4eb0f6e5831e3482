import matplotlib
import pytest

import tiny
from scratchgrad.course import build

matplotlib.use("agg")


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
