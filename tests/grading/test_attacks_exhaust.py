"""Submissions that use up what there is, or break the batch: 35 to 42."""

import itertools
import json
import multiprocessing
import os
import resource
import shutil
import time
import warnings
from pathlib import Path

import nbformat
import pytest

import scratchgrad
from attacking import ASSIGNMENT, FULL, HONEST, NOTHING, WRONG, Attacked, but, submission
from scratchgrad.course import notebook

ENDLESS = {
    "35 a loop": "while True:\n    pass",
    "35 swallows interrupts": "import time\nwhile True:\n    try:\n        while True:\n"
    "            time.sleep(0.01)\n    except BaseException:\n        pass",
    "35 ignores signals": "import signal, time\nfor number in range(1, 65):\n    try:\n"
    "        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n"
    "        pass\nwhile True:\n    time.sleep(1)",
    "35 waits": "import threading\nthreading.Event().wait()",
    "35 holds the lock": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
}
GREEDY = {
    "36 memory": "data = []\nwhile True:\n    data.append(bytearray(10**7))",
    "36 one array": "import numpy as np\nnp.ones(10**11)",
    "36 ignores that there is none": "data = []\nwhile True:\n    try:\n"
    "        data.append(bytearray(10**7))\n    except MemoryError:\n        pass",
    "36 many threads": "import threading, time\nwhile True:\n"
    "    threading.Thread(target=time.sleep, args=(100,)).start()",
    "36 a large result": "return np.ones(10**7)",
    "36 deep recursion": "import sys\nsys.setrecursionlimit(10**9)\n"
    "def down(n):\n    return down(n + 1)\ndown(0)",
    "37 processes": "import os\nwhile True:\n    os.fork()",
    "37 a session of its own": "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()",
    "38 descriptors": "files = []\nwhile True:\n    files.append(open('/dev/null'))",
    "38 a large file": "with open('/tmp/large', 'wb') as file:\n    while True:\n"
    "        file.write(bytes(10**6))",
    "38 many files": "import itertools\nfor number in itertools.count():\n"
    "    open(f'/tmp/{number}', 'w').close()",
    "39 a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "39 abort": "import os\nos.abort()",
    "39 a broken interpreter": "import ctypes\nctypes.memset(id(None), 255, 16)\nreturn None",
    "39 killed by itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
}


def inside(body, name="share", args="x"):
    """Honest answers, but for what one function does when it is called."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return HONEST | {name: f"def {name}({args}):\n{lines}"}


@pytest.mark.parametrize("body", [*ENDLESS.values(), *GREEDY.values()], ids=[*ENDLESS, *GREEDY])
def test_35_to_39_in_a_function(attacked, body):
    graded = attacked.attack(inside(body))
    assert graded.marks == but(share=0)


@pytest.mark.parametrize("body", [code for code in (*ENDLESS.values(), *GREEDY.values())
                                  if "return np" not in code and "return None" not in code],
                         ids=lambda code: code.split("\n")[0])  # fmt: skip
def test_35_to_39_in_a_cell(attacked, body):
    """A cell that ends its process is left out, and all the others count."""
    graded = attacked.attack(HONEST, first=body)
    assert graded.marks == FULL


@pytest.mark.parametrize("body, reason", [
    (ENDLESS["35 swallows interrupts"], "took longer than 2 s"),
    (GREEDY["39 a segmentation fault"], "segmentation fault"),
    (GREEDY["39 abort"], "abort"),
    ("import os\nos._exit(7)", "ended the process (exit code 7)"),
])  # fmt: skip
def test_35_to_39_the_instructor_is_told_why(attacked, body, reason):
    assert f"cell 1 {reason}" in attacked.attack(HONEST, first=body).told.replace("crashed (", "")
    tests = attacked.attack(inside(body)).output(tests=True)
    assert reason in tests.replace("crashed (", "")


def test_35_time_is_used_up(tmp_path):
    """What came before the end of the submission's time keeps its marks."""
    limits = "\nc.Sandbox.cell_seconds = 1\nc.Sandbox.submission_seconds = 6\n"
    hang = {name: f"def {name}(*args):\n    while True: pass" for name in ("centred", "scaled")}
    with Attacked(tmp_path, limits) as attacked:
        graded = attacked.attack(HONEST | hang)
    assert graded.marks["double"] == 2 and graded.marks["slope"] == 0
    assert "the time of the submission was used up" in graded.told


