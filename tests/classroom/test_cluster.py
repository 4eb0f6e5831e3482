"""Graded by a cluster, a class has what it has when one machine grades it."""

import contextlib
import os
import shutil
import sys

import pytest

import tiny
from clusters import Cluster
from scratchgrad.classroom.cluster import ClusterExaminer
from scratchgrad.classroom.dry_run import DryRun
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.submissions import find
from scratchgrad.cli import main
from scratchgrad.course import build
from scratchgrad.course.layout import CourseError
from scratchgrad.course.submission import with_answers
from scratchgrad.grading.sandbox import SandboxUnavailable
from snapshot import snapshot
from tiny import ASSIGNMENT

ENDS_ITSELF = "def square(x):\n    import os\n    os._exit(3)"
TAKES_ALL_MEMORY = "def square(x):\n    return [bytearray(1 << 30) for _ in range(64)]"
READS_FILES = """def double(x):
    return 2 * x * int(open("shared.csv").read()[0]) + int(open("data.csv").read()[0]) - 3"""
FULL = {"double": 2, "square": 2}

OTHER_NUMPY = """\
from scratchgrad.grading import versions
ours = versions.versions()
versions.versions = lambda: {**ours, "numpy": "1.0"}
"""
ENDED_BY_A_SUBMISSION = """\
import os, signal
from scratchgrad.grading import worker
def killed(*arguments, grade=worker.outcome):
    if b"ends the worker" in arguments[2].get("tiny.ipynb", b""):
        os.kill(os.getpid(), signal.SIGKILL)
    return grade(*arguments)
worker.outcome = killed
"""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, _built, class_of):
    """Twelve submissions, of which some are hostile and one cannot be read."""
    course = tiny.make(tmp_path_factory.mktemp("class"))
    build.write(course, _built, _built)
    (course.folder("source", ASSIGNMENT) / "shared.csv").write_text("1,2\n")
    ours = class_of(course)
    ours.configure("c.Sandbox.memory = 256 << 20")
    for number in range(9):
        ours.hand_in(f"learner-{number}", ours.half if number % 3 else ours.perfect)
    (course.folder("submitted", ASSIGNMENT, "learner-4") / "data.csv").write_text("3,4\n")
    ours.hand_in("learner-4", with_answers(ours.perfect, {"double": READS_FILES}))
    ours.hand_in("exits", with_answers(ours.perfect, {"square": ENDS_ITSELF}))
    ours.hand_in("bomb", with_answers(ours.perfect, {"square": TAKES_ALL_MEMORY}))
    ours.hand_in("unreadable", "{")
    return ours


@pytest.fixture(scope="module")
def by_one_machine(handed_in, tmp_path_factory):
    """What grading on this machine leaves, and what it said."""
    course = _copy(handed_in, tmp_path_factory.mktemp("local") / "course").course
    with Grader(course) as grader:
        results = _all(grader)
    assert {each.student for each in results if each.problem} == {"unreadable"}
    assert results[6].student == "learner-4" and results[6].marks == FULL
    return course, results


@pytest.fixture
def ours(handed_in, tmp_path):
    return _copy(handed_in, tmp_path / "course")


@pytest.fixture
def cluster(ours, tmp_path):
    with contextlib.closing(Cluster(tmp_path / "cluster", ours.course.root)) as made:
        yield made


def _copy(handed_in, root):
    shutil.copytree(handed_in.course.root, root)
    return type(handed_in)(type(handed_in.course)(root))


def _all(grader):
    return list(_each(grader))


def _each(grader):
    grader.prepare(ASSIGNMENT)
    return grader.grade_all(find(grader.course, ASSIGNMENT))


def _told(results):
    return [(each.student, each.marks, each.problem, each.notes) for each in results]


def test_a_worker_is_lost_in_the_middle(ours, cluster, by_one_machine):
    workers = [cluster.worker(), cluster.worker()]
    with Grader(ours.course, scheduler=cluster.address) as grader:
        _wait_for(2, cluster.address)
        results = _each(grader)
        found = [next(results) for _ in range(2)]
        cluster.kill(workers[0])
        found += results
    course, expected = by_one_machine
    assert _told(found) == _told(expected)
    assert snapshot(ours.course) == snapshot(course)
    assert main_in(ours, "grade", "--scheduler", cluster.address) == 0
    assert snapshot(ours.course) == snapshot(course)


def main_in(ours, *arguments):
    with contextlib.chdir(ours.course.root):
        return main(arguments)


