"""Chromium, and a server that hostile pages try to reach."""

import http.server
import shutil
import threading

import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync""".split()
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"
)


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
