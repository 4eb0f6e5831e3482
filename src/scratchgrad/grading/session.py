"""What can be asked of one worker of the sandbox, and what its answers become."""

import sys
import warnings

from .callbacks import FAILED, answer_to
from .calls_ahead import CallsAhead
from .conversation import CannotSend, Conversation
from .copying import copy_into
from .exchange import Exchange
from .heard import heard_from
from .lending import Lent
from .operations import DECIDING, TYPES_BY_NAME
from .randomness import SharedRandom
from .rebinding import Rebound
from .sharing import share_again
from .turn import Turn
from .wire import GeneratorState, Returned, WireError

_MOST_CALLBACKS_DEEP = 8


class Session:
    """Asks one worker to run cells and call functions.

    Parameters
    ----------
    worker : Worker
    share_random_state : bool
        Whether ``np.random.seed`` or ``random.seed`` in a test is to reach the learner's functions.

    Attributes
    ----------
    cells_run : int
    sources : list of str
        The learner's cells.
    """

    def __init__(self, worker, share_random_state=False):
        self._exchange = Exchange(self)
        self._talk = Conversation(worker, self._exchange.numbered, self._serve_callback)
        self._ahead = CallsAhead(self, self._talk)
        self._rebound = Rebound()
        self._random = SharedRandom() if share_random_state else None
        self.cells_run, self.sources, self._found = 0, [], None

    def begin(self, *about):
        """Begin a cell, given what its `Turn` is made of.

        Returns
        -------
        Turn
        """
        self._talk.turn = Turn(*about)
        return self._talk.turn

    def resume(self, turn):
        """Go back to a cell whose calls were asked for."""
        self._talk.turn = turn

    @property
    def turn(self):
        """The present cell's."""
        return self._talk.turn

    @property
    def loss(self):
        """How the worker was lost; None while it is there."""
        return self._talk.loss

    def is_quiet(self):
        """Whether the worker is still connected and has sent nothing unasked."""
        return self._talk.is_quiet()

    def end(self):
        """Have the worker killed; nothing more is heard of it."""
        self._talk.end()

    # ---- what can be asked

    def run(self, source, output_bytes, render=False, names=()):
        """Run a cell; returns its outputs, unchecked, and whether it failed.

        The values of names that the next `look` will ask for come with the answer.
        """
        return self.ran(self.start_run(source, output_bytes, render, names))

    def start_run(self, source, output_bytes, render=False, names=()):
        """Begin to run a cell, without waiting for it.

        Returns
        -------
        Asked
        """
        self.cells_run += 1
        size = len(source.encode("utf-8", "surrogatepass"))
        return self._talk.ask_later("run", source, output_bytes, render, list(names), size=size)

    def ran(self, asked):
        """Wait for a cell that was begun; returns what `run` does."""
        self._talk.hear(asked)
        (answer,) = asked.answers
        self._found = answer
        return answer.get("outputs"), answer.get("failed") is True

    def look(self, names):
        """The values of those names that the learner has defined."""
        answer, self._found = self._found, None
        if answer is None or "found" not in answer:
            answer = self._ask("look", list(names))
        values = self._exchange.named(answer, names)
        self._rebound.found(values)
        return values

    def call(self, target, args, kwargs, name=None):
        """Call an object of the worker; by its name, the referee knows what to expect of it."""
        turn, news = self._talk.turn, self._random.news() if self._random else None
        place = turn.place()
        answer = self._ask("call", target._number, list(args), kwargs, news)
        if self._random:
            self._random.follow(answer.get("random"))
        complaint = turn.referee and turn.referee.judge(name, args, kwargs, answer)
        turn.failure = turn.failure or complaint
        turn.heard[place] = heard_from(name, answer, args, kwargs)
        return self._result(answer, args, kwargs, target)

    def _result(self, answer, args, kwargs, target):
        if "changed" in answer:
            self._copy_back(answer["changed"], args, kwargs, target)
        origin = target._origin
        returned = self._outcome(answer, origin and f"{origin}()")
        if "shared" in answer:
            return share_again(returned, args, kwargs, answer["shared"])
        return returned

    def get(self, target, name):
        """Read an attribute of an object of the worker."""
        value, turn = self._asked(f".{name}", "get", target, name), self.turn
        turn.lent = turn.lent or Lent(self._exchange.numbered)
        return turn.lent.kept(target._number, name, value)

    def set(self, target, name, value):
        """Set an attribute of an object of the worker."""
        self._asked("set", "set", target, name, value)

    def _asked(self, origin, what, target, *content):
        """Ask for something of an object; what comes of it comes from there."""
        answer = self._ask(what, Returned(target._number), *content)
        return self._outcome(answer, _origin(target, origin))

    def allows(self, operation, target):
        """Whether the cell may perform an operation on an object of the worker, see `uses`."""
        uses = self._talk.turn.uses
        if uses is None or target._origin is None:
            return False
        if uses.is_recording and not self._may_be_asked(operation, target):
            return False
        return uses.allows(operation)

    def _may_be_asked(self, operation, target):
        """Whether the object of the source's solution may be asked for this.

        What a test's outcome is made of, only if its class is of the notebook: in the place of
        a library's class any other could stand, and say yes.
        """
        return operation not in DECIDING or self._asked(None, "is_own", target)

    def type_of(self, target):
        """The class of an object of the worker; a stand-in where only the worker has it."""
        name, kind, _ = self._told_type(target)
        return TYPES_BY_NAME.get(name) or self._talk.turn.common.named(name) or kind

    def class_of(self, target):
        """A class, of those that the test has, that an object of the worker is an instance of.

        Returns
        -------
        type or None
        """
        name, kind, bases = self._told_type(target)
        named = self._talk.turn.common.named
        known = TYPES_BY_NAME.get(name) or next(filter(None, map(named, [name, *bases])), None)
        # By exact type: a stand-in for a class says that it is one.
        return known or (kind if issubclass(type(kind), type) else None)

    def _told_type(self, target):
        told = self._asked(".__class__", "type_of", target)
        if type(told) is not tuple or tuple(map(type, told[::2])) != (str, list):
            raise self._talk.refuse()
        return told

    def bases(self, target):
        """The bases of a class of the worker, as far as the test has them its own."""
        bases = self._asked(".__bases__", "get", target, "__bases__")
        if type(bases) is not tuple:
            raise self._talk.refuse()
        return tuple(map(self._own_class, bases))

    def _own_class(self, kind):
        if not hasattr(type(kind), "_number_in"):
            return kind
        return self._talk.turn.common.named(self._asked(None, "name_of", kind)) or kind

    def operate(self, operation, target, *operands):
        """Perform an operation on an object of the worker."""
        answer = self._ask("operate", operation, Returned(target._number), list(operands))
        return self._outcome(answer, _origin(target, operation))

    def isinstance(self, value, target):
        """Whether a value is an instance of a class of the worker."""
        return self._outcome(self._ask("isinstance", value, Returned(target._number))) is True

    def issubclass(self, value, target):
        """Whether a class is a subclass of a class of the worker."""
        return self._outcome(self._ask("issubclass", value, Returned(target._number))) is True

    def iter(self, target):
        """An iterator over a generator, or another iterable of Python's own, of the worker."""
        return self._asked("iter", "iter", target)

    def next(self, target):
        """The next item of an iterator of the worker, alone in a list; empty at its end."""
        items = self._asked("next", "next", target)
        if type(items) is not list or len(items) > 1:
            raise self._talk.refuse()
        return items

    def _ask(self, what, *content):
        # What was found may change with whatever is asked now.
        self._found = None
        self._ahead.flush()
        self._give_back()
        return self._ask_now(what, *content)

    def _ask_now(self, what, *content):
        try:
            return self._talk.ask(what, *content)
        except CannotSend as error:
            raise self.not_possible(error) from None

    def _give_back(self):
        """Bring the worker to where the test is: names that it has bound, attributes changed."""
        turn = self._talk.turn
        if self._rebound.is_changed(turn.taken):
            for change in self._rebound.changed(turn.taken, turn.names):
                self._ask_now(*change)
        if turn.lent:
            for number, name, before, value in turn.lent.changed():
                self._ask_now("put", Returned(number), name, before, value)

    # ---- calls that are not waited for

    def call_later(self, target, args, kwargs, name=None):
        """Ask for a call without waiting for its answer.

        Returns
        -------
        Waiting or None
            None where the call has to be waited for: with functions, or much data.
        """
        # A function of the test that was passed before may be called back now, and ask for more.
        if self._random or self._talk.turn.callbacks:
            return None
        self._found = None
        self._give_back()
        return self._ahead.add(target, args, kwargs, name)

    def asked_all(self):
        """Send what is not sent yet: the present cell asks for no more."""
        self._ahead.flush()
        self._give_back()
        for change in self._rebound.undone():
            self._ask_now(*change)

    def let_go(self, turns):
        """Read the answers to what some cells have asked for, though nobody waits for them."""
        self._talk.hear_all(turns)

    def finish(self, waiting):
        """The result of a call that was asked for earlier."""
        if waiting.asked is None:
            self._ahead.flush()
        self._talk.hear(waiting.asked)
        answer = waiting.asked.answers[waiting.index]
        waiting.turn.heard[waiting.place] = heard_from(
            waiting.name, answer, waiting.args, waiting.kwargs
        )
        return self._result(answer, waiting.args, waiting.kwargs, waiting.target)

    def _outcome(self, answer, origin=None):
        for warned in _listed(answer, "warned"):
            if isinstance(warned, Warning):
                warnings.warn(warned, stacklevel=4)
        for item in _listed(answer, "printed"):
            if type(item) is dict and type(item.get("text")) is str:
                sys.stdout.write(item["text"])
        if self._talk.turn.failure is not None:
            raise self._talk.turn.failure
        raised = answer.get("raised")
        if isinstance(raised, Exception):
            raise self._exchange.error(raised, answer, origin)
        return self._exchange.result(answer, origin)

    # ---- functions of the test that the learner's code calls

    def _serve_callback(self, turn, number, args, kwargs):
        talk = self._talk
        if (type(args), type(kwargs)) != (tuple, dict) or talk.depth >= _MOST_CALLBACKS_DEEP:
            raise WireError("a callback that is not expected")
        talk.depth += 1
        try:
            args, kwargs = (self._exchange.arrived(each, "callback") for each in (args, kwargs))
            answer = answer_to(turn, number, args, kwargs)
        finally:
            talk.depth -= 1
        try:
            talk.send(["callback", answer])
        except CannotSend as error:
            turn.failure = turn.failure or error
            talk.send(["callback", FAILED])

    def not_possible(self, error):
        """Have the present test cell fail with an error, whatever it does with it.

        A test that expects an error of the learner's code must not take this for it.
        """
        turn = self._talk.turn
        turn.failure = turn.failure or error
        return error

    def _copy_back(self, changed, args, kwargs, target):
        given = {**dict(enumerate(args)), **kwargs}
        if type(changed) is not dict or not changed.keys() <= given.keys():
            raise self._talk.refuse()
        for key, value in changed.items():
            if type(value) is not GeneratorState:
                value = self._exchange.arrived(value, _origin(target, "changed"))
            copy_into(given[key], value)


def _origin(target, origin):
    """Where something comes from that came by an object; None if that should not be one."""
    return None if target._origin is None else origin


def _listed(answer, key):
    value = answer.get(key)
    return value if type(value) is list else []
