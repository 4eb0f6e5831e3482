"""The init of a child: PID 1 of its namespace, which never runs learner code.

It starts workers when the trusted side asks, ends them when told or when their time is up, and
tells how they ended. When its channel closes it exits, and the kernel kills what is left.
"""

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback

from . import channel, confine, kernel


class Warden:
    """Serves one child's channel.

    Parameters
    ----------
    control : socket.socket
        Init's end of the channel to the trusted side.
    settings : dict
        From the trusted side, see `zygote`.
    serve : callable
        Called in a worker with its socket.
    """

    def __init__(self, control, settings, serve):
        self.control, self.settings, self.serve = control, settings, serve
        self.files, self.workers = {}, {}
        self.isolated = settings["isolated"]
        self.orphans_until = 0.0

    def run(self):
        """Serve until the trusted side is gone."""
        try:
            self._serve()
        finally:
            # In a sandbox the kernel does that when its init exits.
            for worker in self.workers.values():
                self._kill(worker, "killed")
                if worker["folder"]:
                    shutil.rmtree(worker["folder"], ignore_errors=True)

    def _serve(self):
        pid = os.getpid()
        fds = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        channel.send(self.control, {"event": "ready", "pid": pid}, fds=fds)
        for fd in fds:
            os.close(fd)
        while True:
            waiting = select.poll()
            waiting.register(self.control, select.POLLIN)
            for worker in self.workers.values():
                if worker["pidfd"] is not None:
                    waiting.register(worker["pidfd"], select.POLLIN)
            ready = dict(waiting.poll(self._patience()))
            self._reap()
            if self.control.fileno() in ready:
                message, blobs, fds = channel.receive(self.control)
                getattr(self, f"_on_{message['do']}")(message, blobs, fds)

    def _patience(self):
        # Without pidfds (macOS) ends are found by looking, and so are orphans' ends.
        if time.monotonic() < self.orphans_until:
            return 10
        if not self.workers:
            return None
        if any(worker["pidfd"] is None for worker in self.workers.values()):
            return 20
        ends = min(worker["until"] for worker in self.workers.values())
        return max(0, ends - time.monotonic()) * 1000 + 1

    def _on_files(self, message, blobs, fds):
        self.files.update(zip(message["names"], blobs, strict=True))

    def _on_start(self, message, blobs, fds):
        (fd,) = fds
        folder = None if self.isolated else tempfile.mkdtemp(prefix="scratchgrad-")
        pid = os.fork()
        if pid == 0:
            self._become_worker(fd, message["worker"], folder)
        os.close(fd)
        pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self.workers[message["worker"]] = {
            "pid": pid,
            "pidfd": pidfd,
            "until": time.monotonic() + self.settings["limits"]["wall_seconds"],
            "why": None,
            "folder": folder,
        }
        if pidfd is not None and self.settings["limits"]["processes"] == 1:
            # The trusted side sees its memory; of a guard there would be nothing to see.
            told = {"event": "running", "worker": message["worker"]}
            channel.send(self.control, told, fds=[pidfd])

    def _on_kill(self, message, blobs, fds):
        if worker := self.workers.get(message["worker"]):
            self._kill(worker, "killed")

    def _on_usage(self, message, blobs, fds):
        seconds = None
        worker = self.workers.get(message["worker"])
        # A guard's time is not its worker's.
        if worker and self.settings["limits"]["processes"] == 1:
            # The kernel's number of the clock that counts a whole process's processor time.
            seconds = time.clock_gettime((~worker["pid"] << 3) | 2)
        channel.send(self.control, {"event": "usage", "worker": message["worker"], "cpu": seconds})

    def _kill(self, worker, why):
        worker["why"] = worker["why"] or why
        if not self.isolated:
            try:
                os.killpg(worker["pid"], signal.SIGKILL)
            except OSError:
                pass
        os.kill(worker["pid"], signal.SIGKILL)

    def _reap(self):
        now = time.monotonic()
        for worker in self.workers.values():
            if now >= worker["until"]:
                self._kill(worker, "wall")
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for number, worker in self.workers.items():
                if worker["pid"] == pid:
                    self._report(number, status, usage)
                    break

    def _report(self, number, status, usage):
        worker = self.workers.pop(number)
        if worker["pidfd"] is not None:
            os.close(worker["pidfd"])
        if worker["folder"]:
            shutil.rmtree(worker["folder"], ignore_errors=True)
        if self.settings["limits"]["processes"] > 1:
            # What a killed guard leaves comes to us, and its namespace ends when we reap it.
            self.orphans_until = time.monotonic() + 1
        told = {
            "event": "ended",
            "worker": number,
            "status": status,
            "why": worker["why"],
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        }
        channel.send(self.control, told)

    def _become_worker(self, fd, number, folder):
        try:
            limits, mapped = self.settings["limits"], self.settings["mapped"]
            # A group of its own: kill(0) in one worker is not to end another, or init.
            os.setsid()
            if self.isolated:
                if limits["processes"] > 1:
                    _guard()
                pages = sum(-(-len(data) // 4096) for data in self.files.values())
                size = limits["tmp_bytes"] + 4096 * pages
                confine.own_folders(size, limits["tmp_files"] + 4 * len(self.files))
            else:
                os.chdir(folder)
                os.environ.update(HOME=folder, TMPDIR=folder, MPLCONFIGDIR=folder)
            confine.write_files(".", self.files)
            confine.limit_resources(limits, mapped, self.isolated)
            if self.isolated:
                confine.give_up_rights(bytes.fromhex(self.settings["filter"]))
            signal.signal(signal.SIGINT, signal.default_int_handler)
            channel.send(self.control, {"event": "started", "worker": number})
        except BaseException:
            why = traceback.format_exc(limit=-3)
            channel.send(self.control, {"event": "failed", "worker": number, "reason": why})
            os._exit(1)
        code = 1
        try:
            # Learner code must not find init's end, not even a closed one that a file takes over.
            self.control.detach()
            confine.only_descriptor(fd)
            serve, self.serve, self.files = self.serve, None, {}
            serve(socket.socket(fileno=3))
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        except BaseException:
            code = 1
        finally:
            os._exit(code & 0xFF)


def _guard():
    """Let the caller go on in a PID namespace that ends with it.

    Where a worker may make processes, none may outlive it. This process stays behind as the one
    that init waits for; the caller's code goes on in a fork of it.
    """
    ready, told = os.pipe()
    kernel.unshare(kernel.NEW_PIDS)
    reaper = os.fork()
    if reaper == 0:
        kernel.prctl(kernel.DEATH_SIGNAL, signal.SIGKILL)
        os.write(told, b"."), kernel.close_from(0)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            signal.pause()
    os.close(told)
    if os.read(ready, 1) != b".":
        os._exit(1)
    os.close(ready)
    worker = os.fork()
    if worker == 0:
        return
    kernel.close_from(0)
    _, status = os.waitpid(worker, 0)
    os.kill(reaper, signal.SIGKILL)
    os.waitpid(reaper, 0)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
        os._exit(128 + os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))