def _wait_for(count, address):
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_only_bytes_without_our_paths_are_sent(ours, cluster, monkeypatch):
    sent, submit = [], ClusterExaminer._submit
    monkeypatch.setattr(
        ClusterExaminer, "_submit",
        lambda self, work, *arguments, **options: sent.extend(arguments)
        or submit(self, work, *arguments, **options),
    )  # fmt: skip
    cluster.worker()
    with DryRun(ours.course, scheduler=cluster.address) as dry:
        dry.prepare(ASSIGNMENT)
        found = {each.student: each for each in dry.grade_all(find(ours.course, ASSIGNMENT)[:3])}
    assert found["bomb"].after == found["exits"].after == {"double": 2, "square": 0}
    assert found["learner-0"].after == FULL and found["learner-0"].before is None
    assert not (ours.course.root / "gradebook.db").exists()
    values = [each for each in sent if isinstance(each, bytes)]
    assert len(values) == 4
    assert not any(os.fsencode(ours.course.root) in each for each in values)
    assert {type(each).__name__ for each in sent} == {"bytes", "str", "Future"}


def test_a_submission_that_ends_workers(ours, tmp_path):
    for folder in (ours.course.root / "submitted").iterdir():
        if folder.name > "learner-2":
            shutil.rmtree(folder)
    ours.hand_in("learner-1", with_answers(ours.perfect, {"square": "# ends the worker"}))
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    cluster = Cluster(tmp_path / "cluster", ours.course.root, settings)
    with contextlib.closing(cluster):
        cluster.worker(preload=ENDED_BY_A_SUBMISSION)
        with Grader(ours.course, scheduler=cluster.address) as grader:
            found = {each.student: each for each in _each(grader)}
    bad = found.pop("learner-1")
    assert bad.problem == "could not be graded: each worker that tried was lost" and bad.broken
    assert [each.problem for each in found.values()] == [None] * 4
    assert found["learner-2"].marks == {"double": 2, "square": 0}


def test_another_numpy(ours, cluster, capsys, monkeypatch):
    cluster.worker(preload=OTHER_NUMPY)
    assert main_in(ours, "grade", "--scheduler", cluster.address) == 2
    said = capsys.readouterr().err
    assert "these workers would grade otherwise than here:\n  tcp://127.0.0.1" in said
    assert ": numpy is 1.0, not " in said and "Python is" not in said
    # One that comes later has to refuse by itself.
    monkeypatch.setattr(ClusterExaminer, "_compare_workers", lambda self: None)
    with Grader(ours.course, scheduler=cluster.address) as grader:
        with pytest.raises(CourseError, match="the worker on .*: numpy is 1.0, not "):
            grader.prepare(ASSIGNMENT)


def test_a_worker_without_bubblewrap(ours, cluster, capsys):
    # What is to hide the course from the worker is bubblewrap, too.
    preload = f"import os; os.environ['PATH'] = {os.path.dirname(sys.executable)!r}"
    cluster.worker(preload=preload)
    with Grader(ours.course, scheduler=cluster.address) as grader:
        with pytest.raises(SandboxUnavailable, match="the worker on .* needs bubblewrap"):
            grader.prepare(ASSIGNMENT)
    grade = ["grade", "--student", "learner-0", "--scheduler", cluster.address]
    assert main_in(ours, *grade) == 2
    assert "--no-sandbox" in capsys.readouterr().err
    assert main_in(ours, *grade, "--no-sandbox") == 0
    assert "1 graded" in capsys.readouterr().out


def test_a_scheduler_is_lost_in_the_middle(ours, cluster, by_one_machine):
    cluster.worker()
    found = []
    with Grader(ours.course, scheduler=cluster.address) as grader:
        with pytest.raises(CourseError, match="the cluster at tcp://127.0.0.1") as raised:
            for result in _each(grader):
                found.append(result)
                cluster.kill(cluster.scheduler)
    assert "\n" not in str(raised.value)
    assert 0 < len(found) < 12
    with Grader(ours.course) as grader:
        results = _all(grader)
    assert [each.unchanged for each in results[: len(found)]] == [True] * len(found)
    assert snapshot(ours.course) == snapshot(by_one_machine[0])


def test_nobody_at_the_address(ours, capsys):
    assert main_in(ours, "grade", "--scheduler", "tcp://127.0.0.1:1") == 2
    said = capsys.readouterr().err
    assert said.startswith("scratchgrad: the cluster at tcp://127.0.0.1:1 cannot be used: ")
    assert len(said.splitlines()) == 1
    assert main_in(ours, "grade", "--scheduler", "nonsense://x") == 2
    assert "unknown address scheme 'nonsense'" in capsys.readouterr().err
