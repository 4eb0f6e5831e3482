"""Submissions that forge results: 28 to 34, and the hostile side of the wire.

Code in the sandbox can speak the protocol itself. What it says as the result of a call it might as
well have returned; it must win nothing else by it, and cost the other exercises nothing.
"""

import os
import socket
import sqlite3

import nbformat
import pytest

from attacking import ASSIGNMENT, FULL, HONEST, MARKER, SECRET, WRONG, but, submission
from scratchgrad.course import notebook

ROBBING = """\
import gc, os, socket, struct, sys, time
import numpy as np

def server():
    return next(each for each in gc.get_objects() if type(each).__name__ == 'Server')

def channel():
    return server().channel

def token():
    frame = sys._getframe()
    while frame and type(frame.f_locals.get('token')) is not int:
        frame = frame.f_back
    return frame.f_locals['token']

def say(message):
    channel().send(message, handles=server()._kept)

def say_instead(message):
    # ... and swallow the server's own answer.
    me = server()
    me._send = lambda *args: me.__dict__.clear() or me.__dict__.update(before)
    before = {name: value for name, value in vars(me).items() if name != '_send'}
    say(message)

def raw(data):
    with socket.socket(fileno=os.dup(3)) as copy:
        copy.setblocking(True)
        copy.sendall(data)
"""


