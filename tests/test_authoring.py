"""The pages in docs/authoring, followed as written in a copy of the course."""

import os
import shutil
import subprocess
import sys

import pytest

import pages
from known import exercises_losing_points
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
