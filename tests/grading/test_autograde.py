"""What nbgrader documents for autograde holds for its command with our configuration."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

import natural
from both import autograded, book, hand_in, make_course
from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.classroom.registering import register
from scratchgrad.course import notebook
from scratchgrad.course.layout import nbgrader_config
from scratchgrad.grading.record import kept
from tiny import cell

ASSIGNMENT = "ps1"
PROGRAM = Path(sys.executable).with_name("nbgrader")

ONE = [
    ("locked", 0, "import os\nexecution = os.environ.get('NBGRADER_EXECUTION')"),
    ("solution", 0, "def one():\n    return 1\nseen = os.environ.get('NBGRADER_EXECUTION')"),
    ("test", 3, "assert one() == 1"),
    ("test", 1, "assert execution == seen == 'autograde'"),
]
TWO = [
    ("solution", 0, "def words():\n    return open('data/words.txt').read().split()"),
    ("test", 2, "assert words() == open('data/words.txt').read().split() == ['ours', 'żółć']"),
    ("solution", 0, "def extra():\n    return open('mine.txt').read()"),
    ("test", 1, "assert extra() == 'mine'"),
]
FILES = {"data/words.txt": "ours żółć"}
# Points: all, then with the first notebook wrong.
FULL, LESS = {"one": 4, "two": 3}, {"one": 1, "two": 3}


def sources():
    written = cell(
        "markdown", grade_id="why", source="### BEGIN SOLUTION\nSo.\n### END SOLUTION",
        grade=True, solution=True, points=5,
    )  # fmt: skip
    one = natural.source(ONE)
    one.cells.append(written)
    natural.whole(one.cells)
    return {"one": one, "two": natural.source(TWO)}


def answers(kind="solution"):
    """Both notebooks filled in; with "wrong" the first function is."""
    made = {name: natural.submission(each, parts) for (name, each), parts in
            zip(sources().items(), (ONE, TWO), strict=True)}  # fmt: skip
    for each in made["one"].cells:
        if notebook.grade_id(each) == "why":
            each.source = "Because."
        elif kind == "wrong":
            each.source = each.source.replace("return 1", "return 2")
    return made


@pytest.fixture(scope="session")
def registered(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("plain"), ASSIGNMENT, sources(), files=FILES)
    register(course, ASSIGNMENT)
    return (course.root / "gradebook.db").read_bytes()


@pytest.fixture
def course(tmp_path, registered):
    made = make_course(tmp_path / "course", ASSIGNMENT, sources(), files=FILES)
    (made.root / "gradebook.db").write_bytes(registered)
    return made


def give(course, student="ada", kind="solution", only=("one", "two"), **files):
    notebooks = {name: each for name, each in answers(kind).items() if name in only}
    beside = {"mine.txt": "mine", "data/words.txt": "theirs"}
    hand_in(course, ASSIGNMENT, student, notebooks, beside | files)


def nbgrader(course, *arguments, fails=False):
    """Run ``nbgrader autograde`` as a person would; returns what it logs."""
    command = [PROGRAM, "autograde", ASSIGNMENT, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, cwd=course.root, env=environment, capture_output=True, text=True, timeout=120
    )
    assert bool(done.returncode) == fails, done.stderr
    return done.stderr


def points(course, student="ada"):
    """Points by notebook, answers marked by hand left out; None where there is no mark."""
    grades, _ = book(course, ASSIGNMENT, student)
    found = {}
    for (name, cell_name), (score, _, _) in grades.items():
        if cell_name != "why":
            known = found.get(name, 0)
            found[name] = None if score is None or known is None else known + score
    return found


def in_book(course, student, read):
    with Gradebook(course.gradebook_url) as gradebook:
        return read(gradebook.find_submission(ASSIGNMENT, student), gradebook)


def test_students_notebooks_force(course):
    give(course, "ada")
    give(course, "bob")
    nbgrader(course, "--student=ada")
    assert points(course) == FULL
    assert not course.folder("autograded", ASSIGNMENT, "bob").exists()
    graded = course.folder("autograded", ASSIGNMENT, "ada")
    assert (graded / "data/words.txt").read_text() == "ours żółć"
    assert (graded / "mine.txt").read_text() == "mine"
    assert (graded / "one.ipynb").stat().st_mode & 0o777 == 0o444

    give(course, "ada", "wrong")
    assert "Skipping existing assignment" in nbgrader(course)
    assert points(course) == points(course, "bob") == FULL
    nbgrader(course, "--student=ada", "--force", "--notebook=two")
    assert points(course) == FULL
    nbgrader(course, "--student=ada", "--force", "--notebook=one")
    assert points(course) == LESS


def test_timestamps_and_penalties(course):
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"""
import sys
sys.path.append({str(course.root)!r})
c.AssignLatePenalties.plugin_class = "late.Late"
""")
    (course.root / "late.py").write_text("""
