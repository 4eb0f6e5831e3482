"""What a worker of a cluster runs: it grades submissions that come by value.

What comes and what goes are bytes in our own encoding. Dask pickles whatever its tasks take and
return, and nothing of a submission is to be unpickled; bytes stay bytes.
"""

import collections
import dataclasses
import hashlib
import socket
import threading

from .engine import Engine, EngineError
from .grader import TRUSTED
from .outcome import outcome
from .plan import Plan
from .sandbox import Limits, SandboxUnavailable
from .versions import differences, versions
from .wire import decode, encode

# Two who grade at the same time do not end each other's engines.
_MOST_HELD = 2
_held, _one_at_a_time = collections.OrderedDict(), threading.Lock()


@dataclasses.dataclass(frozen=True)
class _Held:
    """An assignment with the engine that is ready for it."""

    engine: Engine
    plans: list
    files: dict
    problems: list


class _Refused(Exception):
    """This worker would not give the marks that are asked for."""


def assignment(limits, sandboxed, plans, files):
    """All that a worker has to know of an assignment, and what it is known by.

    Parameters
    ----------
    limits : Limits
    sandboxed : bool
    plans : list of Plan
    files : dict of str to bytes
        The instructor's.

    Returns
    -------
    key : str
    content : bytes
    """
    content = encode(
        {
            "versions": versions(),
            "limits": dataclasses.asdict(limits),
            "sandboxed": sandboxed,
            "plans": [plan.as_dict() for plan in plans],
            "files": files,
        },
        caps=TRUSTED,
    )
    return hashlib.sha256(content).hexdigest(), content


def submission(notebooks, files, seed):
    """A submission as `grade` takes it: see `outcome`."""
    return encode({"notebooks": notebooks, "files": files, "seed": seed}, caps=TRUSTED)


def answer_of(content):
    """What `prepare` and `grade` return, decoded."""
    return decode(content, TRUSTED)


def kept(content):
    """An assignment. As the result of a task it is sent to each worker once, and made anew where
    the last one to have it is lost."""
    return content


def prepare(key, content):
    """Make an assignment ready.

    Returns
    -------
    bytes
        Of a dict with ``problems``, those of the source notebooks, or as from `grade`.
    """
    return _answer(lambda: {"problems": _ready(key, content).problems})


def grade(key, content, asked):
    """Grade one submission.

    Parameters
    ----------
    key : str
    content : bytes
        As from `assignment`.
    asked : bytes
        As from `submission`.

    Returns
    -------
    bytes
        Of what `outcome` returned, or of a dict with ``refused`` or ``unavailable``: why nothing
        can be graded here.
    """

    def graded():
        held, given = _ready(key, content), decode(asked, TRUSTED)
        files = given["files"] | held.files
        return outcome(held.engine, held.plans, given["notebooks"], files, given["seed"])

    return _answer(graded)


def _answer(work):
    with _one_at_a_time:
        try:
            found = work()
        except EngineError as error:
            found = {"broken": str(error)}
        except (_Refused, SandboxUnavailable) as error:
            kind = "refused" if isinstance(error, _Refused) else "unavailable"
            found = {kind: f"the worker on {socket.gethostname()}: {error}"}
        except Exception as error:
            # Else Dask would pickle it, with what it holds of the submission.
            found = {"broken": f"{type(error).__name__}: {error}"}
    return encode(found, caps=TRUSTED)


def _ready(key, content):
    if key not in _held:
        while len(_held) >= _MOST_HELD:
            _held.popitem(last=False)[1].engine.close()
        _held[key] = _made_ready(decode(content, TRUSTED))
    _held.move_to_end(key)
    return _held[key]


def _made_ready(told):
    if found := differences(versions(), told["versions"]):
        raise _Refused("; ".join(found))
    plans = [Plan.from_dict(plan) for plan in told["plans"]]
    engine = Engine(Limits(**told["limits"]), told["sandboxed"])
    try:
        problems = [each for plan in plans for each in engine.prepare(plan, told["files"])]
    except BaseException:
        engine.close()
        raise
    return _Held(engine, plans, told["files"], problems)
