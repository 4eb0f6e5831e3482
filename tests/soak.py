"""Grades a class for minutes while graders are killed, and compares with grading undisturbed.

Each round learners hand in anything from right answers to broken files, and an instructor marks by
hand or changes what a test is worth. One course is graded once, on this machine, with SQLite. The
others are killed at random moments before they may finish: one with SQLite, one with PostgreSQL,
and one that has a cluster, whose workers are killed. After each round all four hold the same.

Run by ``make soak``.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from nbgrader.api import Gradebook

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "support")]

import broken  # noqa: E402
import postgres  # noqa: E402
import tiny  # noqa: E402
from clusters import Cluster  # noqa: E402
from killing import graded_by_command  # noqa: E402
from scratchgrad.course import build, notebook  # noqa: E402
from scratchgrad.course.layout import Course  # noqa: E402
from scratchgrad.course.submission import reference_answers, with_answers  # noqa: E402
from snapshot import snapshot  # noqa: E402

# What takes long to grade is in the tests.
CASES = [each for name, each in broken.cases().items() if "100 MB" not in name]
ANSWERS = [{}, {"double": "def double(x):\n    return x"}, {"square": "def square(x):\n    1 / 0"},
           {"square": "def square(x):\n    import os\n    os._exit(0)"}]  # fmt: skip
HONEST = [f"learner {number}" for number in range(12)]
LONGEST_RUN = 6.0  # seconds; later a grader is killed rarely


class Twin:
    """A course that gets what the others get.

    Parameters
    ----------
    name : str
    course : Course
    url : str, optional
        Of a gradebook on a server.
    cluster : Cluster, optional
    """

    def __init__(self, name, course, url=None, cluster=None):
        self.name, self.course, self._url, self._cluster = name, course, url, cluster
        self._worker = cluster.worker() if cluster else None

    @contextlib.contextmanager
    def in_use(self):
        """Have commands and this process use its gradebook."""
        os.environ.update({postgres.SHARED: self._url} if self._url else {})
        try:
            yield
        finally:
            os.environ.pop(postgres.SHARED, None)

    def grade(self, draw, kills):
        """Grade everybody, after being killed some times."""
        options = ["--scheduler", self._cluster.address] if self._cluster else ["--jobs", "2"]
        for _ in range(kills):
            self._kill_worker(draw)
            graded_by_command(self.course, *options, kill_after=draw.uniform(0, LONGEST_RUN))
        graded_by_command(self.course, *options)

    def _kill_worker(self, draw):
        if self._cluster and draw.random() < 0.5:
            self._cluster.kill(self._worker)
            self._worker = self._cluster.worker()


class Soak:
    """The courses, and what happens to all of them."""

    def __init__(self, folder, seed, stack):
        self._draw = random.Random(seed)
        course = tiny.make(_new(folder / "undisturbed"))
        build.write(course, *[build.build(course, tiny.ASSIGNMENT)] * 2)
        postgres.configure(course)
        self._perfect = with_answers(
            notebook.read(course.notebook("release", tiny.ASSIGNMENT)),
            reference_answers(notebook.read(course.notebook("source", tiny.ASSIGNMENT))),
        )
        self.twins = [Twin("undisturbed", course)]
        server = postgres.Server(postgres.programs())
        stack.callback(server.remove)
        cluster = stack.enter_context(contextlib.closing(Cluster(_new(folder / "machines"),
                                                                 folder / "cluster")))  # fmt: skip
        details = {
            "SQLite": {}, "PostgreSQL": {"url": server.url(server.database())},
            "cluster": {"cluster": cluster},
        }  # fmt: skip
        for name, known in details.items():
            shutil.copytree(course.root, folder / name)
            self.twins.append(Twin(name, Course(folder / name), **known))

    def round(self):
        """Hand in, mark, grade, compare; says what happened."""
        handed_in = self._hand_in()
        marked = self._mark_by_hand() if self._draw.random() < 0.5 else None
        worth = self._change_the_source() if self._draw.random() < 0.3 else None
        kills = [0, *(self._draw.randrange(4) for _ in self.twins[1:])]
        found = []
        for twin, number in zip(self.twins, kills, strict=True):
            with twin.in_use():
                twin.grade(self._draw, number)
                found.append(snapshot(twin.course))
        for twin, theirs in zip(self.twins[1:], found[1:], strict=True):
            _compare(twin.name, theirs, found[0])
        return (f"{handed_in} handed in, marked by hand: {marked or 'nobody'}, "
                f"test worth: {worth or 'as before'}, kills: {sum(kills)}")  # fmt: skip

    def _hand_in(self):
        cases = self._draw.sample(CASES, self._draw.randrange(1, 12))
        for case in cases:
            self._write(case.student, case.write)
        learners = self._draw.sample(HONEST, self._draw.randrange(1, 6))
        for student in learners:
            answered = with_answers(self._perfect, self._draw.choice(ANSWERS))
            text = notebook.text_of(answered)
            self._write(student, lambda folder, _, text=text: _put(folder, text))
        return len(cases) + len(learners)

    def _write(self, student, write):
        for twin in self.twins:
            folder = twin.course.folder("submitted", tiny.ASSIGNMENT, student)
            if folder.is_symlink() or folder.is_file():
                folder.unlink()
            elif folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            write(folder, json.loads(json.dumps(self._perfect)))

    def _mark_by_hand(self):
        student, points = self._draw.choice(HONEST), self._draw.choice([0.0, 0.5, 1.0, None])
        marked = [_marked(twin, student, points) for twin in self.twins]
        assert len(set(marked)) == 1, (student, marked)
        return student if marked[0] else None

    def _change_the_source(self):
        points = self._draw.choice([1, 2, 3])
        for twin in self.twins:
            path = twin.course.notebook("source", tiny.ASSIGNMENT)
            source = notebook.read(path)
            for cell in source.cells:
                if cell.metadata.get("nbgrader", {}).get("grade_id") == "test_square_negative":
                    cell.metadata.nbgrader.points = points
            notebook.write(path, source)
        return points


def _new(folder):
    folder.mkdir()
    return folder


def _put(folder, text):
    (folder / broken.NOTEBOOK).write_text(text)


def _marked(twin, student, points):
    """Give a learner points for one test, if the gradebook knows the learner."""
    with twin.in_use(), Gradebook(twin.course.gradebook_url, "scratchgrad") as book:
        names = [each.name for each in book.assignments]
        if tiny.ASSIGNMENT not in names:
            return False
        entries = {each.student_id for each in book.assignment_submissions(tiny.ASSIGNMENT)}
        if student not in entries:
            return False
        grade = book.find_grade("test_double_positive", "tiny", tiny.ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()
        return True


def _compare(name, found, expected):
    different = [part for part in expected if found[part] != expected[part]]
    if not different:
        return
    for part in different:
        ours, theirs = (each[part] for each in (found, expected))
        keys = [key for key in {*ours, *theirs}
                if (key in ours) != (key in theirs)
                or isinstance(ours, dict) and ours[key] != theirs[key]]  # fmt: skip
        print(f"{name}: {part} differs from undisturbed grading: {sorted(map(str, keys))[:8]}")
    sys.exit(1)


def main():
    """Go on for some minutes; exit 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    until, number = time.monotonic() + 60 * options.minutes, 0
    # Ended in whatever way, it ends what it has started.
    signal.signal(signal.SIGTERM, lambda *details: sys.exit(1))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        soak = Soak(folder, options.seed, stack)
        while time.monotonic() < until:
            number += 1
            print(f"round {number}: {soak.round()}", flush=True)
    print(f"{number} rounds with seed {options.seed}: all the same")


if __name__ == "__main__":
    main()
