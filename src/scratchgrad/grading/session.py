"""A conversation with one worker of the sandbox, nothing of which is taken on trust."""

import contextlib
import secrets
import sys
import time
import warnings

from .calls_ahead import CallsAhead
from .copying import copy_into
from .diagnosis import heard_from
from .randomness import SharedRandom
from .standins import Standin
from .wire import (
    Callback,
    Channel,
    ChannelClosed,
    DeadlineExceeded,
    GeneratorState,
    Handle,
    Returned,
    WireError,
)

_MOST_CALLBACKS_DEEP = 8
_SIGNALS = {11: "segmentation fault", 6: "abort", 7: "bus error", 4: "illegal instruction"}


class WorkerLost(BaseException):
    """The worker is gone or cannot be believed any more.

    Not an `Exception`: a test that expects one must not take this for it.

    Attributes
    ----------
    reason : str
        What happened, in plain words.
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Session:
    """Asks one worker to run cells and call functions.

    Parameters
    ----------
    worker : Worker
    share_random_state : bool
        Whether ``np.random.seed`` or ``random.seed`` in a test is to reach the learner's functions.

    Attributes
    ----------
    deadline : float
        `time.monotonic()` by which the present cell must be through.
    cells_run : int
    heard : list of Heard
        What the calls of the present test cell gave, in the order in which they were asked for.
    failure : AssertionError or None
        The first assertion that failed in a function of the test which the learner's code called,
        or the referee's complaint.
    """

    def __init__(self, worker, share_random_state=False):
        self.worker = worker
        self.channel = Channel(worker.socket)
        self.deadline, self.allowed = float("inf"), None
        self.failure, self.cells_run = None, 0
        self._callbacks, self._numbers, self._depth = {}, {}, 0
        self._random = SharedRandom() if share_random_state else None
        self.sources, self.referee, self._found = [], None, None
        self._ahead, self.heard = CallsAhead(self), []

    def begin(self, seconds):
        """Begin a cell that may take so many seconds; functions passed before are let go."""
        self.allowed, self.deadline = seconds, time.monotonic() + seconds
        self._callbacks, self._numbers, self.failure = {}, {}, None
        self._ahead.forget()
        self.heard = []

    def is_quiet(self):
        """Whether the worker is still connected and has sent nothing unasked."""
        try:
            return not self.channel.pending()
        except ChannelClosed:
            return False

    def end(self):
        """Have the worker killed; nothing more is heard of it."""
        self.channel.close()
        self.worker.kill()

    # ---- what can be asked

    def run(self, source, output_bytes, render=False, names=()):
        """Run a cell; returns its outputs, unchecked, and whether it failed.

        The values of names that the next `look` will ask for come with the answer.
        """
        self.cells_run += 1
        answer = self._ask("run", source, output_bytes, render, list(names))
        self._found = answer.get("found")
        return answer.get("outputs"), answer.get("failed") is True

    def look(self, names):
        """The values of those names that the learner has defined."""
        found, self._found = self._found, None
        if type(found) is not dict:
            found = self._ask("look", list(names))
        return {
            name: self._named(self._arrived(found[name]), name) for name in names if name in found
        }

    def call(self, number, args, kwargs, name=None):
        """Call an object of the worker; by its name, the referee knows what to expect of it."""
        news = self._random.news() if self._random else None
        place = self._place()
        answer = self._ask("call", number, list(args), kwargs, news)
        if self._random:
            self._random.follow(answer.get("random"))
        complaint = self.referee and self.referee.judge(name, args, kwargs, answer)
        self.failure = self.failure or complaint
        self.heard[place] = heard_from(name, answer, args, kwargs)
        return self._result(answer, args, kwargs)

    def _place(self):
        self.heard.append(None)
        return len(self.heard) - 1

    def _result(self, answer, args, kwargs):
        if "changed" in answer:
            self._copy_back(answer["changed"], args, kwargs)
        return self._outcome(answer)

    def get(self, number, name):
        """Read an attribute of an object of the worker."""
        return self._outcome(self._ask("get", Returned(number), name))

    def set(self, number, name, value):
        """Set an attribute of an object of the worker."""
        self._outcome(self._ask("set", Returned(number), name, value))

    def isinstance(self, value, number):
        """Whether a value is an instance of a class of the worker."""
        return self._outcome(self._ask("isinstance", value, Returned(number))) is True

    def issubclass(self, value, number):
        """Whether a class is a subclass of a class of the worker."""
        return self._outcome(self._ask("issubclass", value, Returned(number))) is True

    def iter(self, number):
        """An iterator over a generator, or another iterable of Python's own, of the worker."""
        return self._outcome(self._ask("iter", Returned(number)))

    def next(self, number):
        """The next item of an iterator of the worker, alone in a list; empty at its end."""
        items = self._outcome(self._ask("next", Returned(number)))
        if type(items) is not list or len(items) > 1:
            raise WorkerLost(self._end("sent what is not allowed"))
        return items

    # ---- one request and its answer

    def _ask(self, what, *content):
        # What was found may change with whatever is asked now.
        token, self._found = secrets.randbits(63), None
        with self._explained():
            self._ahead.settle()
            self.send([what, token, *content])
            return self.answer_to(token, dict)

    def send(self, message, is_first=True):
        """Send a request; if it is the first, to a worker that has nothing to say yet."""
        if is_first and self.channel.pending():
            raise WorkerLost(self._end("sent something unasked"))
        self._send(message)

    def answer_to(self, token, kind):
        """Read the answer to a request, of a given type, and serve what is asked before it."""
        while True:
            reply = self.channel.receive(self.deadline)
            if type(reply) is not list or not reply:
                raise WireError("no proper reply")
            if reply[0] == "callback":
                self._serve_callback(*reply[1:])
            elif reply[0] == token and len(reply) == 2 and type(reply[1]) is kind:
                return reply[1]
            else:
                raise WireError("a reply out of turn")

    @contextlib.contextmanager
    def _explained(self):
        """Whatever breaks the conversation ends the worker."""
        try:
            yield
        except _CannotSend:
            raise
        except (WireError, TypeError) as error:
            self._ahead.forget()
            raise WorkerLost(self._explain(error)) from None

    # ---- calls that are not waited for

    def call_later(self, number, args, kwargs, name=None):
        """Ask for a call without waiting for its answer.

        Returns
        -------
        Waiting or None
            None where the call has to be waited for: with functions, or much data.
        """
        if self._random:
            return None
        self._found = None
        with self._explained():
            waiting = self._ahead.add(number, args, kwargs)
        if waiting is not None:
            waiting.name, waiting.place = name, self._place()
        return waiting

    def let_go(self):
        """End a cell whose calls may not all have been waited for.

        Returns
        -------
        str or None
            Why the worker is lost, if it is.
        """
        try:
            with self._explained():
                self._ahead.let_go()
        except WorkerLost as lost:
            return lost.reason
        return None

    def finish(self, waiting):
        """The result of a call that was asked for earlier."""
        if waiting.answer is None:
            with self._explained():
                self._ahead.settle()
        if waiting.answer is None:
            raise WorkerLost("the process was lost")
        self.heard[waiting.place] = heard_from(
            waiting.name, waiting.answer, waiting.args, waiting.kwargs
        )
        return self._result(waiting.answer, waiting.args, waiting.kwargs)

    def _send(self, message):
        try:
            self.channel.send(message, self.deadline, handles=self._numbered)
        except (ChannelClosed, DeadlineExceeded):
            raise
        except WireError as error:
            raise _CannotSend(
                f"an argument cannot be sent to the learner's code: {error}"
            ) from None

    def _explain(self, error):
        if isinstance(error, DeadlineExceeded):
            return self._end(f"took longer than {self.allowed:g} s")
        if isinstance(error, ChannelClosed):
            return self._end(None)
        return self._end("sent what is not allowed")

    def _end(self, reason):
        """Make sure that the worker is gone, and say why."""
        self.channel.close()
        if reason is not None:
            self.worker.kill()
            return reason
        ended = self.worker.wait(1.0)
        if ended is None:
            self.worker.kill()
            return "closed its connection"
        return _reason(ended)

    def _outcome(self, answer):
        for warned in _listed(answer, "warned"):
            if isinstance(warned, Warning):
                warnings.warn(warned, stacklevel=4)
        for item in _listed(answer, "printed"):
            if type(item) is dict and type(item.get("text")) is str:
                sys.stdout.write(item["text"])
        if self.failure is not None:
            raise self.failure
        raised = answer.get("raised")
        if isinstance(raised, Exception):
            raise raised
        return self._arrived(answer.get("returned"))

    # ---- functions of the test that the learner's code calls

    def _serve_callback(self, number, args, kwargs):
        function = self._callbacks.get(number, _let_go)
        if (type(args), type(kwargs)) != (tuple, dict) or self._depth >= _MOST_CALLBACKS_DEEP:
            raise WireError("a callback that is not expected")
        self._depth += 1
        try:
            args, kwargs = self._arrived(args), self._arrived(kwargs)
            answer = {"returned": function(*args, **kwargs)}
        except AssertionError as failure:
            # Remembered, whatever the learner's code does with it, and told to nobody there.
            self.failure = self.failure or failure
            answer = {"raised": RuntimeError("the test failed")}
        except Exception as error:
            answer = {"raised": _bare(error)}
        finally:
            self._depth -= 1
        self._send(["callback", answer])

    # ---- values

    def _numbered(self, value):
        """What stands for an object that stays on this side, or came from the other."""
        if type(value) is Standin:
            return Returned(value._number_in(self))
        if callable(value):
            number = self._numbers.setdefault(id(value), secrets.randbits(63))
            self._callbacks[number] = value
            return Callback(number)
        raise WireError(f"a {type(value).__name__}")

    def _arrived(self, value):
        """A value from the worker, with stand-ins for what stayed there."""
        kind = type(value)
        if kind is Handle:
            return Standin(self, value.number, "object")
        if kind is Returned:
            return self._callbacks.get(value.number)
        if kind is GeneratorState:
            return value.generator()
        if kind is list or kind is tuple:
            return kind(map(self._arrived, value))
        if kind is dict:
            return {key: self._arrived(each) for key, each in value.items()}
        return value

    def _named(self, value, name):
        return value._called(name) if type(value) is Standin else value

    def _copy_back(self, changed, args, kwargs):
        given = {**dict(enumerate(args)), **kwargs}
        if type(changed) is not dict or not changed.keys() <= given.keys():
            raise WorkerLost(self._end("sent what is not allowed"))
        for key, value in changed.items():
            copy_into(given[key], self._arrived_state(value))

    def _arrived_state(self, value):
        return value if type(value) is GeneratorState else self._arrived(value)


class _CannotSend(TypeError):
    """A test passes something that has no place on the wire."""


def _let_go(*args, **kwargs):
    raise RuntimeError("a function of another test cell, which is over")


def _listed(answer, key):
    value = answer.get(key)
    return value if type(value) is list else []


def _bare(error):
    """The nearest built-in class of an error, without its text, which may tell about the test."""
    for kind in type(error).__mro__:
        if kind.__module__ == "builtins" and issubclass(kind, Exception):
            return kind() if kind is not StopIteration else RuntimeError()
    return RuntimeError()


def _reason(ended):
    if ended.reason == "crashed":
        return f"crashed ({_SIGNALS.get(ended.signal, f'signal {ended.signal}')})"
    return {
        "cpu": "used up its processor time",
        "wall": "used up its time",
        "memory": "used too much memory",
        "file_size": "wrote too large a file",
        "exited": f"ended the process (exit code {ended.exit_code})",
    }.get(ended.reason, "ended without a word")
