import pytest

from attacking import Attacked


@pytest.fixture(scope="session")
def attacked(tmp_path_factory):
    """One grader for many submissions."""
    with Attacked(tmp_path_factory.mktemp("attacked")) as course:
        yield course
