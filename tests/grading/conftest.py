import pytest

from attacking import Attacked


@pytest.fixture(scope="session")
def attacked(tmp_path_factory):
    """One grader for many submissions."""
    with Attacked(tmp_path_factory.mktemp("attacked")) as course:
        yield course


@pytest.fixture(scope="session")
def attacked_when_known(tmp_path_factory):
    """The same where the calls of tests are known beforehand."""
    with Attacked(tmp_path_factory.mktemp("known"), known=True) as course:
        yield course
