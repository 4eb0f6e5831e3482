"""The pages in docs/authoring, followed as written in a copy of the course."""

import re
import shutil
import subprocess
import sys

import pytest

import pages
from known import losing_points
from scratchgrad.course import build, lint
from scratchgrad.course.layout import Course
from tiny import ROOT

AUTHORING = ROOT / "docs" / "authoring"
FOLDERS = ("misconceptions", "release", "solutions", "source", "src", "tests")
FILES = (".gitignore", "README.md", "nbgrader_config.py", "pyproject.toml")
AUTHOR = {f"GIT_{who}_{what}": "author@class" for who in ("AUTHOR", "COMMITTER")
          for what in ("NAME", "EMAIL")}  # fmt: skip


class Followed:
    """A copy of the course in which a page was followed, and what each block printed."""

    def __init__(self, page, root):
        self.course, self._root = Course(root), root
        for name in FOLDERS:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, root)
        (root / ".venv").symlink_to(sys.prefix)
        self._env = {**pages.environment(root.parent), **AUTHOR}
        self._git("init", "--quiet")
        (root / ".git/info/exclude").write_text(".venv\n")
        self._git("add", ".")
        self._git("commit", "--quiet", "--message", "before")
        blocks = pages.blocks(page)
        printed = pages.run(page, root, self._env)
        self.printed = {block.script: text for block, text in zip(blocks, printed, strict=True)}

    def _git(self, *arguments):
        command = ["git", *arguments]
        done = subprocess.run(
            command, cwd=self._root, env=self._env, check=True, capture_output=True, text=True
        )
        return done.stdout

    def committed(self):
        """The files that the page committed, and those that it left uncommitted."""
        changed = self._git("show", "--name-only", "--format=").split()
        return changed, self._git("status", "--porcelain").split("\n")[:-1]

    def says(self, command):
        """What the block with a command printed."""
        (text,) = (text for script, text in self.printed.items() if command in script)
        return text


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """Follows a page, once."""
    found = {}

    def follow(name):
        if name not in found:
            root = tmp_path_factory.mktemp(name) / "course"
            root.mkdir()
            found[name] = Followed(AUTHORING / f"{name}.md", root.resolve())
        return found[name]

    return follow


PAGES = pytest.mark.parametrize(
    "page, assignment, exercise",
    [
        ("exercise", "01-activations", "softsign"),
        ("assignment", "19-cost-of-a-network", "dense_parameters"),
    ],
)


@PAGES
def test_page_leads_to_a_notebook_that_keeps_the_rules(followed, page, assignment, exercise):
    course = followed(page).course
    assert lint.lint(course, assignment) == []
    assert build.differences(course, assignment, build.build(course, assignment)) == []


@PAGES
def test_known_answers_of_the_page_are_judged_rightly(followed, page, assignment, exercise):
    found = losing_points(followed(page).course, assignment, exercise)
    kinds = [kind for kind, _ in found.values()]
    assert kinds.count("misconception") >= 3 and kinds.count("alternative") >= 2
    for name, (kind, lost) in found.items():
        assert lost == (kind == "misconception"), name


@PAGES
def test_no_mutant_of_the_page_survives(followed, page, assignment, exercise):
    (row,) = (
        line.split()
        for line in followed(page).says("mutants").splitlines()
        if line.split()[:1] == [assignment]
    )
    _, mutants, killed, equivalent, survivors = row
    assert int(killed) > 0 and int(survivors) == 0
    assert int(mutants) == int(killed) + int(equivalent)


@PAGES
def test_page_runs_tests_and_commits_all_it_made(followed, page, assignment, exercise):
    there = followed(page)
    assert " passed" in there.says("-m pytest") and "failed" not in there.says("-m pytest")
    committed, left = there.committed()
    folders = {name.partition("/")[0] for name in committed}
    assert {"misconceptions", "release", "solutions", "source", "tests"} <= folders
    assert left == []


def test_what_the_pattern_held_is_gone(followed):
    course = followed("assignment").course
    for step in ("source", "release", "solutions"):
        assert "mean_square" not in course.notebook(step, "19-cost-of-a-network").read_text()


def test_learners_of_the_demo_read_the_sentence(followed):
    course = followed("assignment").course
    pages_of = course.root.glob("demo/feedback/*/19-cost-of-a-network/*.html")
    assert any("The biases are missing" in page.read_text() for page in pages_of)


def test_every_rule_of_lint_is_explained():
    text = (AUTHORING / "notebooks.md").read_text()
    for rule in lint.RULES:
        assert f"| `{rule.__name__.replace('_', '-')}`" in text, rule.__name__


@pytest.mark.parametrize("page", sorted(AUTHORING.glob("*.md")), ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#:]*)#?([^):]*)\)", text):
        there = page.parent / target if target else page
        assert there.is_file(), target
        headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
        assert not anchor or anchor in slugs, anchor
