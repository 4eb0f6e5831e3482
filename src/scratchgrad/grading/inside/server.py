"""Answers the grader: runs cells, looks up names, calls the learner's functions.

Each request is ``[what, token, depth, ...]`` and is answered by ``[token, ...]``. While it serves a
call, the server may ask back: ``["callback", number, args, kwargs]`` runs a function of the test.
That may ask for more calls meanwhile, which are one deeper; what was asked ahead has to wait.
"""

import builtins
import collections
import contextlib
import sys
import warnings
from types import FunctionType

import numpy as np

from ..common_classes import name_of
from ..copying import copy_into
from ..dress import dress_of
from ..operations import OPERATIONS
from ..randomness import set_states, states
from ..sharing import shared_places
from ..wire import Channel, WireError, encode
from .objects import Objects
from .shell import SHELL, Outputs
from .values import (
    PLAIN,
    as_it_was,
    following,
    is_own,
    iterator,
    own_errors,
    picture,
    pictures,
    plain,
    type_of,
)  # fmt: skip

_BUILTINS = {"input": input, "print": print}
_RETURNED = {"returned"}
_ALWAYS = [("always", None, Warning, None, 0)]
_PRINTED = 100_000
_DEFAULTS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


def serve(sock):
    """Serve one worker's socket until it is closed."""
    server = Server(Channel(sock, trusted=True))
    with contextlib.suppress(WireError):
        while True:
            server.answer(server.next_request())


