"""A gradebook on a PostgreSQL server holds what one in SQLite holds, also with two graders."""

import contextlib
import itertools
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from nbgrader.api import Gradebook

import postgres
import tiny
from played import PlayedClass, ended
from scratchgrad.classroom import grade, recording
from scratchgrad.classroom.dry_run import DryRun
from scratchgrad.classroom.exports import write_marks
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.classroom.sharing import alone
from scratchgrad.course import build, notebook
from scratchgrad.course.layout import Course, CourseError
from scratchgrad.feedback.pages import LivePages
from scratchgrad.feedback.report.report import write_report
from snapshot import snapshot
from tiny import ASSIGNMENT

BOOK = ("grades", "comments", "entries", "learners")
EVERYBODY = ("Cy", "ada", "ben", "eve")


@pytest.fixture(scope="module")
def ours(tmp_path_factory, _built):
    """The class, with work due, known to its SQLite gradebook."""
    made = tiny.make(tmp_path_factory.mktemp("class"))
    build.write(made, _built, _built)
    postgres.configure(made)
    with open(made.root / "nbgrader_config.py", "a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    _make_known(made)
    return PlayedClass(made)


@pytest.fixture(scope="module")
def in_sqlite(ours, tmp_path_factory):
    """Folders in which one grader graded each version after the one before, with SQLite."""
    folders = []
    for version in (0, 1):
        ours.hand_in(version)
        assert ended(lambda version=version: ours.run(version)) == 0
        folders.append(tmp_path_factory.mktemp("graded") / "course")
        shutil.copytree(ours.course.root, folders[-1])
    return [Course(folder) for folder in folders]


@pytest.fixture(scope="module")
def databases(ours, in_sqlite, server):
    """Databases to be copied: where the assignment is known, and where version 0 is graded."""
    known = server.database()
    with _gradebook_at(server.url(known)):
        _make_known(ours.course)
    graded = server.database(like=known)
    with _gradebook_at(server.url(graded)):
        ours.hand_in(0)
        assert ended(lambda: ours.run(0)) == 0
    return {"known": known, "graded": graded}


@pytest.fixture
def on(ours, in_sqlite, databases, server, tmp_path, monkeypatch):
    """Make a copy of a database the gradebook, and a folder in which version 0 was graded."""

    def switched(name, folder="course"):
        monkeypatch.setenv(postgres.SHARED, server.url(server.database(like=databases[name])))
        return _copied(ours, in_sqlite[0].root, tmp_path / folder)

    return switched


def _make_known(course):
    register(course, ASSIGNMENT)
    with Gradebook(course.gradebook_url, "scratchgrad") as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-01 12:00:00 UTC")


@contextlib.contextmanager
def _gradebook_at(url):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(postgres.SHARED, url)
        yield


def _copied(ours, root, place):
    """The class in a folder of its own, as on another machine."""
    shutil.copytree(root, place)
    other = object.__new__(PlayedClass)
    other.course, other.versions, other.engines = Course(place), ours.versions, ours.engines
    return other


def _at_rest(course):
    """What is in a folder whose gradebook is in SQLite."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv(postgres.SHARED, raising=False)
        return snapshot(course)


def test_the_same_as_in_sqlite(on, in_sqlite):
    course = on("known")
    for version in (0, 1, 1):
        course.hand_in(version)
        assert ended(lambda version=version: course.run(version)) == 0
        assert snapshot(course.course) == _at_rest(in_sqlite[version])


def test_report_and_exports_are_the_same(on, in_sqlite, monkeypatch, tmp_path):
    course, found = on("graded").course, []
    for each, url in ((course, os.environ[postgres.SHARED]), (in_sqlite[0], None)):
        with monkeypatch.context() as patched:
            if url is None:
                patched.delenv(postgres.SHARED)
            paths = [tmp_path / f"{name}.csv" for name in ("canvas", "moodle", "csv")]
            for path in paths:
                write_marks(each, path.stem, to=str(path))
            found.append([path.read_bytes() for path in [*paths, *write_report(each, ASSIGNMENT)]])
    assert found[0] == found[1]
    assert found[0][2].count(b"\n") == 1 + 3


def test_a_dry_run_makes_no_tables(ours, server, monkeypatch):
    name = server.database()
    monkeypatch.setenv(postgres.SHARED, server.url(name))
    DryRun(ours.course).__exit__()
    assert server.execute("select * from pg_tables where schemaname = 'public'", name) == []


def test_no_server(ours, monkeypatch, tmp_path):
    monkeypatch.setenv(postgres.SHARED, f"postgresql+psycopg://ada@/book?host={tmp_path}")
    for use in (lambda: register(ours.course, ASSIGNMENT), lambda: DryRun(ours.course),
                lambda: write_report(ours.course, ASSIGNMENT),
                lambda: write_marks(ours.course, "csv")):  # fmt: skip
        with pytest.raises(CourseError, match="the gradebook cannot be used: connection"):
            use()


def test_no_driver(ours, monkeypatch):
    monkeypatch.setenv(postgres.SHARED, "postgresql+psycopg://ada@/book")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match="the gradebook cannot be used: .*psycopg"):
        register(ours.course, ASSIGNMENT)


def test_the_server_stops_in_the_middle(on, in_sqlite, server, monkeypatch):
    course = on("graded")
    monkeypatch.setattr(grade, "register", lambda course, assignment: None)
    monkeypatch.setattr(grade, "make_examiner", lambda *details: course.engines[1])
    with Grader(course.course) as grader:
        grader.prepare(ASSIGNMENT)
        cy, ada, ben, eve = course.hand_in(1)
        assert [each.problem for each in grader.grade_all([ada])] == [None]
        server.stop()
        try:
            results = list(grader.grade_all([ben, cy]))
        finally:
            server.start()
        for result in results:
            assert result.broken and result.marks is None
            assert result.problem.startswith("the gradebook cannot be used: ")
        assert [each.problem for each in grader.grade_all([eve])] == [None]
    assert ended(lambda: course.run(1)) == 0
    assert snapshot(course.course) == _at_rest(in_sqlite[1])


def test_a_watcher_outlives_its_connection(on, server):
    course = on("graded").course
    pages = LivePages(course)
    assert list(pages.graded("ben", ASSIGNMENT)) == ["tiny"]
    server.stop()
    server.start()
    with pytest.raises(CourseError, match="the gradebook cannot be used: "):
        pages.graded("ben", ASSIGNMENT)
    assert list(pages.graded("ben", ASSIGNMENT)) == ["tiny"]
    pages.close()


def test_moving_there_as_the_docs_say(in_sqlite, server, monkeypatch):
    expected = _at_rest(in_sqlite[1])
    text = (tiny.ROOT / "docs/reference/configuration.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    [script] = [each for each in blocks if "select(" in each]
    url = server.url(server.database())
    monkeypatch.setenv("GRADEBOOK", url)
    command = [sys.executable, "-c", script]
    subprocess.run(command, cwd=in_sqlite[1].root, check=True)
    with _gradebook_at(url):
        assert snapshot(in_sqlite[1]) == expected
        with Gradebook(url, "scratchgrad") as book:
            assert book.find_assignment(ASSIGNMENT).course_id == "scratchgrad"


# ---- two graders


def _at_once(*runs):
    """Run functions in forked processes; what each ended with."""
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=run) for run in runs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def _met(barrier, place, name):
    """Have graders wait for each other before each call of a function."""
    original = getattr(place, name)

    def meeting(*arguments, **named):
        barrier.wait()
        return original(*arguments, **named)

    setattr(place, name, meeting)


@pytest.mark.parametrize("number", range(3))
def test_two_grade_the_same_learners(on, ours, in_sqlite, tmp_path, number):
    first = on("known")
    graders = [first, _copied(ours, in_sqlite[0].root, tmp_path / "other")]
    for version in (0, 1):
        barrier = multiprocessing.Barrier(2, timeout=60)

        def run(course, version=version, barrier=barrier):
            _met(barrier, grade, "record")
            # Both have seen that there is no entry for a learner; only one can make it.
            _met(barrier, recording, "_make_student")
            course.run(version)

        for course in graders:
            course.hand_in(version)
        assert _at_once(*(lambda course=course: run(course) for course in graders)) == [0, 0]
        expected = _at_rest(in_sqlite[version])
        assert [snapshot(course.course) == expected for course in graders] == [True, True]


@pytest.mark.parametrize("mine", [("Cy", "ada"), ("ada", "eve"), ("ben",)])
def test_two_grade_different_learners(on, ours, in_sqlite, tmp_path, mine):
    shares = mine, [each for each in EVERYBODY if each not in mine]
    first = on("graded")
    graders = [first, _copied(ours, in_sqlite[0].root, tmp_path / "other")]
    for course in graders:
        course.hand_in(1)
    barrier = multiprocessing.Barrier(2, timeout=60)

    def run(course, students):
        barrier.wait()
        course.run(1, students)

    pairs = zip(graders, shares, strict=True)
    assert _at_once(*(lambda pair=pair: run(*pair) for pair in pairs)) == [0, 0]
    expected = _at_rest(in_sqlite[1])
    found = snapshot(first.course)
    assert {name: found[name] for name in BOOK} == {name: expected[name] for name in BOOK}
    other = snapshot(graders[1].course)
    both = {
        path: each["autograded"][path]
        for each, students in zip((found, other), shares, strict=True)
        for path in each["autograded"] if path.split("/")[0] in students
    }  # fmt: skip
    assert both == expected["autograded"]


def test_two_begin_with_an_empty_database(ours, in_sqlite, server, monkeypatch, tmp_path):
    monkeypatch.setenv(postgres.SHARED, server.url(server.database()))
    graders = [_copied(ours, in_sqlite[0].root, tmp_path / name) for name in ("one", "other")]
    barrier = multiprocessing.Barrier(2, timeout=60)

    def run(course):
        _met(barrier, grade, "register")
        course.run(0, register=register)

    for course in graders:
        course.hand_in(0)
    assert _at_once(*(lambda course=course: run(course) for course in graders)) == [0, 0]
    expected = _at_rest(in_sqlite[0])
    for course in graders:
        found = snapshot(course.course)
        assert found["grades"] == expected["grades"] and found["comments"] == expected["comments"]
        assert found["autograded"] == expected["autograded"]


@pytest.mark.parametrize("place, step", [(grade.gradebook, "Book"), (grade, "record")])
def test_marks_wait_until_all_cells_are_listed(on, in_sqlite, server, place, step):
    course = on("known")
    course.hand_in(0)
    fork = multiprocessing.get_context("fork")
    there, go = fork.Event(), fork.Event()
    original = getattr(place, step)

    def pausing(*details):
        there.set()
        go.wait()
        return original(*details)

    def run():
        setattr(place, step, pausing)
        course.run(0)

    grader = fork.Process(target=run)
    grader.start()
    there.wait()
    with alone(course.course.gradebook_url):
        go.set()
        _until(lambda: _waits(server) or not grader.is_alive())
        assert snapshot(course.course)["grades"] == []
    grader.join()
    assert snapshot(course.course) == _at_rest(in_sqlite[0])


def test_a_test_is_removed_in_the_middle(on, ours, in_sqlite, tmp_path):
    """The other grader has it no longer: its marks are nowhere, and all others are there."""
    course, other = on("known"), _copied(ours, in_sqlite[0].root, tmp_path / "other").course
    course.hand_in(0)
    path = other.notebook("source", ASSIGNMENT)
    source = notebook.read(path)
    gone = source.cells.pop(5).metadata.nbgrader.grade_id
    notebook.write(path, source)

    def run():
        original, learners = recording.record, itertools.count()

        def interrupted(*details):
            if next(learners) == 1:
                register(other, ASSIGNMENT)
            return original(*details)

        grade.record = interrupted
        course.run(0)

    assert ended(run) == 0
    expected = {row[:4] for row in _at_rest(in_sqlite[0])["grades"] if row[3] != gone}
    assert {row[:4] for row in snapshot(course.course)["grades"]} == expected


def test_marks_are_of_one_version(on, ours, in_sqlite, server, tmp_path):
    """Two graders with different work of one learner: the gradebook has the marks of one."""
    one = on("graded")
    one.hand_in(1)
    assert ended(lambda: one.run(1, ["ben"])) == 0
    other = _copied(ours, one.course.root, tmp_path / "other")
    one.hand_in(0)
    other.hand_in(2)
    fork = multiprocessing.get_context("fork")
    has_read, has_ended = fork.Event(), fork.Event()

    def run_one():
        original, first = recording._change, itertools.count()

        def waiting(*details):
            if next(first) == 0:
                has_read.set()
                _until(lambda: has_ended.is_set() or _waits(server))
            original(*details)

        recording._change = waiting
        one.run(0, ["ben"])

    def run_other():
        has_read.wait()
        other.run(2, ["ben"])
        has_ended.set()

    assert _at_once(run_one, run_other) == [0, 0]
    rows = snapshot(one.course)["grades"]
    right = {cell for student, _, _, cell, score, *_ in rows if student == "ben" and score}
    assert right == {"test_square_positive", "test_square_negative"}


def _waits(server):
    """Whether somebody waits for a lock."""
    return server.execute("select 1 from pg_locks where not granted") != []


def _until(holds):
    while not holds():
        time.sleep(0.02)


# ---- nbgrader's own commands


@pytest.mark.parametrize("graded", ["postgresql"], indirect=True)
def test_nbgraders_commands(graded):
    course = graded.course

    def nbgrader(*arguments):
        command = [sys.executable, "-m", "nbgrader", *arguments]
        return subprocess.run(command, cwd=course.root, check=True, capture_output=True, text=True)

    before = snapshot(course)
    listed = nbgrader("db", "student", "list").stdout
    assert "ada" in listed and "ben" in listed
    nbgrader("autograde", ASSIGNMENT, "--student", "ben", "--force")
    after = snapshot(course)
    assert [after[name] for name in BOOK] == [before[name] for name in BOOK]