SLOW = """
c.Sandbox.cell_seconds = 1
c.Sandbox.submission_seconds = 12
"""


def test_35_slow_cells_cost_no_marks(tmp_path):
    """What cells show is run again without tests, and then only as long as there is time."""
    made = submission(HONEST)
    train = "import time\ntime.sleep(0.7)\nprint('trained')"
    made.cells += [nbformat.v4.new_code_cell(train) for _ in range(8)]
    with Attacked(tmp_path, SLOW) as attacked:
        graded = attacked.grade(notebook.text_of(made))
    assert graded.result.problem is None
    assert graded.marks == FULL


def test_25_slow_cells_are_not_run_again_for_too_long(tmp_path):
    """Cells before a late crash take as long again; what was right before it counts."""
    made = submission(HONEST | {"share": "def share(x):\n    __import__('os')._exit(1)"})
    slow = [nbformat.v4.new_code_cell("import time\ntime.sleep(0.8)\nprint(1)") for _ in range(5)]
    made.cells[:0] = slow
    with Attacked(tmp_path, SLOW) as attacked:
        graded = attacked.grade(notebook.text_of(made))
    assert graded.result.problem is None
    assert graded.marks["double"] == FULL["double"] and graded.marks["share"] == 0


def test_36_the_graders_own_memory(attacked):
    """What a result costs on the trusted side is bounded, however often it comes."""
    flood = inside("print('x' * 90_000)\nreturn [bytes(1000)] * 4000", "slope", "f, x")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert attacked.attack(flood).marks == but(slope=0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after - before < 500_000


FLOODS = {
    "text": "print('x' * 10**8)",
    "many lines": "for number in range(10**6):\n    print(number)",
    "many outputs": "for number in range(20_000):\n    display(number)",
    "errors": "raise ValueError('x' * 10**8)",
    "a value": "'x' * 10**7",
    "stderr": "import sys\nfor _ in range(1000):\n    sys.stderr.write('y' * 10**5)",
    "figures": "import matplotlib.pyplot as plt\nfor _ in range(30):\n    plt.figure()",
    "descriptors 1 and 2": "import os\nfor _ in range(1000):\n    os.write(1, b'x' * 10**5)\n"
    "    os.write(2, b'x' * 10**5)",
    "escapes": "print('\\x1b[31m' * 10**6)",
}


@pytest.mark.parametrize("code", FLOODS.values(), ids=FLOODS)
def test_38_floods_of_output(attacked, code):
    graded = attacked.attack(HONEST, first=code, last=code)
    assert graded.marks == FULL
    assert len(json.dumps(graded.notebook)) < 600_000


def test_38_text_of_more_bytes_than_letters(tmp_path):
    """It is cut like any other, and does not vanish."""
    made = submission(HONEST)
    made.cells += [nbformat.v4.new_code_cell("print('\u20ac' * 1_000_000)")]
    with Attacked(tmp_path, "c.Sandbox.output_bytes = 1 << 20") as attacked:
        graded = attacked.grade(notebook.text_of(made))
    assert graded.marks == FULL
    assert r"\u20ac" in graded.output() and "the cell shows too much" in graded.output()


def test_38_many_cells_that_show_much_each(attacked):
    """What all of them show together is bounded too."""
    made = submission(HONEST)
    shows = "print('x' * 90_000)"
    made.cells += [nbformat.v4.new_code_cell(shows) for _ in range(60)]
    graded = attacked.grade(notebook.text_of(made))
    assert graded.marks == FULL
    assert len(graded.output()) < 4_000_000
    assert "the notebook shows too much" in graded.output()


def _cells(*sources, **others):
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | others)


def _with(change):
    made = json.loads(notebook.text_of(submission(HONEST)))
    change(made)
    return json.dumps(made)


def _empty_duplicate(made):
    made["cells"] += [dict(cell, source="") for cell in made["cells"]]


