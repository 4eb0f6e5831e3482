"""What tests call, where that is known beforehand.

Many tests make the same calls for every learner, and pass if the results are the reference's. The
calls of such a test can be sent without running it. Where the answers are the reference's to the
last bit it would pass; where they are not it is run, and finds the answers waiting.
"""

import collections
import functools
from collections.abc import Sequence
from typing import NamedTuple

from .conversation import whole
from .diagnosis import heard_from
from .wire import WireError, decode, encode

# More is not sent ahead.
_LARGEST = 16 << 10


class Script(NamedTuple):
    """The calls of a test.

    Attributes
    ----------
    names : list of str
        The learner's functions that are called.
    calls : bytes
        In our encoding a list of calls: place among the names, arguments, keyword arguments.
    answers : bytes
        What the sandbox answers to them where the functions are the reference's.
    """

    names: list
    calls: bytes
    answers: bytes


class Heard(Sequence):
    """What the calls of a script gave, worked out when it is asked for."""

    def __init__(self, script):
        self._script = script

    @functools.cached_property
    def _items(self):
        names, calls, answers = self._script
        return [
            heard_from(names[place], whole(answer), args, kwargs)
            for (place, args, kwargs), answer in zip(decode(calls), decode(answers), strict=True)
        ]

    def __len__(self):
        return len(self._items)

    def __getitem__(self, index):
        return self._items[index]


class Recorder:
    """Keeps the calls of a test while it is run, and what they gave, unless it asks for more."""

    def __init__(self):
        self._calls, self._answers = [], {}

    def add(self, name, args, kwargs):
        """Keep a call as it is made.

        Returns
        -------
        int
            Its number.
        """
        if self._calls is None:
            return None
        try:
            self._calls.append((name, encode([list(args), kwargs])))
        except WireError:
            self.give_up()
            return None
        return len(self._calls) - 1

    def answer(self, number, answer):
        """Keep what a call gave."""
        self._answers[number] = answer if answer.keys() != {"returned"} else [answer["returned"]]

    def give_up(self):
        """The test depends on more than what calls give."""
        self._calls = None

    def script(self, used, learners):
        """The script; None if there can be none.

        Parameters
        ----------
        used : set of str
            Names that the test's code reads.
        learners : set of str
            Names that are the learner's.
        """
        if not self._calls or len(self._answers) < len(self._calls):
            return None
        names = sorted({name for name, _ in self._calls})
        if not set(names) <= learners or not used & learners <= set(names):
            return None
        calls = encode([[names.index(name), *decode(call)] for name, call in self._calls])
        answers = encode([self._answers[number] for number in range(len(self._calls))])
        return Script(names, calls, answers) if len(calls) <= _LARGEST else None


class Replay:
    """The answers to a script, for a test that is run after all.

    Parameters
    ----------
    script : Script
    answers : bytes
        Of the learner's functions.

    Raises
    ------
    WireError
        If they are no proper answers.
    """

    def __init__(self, script, answers):
        self._names, calls, answers = script.names, decode(script.calls), decode(answers)
        if type(answers) is not list or len(answers) != len(calls):
            raise WireError("no proper answers")
        self._waiting = collections.deque(zip(map(encode, calls), map(whole, answers), strict=True))

    def answer(self, name, args, kwargs):
        """The answer to the next call; None if the test no longer goes by the script."""
        if not self._waiting or name not in self._names:
            return None
        call, answer = self._waiting.popleft()
        try:
            if encode([self._names.index(name), list(args), kwargs]) == call:
                return answer
        except WireError:
            pass
        self._waiting.clear()
        return None


def agreed(prepared, in_order, alone):
    """The scripts of tests that can be left out.

    Parameters
    ----------
    prepared : Prepared
    in_order, alone : dict of str to Script or None
        Of the tests that passed for the reference, with another seed each time. The second time
        no test found what others had defined.

    Returns
    -------
    dict of str to Script
    """
    if prepared.seeds_globally:
        return {}
    codes = prepared.codes
    tests = {name: code for name, code in codes.items() if prepared.cells[name].kind == "test"}
    others = [code.used for name, code in codes.items() if name not in tests]
    # What a test binds may be missed where it is left out.
    missed = set(prepared.learners_names).union(*others)
    missed |= set().union(*(code.used - code.defined for code in tests.values()))
    missed |= set().union(*(tests[name].used for name in in_order.keys() - alone.keys()))
    return {
        name: script
        for name, script in in_order.items()
        if script is not None
        and alone.get(name) == script
        and not tests[name].defined & missed
        and not tests[name].used & prepared.depending
    }
