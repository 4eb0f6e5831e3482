"""A submission's namespaces and the workers in them, as the trusted side holds them."""

import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import PurePosixPath

from .confined import channel

_LONGEST_AHEAD = 1.0  # seconds


class SandboxError(Exception):
    """The sandbox broke; not the submission's doing as far as is known."""


@dataclass(frozen=True)
class Ended:
    """How a worker ended.

    Attributes
    ----------
    reason : {"exited", "crashed", "killed", "wall", "cpu", "memory", "file_size", "lost"}
        "killed" by the trusted side, "memory" as told by the cgroup, "lost" with its child.
    exit_code, signal : int or None
    cpu_seconds : float
        Without those of a worker that was killed, where it could make processes.
    peak_memory : int
        Bytes resident, with what it shares with the zygote.
    """

    reason: str
    exit_code: int | None = None
    signal: int | None = None
    cpu_seconds: float = 0.0
    peak_memory: int = 0


class Worker:
    """A process that runs learner code.

    Attributes
    ----------
    socket : socket.socket
        Connected to the one that the serve function got. What comes out of it is not trusted.
    ended : Ended or None
    """

    def __init__(self, child, number, sock):
        self.child, self.number, self.socket = child, number, sock
        self.ended = None
        self.cpu = self.fd = None

    def kill(self):
        """Have it killed, without waiting."""
        self.child._tell({"do": "kill", "worker": self.number})

    def wait(self, timeout=None):
        """Wait for it to end.

        Parameters
        ----------
        timeout : float, optional

        Returns
        -------
        Ended or None
            None if it still runs.
        """
        self.child._until(lambda: self.ended, timeout)
        return self.ended

    def peak_memory(self):
        """The most memory that it has had, in bytes resident, with what it shares with the zygote.

        Returns
        -------
        int or None
            None where this cannot be known: without pidfds, or while it may make processes.
        """
        self.child._until(lambda: self.fd is not None or self.ended, 0)
        if self.ended is not None:
            return self.ended.peak_memory
        return None if self.fd is None else _peak_memory(self.fd)

    def cpu_seconds(self, timeout=5.0):
        """Ask how much processor time it has used.

        Returns
        -------
        float or None
            None if it has ended, does not answer, or may make processes.
        """
        self.cpu = None
        self.child._tell({"do": "usage", "worker": self.number})
        self.child._until(lambda: self.cpu is not None or self.ended, timeout)
        return self.cpu


