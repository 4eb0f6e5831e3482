"""Times how long learners wait for feedback when several submit at once.

Run by ``make bench``. ``scratchgrad watch`` runs in a temporary course folder with an exchange; a
submission's time is from the moment its folder is complete to the moment its page can be fetched.
"""

import argparse
import hashlib
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classes import ASSIGNMENT, sample_course

from scratchgrad.course.layout import CONFIG, Course

NOTEBOOK = "activations"


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        course = sample_course(Course.find(), Path(folder, "class"), options.at_once)
        texts = [path.read_text() for path in sorted(course.root.glob("submitted/*/*/*.ipynb"))]
        exchange = Path(folder, "exchange", "scratchgrad")
        (exchange / "inbound").mkdir(parents=True)
        with open(course.root / CONFIG, "a") as config:
            config.write(f"\nc.Exchange.root = {str(exchange.parent)!r}\n")
            config.write("c.ExchangeCollect.check_owner = False\n")
        waits = _waits(course, exchange, texts, options.rounds)
    print(f"{options.at_once} learners submit {ASSIGNMENT} at once, {options.rounds} times; s\n")
    print(f"median           {statistics.median(waits):.2f}")
    print(f"95th percentile  {statistics.quantiles(waits, n=20)[-1]:.2f}")
    print(f"longest          {max(waits):.2f}")


def _waits(course, exchange, texts, rounds):
    command = [Path(sys.executable).with_name("scratchgrad"), "watch"]
    with subprocess.Popen(command, cwd=course.root, stdout=subprocess.PIPE) as watcher:
        # Its first line says that it is watching.
        watcher.stdout.readline()
        waits = [wait for number in range(rounds) for wait in _round(exchange, texts, number)]
        watcher.terminate()
        watcher.stdout.read()
    return waits


def _round(exchange, texts, number):
    """Seconds that each of a round's learners waits."""
    waiting = {}
    for learner, text in enumerate(texts):
        secret = secrets.token_hex(64)
        name = f"learner{learner:04}+{ASSIGNMENT}+2026-11-21 10:{number:02}:00.000000 UTC"
        folder = exchange / "inbound" / name
        folder.mkdir()
        (folder / f"{NOTEBOOK}.ipynb").write_text(text)
        (folder / "timestamp.txt").write_text(name.rsplit("+", 1)[1])
        page = hashlib.md5((secret + NOTEBOOK).encode()).hexdigest()
        (folder / "submission_secret.txt").write_text(secret)
        waiting[exchange / "feedback" / f"{page}.html"] = time.perf_counter()
    waits = []
    while waiting:
        now = time.perf_counter()
        waits += [now - waiting.pop(path) for path in list(waiting) if path.exists()]
        time.sleep(0.005)
    return waits


if __name__ == "__main__":
    main()