def _metadata(made):
    for cell in made["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = "99"


def _odd_metadata(made):
    for number, cell in enumerate(made["cells"]):
        cell["metadata"] = [None, 5, "x", [], {"nbgrader": [1]}][number % 5]


def _odd_ids(made):
    for number, cell in enumerate(made["cells"]):
        cell["id"] = [None, 5, "", "x" * 10_000, {"a": 1}][number % 5]


# Content, and marks; None where it cannot be read.
BATCH = {
    "40 nothing": (None, None),
    "40 an empty file": ("", None),
    "40 broken JSON": ('{"cells": [', None),
    "40 no object": ("[1, 2]", None),
    "40 no cells": (_cells(), None),
    "40 cells of nothing": (_cells(5, None), None),
    "40 no lines": (_cells([1, 2]), None),
    "40 another encoding": (notebook.text_of(submission(HONEST)).encode("utf-16"), None),
    "40 Latin-1": (_cells("'é'").replace("\\u00e9", "é").encode("latin-1"), None),
    "40 a byte order mark": (b"\xef\xbb\xbf" + notebook.text_of(submission(HONEST)).encode(), FULL),
    "40 format 3": (json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [
        {"cells": [{"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python"}]}
    ]}), NOTHING),
    "40 format 3, broken": ('{"nbformat": 3, "worksheets": 7}', None),
    "40 format 2": ('{"nbformat": 2}', None),
    "40 format 99": ('{"nbformat": 99, "cells": []}', None),
    "40 copied cells": (_with(_empty_duplicate), FULL),
    "23 schema_version": (_with(_metadata), FULL),
    "23 metadata of all kinds": (_with(_odd_metadata), FULL),
    "23 ids of all kinds": (_with(_odd_ids), FULL),
    "22 NUL bytes and halves of pairs": (_cells("x = '\\0'", "y = '\ud800'", "# =1+1"), NOTHING),
    "24 deeply nested": ("[" * 10**6, None),
    "24 deep objects": ('{"a":' * 10**5, None),
    "24 12 MB of objects": ('{"cells": [' + "{}," * 4_000_000 + "{}]}", None),
    "24 numbers without end": ('{"nbformat": ' + "9" * 10**6 + "}", None),
    "24 a long float": ('{"nbformat": 4e999999, "cells": [1]}', None),
    "24 100,000 minus signs": (_cells("-" * 100_000 + "1"), NOTHING),
    "24 a million brackets": (_cells("(" * 500_000), NOTHING),
    "24 too many cells": (_cells(*["1"] * 3000), None),
    "24 a cell of 2 MB": (_cells("#" * 2_000_000), None),
    "40 20 MB of outputs": (_with(lambda made: made["cells"][0].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}])), FULL),
    "40 40 MB of outputs": (lambda: _with(lambda made: made["cells"][0].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 40_000_000}])), None),
    "40 broken code": (_cells("def", "  x", "%magic", "!ls", "?x", "%%bash\nls"), NOTHING),
}  # fmt: skip


@pytest.mark.parametrize("content, marks", BATCH.values(), ids=BATCH)
def test_40_bad_submissions(attacked, content, marks):
    content = content() if callable(content) else content
    start = time.monotonic()
    graded = attacked.grade(content)
    assert time.monotonic() - start < 10
    if marks is None:
        assert graded.marks is None and graded.told and len(graded.told.splitlines()) == 1
        assert "could not be graded" not in graded.told and "grader ended" not in graded.told
    else:
        assert graded.marks == marks


def test_40_good_work_after_bad(attacked):
    for content in itertools.islice(BATCH.values(), 5):
        attacked.grade(content[0])
    assert attacked.attack(HONEST).marks == FULL


def test_25_crashes_are_bounded(attacked):
    """A submission that ends its process in every cell and call is through before long."""
    crash = "__import__('os')._exit(1)"
    answers = {name: f"def {name}(*args):\n    {crash}" for name in HONEST}
    start = time.monotonic()
    made = submission(answers)
    made.cells += [nbformat.v4.new_code_cell(crash) for _ in range(200)]
    graded = attacked.grade(notebook.text_of(made))
    assert time.monotonic() - start < 10
    assert graded.marks == NOTHING
    assert "the process had ended too often" in graded.told
    assert attacked.attack(HONEST).marks == FULL


def test_25_many_losses_cost_their_own_exercises_only(attacked):
    """Four exercises that crash in each of their eleven tests; the others keep their marks."""
    crash = "__import__('os')._exit(1)"
    bad = {
        "double": f"def double(x):\n    {crash}", "centred": f"def centred(x):\n    {crash}",
        "scaled": f"def scaled(x):\n    {crash}", "root": f"def root(x):\n    {crash}",
    }  # fmt: skip
    graded = attacked.attack(HONEST | bad)
    assert graded.marks == but(double=0, centred=0, scaled=0, root=0)


