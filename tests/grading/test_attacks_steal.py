"""Submissions that want to know the tests, the answers or the instructor's things: 21 to 27.

What they find they show; what they show is searched for what only hidden tests hold. Texts that
are searched for stand backwards in their code, so as not to find themselves.
"""

import nbformat
import pytest

import attacking
from attacking import FULL, HONEST, MARKER, SECRET, Attacked, but, source
from scratchgrad.course import notebook
from scratchgrad.feedback.page import html_of, page_of

# Functions that keep and pass on whatever they are called with.
SPYING = {
    "double": "seen = []\n\ndef double(x):\n    seen.append(x)\n    keep(x)\n    return 2 * x",
    "centred": "def centred(x):\n    seen.append(x)\n    keep(x)\n    return x - np.mean(x)",
    "slope": "def slope(f, x):\n    keep(x)\n    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5",
}
TELLTALES = (str(SECRET), str(2 * SECRET), MARKER, hex(SECRET)[2:], f"{SECRET:e}"[:7])


def shown(graded):
    """Those of the telltale texts that the learner's own cells show."""
    return [text for text in TELLTALES if text in graded.output()]


FINDING = f"""\
import gc, inspect, linecache, sys, types
wanted, found = {MARKER[::-1]!r}, []

def look_at(thing):
    try:
        if wanted[::-1] in repr(thing)[:1_000_000]:
            found.append(repr(thing)[:80])
    except Exception:
        pass

def search():
    found.clear()
    frame = sys._getframe()
    while frame:
        look_at(frame.f_locals), look_at(frame.f_globals), look_at(frame.f_code.co_consts)
        frame = frame.f_back
    for each in inspect.stack():
        look_at(each.code_context)
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType):
            look_at(each.__code__.co_consts)
        elif type(each) in (dict, list, tuple, set):
            look_at([one for one in list(each) if type(one) in (str, bytes)])
    look_at(linecache.cache), look_at(globals().get('In')), look_at(get_ipython().user_ns)
    return len(found)
"""
REPORT = "print('searched', search(), found)"


def test_21_frames_objects_and_history(attacked):
    """While a hidden test calls, nothing in the process tells of it but the arguments."""
    searching = (
        "def double(x):\n    if x > 2 and search():\n        raise ValueError\n    return 2 * x"
    )
    graded = attacked.attack(HONEST | {"double": searching}, first=FINDING, last=REPORT)
    assert graded.marks == FULL
    assert "searched 0 []" in graded.output()


def test_21_the_search_would_find_it(attacked):
    there = f"\n\ndef there():\n    return '{MARKER}'"
    assert "searched 0" not in attacked.attack(HONEST, first=FINDING + there, last=REPORT).output()


def test_21_references_are_elsewhere(attacked):
    """The module of checks is there, but not what it compares with."""
    code = (
        "def spread(x):\n    from scratchgrad.checks import _reference\n"
        "    known = _reference._provided\n"
        "    known = known or _reference._solutions(_reference._assignment_folder())\n"
        "    return known['spread'](x)"
    )
    assert attacked.attack(HONEST | {"spread": code}).marks == but(spread=0)


WALKING = """\
import os
wanted = ('gradebook.db', 'attacked.ipynb', 'nbgrader_config.py', 'timestamp.txt')
names, secrets = [], []
for place, folders, files in os.walk('/'):
    names += [os.path.join(place, name) for name in files if name in wanted]
    names = [name for name in names if '/nbgrader/' not in name]  # its own examples
    for name in files:
        path = os.path.join(place, name)
        if place.startswith(('/tmp', '/notebook', '/dev/shm', '/root', '/home', '/var', '/run')):
            secrets.append(path)
print('walked', names, secrets)
"""


def test_22_files_of_the_course(tmp_path):
    # Going through all files takes seconds where the disk is busy.
    with Attacked(tmp_path, "\nc.Sandbox.cell_seconds = 120\n") as attacked:
        attacked.grade("{}", student="neighbour")
        graded = attacked.attack(HONEST, first=WALKING, files={"mine.csv": "1"})
    assert graded.marks == FULL
    assert "walked [] ['/notebook/mine.csv']" in graded.output()


