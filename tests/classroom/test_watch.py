"""Watching the exchange: every attempt is kept, graded once, and answered."""

import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys

import pytest

from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.watch import Watcher
from scratchgrad.course.layout import CourseError
from scratchgrad.feedback.pages import LivePages
from snapshot import files_in
from tiny import ASSIGNMENT

MORNING, NOON, EVENING = (f"2026-11-01 {hour}:00:00.000000 UTC" for hour in ("08", "12", "18"))


class Watched:
    """A class with an exchange, and a watcher that looks when told to."""

    def __init__(self, ours, folder):
        self.course, self.perfect, self.half = ours.course, ours.perfect, ours.half
        self.exchange = folder / "exchange" / "scratchgrad"
        (self.exchange / "inbound").mkdir(parents=True)
        ours.configure(f'c.Exchange.root = "{self.exchange.parent}"')
        ours.configure("c.ExchangeCollect.check_owner = False")
        self.configure, self.events, self._open = ours.configure, [], []

    def start(self):
        """A watcher, as after a restart."""
        self.close()
        grader, pages = Grader(self.course), LivePages(self.course)
        self._open = [grader, pages]
        grader.prepare(ASSIGNMENT)
        self.events.clear()

        def log(line):
            self.events.append(json.loads(line))

        return Watcher(self.course, grader, [ASSIGNMENT], pages, log)

    def close(self):
        for each in self._open:
            each.close()

    def submit(self, student, content, time=MORNING, assignment=ASSIGNMENT, complete=True):
        """Do what ``nbgrader submit`` does; returns what finds the feedback."""
        name = f"{student}+{assignment}+{time}+{secrets.token_urlsafe(6)}"
        folder, secret = self.exchange / "inbound" / name, secrets.token_hex(64)
        folder.mkdir()
        if content is not None:
            (folder / "tiny.ipynb").write_text(
                content if isinstance(content, str) else _text(content)
            )
        (folder / "timestamp.txt").write_text(time)
        if complete:
            (folder / "submission_secret.txt").write_text(secret)
        return folder if not complete else secret

    def feedback(self, secret):
        """The page that the learner with this secret finds; None if there is none."""
        name = hashlib.md5((secret + "tiny").encode()).hexdigest()
        path = self.exchange / "feedback" / f"{name}.html"
        return path.read_text() if path.exists() else None

    def told(self):
        return [(each.get("student"), each["event"], each.get("points")) for each in self.events]


def _text(content):
    from scratchgrad.course import notebook

    return notebook.text_of(content)


@pytest.fixture
def watched(graded, tmp_path):
    made = Watched(graded, tmp_path)
    yield made
    made.close()


def test_graded_and_answered(watched):
    watcher = watched.start()
    ada, ben = watched.submit("ada", watched.half), watched.submit("zoe", watched.perfect)
    assert watcher.look() == 2
    assert watched.told() == [("ada", "graded", 2), ("zoe", "graded", 4)]
    assert "2 of 4 points" in watched.feedback(ada) and "4 of 4 points" in watched.feedback(ben)
    assert watcher.look() == 0
    kept = files_in(watched.course.root / "attempts")
    assert sum(name.endswith("tiny.ipynb") for name in kept) == 2


def test_attempts_are_graded_one_after_another_and_kept(watched):
    watcher = watched.start()
    first = watched.submit("ada", watched.perfect, MORNING)
    second = watched.submit("ada", watched.half, NOON)
    assert (watcher.look(), watcher.look(), watcher.look()) == (1, 1, 0)
    assert watched.told() == [("ada", "graded", 4), ("ada", "graded", 2)]
    assert "4 of 4" in watched.feedback(first) and "2 of 4" in watched.feedback(second)
    assert "x + x" in watched.course.notebook("submitted", ASSIGNMENT, "ada").read_text()


def test_only_so_many_attempts_count(watched):
    watched.configure("c.Watch.attempts = 2")
    watcher = watched.start()
    attempts = [("{", MORNING), (watched.half, NOON), (watched.half, EVENING),
                (watched.perfect, "2026-11-02 08:00:00.000000 UTC")]  # fmt: skip
    found = [watched.submit("ada", content, time) for content, time in attempts]
    for _ in attempts:
        watcher.look()
    # What cannot be read is no attempt.
    events = [event for _, event, _ in watched.told()]
    assert events == ["unreadable", "graded", "graded", "over the limit"]
    assert "was not graded" in watched.feedback(found[0])
    assert "not valid JSON" in watched.feedback(found[0])
    assert "only 2 attempts at this assignment count" in watched.feedback(found[3])
    assert "x + x" in watched.course.notebook("submitted", ASSIGNMENT, "ada").read_text()
    # A restart does not give another chance.
    watched.submit("ada", watched.perfect, "2026-11-03 08:00:00.000000 UTC")
    watched.start().look()
    assert watched.told() == [("ada", "over the limit", None)]


def test_limits_by_assignment(watched):
    watched.configure('c.Watch.attempts = {"02-other": 1}')
    watcher = watched.start()
    watched.submit("ada", watched.half, MORNING)
    watched.submit("ada", watched.perfect, NOON)
    watcher.look(), watcher.look()
    assert [event for _, event, _ in watched.told()] == ["graded", "graded"]


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "'two'", "True", "{'01-tiny': 0}"])
def test_limits_that_are_none(watched, limit):
    watched.configure(f"c.Watch.attempts = {limit}")
    with pytest.raises(CourseError, match="c.Watch.attempts"):
        watched.start()


