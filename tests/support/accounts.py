"""People at a machine of their own: a home folder, a terminal and JupyterLab."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
# No news and no search for a newer version: nothing leaves the machine.
QUIET = {"fetchNews": "false", "checkForUpdates": False}


class Account:
    """Somebody who uses Jupyter, with no folder or setting of whoever runs the tests.

    Parameters
    ----------
    home : Path
        Stands for the home folder; Jupyter's own folders lie in it.
    exchange : Path
        nbgrader's exchange.
    """

    def __init__(self, home, exchange):
        self.home, self._runtime = home, home / "runtime"
        config = home / ".jupyter"
        settings = config / "lab/user-settings/@jupyterlab/apputils-extension"
        for folder in (settings, self._runtime, exchange):
            folder.mkdir(parents=True, exist_ok=True)
        exchange.chmod(0o777)
        (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
        (config / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        )
        kept = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}
        self._environment = kept | {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._runtime),
        }

    def run(self, folder, program, *arguments):
        """Run a command in a folder, as in a terminal; returns what it prints."""
        done = subprocess.run(
            [PROGRAMS / program, *arguments],
            cwd=folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    @contextlib.contextmanager
    def jupyter_lab(self, folder):
        """Run ``jupyter lab`` in a folder; gives the address with its token."""
        root = ["--allow-root"] if os.geteuid() == 0 else []
        command = [PROGRAMS / "jupyter", "lab", "--no-browser", f"--port={_free_port()}", *root]
        path = self.home / "jupyter.log"
        with path.open("w") as log:
            server = subprocess.Popen(
                command, cwd=folder, env=self._environment, stdout=log, stderr=log
            )
        try:
            yield self._address(server, path)
        finally:
            _stop(server)
        # Kernels are stopped by the server.
        assert not self._processes(), path.read_text()

    def _address(self, server, log):
        """Where the server listens: it writes that down, and may have taken another port."""
        deadline = time.monotonic() + 180
        while server.poll() is None and time.monotonic() < deadline:
            for path in self._runtime.glob("jpserver-*.json"):
                # Half written, or not listening yet.
                with contextlib.suppress(ValueError, ConnectionError):
                    told = json.loads(path.read_text())
                    socket.create_connection((told["hostname"], told["port"])).close()
                    return f"{told['url']}lab?token={told['token']}"
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")

    def _processes(self):
        """Numbers of the processes started with this account's environment."""
        mark, found = f"JUPYTER_RUNTIME_DIR={self._runtime}\0".encode(), []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in path.read_bytes():
                    found.append(int(path.parent.name))
        return found


def _stop(server):
    server.terminate()
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
