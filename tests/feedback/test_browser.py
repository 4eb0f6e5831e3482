"""Hostile work on a feedback page, opened in a real browser."""

import http.server
import shutil
import subprocess
import threading

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from graded import FAILED, HIDDEN, case, page, solution

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync""".split()


class Lair:
    """A server that hostile work tries to reach, and what reached it."""

    def __enter__(self):
        reached = self.reached = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                reached.append(self.path)
                self.send_error(404)

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *details):
        self._server.shutdown()
        self._server.server_close()


def evil(lair):
    """Markup that reaches out in all the ways that a browser has."""
    return f"""</pre></details></p>
<script>fetch("{lair}/script"); document.title = "owned"</script>
<img src="{lair}/img"><img src=x onerror='document.title="owned"'>
<svg onload='document.title="owned"'><image href="{lair}/svg"/></svg>
<iframe src="{lair}/frame"></iframe><object data="{lair}/object"></object>
<link rel=stylesheet href="{lair}/link"><style>@import "{lair}/css";
body {{ background: url("{lair}/background") }}</style>
<div style="background: url('{lair}/style')">.</div>
<video src="{lair}/video" autoplay></video><form action="{lair}/form"><input autofocus onfocus=
'document.title="owned"'></form><a href="javascript:alert(1)" ping="{lair}/ping">a</a>
![p]({lair}/markdown) <base href="{lair}/">"""


def refresh(lair):
    return f'<meta http-equiv=refresh content="0; url={lair}/refresh">'


def opened(path, tmp_path):
    """The page after the browser has loaded it."""
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [CHROMIUM, *FLAGS, profile, "--virtual-time-budget=3000", "--dump-dom", path.as_uri()]
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