def test_waits_until_a_submission_is_complete(watched):
    watcher = watched.start()
    folder = watched.submit("ada", watched.perfect, complete=False)
    assert watcher.look() == 0
    (folder / "submission_secret.txt").write_text("")
    assert watcher.look() == 0
    (folder / "submission_secret.txt").write_text("a" * 128)
    assert watcher.look() == 1


@pytest.mark.parametrize(
    "name", ["x", "ada+01-tiny", "ada+01-tiny+yesterday", "+01-tiny+2026-11-01 10:00:00 UTC", ".x"]
)
def test_what_is_no_submission(watched, name):
    (watched.exchange / "inbound" / name).mkdir()
    (watched.exchange / "inbound" / f"{name}.txt").touch()
    watched.submit("ada", watched.half, assignment="77-other")
    assert watched.start().look() == 0


def test_a_name_with_a_plus(watched):
    watcher = watched.start()
    watched.submit("a+b", watched.perfect)
    watcher.look()
    assert watched.told() == [("a+b", "graded", 4)]


@pytest.mark.parametrize("student", ["..", ".", ".git"])
def test_names_that_lead_elsewhere(watched, student):
    before = files_in(watched.course.root)
    watched.submit(student, watched.perfect)
    assert watched.start().look() == 0
    assert files_in(watched.course.root) == before


def test_in_anothers_name(watched):
    watched.configure("c.ExchangeCollect.check_owner = True")
    watcher = watched.start()
    watched.submit("ada", watched.half)
    watcher.look()
    (event,) = watched.events
    assert event["event"] == "refused" and "it belongs to" in event["reason"]
    assert "x + x" not in watched.course.notebook("submitted", ASSIGNMENT, "ada").read_text()
    assert watcher.look() == 0


def test_links_are_not_followed(watched):
    source = watched.course.notebook("source", ASSIGNMENT)
    watcher = watched.start()
    for student, link in (("ada", os.symlink), ("zoe", os.link)):
        watched.submit(student, None)
        (folder,) = (watched.exchange / "inbound").glob(f"{student}+*")
        link(source, folder / "tiny.ipynb")
    watcher.look()
    assert [event for _, event, _ in watched.told()] == ["unreadable", "unreadable"]


def test_goes_on_where_it_was(watched):
    """Killed between grading and answering: the answer comes after the restart, once."""
    watcher = watched.start()
    secret = watched.submit("zoe", watched.perfect)
    watcher._publish = _killed
    with pytest.raises(KeyboardInterrupt):
        watcher.look()
    assert watched.feedback(secret) is None
    assert watched.start().look() == 1
    assert watched.told() == [("zoe", "graded", 4)]
    assert "4 of 4" in watched.feedback(secret)
    assert watched.start().look() == 0


def _killed(*details):
    raise KeyboardInterrupt


def test_trouble_is_told_once_and_does_not_end_it(watched):
    watcher = watched.start()
    inbound = watched.exchange / "inbound"
    inbound.rename(inbound.with_name("away"))
    assert watcher.look() == watcher.look() == 0
    assert [event["event"] for event in watched.events] == ["trouble"]
    inbound.with_name("away").rename(inbound)
    watched.submit("zoe", watched.perfect)
    assert watcher.look() == 1


def test_feedback_that_cannot_be_made_is_put_off(watched, monkeypatch):
    watcher = watched.start()
    watched.submit("zoe", watched.perfect)
    with monkeypatch.context() as patched:
        patched.setattr(LivePages, "graded", _without_gradebook)
        watcher.look()
    assert watched.events[-1]["reason"] == "the gradebook cannot be used"
    watched.start().look()
    assert [event["event"] for event in watched.events] == ["graded"]


def _without_gradebook(*details):
    raise CourseError("the gradebook cannot be used")


def test_feedback_that_cannot_be_published_is_put_off(watched, monkeypatch):
    watcher = watched.start()
    (watched.exchange / "feedback").write_text("in the way")
    secret = watched.submit("zoe", watched.perfect)
    watcher.look()
    assert [event["event"] for event in watched.events] == ["put off"]
    assert watcher.look() == 0
    (watched.exchange / "feedback").unlink()
    monkeypatch.setattr("scratchgrad.classroom.watch.time.monotonic", lambda: 1e12)
    assert watcher.look() == 1
    assert "4 of 4" in watched.feedback(secret)


def test_the_command_from_submit_to_fetch(watched, tmp_path):
    """nbgrader's own commands on the learner's side, and a clean end on SIGTERM."""
    watched.configure("c.ExchangeCollect.check_owner = True")
    root, home = watched.course.root, tmp_path / "home"
    home.mkdir()
    config = home / "nbgrader_config.py"
    config.write_text(f'c = get_config()\nc.Exchange.root = "{watched.exchange.parent}"\n'
                      'c.CourseDirectory.course_id = "scratchgrad"\n')  # fmt: skip
    paths = {"HOME": str(home), "JUPYTER_DATA_DIR": str(home / "data")}
    learner = {**os.environ, **paths}

    def nbgrader(*arguments, folder=home, env=learner):
        done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=folder, env=env,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stderr

    nbgrader("release_assignment", ASSIGNMENT, folder=root, env={**os.environ, **paths})
    nbgrader("fetch_assignment", ASSIGNMENT)
    nbgrader("submit", ASSIGNMENT)
    command = [sys.executable, "-m", "scratchgrad", "watch"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        events = []
        while not events or events[-1]["event"] != "graded":
            events.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGTERM)
        events += map(json.loads, process.stdout)
    assert [each["event"] for each in events] == ["watching", "graded", "stopped"]
    assert process.returncode == 0
    nbgrader("fetch_feedback", ASSIGNMENT)
    (page,) = home.glob(f"{ASSIGNMENT}/feedback/*/tiny.html")
    assert "0 of 4 points" in page.read_text()