from nbgrader.plugins import BasePlugin
class Late(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600
""")
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-01 12:00 UTC")
    late, early = "2026-01-01 14:00:00 UTC", "2026-01-01 11:00:00 UTC"
    give(course, "ada", **{"timestamp.txt": late})
    give(course, "bob", **{"timestamp.txt": early})
    nbgrader(course)

    def state(entry, gradebook):
        penalties = {part.name: part.late_submission_penalty for part in entry.notebooks}
        return entry.total_seconds_late, penalties, str(entry.timestamp)

    assert in_book(course, "ada", state) == (7200, {"one": 2, "two": 2}, "2026-01-01 14:00:00")
    assert in_book(course, "bob", state) == (0, {"one": None, "two": None}, "2026-01-01 11:00:00")
    before = {student: in_book(course, student, state) for student in ("ada", "bob")}
    ours(course)
    assert {student: in_book(course, student, state) for student in before} == before
    # Handed in again, later: graded again without --force.
    give(course, "bob", "wrong", **{"timestamp.txt": "2026-01-01 13:00:00 UTC"})
    nbgrader(course)
    assert points(course, "bob") == LESS
    assert in_book(course, "bob", state)[:2] == (3600, {"one": 1, "two": 1})


def ours(course, *students):
    """Grade with ``scratchgrad grade``; returns the results by learner."""
    with Grader(course) as grader:
        grader.prepare(ASSIGNMENT)
        found = submissions.find(course, ASSIGNMENT, students)
        return {each.student: grader.grade(each) for each in found}


def both_ways(course, student="ada"):
    """Points by nbgrader's command and by ours, which must agree."""
    nbgrader(course, f"--student={student}", "--force")
    theirs = points(course, student)
    result = ours(course, student)[student]
    assert points(course, student) == theirs
    return theirs, result


def test_files_that_learners_may_change(course):
    give(course)
    assert both_ways(course)[0] == FULL
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Autograde.exclude_overwriting = {{{ASSIGNMENT!r}: ['data/words.txt']}}\n")
    theirs, result = both_ways(course)
    # The learner's file stays, and tests cannot read it: it is on the other side.
    assert theirs["two"] == 1
    path = course.folder("autograded", ASSIGNMENT, "ada") / "data/words.txt"
    assert path.read_text() == "theirs"


def test_manual_scores_and_comments_stay(course):
    give(course)
    nbgrader(course)

    def review(entry, gradebook):
        for part in entry.notebooks:
            for grade in part.grades:
                if grade.name in ("why", "test2"):
                    assert grade.needs_manual_grade == (grade.name == "why")
                    grade.manual_score, grade.needs_manual_grade = 2.5, False
            for comment in part.comments:
                comment.manual_comment = "well done"
        gradebook.db.commit()

    def state(entry, gradebook):
        grades = [grade for part in entry.notebooks for grade in part.grades]
        scores = {g.name: (g.manual_score, g.needs_manual_grade) for g in grades if g.manual_score}
        said = {c.manual_comment for part in entry.notebooks for c in part.comments}
        return scores, said, entry.score

    in_book(course, "ada", review)
    nbgrader(course, "--force")
    again = in_book(course, "ada", state)
    assert again[:2] == ({"why": (2.5, True), "test2": (2.5, True)}, {"well done"})
    in_book(course, "ada", review_done)
    result = ours(course)["ada"]
    assert in_book(course, "ada", state) == again
    assert sum(result.marks.values()) == again[2]


def review_done(entry, gradebook):
    for part in entry.notebooks:
        for grade in part.grades:
            grade.needs_manual_grade = False
    gradebook.db.commit()


def test_missing_notebook_counts_nothing(course):
    give(course, only=["two"])
    theirs, result = both_ways(course)
    assert theirs == {"one": 0, "two": 3}
    assert "no one.ipynb: it counts 0" in result.notes
    assert result.marks["one/part1"] == 0 and result.marks["one/why"] == 0
    grades, _ = book(course, ASSIGNMENT, "ada")
    assert grades["one", "why"] == (0, False, 5)


def test_unanswered_and_answered(course):
    give(course)
    untouched = answers()
    for each in untouched["one"].cells:
        if notebook.grade_id(each) == "why":
            each.source = "YOUR ANSWER HERE"
    hand_in(course, ASSIGNMENT, "bob", untouched, {"mine.txt": "mine"})
    for grade in (lambda: nbgrader(course), lambda: ours(course)):
        grade()
        for student, expected in (("ada", (None, True, 5)), ("bob", (0, False, 5))):
            grades, comments = book(course, ASSIGNMENT, student)
            assert grades["one", "why"] == expected
            assert comments["one", "why"] == (None if student == "ada" else "No response.")


def test_odd_names(course):
    students = ["zoë-łódź", "o'neil", "a b", "x@y.org", "学生", "10", "%s"]
    for student in students:
        give(course, student)
    nbgrader(course)
    assert [points(course, student) for student in students] == [FULL] * len(students)
    for student in students:
        give(course, student, "wrong")
    results = ours(course)
    assert [points(course, student) for student in students] == [LESS] * len(students)
    assert [sum(results[student].marks.values()) for student in students] == [4] * len(students)


def test_odd_names_of_assignments_and_notebooks(tmp_path):
    parts = [("solution", 0, "größe = 1"), ("test", 2, "assert größe == 1")]
    source = natural.source(parts)
    name, assignment = "Übung 1 (a)", "woche_1.ü"
    course = make_course(tmp_path, assignment, {name: source})
    register(course, assignment)
    hand_in(course, assignment, "ada", {name: natural.submission(source, parts)})
    command = [PROGRAM, "autograde", assignment]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(command, cwd=course.root, env=environment, check=True, capture_output=True)
    grades = book(course, assignment, "ada")[0]
    assert grades[name, "test1"] == (2, False, 2)
    with Grader(course) as grader:
        grader.prepare(assignment)
        (result,) = [grader.grade(each) for each in submissions.find(course, assignment)]
    assert result.marks == {"part0": 2}
    assert book(course, assignment, "ada")[0] == grades
    assert autograded(course, assignment, "ada", name).cells


@pytest.mark.parametrize("gone", ["gradebook", "assignment"])
def test_not_registered(course, gone):
    give(course)
    path = course.root / "gradebook.db"
    path.unlink()
    if gone == "assignment":
        with Gradebook(course.gradebook_url):
            pass
    log = nbgrader(course, fails=True)
    assert re.search(rf"No assignment with ID '{ASSIGNMENT}' exists in the database", log)
    assert ours(course)["ada"].marks == {
        "one/part1": 4, "one/why": 0, "two/part0": 2, "two/part2": 1,
    }  # fmt: skip


def test_unreadable_submission_does_not_stop_the_others(course):
    give(course, "bob")
    hand_in(course, ASSIGNMENT, "ada", {"one": "{", "two": "{}"})
    log = nbgrader(course, fails=True)
    assert "not valid JSON" in log
    assert points(course, "bob") == FULL
    assert not course.folder("autograded", ASSIGNMENT, "ada").exists()
    records = kept(course, ASSIGNMENT)
    assert "not valid JSON" in records["ada"].problem and records["bob"].problem is None


def test_notes_reach_nbgraders_log(course):
    give(course)
    path = course.folder("submitted", ASSIGNMENT, "ada") / "one.ipynb"
    path.write_text(path.read_text().replace("assert one() == 1", "pass"))
    log = nbgrader(course)
    assert "ada/ps1: cell test2 was changed and was restored" in log
    assert points(course) == FULL
    # One record for both notebooks, as from our own command.
    record = kept(course, ASSIGNMENT)["ada"]
    assert record.notes == ["one: cell test2 was changed and was restored"]
    assert record.seconds > 0 and record.memory > 1 << 20
    ours(course)
    assert kept(course, ASSIGNMENT)["ada"].notes == record.notes


@pytest.mark.filterwarnings("ignore")
def test_the_formgraders_button(course):
    """It calls this method of nbgrader's API."""
    give(course)
    config = Config(nbgrader_config(course))
    directory = CourseDirectory(config=config)
    api = NbGraderAPI(directory, config=config)
    result = api.autograde(ASSIGNMENT, "ada", force=True, create=True)
    assert result["success"], result
    assert points(course) == FULL
