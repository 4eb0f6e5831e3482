"""Grades submissions in warm processes: what the rest of the package calls."""

import dataclasses
import json
import os
import socket
import subprocess
import sys

from .grader import TRUSTED
from .sandbox import Limits, SandboxUnavailable
from .wire import Channel, WireError, decode


class EngineError(Exception):
    """The engine broke; the submission may be graded again."""


class Engine:
    """One warm process that grades submissions, one after another.

    A process that is lost costs the submission that it had; for the next one there is another.

    Parameters
    ----------
    limits : Limits, optional
    sandboxed : bool
        False runs learner code with the caller's rights; results say so.
    hide : sequence of path
        Folders that must not be in view of learner code, such as the course.
    core : int, optional
        The processor core that it keeps to, with its sandbox.

    Raises
    ------
    SandboxUnavailable
        If this machine cannot make a sandbox; the message says what to install.
    """

    def __init__(self, limits=None, sandboxed=True, hide=(), core=None):
        self.sandboxed, self._core = sandboxed, core
        self._settings = {
            "limits": dataclasses.asdict(limits or Limits()),
            "sandboxed": sandboxed,
            "hide": [str(folder) for folder in hide],
        }
        self._prepared, self._process = {}, None
        self._start()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def prepare(self, plan, files=None):
        """Make an assignment's notebook ready to be graded.

        Parameters
        ----------
        plan : Plan
        files : dict of str to bytes, optional
            The instructor's files, which tests find beside them.

        Returns
        -------
        list of str
            What is wrong with the source notebook.

        Raises
        ------
        EngineError
        """
        if plan.key not in self._prepared:
            files = files or {}
            self._start_again_if_lost()
            problems = self._ready(plan, files, {})
            key = _answer_key(plan)
            result = self._graded(plan, key, "answer key", files, records=True)
            if uses := result.get("uses"):
                uses = self._drawn_again(plan, key, files, uses)
                self._allow(plan, uses)
                # Again: nothing but that is possible from now on.
                result = self._graded(plan, key, "answer key again", files)
            self._prepared[plan.key] = plan, files, uses, problems + self._objections(result)
        return self._prepared[plan.key][-1]

    def _ready(self, plan, files, uses):
        request = {"do": "prepare", "key": plan.key, "plan": plan.as_dict(), "files": files}
        problems = self._ask(request)["problems"]
        if uses:
            self._allow(plan, uses)
        return problems

    def _drawn_again(self, plan, key, files, uses):
        """Where the source's solution uses objects, whatever tests draw for a learner."""
        draws = any(_DRAWS in cell.source for cell in plan.cells)
        for number in range(_MORE_DRAWS if draws else 0):
            more = self._graded(plan, key, f"answer key {number}", files, records=True)
            more = more.get("uses", {})
            uses = {n: sorted({*uses.get(n, ()), *more.get(n, ())}) for n in uses | more}
        return uses

    def _allow(self, plan, uses):
        self._ask({"do": "allow", "key": plan.key, "uses": uses})

    @staticmethod
    def _objections(result):
        """What the tests, run apart, have against the source's own solutions."""
        if "unreadable" in result:
            return [f"the source's own solutions cannot be graded: {result['unreadable']}"]
        return [
            f"{score['name']} gives the source's own solution {score['points']:g} of "
            f"{score['maximum']:g} points: {score['problem'] or score['detail'] or score['kind']}"
            for score in result["scores"]
            if score["points"] < score["maximum"]
        ]

    def grade(self, plan, content, seed, files=None):
        """Grade one submission.

        Parameters
        ----------
        plan : Plan
            One that was prepared.
        content : bytes
            The notebook as handed in; nothing about it is trusted.
        seed : str
            Seeds what tests draw: learner and assignment.
        files : dict of str to bytes, optional
            What lies beside the learner's notebook.

        Returns
        -------
        dict
            Either ``unreadable``, a reason in one line, or ``notebook`` (JSON text), ``scores``
            (as `Score`), ``notes``, ``memory`` (the most that the learner's code had, in bytes);
            and ``seconds``.

        Raises
        ------
        EngineError
        """
        return self._graded(plan, content, seed, files or {})

    def _graded(self, plan, content, seed, files, records=False):
        self._start_again_if_lost()
        request = {"do": "grade", "key": plan.key, "content": content, "records": records}
        told = self._ask({**request, "seed": seed, "files": files})
        try:
            result = decode(told["answer"], TRUSTED)
        except WireError as error:
            raise EngineError(f"the grader gave no proper answer: {error}") from None
        if "broken" in result:
            raise EngineError(result["broken"])
        result["seconds"] = {**result.get("seconds", {}), **told["seconds"]}
        return result

    @property
    def pid(self):
        """Id of the warm process."""
        return self._process.pid

    def close(self):
        """End the process."""
        if self._process is not None:
            self._channel.close()
            self._process.wait()
            self._process = None

    def _start(self):
        ours, theirs = socket.socketpair()
        with theirs:
            # Nothing is imported from the working folder: it may be anything.
            command = [sys.executable, "-P", "-m", "scratchgrad.grading.warm"]
            environment = {**os.environ, **_ONE_THREAD, **_AS_NBGRADER, "PYTHONWARNINGS": "ignore"}
            self._process = subprocess.Popen(command, stdin=theirs, env=environment)
        if self._core is not None:
            # What it starts later inherits that.
            os.sched_setaffinity(self._process.pid, {self._core})
        self._channel = Channel(ours, TRUSTED)
        answer = self._ask(self._settings)
        if "unavailable" in answer:
            self.close()
            raise SandboxUnavailable(answer["unavailable"])

    def _start_again_if_lost(self):
        if self._process is not None:
            return
        self._start()
        for plan, files, uses, _ in self._prepared.values():
            self._ready(plan, files, uses)

    def _ask(self, request):
        try:
            self._channel.send(request)
            return self._channel.receive()
        except WireError as error:
            self._process.kill()
            self.close()
            raise EngineError(f"the grading process is lost: {error}") from None


def _answer_key(plan):
    """A submission that holds the source's own solutions."""
    cells = [
        {
            "cell_type": cell.cell_type,
            "id": cell.cell_id,
            "metadata": {"nbgrader": {"grade_id": cell.name}} if cell.kind != "open" else {},
            "source": plan.solutions.get(cell.name, cell.source),
        }
        for cell in plan.cells
    ]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


# How a test asks for what differs between learners, and how often the source is tried with it.
_DRAWS, _MORE_DRAWS = "generator(", 9
# Cells may ask whether they are being graded.
_AS_NBGRADER = {"NBGRADER_EXECUTION": "autograde", "MPLBACKEND": "agg"}
# A fork has none of the threads of a pool; and one submission is to use one core.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