class Child:
    """The namespaces of one submission. Made by `Sandbox.spawn`."""

    def __init__(self, sandbox, control):
        self.sandboxed = sandbox.sandboxed
        self._sandbox, self._control = sandbox, control
        self._workers, self._count = {}, 0
        self._fd = self._pid = None
        self._failure = None
        self._alive, self._ahead = True, None

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def add_files(self, files):
        """Give the workers started from now on files in their working folder.

        Parameters
        ----------
        files : dict of str to bytes
            By relative path.
        """
        for name in files:
            path = PurePosixPath(name)
            odd = not path.parts or path.is_absolute() or ".." in path.parts
            if odd or "\0" in name:
                raise ValueError(f"not a path inside a submission: {name!r}")
        if files:
            self._tell({"do": "files", "names": list(files)}, blobs=list(files.values()))

    def peak_memory(self):
        """The most memory that a worker has had, as `Worker.peak_memory` has it."""
        known = (worker.peak_memory() for worker in self._workers.values())
        return max((memory for memory in known if memory), default=None)

    def start_ahead(self):
        """Start the worker that `start_worker` will answer with, if that is asked soon."""
        self._ahead = self.start_worker(), time.monotonic()

    def start_worker(self):
        """Start a worker with fresh folders, without waiting for it.

        Returns
        -------
        Worker
        """
        if self._ahead is not None:
            (worker, since), self._ahead = self._ahead, None
            # Its time runs from its start.
            if time.monotonic() - since < _LONGEST_AHEAD:
                return worker
            worker.kill()
        ours, theirs = socket.socketpair()
        self._count += 1
        worker = self._workers[self._count] = Worker(self, self._count, ours)
        with theirs:
            self._tell({"do": "start", "worker": self._count}, fds=[theirs.fileno()])
        return worker

    def ready(self, timeout=10.0):
        """Wait until the namespaces are made.

        Raises
        ------
        SandboxError
        """
        self._until(lambda: self._pid, timeout)
        if not self._pid:
            raise SandboxError(self._failure or "a child of the sandbox did not start")

    def end(self):
        """Begin to end all of it, without waiting; `close` waits."""
        if self._fd is not None:
            kill(self._fd)

    def close(self, timeout=10.0):
        """End all of it and wait until nothing is left.

        Raises
        ------
        SandboxError
            Something outlived the timeout.
        """
        if self._control is None:
            return
        if self._alive and self._pid is None:
            self._until(lambda: self._pid, timeout)
        self.end()
        if self._fd is not None:
            gone = wait_gone(self._fd, timeout)
            os.close(self._fd)
        else:
            gone = self._pid is None or self._end_plainly(timeout)
        self._lose()
        self._control.close()
        self._control = None
        for worker in self._workers.values():
            worker.socket.close()
            if worker.fd is not None:
                os.close(worker.fd)
        self._sandbox._children.discard(self)
        if not gone:
            raise SandboxError("a child of the sandbox could not be ended")

    def _end_plainly(self, timeout):
        # Without pidfds: init ends its workers one by one, then itself.
        for number in self._workers:
            self._tell({"do": "kill", "worker": number})
        self._until(lambda: all(worker.ended for worker in self._workers.values()), timeout)
        return all(worker.ended for worker in self._workers.values())

    def _tell(self, message, blobs=(), fds=()):
        if self._control is None:
            raise SandboxError("the child is closed")
        try:
            channel.send(self._control, message, blobs, fds)
        except OSError:
            self._until(lambda: False, 0)
            self._lose()

    def _until(self, done, timeout):
        until = None if timeout is None else time.monotonic() + timeout
        while not done() and self._alive:
            left = None if until is None else max(0, until - time.monotonic())
            if not readable(self._control, left):
                return
            try:
                message, _, fds = channel.receive(self._control)
            except EOFError:
                self._lose()
                return
            self._hear(message, fds)

    def _hear(self, message, fds):
        event, worker = message["event"], self._workers.get(message.get("worker"))
        if event == "ready":
            self._pid = message["pid"]
            self._fd = fds[0] if fds else None
        elif event == "failed":
            self._failure = message["reason"]
        elif event == "running":
            (worker.fd,) = fds
        elif event == "usage":
            worker.cpu = message["cpu"]
        elif event == "ended":
            worker.ended = self._sandbox._explain(message)

    def _lose(self):
        self._alive = False
        for worker in self._workers.values():
            worker.ended = worker.ended or Ended("lost")


def readable(sock, timeout):
    """Wait until there is something to receive."""
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)
    return bool(waiting.poll(None if timeout is None else timeout * 1000))


def kill(fd):
    """Kill the process that a pidfd stands for."""
    try:
        signal.pidfd_send_signal(fd, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_gone(fd, timeout):
    """Wait until a process is gone; a PID namespace's init goes last of all in it."""
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    return bool(waiting.poll(timeout * 1000))


def _peak_memory(fd):
    """Peak resident memory of the process that a pidfd stands for, in bytes; None if it is gone."""
    try:
        pid = _field(f"/proc/self/fdinfo/{fd}", "Pid:")
        # In kilobytes. A process that is gone has none, and its pidfd no pid.
        return int(_field(f"/proc/{pid}/status", "VmHWM:").split()[0]) << 10
    except (OSError, LookupError):
        return None


def _field(path, name):
    with open(path) as file:
        for line in file:
            if line.startswith(name):
                return line.removeprefix(name).strip()
    raise LookupError(name)