@pytest.mark.parametrize("place", ["root", "source", "gradebook", "proc", "parent", "python"])
def test_22_known_paths(attacked, place):
    root = attacked.course.root
    path = {
        "root": root, "source": root / "source/01-attacked/attacked.ipynb",
        "gradebook": root / "gradebook.db", "proc": "/proc/1/cmdline",
        "parent": "/proc/self/mountinfo", "python": "/proc/self/mem",
    }[place]  # fmt: skip
    code = (
        f"import os\ntry:\n    print('read', (os.listdir if os.path.isdir({str(path)!r}) else open)"
        f"({str(path)!r}))\nexcept OSError as error:\n    print('refused', error.errno)"
    )
    graded = attacked.attack(HONEST, first=code)
    assert graded.marks == FULL
    assert "refused 2" in graded.output() and "read" not in graded.output()


CONNECTIONS = {
    "TCP": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)",
    "UDP": "import socket\n"
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "web": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}', timeout=1)",
    "abstract": "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0scratchgrad-{port}')",
    "name": "import socket\nsocket.getaddrinfo('example.org', 80)",
}


@pytest.mark.parametrize("code", CONNECTIONS.values(), ids=CONNECTIONS)
def test_23_connections(attacked, code):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        with socket.socket(socket.AF_UNIX) as local:
            local.bind(f"\0scratchgrad-{port}")
            local.listen()
            answers = {"share": "def share(x):\n    send()\n    return 1.0"}
            sends = f"def send():\n    {code.format(port=port)}".replace("\nsocket", "\n    socket")
            sends = sends.replace("\nurllib", "\n    urllib")
            graded = attacked.attack(HONEST | answers, first=sends)
            with pytest.raises(BlockingIOError):
                server.accept()
    assert graded.marks == but(share=0)


FAILING = {
    "24 fails on purpose": "def double(x):\n    raise ValueError(f'got {x!r}')",
    "24 prints its caller": "def double(x):\n    import traceback\n    traceback.print_stack()\n"
    "    print(x)\n    raise RuntimeError(repr(x))",
    "25 name of the exception": "def double(x):\n    raise type(f'Got{x}', (Exception,), {})()",
    "25 notes": "def double(x):\n    error = ValueError(str(x))\n    error.add_note(str(x))\n"
    "    raise error from KeyError(x)",
    "25 warnings": "def double(x):\n    import warnings\n    warnings.warn(str(x))\n"
    "    raise UserWarning(x)",
    "25 exit code": "def double(x):\n    __import__('os')._exit(x % 256)",
    "25 shape and values": "def double(x):\n    return np.full((x % 97, 1), x)",
    "25 a name": "def double(x):\n    return type(f'Got{x}', (), {})()",
}


@pytest.mark.parametrize("code", FAILING.values(), ids=FAILING)
def test_24_25_failing_to_be_told_why(attacked, code):
    """What is said about it stands with the test, for the instructor; not with learner's cells."""
    report = "try:\n    double(1)\nexcept BaseException:\n    pass\nprint('went on')"
    last = report if "_exit" not in code else "print('went on')"
    graded = attacked.attack(HONEST | {"double": code}, last=last)
    assert graded.marks == but(double=0)
    assert "went on" in graded.output() and not shown(graded)


