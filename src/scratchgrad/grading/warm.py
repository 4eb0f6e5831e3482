"""A warm process that grades: it holds the references and forks a grader for each submission.

Started by `engine`, it serves one socket. Each message is a dict; what comes from the engine is
trusted, a submission's content within it is not.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import time
from pathlib import Path

from scratchgrad.checks import use_references

from .grade import grade
from .plan import Plan
from .prepared import Prepared
from .rehearsal import rehearse
from .restore import Unreadable
from .sandbox import Limits, Sandbox, SandboxUnavailable
from .sandbox.confined import kernel
from .wire import Caps, Channel, ChannelClosed, encode

# Between the two trusted processes only the size of a submission is limited, and that earlier.
TRUSTED = Caps(message=1 << 30, body=1 << 30, text=1 << 29, items=10_000_000, depth=200)
SERVE = "scratchgrad.grading.inside.server:serve"
PRELOAD = ("scratchgrad.checks.figures", "scratchgrad.grading.inside.rehearsal")
_GRADER_MEMORY = 2 << 30
_LENGTH = struct.Struct("<Q")


def main():
    """Serve the engine on the socket that is standard input."""
    channel = Channel(socket.socket(fileno=os.dup(0)), TRUSTED)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    settings = channel.receive()
    folders = contextlib.ExitStack()
    try:
        server = _Warm(settings, folders)
    except SandboxUnavailable as error:
        channel.send({"unavailable": str(error)})
        return
    with server.sandbox, folders:
        channel.send({"sandboxed": server.sandbox.sandboxed})
        try:
            while True:
                channel.send(server.answer(channel.receive()))
        except ChannelClosed:
            pass


class _Warm:
    def __init__(self, settings, folders):
        self.limits = Limits(**settings["limits"])
        self.sandbox = Sandbox(
            self.limits, SERVE, PRELOAD, hide=settings["hide"], sandboxed=settings["sandboxed"]
        )
        self._prepared, self._spare, self._last = {}, None, None
        self._folders = folders
        rehearse(self.sandbox, self.limits)

    def answer(self, request):
        return getattr(self, f"_{request.pop('do')}")(**request)

    def _prepare(self, key, plan, files):
        """Make an assignment ready."""
        folder = self._folders.enter_context(tempfile.TemporaryDirectory(prefix="scratchgrad-"))
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with _in_folder(folder) as modules:
            prepared = Prepared(Plan.from_dict(plan))
        self._prepared[key] = prepared, folder, modules
        gc.collect()
        gc.freeze()
        kernel.huge_pages()
        return {"problems": prepared.problems}

    def _grade(self, key, content, files, seed):
        """Grade one submission in a process of its own."""
        start, grader = time.perf_counter(), None
        child = self._fresh_child(files)
        try:
            child.ready()
            forked = time.perf_counter()
            grader = self._forked(lambda: self._graded(key, content, files, child), key, seed)
            self._end_last()
            self._spare = files, self.sandbox.spawn(files)
            self._spare[1].start_ahead()
            answer = grader.answer(self.limits.submission_seconds)
        finally:
            # Waiting for their end can wait until there is something to do meanwhile.
            child.end()
            self._last = child, grader
        seconds = {"wait for sandbox": forked - start, "all": time.perf_counter() - start}
        return {"answer": answer, "seconds": seconds}

    def _end_last(self):
        if self._last is not None:
            (child, grader), self._last = self._last, None
            if grader is not None:
                grader.reap()
            child.close()

    def _fresh_child(self, files):
        """A sandbox with a submission's files, made ahead where the last one had the same."""
        if self._spare is not None:
            (there, child), self._spare = self._spare, None
            if there == files:
                return child
            child.close()
        return self.sandbox.spawn(files)

    def _graded(self, key, content, files, child):
        prepared, clean = self._prepared[key][0], []

        def clean_child():
            clean.append(self.sandbox.spawn(files))
            clean[0].ready()
            return clean[0]

        use_references(prepared.references)
        try:
            graded = grade(content, prepared, child, self.limits, clean_child)
        except Unreadable as error:
            return {"unreadable": str(error)}
        finally:
            for each in clean:
                each.close()
        return {
            "notebook": json.dumps(graded.notebook, ensure_ascii=False),
            "scores": [vars(score) for score in graded.scores],
            "unanswered": graded.unanswered,
            "notes": graded.notes,
            "seconds": graded.seconds,
            "memory": graded.memory,
        }

    def _forked(self, work, key, seed):
        """Run `work` in a fork.

        Returns
        -------
        _Grader
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            return _Grader(pid, reading)
        try:
            os.close(reading)
            _become_grader(*self._prepared[key][1:], seed, self.limits)
            answer = work()
        except BaseException as error:
            answer = {"broken": f"{type(error).__name__}: {error}"}
        try:
            with open(writing, "wb") as file:
                data = encode(answer, caps=TRUSTED)
                file.write(_LENGTH.pack(len(data)) + data)
        finally:
            os._exit(0)


class _Grader:
    """A process that grades one submission, and the pipe with its answer."""

    def __init__(self, pid, pipe):
        self._pid, self._pipe, self._status = pid, pipe, None

    def answer(self, seconds):
        """What it answers, as it came; it is ended if that takes too long."""
        until, data = time.monotonic() + seconds, bytearray()
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        try:
            # Not read to the end of the file: that comes when all its memory is given back.
            while not _is_whole(data):
                if not poll.poll(max(0, until - time.monotonic()) * 1000):
                    os.kill(self._pid, signal.SIGKILL)
                    return _unreadable(f"grading took longer than {seconds:g} s")
                part = os.read(self._pipe, 1 << 20)
                if not part:
                    return _unreadable(f"{self.reap()}; the notebook may need too much memory")
                data += part
        finally:
            os.close(self._pipe)
        return bytes(data[_LENGTH.size :])

    def reap(self):
        """Wait for its end; says how it ended."""
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
        return f"the grader ended with status {os.waitstatus_to_exitcode(self._status)}"


def _unreadable(reason):
    return encode({"unreadable": reason})


def _is_whole(data):
    return len(data) >= _LENGTH.size and len(data) >= _LENGTH.size + _LENGTH.unpack_from(data)[0]


@contextlib.contextmanager
def _in_folder(folder):
    """Import from a folder for a while; gives a dict that then holds the modules from there."""
    before, modules = set(sys.modules), {}
    sys.path.insert(0, folder)
    try:
        with contextlib.chdir(folder):
            yield modules
    finally:
        sys.path.remove(folder)
        # Another assignment may have modules of the same names.
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", None)).startswith(folder):
                modules[name] = sys.modules.pop(name)


def _become_grader(folder, modules, seed, limits):
    """Limit what the grader may use: what it reads comes from a stranger."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # It ends soon, and its limit of memory holds.
    gc.disable()
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.modules.update(modules)
    os.environ.update(SCRATCHGRAD_SEED=seed)
    with open("/proc/self/statm") as file:
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    most = mapped + _GRADER_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where memory is short, the machine should lose this process, not the one with all results.
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


if __name__ == "__main__":
    sys.exit(main())
