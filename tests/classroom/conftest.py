"""A small class that has handed in."""

import shutil

import pytest

import postgres
import tiny
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import find
from scratchgrad.course import build, notebook
from scratchgrad.course.submission import reference_answers, with_answers
from tiny import ASSIGNMENT

WRONG = {"square": "def square(x):\n    return x + x"}


class Class:
    """A course with three learners: all right, half right, unreadable."""

    def __init__(self, course):
        self.course = course
        source = notebook.read(course.notebook("source", ASSIGNMENT))
        release = notebook.read(course.notebook("release", ASSIGNMENT))
        self.perfect = with_answers(release, reference_answers(source))
        self.half = with_answers(self.perfect, WRONG)

    def hand_in(self, student, content):
        """Put a notebook, or a text, into ``submitted/``."""
        path = self.course.notebook("submitted", ASSIGNMENT, student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else notebook.text_of(content))

    def edit_source(self, change):
        """Change the source notebook."""
        path = self.course.notebook("source", ASSIGNMENT)
        source = notebook.read(path)
        change(source)
        notebook.write(path, source)

    def configure(self, line):
        """Add a line to nbgrader_config.py."""
        with open(self.course.root / "nbgrader_config.py", "a") as config:
            config.write(f"\n{line}\n")

    def grade(self, **options):
        """Grade everybody; results by learner."""
        with Grader(self.course, **options) as grader:
            grader.prepare(ASSIGNMENT)
            handed_in = find(self.course, ASSIGNMENT)
            return {each.student: each for each in grader.grade_all(handed_in)}


@pytest.fixture(scope="session")
def class_of():
    """Makes the class of a course."""
    return Class


@pytest.fixture(scope="session")
def _graded(tmp_path_factory, _built):
    course = tiny.make(tmp_path_factory.mktemp("graded once"))
    postgres.configure(course)
    build.write(course, _built, _built)
    ours = Class(course)
    for student, content in (("ada", ours.perfect), ("ben", ours.half), ("eve", "{")):
        ours.hand_in(student, content)
    ours.grade()
    return ours


@pytest.fixture
def graded(request, _graded, tmp_path, monkeypatch):
    """The class, graded once, in a folder of the test's own."""
    root = tmp_path / "course"
    shutil.copytree(_graded.course.root, root)
    if getattr(request, "param", "sqlite") == "postgresql":
        server, once = request.getfixturevalue("_graded_on_server")
        monkeypatch.setenv(postgres.SHARED, server.url(server.database(like=once)))
    return Class(type(_graded.course)(root))


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server."""
    if (folder := postgres.programs()) is None:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    server = postgres.Server(folder)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _graded_on_server(_graded, server):
    """The server, and a database to be copied, with what the class has in SQLite."""
    name = server.database()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(postgres.SHARED, server.url(name))
        _graded.grade()
    return server, name
