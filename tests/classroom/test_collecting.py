"""``nbgrader collect`` copies what learners wrote, and nothing that they point to."""

import os
import subprocess
import sys

import pytest

from tiny import ASSIGNMENT


@pytest.fixture
def inbound(built, tmp_path_factory):
    """The folder of one submission in the exchange."""
    exchange = tmp_path_factory.mktemp("exchange")
    with open(built.root / "nbgrader_config.py", "a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    name = f"ben+{ASSIGNMENT}+2026-01-01 00:00:00.000000 UTC+random"
    folder = exchange / "scratchgrad" / "inbound" / name
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00.000000 UTC")
    return folder


def collect(course, *options):
    """Run the command; the submission's folder, and what the command said."""
    command = [sys.executable, "-m", "nbgrader", "collect", ASSIGNMENT, *options]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return course.folder("submitted", ASSIGNMENT, "ben"), done.stderr


def test_what_learners_link_to_is_not_collected(built, inbound):
    source = built.notebook("source", ASSIGNMENT)
    (inbound / "tiny.ipynb").symlink_to(source)
    (inbound / "data").symlink_to(source.parent)
    os.link(source, inbound / "hard.txt")
    os.mkfifo(inbound / "pipe")
    folder, said = collect(built)
    assert [path.name for path in folder.rglob("*")] == ["timestamp.txt"]
    for name in ("tiny.ipynb", "hard.txt", "pipe"):
        assert f"Left out, as it is no regular file: {inbound}/{name}" in said


def test_a_submission_that_is_a_link_is_not_collected(built, inbound):
    (inbound / "timestamp.txt").unlink()
    inbound.rmdir()
    inbound.symlink_to(built.folder("source", ASSIGNMENT))
    folder, _ = collect(built)
    assert not list(folder.rglob("*"))


def test_files_in_folders_come_whole_and_the_newest_replaces(built, inbound):
    (inbound / "data").mkdir()
    (inbound / "data" / "points.csv").write_bytes(b"\x00\xff\n" * 1000)
    (inbound / ".ipynb_checkpoints").mkdir()
    (inbound / ".ipynb_checkpoints" / "tiny.ipynb").write_text("old")
    (inbound / "tiny.ipynb").write_text("first")
    folder, _ = collect(built)
    assert (folder / "data" / "points.csv").read_bytes() == b"\x00\xff\n" * 1000
    assert not (folder / ".ipynb_checkpoints").exists()
    later = inbound.with_name(inbound.name.replace("2026", "2027"))
    inbound.rename(later)
    (later / "tiny.ipynb").write_text("second")
    (later / "data" / "points.csv").unlink()
    folder, _ = collect(built, "--update")
    assert (folder / "tiny.ipynb").read_text() == "second"
    assert not (folder / "data" / "points.csv").exists()
