"""A process that grades one submission, forked off the warm one before there is anything to do."""

import gc
import json
import os
import resource
import signal
import socket
import sys
import time
from typing import NamedTuple

from scratchgrad.checks import use_references

from .beside import FilesBeside
from .grade import grade
from .prepared import Prepared
from .restore import Unreadable
from .sandbox.confined import kernel
from .wire import Caps, Channel, ChannelClosed, DeadlineExceeded, WireError, encode

# Between trusted processes only the size of a submission is limited, and that earlier.
TRUSTED = Caps(message=1 << 30, body=1 << 30, text=1 << 29, items=10_000_000, depth=200)
_MEMORY = 2 << 30


class Assignment(NamedTuple):
    """An assignment that is ready to be graded.

    Attributes
    ----------
    prepared : Prepared
    beside : FilesBeside
        The instructor's files.
    modules : dict of str to module
        What was imported from there.
    """

    prepared: Prepared
    beside: FilesBeside
    modules: dict


class Grader:
    """A grader with the sandbox of its submission, as the warm process holds them.

    Parameters
    ----------
    sandbox : Sandbox
    limits : Limits
    assignments : dict of str to Assignment
        Those that are ready.
    files : dict of str to bytes
        What lies beside the notebook.

    Raises
    ------
    SandboxError
    """

    def __init__(self, sandbox, limits, assignments, files):
        self.files, self._status = files, None
        self._child = sandbox.spawn(files)
        self._child.start_ahead()
        try:
            self._child.ready()
        except BaseException:
            self._child.close()
            raise
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            _serve(Channel(theirs, TRUSTED), sandbox, limits, assignments, self._child, files)
        theirs.close()
        self._channel = Channel(ours, TRUSTED)

    def begin(self, key, content, seed, records=False):
        """Have it grade a submission, without waiting.

        Parameters
        ----------
        key : str
            Of the assignment.
        content : bytes
        seed : str
        records : bool
            Whether it is the source's own solution, see `grade.grade`.
        """
        try:
            self._channel.send([key, content, seed, records])
        except ChannelClosed:
            pass  # Its answer, that does not come, tells why.

    def answer(self, seconds):
        """What it answers, in bytes of our encoding; it is ended if that takes too long."""
        try:
            answer = self._channel.receive(time.monotonic() + seconds)
            if type(answer) is not bytes:
                raise WireError("no proper answer")
            return answer
        except DeadlineExceeded:
            return _unreadable(f"grading took longer than {seconds:g} s")
        except WireError:
            self._kill()
            return _unreadable(f"{self._ended()}; the notebook may need too much memory")

    def end(self):
        """Begin to end its sandbox; `close` waits for both."""
        self._child.end()

    def close(self):
        """End it and its sandbox, and wait until nothing is left."""
        self._kill()
        self._ended()
        self._channel.close()
        self._child.close()

    def _kill(self):
        if self._status is None:
            os.kill(self._pid, signal.SIGKILL)

    def _ended(self):
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
        return f"the grader ended with status {os.waitstatus_to_exitcode(self._status)}"


def _unreadable(reason):
    return encode({"unreadable": reason})


def _serve(channel, sandbox, limits, assignments, child, files):
    """Wait for a submission, grade it and end."""
    try:
        _limit()
        key, content, seed, records = channel.receive()
        sandbox.count_anew()
        try:
            _enter(assignments[key], seed)
            prepared = assignments[key].prepared
            answer = _graded(content, prepared, sandbox, limits, child, files, records)
        except BaseException as error:
            answer = {"broken": f"{type(error).__name__}: {error}"}
        channel.send(encode(answer, caps=TRUSTED))
    finally:
        os._exit(0)


def _limit():
    """Limit what it may use: what it reads comes from a stranger."""
    kernel.prctl(kernel.DEATH_SIGNAL, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # It ends soon, and its limit of memory holds.
    gc.disable()
    with open("/proc/self/statm") as file:
        mapped = int(file.read().split()[0]) * resource.getpagesize()
    most = mapped + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where memory is short, the machine should lose this process, not the one with all results.
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def _enter(assignment, seed):
    """Find the instructor's files and modules as tests do."""
    os.chdir(assignment.beside.folder)
    sys.path.insert(0, str(assignment.beside.folder))
    sys.modules.update(assignment.modules)
    os.environ.update(SCRATCHGRAD_SEED=seed)
    use_references(assignment.prepared.references)


def _graded(content, prepared, sandbox, limits, child, files, records=False):
    clean = []

    def clean_child():
        clean.append(sandbox.spawn(files))
        clean[0].ready()
        return clean[0]

    try:
        graded = grade(content, prepared, child, limits, clean_child, records)
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
        **({"uses": graded.uses} if records else {}),
    }
