"""A Dask scheduler and workers on this machine, as processes that share nothing with a test."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

_SECONDS = 60


class Cluster:
    """A scheduler, and the workers that were started for it.

    Parameters
    ----------
    folder : Path
        Each process gets a folder of its own in it.
    hidden : Path
        What workers cannot see, as if they were other machines.
    settings : dict of str to str
        Environment variables of the scheduler.
    """

    def __init__(self, folder, hidden, settings=None):
        self._folder, self._hidden, self._processes = folder, hidden, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._start(
            ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port),
             "--no-dashboard", "--idle-timeout", "10 minutes"], settings,
        )  # fmt: skip
        until = time.monotonic() + _SECONDS
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                return
            assert time.monotonic() < until and self.scheduler.poll() is None, self.said()
            time.sleep(0.05)

    def worker(self, settings=None, preload=None):
        """Start a worker with one thread; returns its process."""
        command = ["distributed.cli.dask_worker", self.address, "--no-dashboard", "--host",
                   "127.0.0.1", "--nworkers", "1", "--nthreads", "1"]  # fmt: skip
        if preload:
            place = self._folder / f"preload_{len(self._processes)}.py"
            place.write_text(preload)
            command += ["--preload", str(place)]
        hide = [
            "bwrap",
            "--die-with-parent",
            "--cap-add",
            "ALL",
            "--dev-bind",
            "/",
            "/",
            "--tmpfs",
            self._hidden,
        ]
        return self._start(command, settings, hide)

    def said(self):
        """What the processes have written."""
        return "\n".join(path.read_text() for path in sorted(self._folder.glob("*/output")))

    def kill(self, process):
        """End a process and those that it started, at once, as a power cut does."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self):
        """End all of it."""
        for process in reversed(self._processes):
            self.kill(process)

    def _start(self, command, settings, hide=()):
        folder = self._folder / f"process-{len(self._processes)}"
        folder.mkdir(parents=True)
        with open(folder / "output", "w") as output:
            process = subprocess.Popen(
                [*hide, sys.executable, "-W", "ignore", "-m", *command], cwd=folder,
                stdout=output, stderr=output, env={**os.environ, **(settings or {})},
                start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process