class Server:
    def __init__(self, channel):
        self.channel = channel
        self._objects = objects = Objects(self.call_back)
        self._kept, self._received = objects.kept, objects.received
        self.depth, self.postponed = 0, collections.deque()

    def next_request(self):
        """The request that has waited longest."""
        return self.postponed.popleft() if self.postponed else self.channel.receive()

    def answer(self, request):
        """Do what is asked and say what came of it."""
        what, token, _, *content = request
        if what == "calls":
            self._answer_calls(token, *content)
        else:
            self._send_answer(token, getattr(self, f"_{what}")(*content))

    def _answer_calls(self, token, calls):
        """Answer several calls at once, or one by one where that is too much for a message."""
        with warnings.catch_warnings(record=True) as caught:
            answers = [as_it_was(self._called(*call, caught)) for call in calls]
        try:
            # What is only returned stands for itself.
            self._send(token, [
                [answer["returned"]] if answer.keys() == _RETURNED else answer
                for answer in answers
            ])  # fmt: skip
        except WireError:
            for answer in answers:
                self._send_answer(token, answer, lambda answer: [answer])

    def _send_answer(self, token, answer, wrapped=lambda answer: answer):
        try:
            self._send(token, wrapped(answer))
        except WireError as error:
            if answer.pop("found", None) is not None:
                # Asked for again, by itself, if it is needed.
                return self._send_answer(token, answer)
            why = TypeError(f"the result cannot be sent: {error}")
            self._send(token, wrapped({"raised": why}))

    def _send(self, token, answer):
        self.channel.send([token, answer], handles=self._kept)

    # ---- requests

    def _run(self, source, limit, render, names):
        outputs, failed = SHELL.run(source, limit, render)
        answer = {"outputs": outputs, "failed": failed}
        return {**answer, **self._look(names)} if names else answer

    def _look(self, names):
        """The values that names have, and which of them are exception classes."""
        values = {name: SHELL.user_ns[name] for name in names if name in SHELL.user_ns}
        found = {name: self._fitting(value) for name, value in values.items()}
        errors = {name: own for name, value in values.items() if (own := own_errors(value))}
        dresses = {n: told for n, each in values.items() if (told := dress_of(each, self._kept))}
        told = {"found": found, "errors": errors, "dresses": dresses}
        return {what: each for what, each in told.items() if each or what == "found"}

    def _fitting(self, value):
        """A value if it can cross, else a handle to it."""
        if isinstance(value, (FunctionType, type)):
            return self._kept(value)
        try:
            encode(value, handles=self._kept)
        except WireError:
            return self._kept(value)
        return value

    def _call(self, number, args, kwargs, random):
        if random:
            set_states(random)
        with warnings.catch_warnings(record=True) as caught:
            answer = self._called(number, args, kwargs, caught)
        if random is not None:
            answer["random"] = states()
        return answer

    def _called(self, number, args, kwargs, caught):
        """What a call gives, and what it has changed."""
        try:
            args, kwargs = self._received((args, kwargs))
        except Exception as error:
            # Of a class that the learner's code has put something else in the place of.
            return self._raised(error)
        before = pictures(args, kwargs)
        answer = self._outcome_among(caught, self._objects[number], args, kwargs)
        changed = {key: value for key, value, old in before if picture(value) != old}
        if changed:
            answer["changed"] = changed
        return answer

    def _outcome(self, function):
        with warnings.catch_warnings(record=True) as caught:
            return self._outcome_among(caught, function, (), {})

    def _outcome_among(self, caught, function, args, kwargs):
        """What a call returns or raises, warns of and prints.

        Warnings come into the list `caught`, whatever the call before this one has left.
        """
        answer, SHELL.outputs = {}, Outputs(_PRINTED)
        sys.stdout, sys.stderr = SHELL.streams
        if warnings.filters != _ALWAYS:
            warnings.resetwarnings()
            warnings.simplefilter("always")
        caught.clear()
        with np.errstate(**_DEFAULTS):
            try:
                returned = function(*args, **kwargs)
                answer["returned"] = plain(returned)
                if type(returned) not in PLAIN and (dress := dress_of(returned, self._kept)):
                    answer["dress"] = dress
                if isinstance(returned, Exception):
                    answer |= self._kinds(returned)
                if shared := shared_places(answer["returned"], args, kwargs):
                    answer["shared"] = shared
            except WireError:
                raise
            except Exception as error:
                answer |= self._raised(error)
            except BaseException as error:
                answer["raised"] = RuntimeError(f"{type(error).__name__} raised")
        if caught:
            answer["warned"] = [each.message for each in caught[:20]]
        if SHELL.outputs.items:
            answer["printed"] = SHELL.outputs.collected()
        return answer

    def _raised(self, error):
        told = {"raised": error, **self._kinds(error)}
        return told if error.__cause__ is None else {**told, "cause": error.__cause__}

    def _kinds(self, error):
        """What is told of an exception whose class is none of Python's own."""
        if own := own_errors(type(error)):
            # Not the frames, with all that is in them.
            return {"kinds": own[0], "error": self._kept(error.with_traceback(None))}
        return {}

    def _get(self, target, name):
        return self._outcome(lambda: getattr(self._received(target), name))

    def _set(self, target, name, value):
        return self._outcome(lambda: setattr(self._received(target), name, self._received(value)))

    def _bind(self, name, function):
        """Put a function of the test, or the learner's again, in the place of the learner's."""
        SHELL.user_ns[name] = self._received(function)
        return {}

    def _replace(self, name, function):
        """Put a function of the test in the place of one of Python's, or that one again."""
        setattr(builtins, name, _BUILTINS[name] if function is None else self._received(function))
        return {}

    def _put(self, target, name, before, value):
        """Change a list, dict, set or array that is an attribute, if it is as it was."""

        def put():
            held = getattr(self._received(target), name)
            if picture(held) == picture(self._received(before)):
                copy_into(held, self._received(value))

        return self._outcome(put)

    def _operate(self, operation, target, operands):
        perform = OPERATIONS[operation]
        return self._outcome(lambda: perform(*self._received([target, *operands])))

    def _type_of(self, target):
        return self._outcome(lambda: type_of(self._received(target)))

    def _name_of(self, kind):
        return self._outcome(lambda: name_of(self._received(kind)))

    def _is_own(self, target):
        return self._outcome(lambda: is_own(self._received(target)))

    def _isinstance(self, value, kind):
        return self._outcome(lambda: isinstance(*self._received((value, kind))))

    def _issubclass(self, value, kind):
        return self._outcome(lambda: issubclass(*self._received((value, kind))))

    def _iter(self, target):
        return self._outcome(lambda: iterator(self._received(target)))

    def _next(self, target):
        return self._outcome(lambda: following(self._received(target)))

    # ---- functions of the test

    def call_back(self, number, args, kwargs):
        """Call a function of the test and wait for what it returns."""
        self.channel.send(["callback", number, args, kwargs], handles=self._kept)
        self.depth += 1
        try:
            answer = self._callback_answer()
        finally:
            self.depth -= 1
        if "raised" in answer:
            raise answer["raised"]
        return self._received(answer["returned"])

    def _callback_answer(self):
        """Wait for what a function of the test gives, and answer what it asks meanwhile."""
        while True:
            what, *content = self.channel.receive()
            if what == "callback":
                return content[0]
            request = [what, *content]
            if request[2] == self.depth:
                self.answer(request)
            else:
                self.postponed.append(request)