# Ways from a test's call to what a cell shows later: what keeps, and what tells.
CHANNELS = {
    "a global": ("seen.append(x)", "print('told', seen)"),
    "an attribute": ("keep.kept = x", "print('told', vars(keep))"),
    "a default": ("keep.__defaults__ = (x,)", "print('told', keep.__defaults__)"),
    "a file in /tmp": (
        "open('/tmp/kept', 'a').write(repr(x))",
        "import glob\nprint('told', [open(name).read() for name in glob.glob('/tmp/kept*')])",
    ),
    "a file in /dev/shm": (
        "open('/dev/shm/kept', 'a').write(repr(x))",
        "import glob\nprint('told', [open(name).read() for name in glob.glob('/dev/shm/*')])",
    ),
    "a file beside": (
        "open('kept', 'a').write(repr(x))",
        "import glob\nprint('told', [open(name).read() for name in glob.glob('kept*')])",
    ),
    "the environment": (
        "__import__('os').environ['KEPT'] = repr(x)",
        "import os\nprint('told', os.environ.get('KEPT'))",
    ),
    "a module": (
        "__import__('sys').modules[f'kept{x}'] = __import__('sys')",
        "import sys\nprint('told', [name for name in sys.modules if 'kept' in name])",
    ),
    "an exception": ("seen.append(x)", "print('told')\nraise ValueError(repr(seen))"),
    "an exception's class": (
        "seen.append(x)",
        "print('told')\nraise type('E' + '_'.join(map(str, seen)).replace('.', ''), "
        "(Exception,), {})()",
    ),
    "a value": ("seen.append(x)", "print('told')\nseen"),
    "display": (
        "seen.append(x)",
        "print('told')\ndisplay(seen, {'text/html': str(seen)}, raw=False)",
    ),
    "an update of an earlier cell": (
        "handle.update(x)",
        "print('told')\nhandle.update(seen)\nfrom IPython.display import update_display\n"
        "update_display(repr(seen), display_id=handle.display_id)",
    ),
    "output of a call": (
        "print(x)\n    display(x)\n    __import__('sys').stdout.flush()",
        "print('told')",
    ),
    "a warning": ("seen.append(x)", "import warnings\nprint('told')\nwarnings.warn(repr(seen))"),
    "a log": (
        "__import__('logging').error(x)",
        "import logging\nprint('told')\nlogging.error(seen)",
    ),
    "the end of the process": (
        "seen.append(x)",
        "import atexit\nprint('told')\natexit.register(print, seen)",
    ),
    "a thread": (
        "import threading\n    threading.Timer(0.05, print, [x]).start()",
        "import time\nprint('told')\ntime.sleep(0.1)",
    ),
    "a figure": (
        "import matplotlib.pyplot as plt\n    plt.figure(num=repr(x))",
        "import matplotlib.pyplot as plt\nprint('told', plt.get_figlabels())\nplt.plot([1])",
    ),
    "a style": (
        "import matplotlib\n    matplotlib.rcParams['svg.hashsalt'] = repr(x)",
        "import matplotlib\nprint('told', matplotlib.rcParams['svg.hashsalt'])",
    ),
    "random numbers": (
        "np.random.seed(int(np.max(x)) % 2**31 if np.max(x) > 1e6 else 0)",
        "print('told', [n for n in [np.random.randint(2**31)] "
        "if n == np.random.RandomState(31415926).randint(2**31)] and str(62831852 // 2))",
    ),
    "shell history": (
        "get_ipython().user_ns['_kept'] = x",
        "print('told', get_ipython().user_ns.get('_kept'))",
    ),
    "shared memory": (
        "from multiprocessing import shared_memory as m\n"
        "    m.SharedMemory('kept', True, 8).buf[:4] = int(np.max(x)).to_bytes(4, 'big')",
        "print('told')\nfrom multiprocessing import shared_memory as m\n"
        "print(int.from_bytes(m.SharedMemory('kept').buf[:4], 'big'))",
    ),
    "System V memory": (
        "import ctypes\n    c = ctypes.CDLL(None)\n    number = c.shmget(77, 8, 0o1666)\n"
        "    c.shmat.restype = ctypes.c_void_p\n    address = c.shmat(number, None, 0)\n"
        "    if number >= 0:\n"
        "        ctypes.memmove(address, int(np.max(x)).to_bytes(8, 'big'), 8)",
        "import ctypes\nc = ctypes.CDLL(None)\nc.shmat.restype = ctypes.c_void_p\n"
        "number = c.shmget(77, 8, 0)\nprint('told')\nif number >= 0:\n"
        "    print(int.from_bytes(ctypes.string_at(c.shmat(number, None, 0), 8), 'big'))",
    ),
    "an abstract socket": (
        "import socket\n    held.append(socket.socket(socket.AF_UNIX))\n"
        "    held[-1].bind('\\0' + str(int(np.max(x))))",
        "import socket\nprint('told')\nsocket.socket(socket.AF_UNIX).connect('\\0' + '31415926')\n"
        "print('31415926')",
    ),
    "the end of a cell": (
        "seen.append(x)",
        "print('told')\nimport os\nos._exit(int(max(map(np.max, seen)) == 31415926) * 26 + 1)",
    ),
    "a signal": (
        "seen.append(x)",
        "print('told')\nimport os\nos.kill(os.getpid(), 10 if len(seen) > 3 else 12)",
    ),
    "what hangs": (
        "seen.append(x)",
        "print('told')\nwhile any(np.max(each) == 31415926 for each in seen):\n    pass",
    ),
}
HOLDING = "seen, held = [], []\nhandle = display('first', display_id='shown')\n"


