"""The documentation: it builds without a warning, needs no network, and names what exists."""

import re
import shlex
import subprocess
import sys
from dataclasses import asdict
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from scratchgrad.cli import _parser
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course
from scratchgrad.grading.sandbox import Limits
from test_gates import MARKERS, secrets
from tiny import ROOT

# One worker builds the site and reads it.
pytestmark = pytest.mark.xdist_group("docs")

COURSE = Course(ROOT)
DOCS = ROOT / "docs"
CONFIGURATION = DOCS / "reference" / "configuration.md"
TEXTS = [ROOT / "README.md", *sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)]
# Settings that a course may have and this one does not.
AS_NEEDED = {
    "c.Autograde.exclude_overwriting", "c.CourseDirectory.db_url", "c.Exchange.root",
    "c.ExchangeCollect.check_owner", "c.Watch.attempts",
}  # fmt: skip
each_text = pytest.mark.parametrize("path", TEXTS, ids=lambda p: str(p.relative_to(ROOT)))


class Page(HTMLParser):
    """What a built page links to, loads and shows."""

    def __init__(self, path):
        super().__init__()
        self.path, self.ids, self.links, self.loads = path, set(), [], []
        self.alternatives, self.code, self._in_code = [], "", False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids.add(values.get("id"))
        self._in_code = self._in_code or tag == "pre"
        target = values.get("src") or values.get("href")
        if target:
            (self.links if tag == "a" else self.loads).append(target)
        if tag == "img":
            self.alternatives.append((target, values.get("alt", "")))

    def handle_endtag(self, tag):
        self._in_code = self._in_code and tag != "pre"

    def handle_data(self, data):
        self.code += data if self._in_code else ""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Every page of the site, by path."""
    html = tmp_path_factory.mktemp("site")
    build = f"{sys.executable} -m sphinx -W --keep-going -j auto -q".split()
    done = subprocess.run([*build, DOCS, html], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {path: Page(path) for path in html.rglob("*.html")}


def is_elsewhere(target):
    return re.match(r"(\w+:)?//", target) is not None


def test_every_assignment_has_its_chapter(site):
    chapters = {path.stem for path in site if path.parent.name == "notebooks"} - {"index"}
    assert chapters == set(COURSE.assignments())


def test_pages_load_nothing_from_elsewhere(site):
    assert not [
        (path.name, load)
        for path, page in site.items()
        for load in page.loads
        if is_elsewhere(load)
    ]
    styles = {path for page in site for path in page.parent.rglob("*.css")}
    assert styles
    assert not [
        path.name for path in styles if re.search(r"(url\(|@import)\W*(\w+:)?//", text(path))
    ]


def text(path):
    return path.read_text(encoding="utf-8")


def test_what_pages_link_to_and_load_is_there(site):
    for path, page in site.items():
        for target in page.links + page.loads:
            if not is_elsewhere(target) and not target.startswith(("data:", "mailto:")):
                place, part = urldefrag(target.partition("?")[0])
                there = (path.parent / unquote(place)).resolve() if place else path
                assert there.is_file(), f"{path.name}: {target}"
                assert not part or there not in site or unquote(part) in site[there].ids, target


def test_formulas_are_drawn_by_a_script_that_is_there(site):
    for path, page in site.items():
        if path.stem in COURSE.assignments():
            assert any("mathjax/MathJax.js" in load for load in page.loads)


def test_every_image_has_a_text(site):
    images = [each for page in site.values() for each in page.alternatives]
    # Sphinx puts the path of the file where there is no other text.
    assert images and not [src for src, alt in images if not alt or alt.endswith((".png", ".svg"))]


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_chapters_give_nothing_away(site, assignment):
    (page,) = [page for path, page in site.items() if path.stem == assignment]
    shown = {line.strip() for line in page.code.splitlines()}
    stub = notebook.exercises(notebook.read(COURSE.notebook("release", assignment)))[0]
    assert f"def {stub.name}(" in page.code
    assert not shown & secrets(assignment)
    assert not [word for word in MARKERS if word in page.code]


def without_blocks(path):
    """A Markdown text without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", text(path), flags=re.M | re.S)


def code_in(path):
    """Lines of code of a Markdown text: those of its blocks, and what stands in the line."""
    blocks = re.findall(r"^ *```(?!\{).*?\n(.*?)^ *```", text(path), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return lines + re.findall(r"`(.+?)`", without_blocks(path))


def calls(path, program):
    """How a text calls a program: the words after its name, without comment and redirection."""
    for line in code_in(path):
        called = re.match(rf"\s*(?:\.venv/bin/)?{program} ([a-z].*)", line)
        if called:
            yield shlex.split(re.sub(r"[>|].*", "", called[1]), comments=True)


@each_text
def test_commands_exist(path, capsys):
    for words in calls(path, "scratchgrad"):
        try:
            _parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"scratchgrad {' '.join(words)}: {capsys.readouterr().err}")


@each_text
def test_nbgrader_commands_exist(path):
    assert not {words[0] for words in calls(path, "nbgrader")} - NbGraderApp().subcommands.keys()


@each_text
def test_make_targets_exist(path):
    targets = set(re.findall(r"^([a-z-]+):.*##", text(ROOT / "Makefile"), re.M))
    assert not {words[0] for words in calls(path, "make")} - targets


def test_commands_are_found_where_there_are_some():
    found = {words[0] for path in TEXTS for words in calls(path, "scratchgrad")}
    assert found >= {"build", "lint", "grade", "feedback", "report", "export"}
    assert {words[0] for words in calls(DOCS / "instructors.md", "nbgrader")} >= {"collect", "db"}
    assert {words[0] for words in calls(DOCS / "maintainers.md", "make")} >= {"docs", "lock"}


@each_text
def test_files_that_are_linked_to_exist(path):
    prose = re.sub("`.+?`", "", without_blocks(path))
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose)
    here = [each for each in targets if not is_elsewhere(each)]
    assert not [each for each in here if not (path.parent / each).exists()]


def test_every_option_is_explained():
    sys.path.insert(0, str(DOCS / "_ext"))
    import command_line

    parsers = command_line.commands()
    actions = [(name, each) for name in parsers for each in parsers[name]._actions]
    assert not [(name, each.dest) for name, each in actions if not each.help]


def test_settings_of_the_sandbox_are_those_of_the_code():
    table = re.findall(r"^\| `c\.Sandbox\.(\w+)` \| `(.*?)` \|", text(CONFIGURATION), re.M)
    defaults = {name: eval(value, {}) for name, value in table}
    assert defaults == {"enabled": True, **asdict(Limits())}


def test_limits_of_the_threat_model_are_those_of_the_code():
    table = re.findall(
        r"^\| `c\.Sandbox\.(\w+)` \| (\d+) ?(MiB|GiB)? \|", text(DOCS / "grading.md"), re.M
    )
    size = {"": 1, "MiB": 1 << 20, "GiB": 1 << 30}
    told = {name: int(number) * size[unit] for name, number, unit in table}
    assert len(told) > 10
    assert told.items() <= asdict(Limits()).items()


def test_settings_for_nbgrader_are_those_of_the_course():
    ours = set(re.findall(r"^c\.\w+\.\w+", text(ROOT / "nbgrader_config.py"), re.M))
    told = set(re.findall(r"`(c\.\w+\.\w+)", text(CONFIGURATION)))
    told = {name for name in told if not name.startswith("c.Sandbox.")}
    assert told - AS_NEEDED == ours - {"c.CourseDirectory.course_id"}