def test_25_a_crash_that_only_happens_again(attacked):
    """A cell that went well once and ends the process when it is run again is charged itself."""
    # The first process of a submission has a lower number than those that replace it.
    again = "import os\nprint('number', os.getpid())"
    number = attacked.attack(HONEST, first=again).output().partition("number ")[2][:1]
    again = f"import os\nif os.getpid() > {number}:\n    os._exit(1)"
    assert attacked.attack(inside("import os\nos._exit(1)"), first=again).marks == but(share=0)


POISON = """\
import builtins, glob, os, sys, threading
import numpy as np
builtins.poisoned = np.poisoned = sys.poisoned = True
np.mean = np.max = np.sum = lambda *args, **kwargs: 0
os.environ['POISONED'] = '1'
for place in ('/tmp', '/dev/shm', '.', '/sandbox', '/usr/lib', os.path.dirname(np.__file__)):
    try:
        open(place + '/poisoned', 'w').write('x')
    except OSError:
        pass
threading.Thread(target=lambda: __import__('time').sleep(1000), daemon=True).start()
"""
LOOKING = """\
import builtins, glob, os, sys, threading
import numpy as np
places = ('/tmp', '/dev/shm', '.', '/sandbox', '/usr/lib', os.path.dirname(np.__file__))
print('clean', [hasattr(each, 'poisoned') for each in (builtins, np, sys)],
      'POISONED' in os.environ, [p for p in places if os.path.exists(p + '/poisoned')],
      threading.active_count())
"""


def test_41_the_next_submission(attacked):
    for _ in range(3):
        attacked.attack(HONEST, first=POISON, last=POISON)
        graded = attacked.attack(HONEST, first=LOOKING)
        assert graded.marks == FULL
        assert "clean [False, False, False] False [] 1" in graded.output()


def _burn(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(10_000))


def test_42_load_on_the_machine(attacked):
    """Honest work keeps its marks while everything else is busy."""
    burners = [
        multiprocessing.get_context("fork").Process(target=_burn, args=(3,))
        for _ in range(2 * os.cpu_count())
    ]
    for each in burners:
        each.start()
    try:
        for _ in range(3):
            graded = attacked.attack(HONEST)
            assert (graded.marks, graded.told) == (FULL, "")
    finally:
        for each in burners:
            each.kill()
            each.join()


@pytest.fixture(scope="module")
def by_nbgrader(tmp_path_factory):
    """What nbgrader's own command makes of a folder with good and bad submissions in it."""
    from nbgrader.apps import NbGraderAPI

    from scratchgrad.course.layout import nbgrader_config

    course = Attacked(tmp_path_factory.mktemp("nbgrader"))
    with course:
        pass
    course.hand_in(notebook.text_of(submission(HONEST)), student="a-good")
    for number, (content, _) in enumerate(itertools.islice(BATCH.values(), 2, None, 4)):
        if content and not callable(content):
            course.hand_in(content, student=f"b-bad{number:02}")
    pipe = course.hand_in(notebook.text_of(submission(HONEST)), student="c-pipe")
    os.mkfifo(pipe.folder / "pipe")
    (pipe.folder / "link").symlink_to(course.course.root / "gradebook.db")
    course.hand_in(notebook.text_of(submission(WRONG)), student="d-wrong")
    course.hand_in(notebook.text_of(submission(HONEST)), student="e-good")
    api = NbGraderAPI(config=nbgrader_config(course.course))
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        # nbgrader changes the working folder.
        patch.setenv("PYTHONPATH", str(Path(scratchgrad.__file__).parents[1]))
        # nbgrader's way of making an entry's parts makes SQLAlchemy warn.
        warnings.simplefilter("ignore")
        for path in sorted((course.course.root / "submitted").iterdir()):
            api.autograde(ASSIGNMENT, path.name, create=True)
        scores = {
            student: api.gradebook.find_submission(ASSIGNMENT, student).score
            for student in ("a-good", "c-pipe", "d-wrong", "e-good")
        }
    yield course, scores
    shutil.rmtree(course.course.root)


def test_23_40_through_nbgrader(by_nbgrader):
    course, scores = by_nbgrader
    most = sum(FULL.values())
    assert scores == {"a-good": most, "c-pipe": most, "d-wrong": 0, "e-good": most}
    autograded = course.course.folder("autograded", ASSIGNMENT, "c-pipe")
    assert sorted(path.name for path in autograded.iterdir()) == ["attacked.ipynb"]
    assert nbformat.read(autograded / "attacked.ipynb", as_version=4).cells
