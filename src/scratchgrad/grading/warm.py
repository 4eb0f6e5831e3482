"""A warm process that grades: it holds the references and forks a grader for each submission.

Started by `engine`, it serves one socket. Each message is a dict; what comes from the engine is
trusted, a submission's content within it is not.
"""

import contextlib
import gc
import os
import socket
import sys
import tempfile
import time

from .beside import FilesBeside
from .grader import TRUSTED, Assignment, Grader
from .plan import Plan
from .prepared import Prepared
from .rehearsal import rehearse
from .sandbox import Limits, Sandbox, SandboxError, SandboxUnavailable
from .sandbox.confined import kernel
from .wire import Channel, ChannelClosed

SERVE = "scratchgrad.grading.inside.server:serve"
PRELOAD = ("scratchgrad.checks.figures", "scratchgrad.grading.inside.rehearsal")


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
    with server.sandbox, folders, contextlib.closing(server):
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
        self._assignments, self._spare, self._last = {}, None, None
        self._folders = folders
        rehearse(self.sandbox, self.limits)

    def answer(self, request):
        return getattr(self, f"_{request.pop('do')}")(**request)

    def _prepare(self, key, plan, files):
        """Make an assignment ready."""
        folder = self._folders.enter_context(tempfile.TemporaryDirectory(prefix="scratchgrad-"))
        beside = FilesBeside(folder, files)
        with _in_folder(folder) as modules:
            prepared = Prepared(Plan.from_dict(plan))
        self._assignments[key] = Assignment(prepared, beside, modules)
        self._drop_spare()
        gc.collect()
        gc.freeze()
        kernel.huge_pages()
        return {"problems": prepared.problems}

    def _allow(self, key, uses):
        """Let tests use objects where the source's solutions have shown that they do."""
        self._assignments[key].prepared.uses = {name: set(known) for name, known in uses.items()}
        self._drop_spare()
        return {}

    def _grade(self, key, content, files, seed, records):
        """Grade one submission in a process of its own."""
        start = time.perf_counter()
        grader = self._fresh_grader(files)
        try:
            ready = time.perf_counter()
            self._assignments[key].beside.restore()
            grader.begin(key, content, seed, records)
            self._end_last()
            self._make_spare(files)
            answer = grader.answer(self.limits.submission_seconds)
        finally:
            # Waiting for their end can wait until there is something to do meanwhile.
            grader.end()
            self._last = grader
        seconds = {"wait for sandbox": ready - start, "all": time.perf_counter() - start}
        return {"answer": answer, "seconds": seconds}

    def _end_last(self):
        if self._last is not None:
            last, self._last = self._last, None
            last.close()

    def _fresh_grader(self, files):
        """A grader with a submission's files, made ahead where the last one had the same."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.files != files:
            spare = spare.close()
        return spare or Grader(self.sandbox, self.limits, self._assignments, files)

    def _make_spare(self, files):
        # If none can be made, the next submission is told why.
        with contextlib.suppress(SandboxError):
            self._spare = Grader(self.sandbox, self.limits, self._assignments, files)

    def _drop_spare(self):
        """End the grader that was made ahead: it does not know what has been told since."""
        if self._spare is not None:
            self._spare = self._spare.close()

    def close(self):
        """End what was made ahead."""
        self._end_last()
        self._drop_spare()


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


if __name__ == "__main__":
    sys.exit(main())
