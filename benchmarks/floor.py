"""The floor for ``grading.py``: the same cells, one process, no isolation, nothing written."""

import json
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


def main():
    """Print milliseconds per submission."""
    course, assignment = Course(Path(sys.argv[1])), sys.argv[2]
    source = notebook.read(course.notebook("source", assignment))
    prepared = Prepared(make_plan(assignment, notebook_name(assignment), source))
    use_references(prepared.references)
    paths = sorted(course.root.glob(f"submitted/*/{assignment}/*.ipynb"))
    _run(paths[0].read_bytes(), prepared)
    start = time.perf_counter()
    for path in paths:
        _run(path.read_bytes(), prepared)
    print(1000 * (time.perf_counter() - start) / len(paths))


def _run(content, prepared):
    cells, _ = restored(json.loads(content), prepared.plan)
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
