"""Hostile work on a feedback page, opened in a real browser."""

import subprocess

import nbformat
from nbformat.v4 import new_markdown_cell

from chromium import CHROMIUM, FLAGS, Lair, evil, needs_chromium
from graded import FAILED, HIDDEN, case, page, solution

pytestmark = needs_chromium


def refresh(lair):
    return f'<meta http-equiv=refresh content="0; url={lair}/refresh">'


def opened(path, tmp_path):
    """The page after the browser has loaded it."""
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    options = ["--headless", profile, "--virtual-time-budget=3000", "--dump-dom"]
    command = [CHROMIUM, *FLAGS, *options, path.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_hostile_work_reaches_nothing_and_runs_nothing(tmp_path):
    with Lair() as lair:
        bad, output = evil(lair.address) + refresh(lair.address), nbformat.v4.new_output
        outputs = [
            output("stream", text=bad),
            output("error", ename=bad, evalue=bad, traceback=[bad]),
            output("display_data", {"text/html": bad, "text/plain": bad}),
            output("display_data", {"image/svg+xml": bad, "image/png": bad}),
        ]
        path = tmp_path / "page.html"
        path.write_text(
            page(
                solution(bad, outputs, comment=bad, diagnosis=bad),
                case("test_double_x", HIDDEN, 0.0, 1.0, bad, why=bad, result=bad),
                FAILED,
                new_markdown_cell(bad, metadata={"scratchgrad": {"added": True}}),
            ),
            encoding="utf-8",
        )
        dom = opened(path, tmp_path)
        assert "<title>01-tiny: feedback</title>" in dom and "owned" in dom
        assert lair.reached == []


def test_the_policy_alone_stops_it(tmp_path):
    """What would get past the escaping meets the page's policy."""
    with Lair() as lair:
        path, made = tmp_path / "page.html", page(solution("NOT ESCAPED"), FAILED)
        path.write_text(made.replace("NOT ESCAPED", evil(lair.address)), encoding="utf-8")
        dom = opened(path, tmp_path)
        assert "<title>01-tiny: feedback</title>" in dom and "onload=" in dom
        assert lair.reached == []


def test_the_same_markup_does_harm_elsewhere(tmp_path):
    """Else the tests above could not fail."""
    with Lair() as lair:
        path = tmp_path / "page.html"
        path.write_text(f"<title>page</title>{evil(lair.address)}", encoding="utf-8")
        assert "<title>owned</title>" in opened(path, tmp_path)
        assert {"/script", "/img", "/frame", "/link"} <= set(lair.reached)
        path.write_text(refresh(lair.address), encoding="utf-8")
        opened(path, tmp_path)
        assert "/refresh" in lair.reached