@pytest.mark.parametrize("keeping, telling", CHANNELS.values(), ids=CHANNELS)
def test_25_inputs_kept_for_a_later_cell(attacked, keeping, telling):
    keep = f"{HOLDING}import numpy as np\n\ndef keep(x=None):\n    {keeping}\n"
    safe = {
        name: code.replace("seen = []\n\n", "").replace("    keep(x)", _guarded("    keep(x)"))
        for name, code in SPYING.items()
    }
    graded = attacked.attack(HONEST | safe, first=keep, last=telling)
    assert graded.marks == FULL
    assert "told" in graded.output() or "_exit" in telling or "kill" in telling
    assert not shown(graded)
    # Whether and how a cell ended is not shown either where that may hang on a test's input.
    assert ("exit code 27" in graded.output()) is False
    if telling == CHANNELS["what hangs"][1]:
        assert "took longer" not in graded.output()


def _guarded(line):
    return f"    try:\n    {line}\n    except Exception:\n        pass"


def page(graded):
    """What the learner reads."""
    return html_of(page_of(nbformat.from_dict(graded.notebook), "01-attacked"))


# Ways in which a visible test says what a function gave.
TELLING = {
    "an exception": "raise ValueError(repr(seen))",
    "a result": "return repr(seen)",
    "another result": "return np.array([max(map(np.max, seen)), len(seen)])",
    "an exit code": "__import__('os')._exit(int(len(seen) > 1) + 76)",
}


@pytest.mark.parametrize("telling", TELLING.values(), ids=TELLING)
def test_25_inputs_kept_for_a_visible_test(attacked, telling):
    """What it says is told to the learner: it is said where no hidden test was run."""
    answers = {"double": SPYING["double"], "spread": f"def spread(x):\n    {telling}"}
    keep = "import numpy as np\ndef keep(x): pass"
    graded = attacked.attack(HONEST | answers, first=keep)
    assert graded.marks == but(spread=0)
    assert "spread(array([1., 2., 3.]))" in page(graded) or "_exit" in telling
    assert not [text for text in (*TELLTALES, "exit code 77") if text in page(graded)]


def test_25_a_visible_test_that_fails_only_after_hidden_ones(attacked):
    """Whether it does is a mark, and nothing else is told of it."""
    answers = {
        "double": SPYING["double"],
        "spread": "def spread(x):\n    if len(seen) > 1:\n        raise ValueError(repr(seen))\n"
        "    return np.max(x) - np.min(x)",
    }
    graded = attacked.attack(HONEST | answers, first="def keep(x): pass")
    assert graded.marks == but(spread=0)
    assert "fails only after other tests" in page(graded)
    assert not [text for text in TELLTALES if text in page(graded)]


def test_25_a_visible_test_that_is_run_again_after_hidden_ones(attacked):
    """As one is whose argument was spoilt."""
    spoils = (
        "seen = []\n\ndef scaled(x):\n    return x / np.max(x)\n\ndef spread(x):\n"
        "    seen.append(x.tolist())\n    x[:] = 0\n    if len(seen) > 2:\n"
        "        raise ValueError(repr(seen))\n    return 0.0"
    )
    graded = attacked.attack(HONEST | {"spread": spoils})
    assert graded.marks["spread"] == 0
    assert not [text for text in TELLTALES if text in page(graded)]


