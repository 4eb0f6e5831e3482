"""The report on a small class that was graded, as a page and as a table."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

import tiny
from scratchgrad.classroom import submissions
from scratchgrad.classroom.grade import Grader
from scratchgrad.cli import main
from scratchgrad.course import build, notebook
from scratchgrad.course.submission import reference_answers, with_answers, without
from scratchgrad.feedback.report.report import report_on, table_of, write_report
from test_lint import answers

WRONG = "def double(x):\n    return x * x"
MISTAKE = """

@misconception("You square it.")
def double__squares(x):
    return x * x
"""
ODD = """\
def double(x):
    pieces = list(map(float, [x, x]))
    whole = 0.0
    while pieces:
        whole, pieces = whole + pieces[-1], pieces[:-1]
    if whole == int(whole) and isinstance(x, int):
        whole = int(whole)
    return whole
"""
HUNGRY = "def double(x):\n    held = b'x' * (150 << 20)\n    return 2 * x"
REACHING = "import socket\ndef double(x):\n    open('/etc/passwd')\n    return 2 * x"
CRASHING = "import ctypes\ndef double(x):\n    ctypes.string_at(0)"
MARKUP = "<b>zoe & 'co'"


@pytest.fixture(scope="module")
def course(tmp_path_factory, _built):
    course = tiny.make(tmp_path_factory.mktemp("class"))
    build.write(course, _built, _built)
    path = course.misconceptions(tiny.ASSIGNMENT)
    path.parent.mkdir()
    path.write_text(answers() + MISTAKE)
    release = notebook.read(course.notebook("release", tiny.ASSIGNMENT))
    right = reference_answers(notebook.read(course.notebook("source", tiny.ASSIGNMENT)))

    def answered(code):
        return with_answers(release, right | {"double": code})

    class_ = {
        **dict.fromkeys(("ada", "bob", "cy"), with_answers(release, right)),
        "di": release,
        "ed": answered(WRONG),
        "flo": answered(WRONG),
        "gus": answered(ODD),
        "hal": answered(ODD.replace("whole", "sum_").replace("pieces", "left")),
        "ida": answered(HUNGRY),
        "joe": answered(REACHING),
        "jon": answered(CRASHING),
        "kay": without(with_answers(release, right), "test_square_negative"),
        "lou": None,
        MARKUP: answered(WRONG),
    }
    for student, content in class_.items():
        place = course.notebook("submitted", tiny.ASSIGNMENT, student)
        place.parent.mkdir(parents=True)
        place.write_text("{broken" if content is None else notebook.text_of(content))
    with Grader(course) as grader:
        grader.prepare(tiny.ASSIGNMENT)
        list(grader.grade_all(submissions.find(course, tiny.ASSIGNMENT)))
    return course


@pytest.fixture(scope="module")
def report(course):
    return report_on(course, tiny.ASSIGNMENT)


def test_marks(report):
    assert len(report.works) == 14 and len(report.graded) == 13
    assert report.spread.counts == [1, 0, 0, 0, 0, 5, 0, 0, 0, 7]
    assert report.spread.maximum == 4


def test_exercises(report):
    double, square = report.exercises
    assert (double.solved, square.solved) == (7 / 13, 12 / 13)
    assert double.title == "double" and double.tried == 12 / 13


def test_mistakes_and_checks(report):
    (part, says, who), *_ = report.mistakes
    assert (part.name, who) == ("double", [MARKUP, "ed", "flo"]) and says == "You square it."
    assert [count for _, _, count in report.checks[:2]] == [4, 4]


def test_what_to_look_at(report):
    assert [work.student for work in report.unreadable] == ["lou"]
    assert "not valid JSON" in report.unreadable[0].record.problem
    assert report.reached == {
        "joe": ["imports socket", "calls open"],
        "jon": ["imports ctypes"],
    }
    assert report.noted == {
        "jon": ["double crashed (segmentation fault) in 3 tests"],
        "kay": ["cell test_square_negative was missing and was put back"],
    }
    assert [student for student, _ in report.large] == ["ida"]
    assert [(pair.first, pair.second) for pair in report.pairs] == [("gus", "hal")]


class Page(HTMLParser):
    """Tags, their attributes and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def written(course):
    page, table = write_report(course, tiny.ASSIGNMENT)
    assert page == course.root / "reports/01-tiny.html"
    assert table == course.root / "reports/01-tiny.csv"
    return page.read_text("utf-8"), table.read_text("utf-8")


def test_page_shows_all_of_it_as_text(written):
    page = Page(written[0])
    for text in (MARKUP, "gus", "hal", "imports socket", "not valid JSON", "was put back", "ida"):
        assert text in page.text
    assert "<b>" not in written[0]


def test_page_needs_nothing_and_runs_nothing(written):
    page = Page(written[0])
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in page.tags}
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert "default-src 'none'" in written[0] and not re.search(r"https?://", written[0])


def test_pictures_have_texts(written):
    page = Page(written[0])
    pictures = [found for tag, found in page.tags if tag == "svg"]
    assert pictures and all(
        found.get("role") == "img" or found.get("aria-hidden") == "true" for found in pictures
    )
    assert "50 to 60 percent of the points: 5." in page.text


def test_table_has_a_row_for_everybody(written):
    rows = list(csv.DictReader(io.StringIO(written[1])))
    by_name = {row["learner"]: row for row in rows}
    assert len(rows) == 14
    assert (by_name["ada"]["total"], by_name["ada"]["double"]) == ("4.0", "2.0")
    assert by_name["lou"]["status"] == "unreadable" and by_name["lou"]["total"] == ""
    assert by_name["ed"]["mistakes"].startswith("double: You square it.")
    assert float(by_name["ida"]["memory MiB"]) > float(by_name["ada"]["memory MiB"]) + 100
    assert by_name["joe"]["reaches for"] == "imports socket; calls open"


def test_no_cell_of_the_table_is_a_formula(course):
    report = report_on(course, tiny.ASSIGNMENT)
    report.works[0].student = "=cmd|' /C calc'!A0"
    report.noted[report.works[0].student] = ["+1"]
    row = list(csv.reader(io.StringIO(table_of(report))))[1]
    assert row[0].startswith("'=") and row[-1] == "'+1"


def test_command(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    assert main(["report"]) == 0
    assert str(course.root / "reports/01-tiny.html") in capsys.readouterr().out


def test_nothing_graded_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tiny.make(tmp_path).root)
    assert main(["report", tiny.ASSIGNMENT]) == 2
    assert "nothing of 01-tiny has been graded yet" in capsys.readouterr().err
    assert main(["report"]) == 0
    assert "nothing has been graded yet" in capsys.readouterr().out
