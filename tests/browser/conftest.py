"""A browser, a course and an exchange for the days of learners and instructors."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from accounts import Account
from chromium import CHROMIUM, FLAGS
from lab import Lab
from scratchgrad.course.layout import CONFIG, Course
from tiny import ROOT

PATIENCE = 60_000


@pytest.fixture(scope="module")
def chromium():
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def lab(chromium, request):
    """Gives a function that opens JupyterLab at an address."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)

    def opened(address, day):
        page = context.new_page()
        page.goto(address)
        return Lab(page, day)

    yield opened
    context.close()


@pytest.fixture
def exchange(tmp_path):
    return tmp_path / "exchange"


@pytest.fixture
def instructor(tmp_path, exchange):
    return Account(tmp_path / "instructor", exchange)


@pytest.fixture
def learner(tmp_path, exchange):
    return Account(tmp_path / "learner", exchange)


@pytest.fixture
def course(instructor):
    """A copy of the course in the instructor's home folder."""
    root = instructor.home / "course"
    for folder in ("source", "release", "misconceptions"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / CONFIG, root)
    return Course(root)