def test_25_exit_codes_are_not_told_of_hidden_tests(attacked):
    ends = "def double(x):\n    __import__('os')._exit(x % 256)"
    graded = attacked.attack(HONEST | {"double": ends})
    assert f"exit code {SECRET % 256}" in graded.told
    assert "ended the process" in page(graded)
    assert f"exit code {SECRET % 256}" not in page(graded)


MARKED = """
c.ClearHiddenTests.begin_test_delimeter = "VERSTECKT"
c.ClearHiddenTests.end_test_delimeter = "ENDE"
"""


def test_24_hidden_tests_that_are_marked_in_other_words(tmp_path, monkeypatch):
    made = source()
    for each in made.cells:
        each.source = each.source.replace(notebook.BEGIN_HIDDEN, "### VERSTECKT")
        each.source = each.source.replace(notebook.END_HIDDEN, "### ENDE")
    monkeypatch.setattr(attacking, "source", lambda: made)
    with Attacked(tmp_path, MARKED) as attacked:
        graded = attacked.attack(HONEST | {"double": FAILING["24 fails on purpose"]})
    assert "got 2" in page(graded)
    assert not [text for text in TELLTALES if text in page(graded)]


@pytest.mark.parametrize("digit", range(0, 8, 3))
def test_25_which_cells_end_tells_nothing(attacked, digit):
    """A digit of an input could choose the cell that ends the process."""
    ends = "import os\nif seen and str(int(max(map(np.max, seen))))[%d] == '%s':\n    os._exit(0)"
    digits = str(SECRET)[digit]
    graded = attacked.attack(
        HONEST | SPYING, first="import numpy as np\ndef keep(x): pass", last=ends % (digit, digits)
    )
    assert graded.marks == FULL
    assert "ended the process" not in graded.output()


def test_26_what_limits_pass_or_fail_is_the_number_of_attempts(attacked):
    """A mark is itself an answer of one bit: whether a hidden input is large, say.

    No grader that tells marks can avoid it. It is limited by how many official attempts there are,
    and the bits of one attempt by its number of tests.
    """
    asks = "def double(x):\n    return 2 * x if x < 10**{} else None"
    marks = [
        attacked.attack(HONEST | {"double": asks.format(power)}).marks for power in (7, 8)
    ]  # fmt: skip
    assert marks == [but(double=1), FULL]


def test_26_time_is_not_told(attacked):
    slow = "import time\n\ndef double(x):\n    time.sleep(0.2 if x > 10 else 0)\n    return 2 * x"
    graded = attacked.attack(HONEST | {"double": slow})
    assert graded.marks == FULL
    assert "second" not in str(graded.notebook) and "2026-" not in str(graded.notebook["metadata"])


def test_27_environment_and_connections(attacked):
    code = (
        "import os, glob\nprint('told', dict(os.environ), os.getcwd(), __import__('sys').argv)\n"
        "tops = ['/tmp', '/root', '/run', '/notebook', os.environ.get('HOME', '/')]\n"
        "print([name for top in tops\n"
        "       for name in glob.glob(top + '/**/kernel-*.json', recursive=True)],\n"
        "      os.getuid() != 0)\n"
        "print(sorted(os.listdir('/proc')), [fd for fd in range(64) if _open(fd)])"
    )
    opened = (
        "import os\n\ndef _open(fd):\n    try:\n        os.fstat(fd)\n    except OSError:\n"
        "        return False\n    return True"
    )
    graded = attacked.attack(HONEST, first=opened, last=code)
    output = graded.output()
    assert graded.marks == FULL and "told" in output
    # The course's folder, the test's environment and the terminal's are nowhere.
    for text in (str(attacked.course.root), "PYTEST", "PYTHONPATH", "VIRTUAL_ENV", "SEED"):
        assert text not in output
    assert "[] True" in output and "[] [0, 1, 2, 3]" in output
