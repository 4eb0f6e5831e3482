"""The trusted side of the sandbox.

A `Sandbox` is one long-lived zygote inside bubblewrap; ``spawn`` forks a `Child` for a submission
off it, and the child's init forks each `Worker` that runs learner code. Nothing here waits for
the other side unless its documentation says so: children can be made ahead of time.
"""

import os
import signal
import socket
import tempfile
from dataclasses import asdict
from pathlib import Path

from . import cgroups, launch, view
from .child import Child, Ended, SandboxError, readable, wait_gone
from .confined import channel
from .launch import SandboxUnavailable
from .limits import Limits

__all__ = ["PRELOAD", "Child", "Ended", "Limits", "Sandbox", "SandboxError", "SandboxUnavailable"]

PRELOAD = ("numpy", "matplotlib.pyplot", "IPython.core.interactiveshell")


class Sandbox:
    """A zygote that children are forked off.

    Parameters
    ----------
    limits : Limits
    serve : str
        ``module:function`` to call in each worker with its socket.
    preload : sequence of str
        Modules that the zygote imports.
    packages : sequence of path, optional
        Package folders or modules beyond the installed ones that can be imported inside. By
        default the package that this module is of.
    hide : sequence of path
        Folders that must not be in view, such as the course, in case they lie inside of
        something that is.
    sandboxed : bool
        False forgoes bubblewrap, namespaces and the filter: learner code runs with the rights
        of who calls. Only limits of resources remain.

    Attributes
    ----------
    sandboxed : bool
    cgroup : str or None
        The folder of the group that everything in it is in.

    Raises
    ------
    SandboxUnavailable

    Notes
    -----
    The kernel ends the sandbox when the process that made it ends.
    """

    def __init__(
        self, limits=None, serve="", preload=PRELOAD, packages=None, hide=(), sandboxed=True
    ):
        self.limits, self.sandboxed = limits or Limits(), sandboxed
        self._children, self._fd, self.cgroup, self._killed = set(), None, None, 0
        if packages is None:
            top = (__package__ or "").split(".")
            packages = [Path(__file__).resolve().parents[len(top) - 1]]
        packages = [Path(package).resolve() for package in packages]
        program = launch.find_bubblewrap() if sandboxed else None
        user = launch.unprivileged_user() if sandboxed and os.getuid() == 0 else None
        settings = {
            "limits": asdict(self.limits),
            "serve": serve,
            "preload": list(preload),
            "isolated": sandboxed,
            "user": user,
        }
        if sandboxed:
            try:
                shown = view.build(launch.CONFINED, packages, hide)
            except ValueError as error:
                raise SandboxUnavailable(f"cannot hide: {error}") from error
            settings |= {
                "path": shown.path,
                "filter": launch.build_filter(self.limits.processes).hex(),
            }
            command = launch.bubblewrap(program, shown, user)
        else:
            folders = [*(package.parent for package in packages), *view.package_folders()]
            settings |= {"path": list(map(str, folders)), "filter": ""}
            command = launch.bare()
        self._control, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as errors:
            try:
                with theirs:
                    self._process = launch.start(command, theirs, errors)
            except OSError as error:
                self._control.close()
                raise SandboxUnavailable(f"{command[0]}: {error}") from error
            self._await_ready(settings, errors)
        try:
            if sandboxed:
                self.cgroup = cgroups.join(self._process.pid, self.limits)
            with self.spawn() as trial:
                trial.ready()
                worker = trial.start_worker()
                worker.socket.close()
                worker.wait(10)
                if trial._failure:
                    raise SandboxError(trial._failure)
        except SandboxError as error:
            self.close()
            raise SandboxUnavailable(launch.advice(str(error))) from error
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def spawn(self, files=None):
        """Begin to make a child, without waiting for it.

        Parameters
        ----------
        files : dict of str to bytes, optional
            What its working folder holds, by relative path; `Child.add_files` can add them later.

        Returns
        -------
        Child
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                channel.send(self._control, {"do": "spawn"}, fds=[theirs.fileno()])
            except OSError as error:
                ours.close()
                raise SandboxError("the sandbox is gone") from error
        child = Child(self, ours)
        self._children.add(child)
        child.add_files(files or {})
        return child

    def count_anew(self):
        """Let what the kernel has killed for memory so far be the affair of others."""
        if self.cgroup:
            self._killed = cgroups.killed(self.cgroup)

    def close(self, timeout=10.0):
        """End every child and the zygote, and wait until nothing is left."""
        try:
            for child in list(self._children):
                child.close(timeout)
        finally:
            self._control.close()
            self._process.kill() if self.sandboxed else None
            self._process.wait(timeout)
            if self._fd is not None:
                wait_gone(self._fd, timeout)
                os.close(self._fd)
                self._fd = None
            if self.cgroup:
                cgroups.leave(self.cgroup)
                self.cgroup = None

    def _await_ready(self, settings, errors, timeout=120.0):
        reason = None
        try:
            channel.send(self._control, settings)
            if readable(self._control, timeout):
                message, _, fds = channel.receive(self._control)
                if message["event"] == "ready":
                    self._fd = fds[0] if fds else None
                    return
                reason = message["reason"]
            else:
                reason = f"no answer within {timeout} s"
        except (OSError, EOFError):
            pass
        self._process.kill()
        self._process.wait()
        self._control.close()
        errors.seek(0)
        raise SandboxUnavailable(
            launch.advice(reason or errors.read().decode(errors="replace").strip())
        )

    def _explain(self, message):
        status, limits = message["status"], self.limits
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = None if number else os.WEXITSTATUS(status)
        reason = message["why"] or ("exited" if number is None else "crashed")
        if not message["why"] and number is not None:
            late = message["cpu"] >= limits.cpu_seconds
            if number == signal.SIGXCPU or (number == signal.SIGKILL and late):
                reason = "cpu"
            elif number == signal.SIGXFSZ:
                reason = "file_size"
            elif number == signal.SIGKILL and self.cgroup:
                before, self._killed = self._killed, cgroups.killed(self.cgroup)
                reason = "memory" if self._killed > before else reason
        return Ended(reason, code, number, message["cpu"], message["memory"])