def robbing(body, name="share", args="x"):
    """Honest answers, but one function does something to the wire when it is called."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return HONEST | {name: f"def {name}({args}):\n{lines}\n    return 0.0"}


def assert_unhurt(graded, name, points=0):
    """No marks but for one exercise are lost.

    The next one may be: what the first leaves in the channel can come while it is under way.
    """
    names = list(FULL)
    following = names[names.index(name) + 1]
    expected = but(**{name: points, following: graded.marks[following]})
    assert graded.marks == expected


# Whatever `share` says, it stays without its mark, the worker is replaced and the rest is unhurt.
SAYING = {
    "an answer to another question": "say([token() + 1, {'returned': 1.0}])",
    "an answer with more to it": "say([token(), {'returned': 1.0}, 1.0])",
    "an answer that is no dict": "say([token(), 1.0])",
    "an answer that is no list": "say({'returned': 1.0})",
    "nothing": "say([])",
    "a callback to a function that is none": "say(['callback', 1, (), {}])",
    "a callback without a number": "say(['callback'])",
    "a callback with too much": "say(['callback', 1, (), {}, 5])",
    "a callback of a list": "say(['callback', [], (), {}])",
    "changed arguments that were none": "say([token(), {'returned': 0.5, 'changed': {5: 1.0}}])",
    "changed arguments in a list": "say([token(), {'returned': 0.5, 'changed': [1.0]}])",
    "a handle that is none": "say([token(), {'returned': type(server()._kept(server))(10**9)}])",
    "no messages": "raw(os.urandom(1000))",
    "a length of 4 GB": "raw(b'\\xff\\xff\\xff\\xff')",
    "a message cut short": "raw(struct.pack('<I', 100) + bytes(20))\nos.close(3)",
    "a pickle": "raw(struct.pack('<I', 40) + b'\\x80\\x04\\x95\\x17' + bytes(36))",
    "a closed channel": "os.close(3)",
    "all closed": "os.closerange(0, 100)",
    "a deep list": "raw(struct.pack('<II', 10**6 + 4, 10**6) + b'\\x91' * 10**6)",
    "lists of lists that are not there": "raw(struct.pack('<II', 5004, 5000) + "
    "b'\\xdd\\x00\\x0f\\x00\\x00' * 1000)",
}


@pytest.mark.parametrize("saying", SAYING.values(), ids=SAYING)
def test_31_saying_what_is_not_allowed(attacked, saying):
    graded = attacked.attack(robbing(saying), first=ROBBING)
    assert_unhurt(graded, "share")
    assert attacked.attack(HONEST).marks == FULL


def test_31_a_server_broken_for_later(attacked):
    """Found out only when it is asked next."""
    graded = attacked.attack(robbing("server().answer = None"), first=ROBBING)
    assert_unhurt(graded, "share")
    assert attacked.attack(HONEST).marks == FULL


SLOW = {
    "no answer": "time.sleep(100)",
    "one byte at a time": "message = struct.pack('<I', 10**6) + bytes(10**6)\n"
    "for byte in message:\n    raw(bytes([byte]))\n    time.sleep(0.01)",
    "many small messages": "while True:\n    raw(struct.pack('<II', 5, 1) + b'\\xc0')",
    "a large message, slowly": "raw(struct.pack('<I', 60 << 20))\n"
    "for _ in range(1000):\n    raw(bytes(60 << 10))\n    time.sleep(0.01)",
}


@pytest.mark.parametrize("saying", SLOW.values(), ids=SLOW)
def test_31_answers_that_take_long(attacked, saying):
    graded = attacked.attack(robbing(saying), first=ROBBING)
    assert graded.marks == but(share=0)
    assert graded.result.seconds["all"] < 6


def test_31_an_answer_said_twice(attacked):
    """The first counts, as it might have been returned; the second ends the process."""
    graded = attacked.attack(robbing("say([token(), {'returned': 1.0}])"), first=ROBBING)
    assert_unhurt(graded, "share", points=1)
    ahead = "for number in range(50):\n    say([number, {'returned': 4}])"
    assert_unhurt(attacked.attack(robbing(ahead), first=ROBBING), "share")


def test_31_answers_before_the_question(attacked):
    """A cell that leaves answers behind: none of them is taken for one."""
    last = "def double(x):\n    return 0\n\nfor number in range(50):\n    say([number, {}])"
    graded = attacked.attack(WRONG | {"double": last}, first=ROBBING)
    assert graded.marks["double"] == 0


FORGED_NAMES = (
    "names = dict.fromkeys(['np', 'math', 'checks', 'RTOL', 'FIXTURE', 'abs', 'sum', 'pytest', "
    "'line', 'marker', 'print', '__builtins__', 'error'], 0)\n"
    "real = type(server())._look\n"
    "type(server())._look = lambda self, asked: {**real(self, asked), **names}\n"
    "type(server())._isinstance = lambda self, *args: {'returned': True}"
)


@pytest.mark.parametrize("answers, marks", [(HONEST, FULL), (WRONG, None)])
def test_15_forged_names_are_not_taken(attacked, answers, marks):
    graded = attacked.attack(answers, first=f"{ROBBING}\n{FORGED_NAMES}")
    assert graded.marks == (marks or dict.fromkeys(FULL, 0.0))


CHANGED = {
    "another shape": "np.full(5, value)",
    "no shape": "np.array(value)",
    "another dtype": "np.full(x.shape, value, np.float32)",
    "objects": "[value] * len(x)",
    "a number": "7.0",
    "a generator": "np.random.default_rng(1)",
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_12_an_argument_keeps_its_shape_and_dtype(attacked, changed):
    code = robbing(f"say_instead([token(), {{'changed': {{0: {changed}}}}}])", "fill", "x, value")
    assert attacked.attack(code, first=ROBBING).marks == but(fill=0)


def test_12_expected_values_are_worked_out_before_the_call(attacked):
    zeroes = "def spread(x):\n    x[:] = 0\n    return 0.0"
    assert attacked.attack(HONEST | {"spread": zeroes}).marks == but(spread=0)


GENERATORS = {
    "another one": "np.random.default_rng(1)",
    "another kind": "np.random.Generator(np.random.MT19937(1))",
    "drawn from twice": "(rng.normal(size=len(drawn)), rng)[1]",
    "set back": "np.random.default_rng(8)",
    "no generator": "5",
}


@pytest.mark.parametrize("state", GENERATORS.values(), ids=GENERATORS)
def test_9_states_of_generators(attacked, state):
    """Taken back only if drawing leads there: what the test draws later cannot be chosen."""
    body = "drawn = rng.normal(size=n)\n"
    body += f"say_instead([token(), {{'returned': drawn, 'changed': {{0: {state}}}}}])"
    graded = attacked.attack(robbing(body, "draw", "rng, n"), first=ROBBING)
    assert graded.marks == but(draw="drawn" in state)


CALLING = {
    "forever": "while True:\n    f(x)",
    "in itself": "def again(t):\n    return f(again(t))\nreturn again(x)",
    "with much": "while True:\n    f(np.zeros(1 << 20))",
    "without listening": "number = f.number\nwhile True:\n"
    "    say(['callback', number, (1.0,), {}])",
    "with an object": "class Odd:\n    __float__ = lambda self: 1.0\nreturn f(Odd())",
    "with other names": "return f(t=x, points=[], np=None)",
    "with no dict": "say(['callback', f.number, (1.0,), 5])",
    "with a list": "say(['callback', f.number, [1.0], {}])",
    "afterwards": "global kept\nkept = f\nimport threading\n"
    "threading.Timer(0.01, lambda: f(1.0)).start()\ntime.sleep(0.05)\nreturn 7.0",
}


@pytest.mark.parametrize("calling", CALLING.values(), ids=CALLING)
def test_11_functions_of_the_test(attacked, calling):
    assert_unhurt(attacked.attack(robbing(calling, "slope", "f, x"), first=ROBBING), "slope")


def test_11_a_function_is_good_for_one_test(attacked):
    keeps = (
        "kept = []\n\ndef slope(f, x):\n    kept.append(f)\n    f = kept[0]\n"
        "    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5"
    )
    graded = attacked.attack(HONEST | {"slope": keeps})
    assert graded.marks == but(slope=1)


def test_14_a_failed_assertion_in_a_function_of_the_test(attacked):
    swallows = (
        "def slope(f, x):\n    try:\n        f('no number')\n    except BaseException as error:\n"
        "        print(repr(error))\n    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5"
    )
    graded = attacked.attack(HONEST | {"slope": swallows})
    # The other functions raise TypeErrors, which the learner's code may handle.
    assert graded.marks == but(slope=1)
    assert "assert" not in graded.output()


@pytest.mark.parametrize("error", ["StopIteration", "StopAsyncIteration", "GeneratorExit",
                                   "SystemExit", "KeyboardInterrupt", "BaseException",
                                   "type('CheckFailed', (AssertionError,), {})",
                                   "ExceptionGroup('x', [ValueError()])"])  # fmt: skip
def test_13_errors_that_steer_the_test(attacked, error):
    raises = f"def sign(x):\n    error = {error}\n"
    raises += "    raise error if isinstance(error, BaseException) else error()"
    assert attacked.attack(HONEST | {"sign": raises}).marks == but(sign=0)


HANDLES = {
    "an attribute that lies": "    __getattr__ = lambda self, name: lambda *a, **k: 5",
    "an attribute that ends": "    def __getattribute__(self, name):\n        raise SystemExit",
    "a property that hangs": "    @property\n    def add(self):\n        while True: pass",
    "a method that ends the process": "    def add(self, n):\n        __import__('os')._exit(3)",
    "its own repr": "    __repr__ = __str__ = lambda self: 1 / 0\n    add = __repr__",
}


@pytest.mark.parametrize("body", HANDLES.values(), ids=HANDLES)
def test_8_objects_of_the_learners(attacked, body):
    graded = attacked.attack(HONEST | {"Counter": f"class Counter:\n{body}"})
    # The one that answers anything with 5 fails where the count is an attribute.
    assert graded.marks == but(Counter=0)


WRITING = """\
import glob, os, sqlite3
for place in {places!r}:
    for name in ('gradebook.db', 'results.json', 'results/results.json', 'score'):
        path = os.path.join(place, name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with sqlite3.connect(path) as book:
                book.execute('update grade set auto_score = 100')
        except Exception:
            pass
        try:
            open(path, 'w').write('[[1.0]]')
        except OSError:
            pass
os.closerange(0, 3)
print('wrote')
"""


def test_28_33_result_files_and_the_gradebook(attacked):
    attacked.attack(HONEST, student="kim")
    book = attacked.course.root / "gradebook.db"

    def marks_of_kim():
        with sqlite3.connect(book) as opened:
            rows = opened.execute(
                "select g.auto_score from grade g "
                "join submitted_notebook n on g.notebook_id = n.id "
                "join submitted_assignment a on n.assignment_id = a.id where a.student_id = 'kim'"
            )
            return sorted(rows.fetchall())

    before, files = marks_of_kim(), sorted(attacked.course.root.rglob("*"))
    places = [str(attacked.course.root), "..", "/tmp", "/", "/autograder", "/results", str(book)]
    code = WRITING.format(places=places)
    writes = f"def double(x):\n    exec({code!r})\n    return 0"
    graded = attacked.attack(WRONG | {"double": writes}, first=code, student="kim")
    assert "wrote" in graded.output()
    assert set(graded.marks.values()) == {0.0} and len(marks_of_kim()) == len(before)
    assert sorted(attacked.course.root.rglob("*")) == files


LEAVING = {
    "a fork": "__import__('os').fork()",
    "a program": "__import__('subprocess').run(['sleep', '60'])",
    "a daemon": "__import__('os').posix_spawn('/bin/sleep', ['sleep', '60'], {})",
    "a new program": "__import__('os').execv('/bin/sleep', ['sleep', '60'])",
    "a pool": "__import__('multiprocessing').Pool(2).map(abs, [1])",
}


@pytest.mark.parametrize("leaving", LEAVING.values(), ids=LEAVING)
def test_29_37_processes(attacked, leaving):
    before = _sleepers()
    graded = attacked.attack(HONEST | {"share": f"def share(x):\n    {leaving}\n    return 1.0"})
    assert graded.marks == but(share=0)
    assert _sleepers() == before


def _sleepers():
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read()
        except OSError:
            continue
        if b"sleep\x0060" in line:
            found.add(pid)
    return found


def test_30_results_that_cannot_be_written(attacked):
    code = (
        "import os\nfor place in ('.', '/tmp', '/dev/shm', '/', '..'):\n"
        "    for change in (lambda: os.chmod(place, 0),\n"
        "                   lambda: os.mkdir(place + '/attacked.ipynb'),\n"
        "                   lambda: os.symlink('/dev/full', place + '/out')):\n        try:\n"
        "            change()\n        except OSError:\n            pass"
    )
    for _ in range(2):
        graded = attacked.attack(HONEST, first=code, last=code, student="lena")
        assert (graded.marks, graded.told) == (FULL, "")
    place = attacked.course.folder("autograded", ASSIGNMENT, "lena")
    assert [path.name for path in place.iterdir()] == ["attacked.ipynb"]


def _link_notebook(folder, root):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").symlink_to(root / f"source/{ASSIGNMENT}/attacked.ipynb")


def _pipe_notebook(folder, root):
    (folder / "attacked.ipynb").unlink()
    os.mkfifo(folder / "attacked.ipynb")


def _folder_notebook(folder, root):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").mkdir()


@pytest.mark.parametrize("change, reason", [(_link_notebook, "symbolic link"),
                                            (_pipe_notebook, "not a regular file"),
                                            (_folder_notebook, "is a folder")])  # fmt: skip
def test_32_a_notebook_that_is_no_file(attacked, change, reason):
    handed_in = attacked.hand_in(notebook.text_of(submission(HONEST)))
    change(handed_in.folder, attacked.course.root)
    graded = attacked.regrade(handed_in)
    assert graded.marks is None and reason in graded.told


def test_32_many_links_do_not_hide_what_others_notes_say(attacked):
    handed_in = attacked.hand_in(notebook.text_of(submission(HONEST)))
    for number in range(300):
        (handed_in.folder / f"link{number}").symlink_to("..")
    graded = attacked.regrade(handed_in)
    assert graded.marks == FULL
    assert graded.told.count("was left out") == 21
    assert "more beside the notebook was left out" in graded.told


def test_32_what_lies_beside_the_notebook(attacked):
    listing = (
        "import os\nfor place, folders, files in os.walk('.'):\n"
        "    print('beside', sorted(folders), sorted(files))"
    )
    files = {"data/a.csv": "1", "evil.zip": "PK", "new\nline": "x", "..b": "y"}
    handed_in = attacked.hand_in(notebook.text_of(submission(HONEST, listing)), files)
    folder = handed_in.folder
    (folder / "book").symlink_to(attacked.course.root / "gradebook.db")
    (folder / "others").symlink_to(attacked.course.root / "submitted")
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.open(folder, os.O_RDONLY)
        bound.bind(f"/proc/self/fd/{here}/socket")
        os.close(here)
    graded = attacked.regrade(handed_in)
    assert graded.marks == FULL
    for name in ("book", "others", "up", "pipe", "socket"):
        assert f"{name} is " in graded.told or f"{name} cannot be read" in graded.told
    output = graded.output()
    assert "book" not in output and "pipe" not in output and "a.csv" in output
    place = attacked.course.folder("autograded", ASSIGNMENT, handed_in.student)
    assert not any(path.is_symlink() for path in place.rglob("*"))
    assert MARKER not in (place / "data/a.csv").read_text()


def test_32_a_folder_that_is_a_link(attacked):
    handed_in = attacked.hand_in(notebook.text_of(submission(HONEST)))
    other = handed_in.folder.with_name("elsewhere")
    handed_in.folder.rename(other)
    handed_in.folder.symlink_to(other)
    assert "is a symbolic link" in attacked.regrade(handed_in).told


SCRIPTS = {
    "HTML": "from IPython.display import HTML, display\ndisplay(HTML('<script>evil()</script>'))",
    "JavaScript": "from IPython.display import Javascript, display\ndisplay(Javascript('evil()'))",
    "SVG": "from IPython.display import SVG, display\n"
    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>evil()</script></svg>'))",
    "Markdown": "from IPython.display import Markdown, display\n"
    "display(Markdown('<script>evil()</script>'))",
    "raw": "from IPython.display import display\n"
    "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'evil()'}, "
    "'text/html': 'evil()', 'text/latex': 'evil()'}, raw=True)",
    "a frame": "from IPython.display import IFrame, display\n"
    "display(IFrame('javascript:evil()', 1, 1))",
    "no picture": "from IPython.display import display\nimport base64\n"
    "display({'image/png': base64.b64encode(b'<script>evil()').decode(), "
    "'image/svg+xml': 'evil()'}, raw=True)",
    "a representation": "class Evil:\n    _repr_html_ = lambda self: 'evil()'\n"
    "    _repr_mimebundle_ = lambda self, **k: {'text/html': 'evil()', 'image/jpeg': 'evil()'}\n"
    "Evil()",
    "magic": "%%html\n<script>evil()</script>",
    "forged outputs": """\
import sys
shell = sys.modules['scratchgrad.grading.inside.shell'].SHELL
real = type(shell).run
forged = [
    {'output_type': 'display_data', 'metadata': {'x': 'evil()'},
     'data': {'text/html': 'evil()', 'text/plain': ['evil()'], 'image/png': '<script>'}},
    {'output_type': 'update_display_data', 'data': {'text/html': 'evil()'}},
    {'output_type': 'stream', 'name': 'evil()', 'text': 7}, 5,
    {'output_type': 'error', 'ename': 1, 'evalue': {}, 'traceback': 'evil()'},
]
type(shell).run = lambda *args: (forged, real(*args)[1])""",
}


@pytest.mark.parametrize("code", SCRIPTS.values(), ids=SCRIPTS)
def test_34_scripts_in_outputs(attacked, code):
    """Only text and PNG pictures are kept; text is shown as text."""
    graded = attacked.attack(HONEST, first=code)
    assert graded.marks == FULL
    nbformat.validate(nbformat.from_dict(graded.notebook))
    for each in graded.notebook["cells"]:
        for output in each.get("outputs", []):
            assert output.get("data", {}).keys() <= {"text/plain", "image/png"}
            assert output.get("metadata", {}) == {}
            assert "<script" not in str(output.get("data", {}).get("image/png"))


def test_34_scripts_stored_in_the_submission(attacked):
    made = submission(HONEST)
    page = {"text/html": "<script>evil()</script>", "image/svg+xml": "<svg onload='evil()'/>"}
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": "evil()"}}
    made.metadata["title"] = "<script>evil()</script>"
    for each in made.cells:
        each.metadata["evil"] = "evil()"
        if each.cell_type == "code":
            each.outputs = [nbformat.v4.new_output("display_data", page)]
    graded = attacked.grade(notebook.text_of(made))
    assert graded.marks == FULL
    assert "evil()" not in str(graded.notebook)


def test_18_outputs_with_a_test_are_the_graders(attacked):
    """Whatever a called function shows, a failed test's cell has one output: the error."""
    shows = "def double(x):\n    display(1.0)\n    print('1.0')\n    return 0"
    graded = attacked.attack(HONEST | {"double": shows})
    assert graded.marks == but(double=0)
    outputs = [
        each["outputs"] for each in graded.notebook["cells"]
        if each["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_double")
    ]  # fmt: skip
    assert [[output["output_type"] for output in each] for each in outputs] == [["error"]] * 2
    assert str(SECRET) not in graded.output()
