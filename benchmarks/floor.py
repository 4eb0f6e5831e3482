"""The floor for ``grading.py``: the same cells, no isolation, nothing written.

Prints milliseconds per submission: all in one warm process, and in a process forked for each.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path

from scratchgrad.checks import use_references
from scratchgrad.course import notebook
from scratchgrad.course.layout import Course, notebook_name
from scratchgrad.grading.inside.shell import SHELL
from scratchgrad.grading.plan import make_plan
from scratchgrad.grading.prepared import Prepared, executed
from scratchgrad.grading.restore import restored
from scratchgrad.grading.sandbox.confined import kernel


def main():
    """Measure and print."""
    course, assignment = Course(Path(sys.argv[1])), sys.argv[2]
    source = notebook.read(course.notebook("source", assignment))
    prepared = Prepared(make_plan(assignment, notebook_name(assignment), source))
    use_references(prepared.references)
    paths = sorted(course.root.glob(f"submitted/*/{assignment}/*.ipynb"))
    _run(paths[0], prepared)
    warm = _timed(paths, lambda path: _run(path, prepared))
    # As the engine does before it forks.
    gc.collect()
    gc.freeze()
    kernel.huge_pages()
    print(warm, _timed(paths, lambda path: _run_forked(path, prepared)))


def _timed(paths, run):
    start = time.perf_counter()
    for path in paths:
        run(path)
    return 1000 * (time.perf_counter() - start) / len(paths)


def _run_forked(path, prepared):
    pid = os.fork()
    if pid == 0:
        try:
            gc.disable()
            _run(path, prepared)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _run(path, prepared):
    cells, _ = restored(json.loads(path.read_bytes()), prepared.plan)
    before = dict(SHELL.user_ns)
    for cell in cells:
        if cell.cell_type != "code" or (cell.planned and cell.planned.is_figure):
            continue
        if cell.kind == "test":
            _test(prepared.codes[cell.planned.name])
        else:
            SHELL.run(cell.source, 1 << 20, render=False)
    SHELL.user_ns.clear()
    SHELL.user_ns.update(before)


def _test(code):
    try:
        executed(code, SHELL.user_ns)
    except Exception:
        pass


if __name__ == "__main__":
    main()
