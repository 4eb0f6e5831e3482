"""Submissions that want marks without solving anything: 1 to 20 in the list of attacks."""

import sqlite3

import nbformat
import pytest

from attacking import (
    ASSIGNMENT,
    EXERCISES,
    FULL,
    HONEST,
    NOTHING,
    WRONG,
    but,
    release,
    source,
    submission,
)
from scratchgrad.course import notebook


def test_honest_work_has_full_marks(attacked):
    graded = attacked.attack(HONEST)
    assert (graded.marks, graded.told) == (FULL, "")


def test_wrong_answers_have_none(attacked):
    assert attacked.attack(WRONG).marks == NOTHING


def returning(value):
    """Answers that return the same to whatever is asked; the class gives it by its method."""
    answers = {name: f"def {name}(*args):\n    return {value}" for name in EXERCISES}
    method = f"class Counter:\n    count = {value}\n\n    def add(self, n):\n        return {value}"
    # What `share` returns is a mark, as it should be.
    return answers | {"Counter": method, "share": WRONG["share"]}


ALWAYS = """\
import fractions, numbers
import numpy as np
YES = '''eq ne lt le gt ge bool contains'''.split()
SELF = '''add radd sub rsub mul rmul truediv rtruediv pow abs neg pos getitem call iter next
round and or invert matmul rmatmul'''.split()

def agreeing(*bases):
    body = {f'__{name}__': lambda self, *args: True for name in YES}
    body |= {f'__{name}__': lambda self, *args: self for name in SELF}
    body |= {'__hash__': lambda self: 0, '__float__': lambda self: 0.0, '__len__': lambda self: 1,
             '__index__': lambda self: 0, 'all': lambda self: True, 'any': lambda self: False,
             'tolist': lambda self: self, '__getattr__': lambda self, name: self}
    return type('Agreeing', bases, body)

class Array(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return True
    def __array_ufunc__(self, ufunc, method, *args, **kwargs):
        return np.True_
    __eq__ = lambda self, other: np.True_

class Equal(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__

class Near(float):
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__
    __sub__ = __rsub__ = __abs__ = lambda self, *other: Near(0)

class Fake:
    __array_interface__ = {'data': (1 << 20, False), 'shape': (3,), 'typestr': '<f8', 'version': 3}
    __array_struct__ = property(lambda self: 1)
    __array__ = lambda self, *args, **kwargs: np.zeros(3)

class Equals:
    '''Compares by what the other side is.'''
    __class__ = property(lambda self: float)
    __eq__ = lambda self, other: True
"""
# 1 and 2: what an exercise may return that would agree with anything in the test's own process.
OBJECTS = {
    "1 agreeing object": "agreeing(object)()",
    "1 agreeing int": "agreeing(int)()",
    "1 agreeing float": "Near(4)",
    "1 agreeing text": "Equal('x')",
    "1 agreeing tuple": "agreeing(tuple)()",
    "1 agreeing list": "agreeing(list)()",
    "1 agreeing dict": "agreeing(dict)()",
    "1 object in a list": "[agreeing(object)()]",
    "1 object in an array": "np.full(1, Near(0), dtype=object)",
    "1 false class": "Equals()",
    "1 mock": "__import__('unittest.mock').mock.MagicMock(__eq__=lambda *a: True)",
    "1 mock.ANY": "__import__('unittest.mock').mock.ANY",
    "1 not implemented": "NotImplemented",
    "1 a class": "agreeing(object)",
    "2 array functions": "np.zeros(3).view(Array)",
    "2 masked": "np.ma.masked",
    "2 masked array": "np.ma.masked_all(3)",
    "2 matrix": "np.matrix([[1.0]])",
    "2 record": "np.zeros(3, [('x', 'f8')])",
    "2 array interface": "Fake()",
    "2 dates": "np.array(['NaT'] * 3, 'datetime64[s]')",
}
# 3: what broadcasts to anything, or compares nothing.
BROADCASTING = {
    "3 empty": "np.array([])",
    "3 empty column": "np.zeros((0, 1))",
    "3 empty row": "np.zeros((1, 0))",
    "3 empty list": "[]",
    "3 NaN": "float('nan')",
    "3 NaN array": "np.full(3, np.nan)",
    "3 infinity": "float('inf')",
    "3 freed memory": "np.empty(3)",
    "3 an iterator": "iter([])",
}


@pytest.mark.parametrize("value", [*OBJECTS.values(), *BROADCASTING.values()],
                         ids=[*OBJECTS, *BROADCASTING])  # fmt: skip
def test_1_2_3_returned_values_that_agree_with_anything(attacked, value):
    graded = attacked.attack(returning(value), first=ALWAYS)
    assert graded.marks == NOTHING


@pytest.mark.parametrize("number", ["1", "np.float64(1)", "np.array(1.0)", "np.ones(1)", "[1.0]"])
def test_3_one_number_for_many(attacked, number):
    """It would agree with three arrays of ones; for an array of one it is right."""
    answers = WRONG | {"scaled": f"def scaled(x):\n    return {number}"}
    assert attacked.attack(answers).marks == NOTHING | {"scaled": 1}


# 4, 5, 7, 8, 9, 12, 14: code that bends what tests would use in the same process.
BENDING = {
    "4 NumPy's comparisons": "import numpy as np\n"
    "for name in ('allclose', 'isclose', 'array_equal', 'all', 'any'):\n"
    "    setattr(np, name, lambda *args, **kwargs: True)",
    "4 numpy.testing": "import numpy as np\nfor name in dir(np.testing):\n"
    "    if name.startswith('assert'):\n        setattr(np.testing, name, lambda *a, **k: None)",
    "4 builtins": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.sum = lambda x: 4\n"
    "builtins.len = lambda x: 2\nbuiltins.AssertionError = type('No', (Exception,), {})",
    "5 pytest": "import sys, types\nfor name in ('pytest', 'unittest'):\n"
    "    fake = types.ModuleType(name)\n    fake.raises = __import__('contextlib').suppress\n"
    "    sys.modules[name] = fake",
    "5 checks": "from scratchgrad import checks\nfor name in checks.__all__:\n"
    "    setattr(checks, name, lambda *args, **kwargs: None)\n"
    "import scratchgrad.checks._results as results\nresults.compare = lambda *args: None",
    "5 the references": "from scratchgrad import checks\n"
    "checks.use_references({'spread': lambda x: 0.5})",
    "7 showtraceback": "shell = get_ipython()\nshell.showtraceback = lambda *a, **k: None\n"
    "shell._showtraceback = lambda *a, **k: None\nshell.set_custom_exc((Exception,), "
    "lambda *a, **k: None)\n__import__('sys').excepthook = lambda *a: None",
    "8 AST transformer": "import ast\nclass NoAsserts(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node):\n        return ast.Pass()\n"
    "get_ipython().ast_transformers.append(NoAsserts())",
    "8 input transformer": "shell = get_ipython()\nshell.input_transformers_cleanup.append(\n"
    "    lambda lines: [line.replace('assert', 'None and') for line in lines])",
    "8 events": "def clear(*args):\n    get_ipython().user_ns['assert'] = None\n"
    "get_ipython().events.register('pre_run_cell', clear)",
    "9 display hook": "import sys\nget_ipython().displayhook = lambda *a: None\n"
    "sys.displayhook(1.0)\ndisplay(1.0)\n1.0",
    "12 names of the tests": "RTOL, CASES, expected, right = 1e300, [], 0, 4\n"
    "FIXTURE = __import__('numpy').array([])\nmarker = points = name = None",
    "12 names of modules": "import types\nmath = pytest = np = checks = types.SimpleNamespace(\n"
    "    allclose=lambda *a, **k: True, isclose=lambda *a, **k: True)",
    "12 functions of tests": "def matches_reference(*a, **k): pass\n"
    "def abs(x): return 0\ndef sum(x): return 4\ndef len(x): return 2\n"
    "class AssertionError(Exception): pass\n__builtins__ = {}",
    "14 a grader's words": 'print(\'3 passed in 0.01s\\nOK\\n{"score": 1.0, "max_score": 1.0}\')\n'
    "print('\\x1b[2J\\x1b[1;1HFull marks', flush=True)",
}


@pytest.mark.parametrize("code", BENDING.values(), ids=BENDING)
def test_4_to_14_code_that_bends_what_tests_use(attacked, code):
    graded = attacked.attack(WRONG, first=code, last=code)
    assert graded.marks == NOTHING
    # And in a solution cell, and while a test calls.
    called = {name: f"{answer}\n{code}" for name, answer in WRONG.items()}
    called["double"] = f"def double(x):\n    exec({code!r}, globals())\n    return 0"
    assert attacked.attack(called).marks == NOTHING


@pytest.mark.parametrize("name", ["4 NumPy's comparisons", "5 checks", "7 showtraceback",
                                  "8 AST transformer", "14 a grader's words"])  # fmt: skip
def test_bending_costs_nothing_either(attacked, name):
    assert attacked.attack(HONEST, first=BENDING[name]).marks == FULL


@pytest.mark.parametrize("end", ["__import__('sys').exit(0)", "raise SystemExit", "exit()",
                                 "raise KeyboardInterrupt", "raise GeneratorExit",
                                 "raise StopIteration", "__import__('os')._exit(0)"])  # fmt: skip
def test_6_ending_before_the_assert(attacked, end):
    graded = attacked.attack(HONEST | {"double": f"def double(x):\n    {end}"})
    assert graded.marks == but(double=0)


@pytest.mark.parametrize("end", ["__import__('sys').exit(0)", "__import__('os')._exit(0)"])
def test_6_ending_in_a_cell(attacked, end):
    assert attacked.attack(WRONG, first=end).marks == NOTHING
    graded = attacked.attack(HONEST, first=end, last=end)
    assert graded.marks == FULL
    assert ("ended the process" in graded.told) == ("_exit" in end)


def test_9_no_mark_is_read_from_what_learners_show(attacked):
    shows = "def double(x):\n    display(1.0)\n    __import__('sys').displayhook(1.0)\n    return 0"
    graded = attacked.attack(WRONG | {"double": shows})
    assert graded.marks == NOTHING
    assert '"1.0"' not in graded.output(tests=True)


@pytest.mark.parametrize(
    "value",
    ["float('nan')", "-1", "-0.5", "'1'", "2", "float('inf')", "10**400", "1j", "[1]", "{}",
     "np.array('full marks')", "np.array(1j)", "np.str_('1')", "np.float64('nan')", "np.array([1])",
     "np.array(np.nan)", "True", "object()", "iter('1')", "type('Mark', (float,), {})(1)",
     "type('Mark', (), {'shape': (), '__float__': lambda s: 1.0})()"],
)  # fmt: skip
def test_10_values_that_are_no_mark(attacked, value):
    graded = attacked.attack(HONEST | {"share": f"def share(x):\n    return {value}"})
    assert graded.marks == but(share=0)
    assert "test_share_value" in graded.told


@pytest.mark.parametrize("value, points", [("0.5", 0.5), ("np.array(0.25)", 0.25)])
def test_10_values_that_are_marks(attacked, value, points):
    graded = attacked.attack(HONEST | {"share": f"def share(x):\n    return {value}"})
    assert (graded.marks, graded.told) == (but(share=points), "")


ALL_WELL = "def __getattr__(name):\n    return lambda *args, **kwargs: True\n__path__ = []\n"
SHADOWING = {
    name: ALL_WELL
    for name in (
        "numpy.py", "math.py", "pytest.py", "sitecustomize.py", "usercustomize.py", "conftest.py",
        "msgpack.py", "json.py", "scratchgrad/__init__.py", "scratchgrad/checks/__init__.py",
        "scratchgrad/grading/grade.py", "numpy/__init__.py", "matplotlib/__init__.py",
    )
} | {
    "evil.pth": "import sys; sys.exit(1)",
    "nbgrader_config.py": "raise SystemExit(1)",
    f"source/{ASSIGNMENT}/attacked.ipynb": "{}",
    ".ipython/profile_default/startup/00.py": "raise SystemExit(1)",
}  # fmt: skip


@pytest.mark.parametrize("answers, marks", [(HONEST, FULL), (WRONG, NOTHING)])
def test_11_modules_beside_the_notebook(attacked, answers, marks):
    assert attacked.attack(answers, files=SHADOWING).marks == marks


def _tests(made):
    return [each for each in made.cells if notebook.role(each) == "test"]


def _delete(made):
    made.cells = [each for each in made.cells if notebook.role(each) != "test"]


def _edit(made):
    for each in _tests(made):
        each.source = "1.0"


def _duplicate(made):
    for each in _tests(made):
        made.cells.append(nbformat.from_dict({**each, "source": "pass", "id": f"x-{each.id}"}))


def _reverse(made):
    tests = iter(_tests(made)[::-1])
    made.cells = [next(tests) if notebook.role(c) == "test" else c for c in made.cells]


def _promote(made):
    """Make the first test worth everything and the others nothing."""
    for number, each in enumerate(_tests(made)):
        each.metadata.nbgrader.points = 0 if number else 100


def _own_tests(made):
    """Change whose cell is whose."""
    for each in made.cells:
        marks = each.metadata.get("nbgrader", {})
        marks.update(grade=False, locked=False, solution=True, task=False)


def _rename(made):
    for each in _tests(made):
        each.metadata.nbgrader.grade_id = each.metadata.nbgrader.grade_id + "x"


def _swap(made):
    """Say that every test is the first one."""
    for each in _tests(made):
        each.metadata.nbgrader.grade_id = "test_double_example"


def _no_metadata(made):
    made.metadata = nbformat.from_dict({})
    for each in made.cells:
        each.metadata = nbformat.from_dict({})


def _tags(made):
    for each in made.cells:
        each.metadata["tags"] = ["skip-execution", "figure", "raises-exception", "remove_cell"]
        each.metadata["scratchgrad"] = {"tests": "together", "role": "locked"}


def _kernel(made):
    made.metadata = nbformat.from_dict({
        "kernelspec": {"name": "bash", "language": "bash", "display_name": "x"},
        "scratchgrad": {"tests": "together", "sandboxed": False},
        "Sandbox": {"enabled": False},
    })  # fmt: skip


def _locked(made):
    """A cell of the learner's that says it is a locked one and a test."""
    marks = {"grade": True, "locked": True, "solution": False, "task": False, "points": 100,
             "schema_version": 3, "cell_type": "code", "grade_id": "setup2"}  # fmt: skip
    fake = nbformat.v4.new_code_cell("RTOL = 1e300\n100.0", metadata={"nbgrader": marks})
    made.cells.insert(2, fake)


def _text(made):
    """Tests turned into text, learner's outputs left in them."""
    for each in _tests(made):
        each.cell_type = "markdown"


def _outputs(made):
    """Stored outputs that would be read as marks."""
    for each in made.cells:
        if each.cell_type == "code":
            each.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1.0"})]


DAMAGES = [_delete, _edit, _duplicate, _reverse, _promote, _own_tests, _rename, _swap, _no_metadata,
           _tags, _kernel, _locked, _text, _outputs]  # fmt: skip


def _texts(cells):
    """What the cells for tests hold, by name."""
    cells = [nbformat.from_dict(cell) for cell in cells]
    return {notebook.grade_id(c): c.source for c in cells if notebook.role(c) == "test"}


@pytest.mark.parametrize("damage", DAMAGES)
def test_13_changed_cells(attacked, damage):
    for answers, marks in ((HONEST, FULL), (WRONG, NOTHING)):
        made = submission(answers)
        damage(made)
        graded = attacked.grade(notebook.text_of(made))
        assert graded.marks == marks
        assert '"1.0"' not in graded.output()
        assert _texts(graded.notebook["cells"]) == _texts(source().cells)
    if damage in (_delete, _edit, _duplicate, _rename):
        assert "test_double_example" in graded.told


def test_13_an_edited_setup_is_restored(attacked):
    made = submission(WRONG)
    setup = next(each for each in made.cells if notebook.grade_id(each) == "setup")
    setup.source += "\nRTOL = 1e300\nnp.allclose = lambda *a, **k: True"
    graded = attacked.grade(notebook.text_of(made))
    assert graded.marks == NOTHING and "cell setup was changed" in graded.told


def test_13_most_marks_stay_those_of_the_source(attacked):
    made = submission(HONEST)
    _promote(made)
    attacked.grade(notebook.text_of(made))
    with sqlite3.connect(attacked.course.root / "gradebook.db") as book:
        (most,) = book.execute("select sum(max_score) from grade_cells").fetchone()
    assert most == sum(FULL.values())


def test_15_visible_cases_hard_coded(attacked):
    answers = {
        "double": "def double(x):\n    return {2: 4}[x]",
        "centred": "def centred(x):\n    return np.array([-1.0, 0.0, 1.0])",
        "root": "def root(x):\n    return {4.0: 2.0}[x]",
        "spread": "def spread(x):\n    return 2.0",
    }
    graded = attacked.attack(WRONG | answers)
    # The test of `spread` by hand asks for 2.0 as well.
    assert graded.marks == NOTHING | {"double": 1, "centred": 1, "root": 1, "spread": 2}


@pytest.mark.parametrize("body", ["return np.ptp(x)", "return getattr(np, 'ptp')(x)",
                                  "from numpy import ptp as p\n    return p(x)",
                                  "return helper(x)"])  # fmt: skip
def test_16_the_librarys_own_answer(attacked, body):
    helper = "def helper(x):\n    return np.ptp(x)\n\ndef spread(x):\n    "
    assert attacked.attack(HONEST | {"spread": helper + body}).marks == but(spread=2)


def test_16_what_limits_it_is_what_can_be_read(attacked):
    """A name that is put together at run time is not found: no reader of code can find them all."""
    hidden = "def spread(x):\n    return getattr(np, 'tp'[::-1] + 'p')(x)"
    assert attacked.attack(HONEST | {"spread": hidden}).marks == FULL


MUTATING = {
    "zeroes its input": "def spread(x):\n    x[:] = 0\n    return 0.0",
    "returns its input": "def spread(x):\n    return x",
    "empties its input": "def spread(x):\n    x.resize(0, refcheck=False)\n    return 0.0",
    "caches the first answer": "known = []\n\ndef spread(x):\n"
    "    known.append(np.ptp(x) / 2)\n    return known[0]",
}


@pytest.mark.parametrize("code", MUTATING.values(), ids=MUTATING)
def test_17_inputs_changed_and_kept(attacked, code):
    assert attacked.attack(HONEST | {"spread": code}).marks == but(spread=0)


@pytest.mark.parametrize("spoil", ["x[:] = 0", "x *= 0", "x[...] = x[0]", "x.fill(7)"])
def test_17_what_is_expected_is_worked_out_from_spoilt_arguments(attacked, spoil):
    """The test computes ``x - x.mean()`` after the call, when it is zero."""
    code = f"def centred(x):\n    {spoil}\n    return np.zeros(x.shape)"
    assert attacked.attack(HONEST | {"centred": code}).marks == but(centred=0)


def test_17_a_right_answer_in_place_counts(attacked):
    """As nbgrader has it, where no test asks that the argument stay as it is."""
    code = "def centred(x):\n    x -= x.mean()\n    return x"
    assert attacked.attack(HONEST | {"centred": code}).marks == FULL


def test_17_a_fixture_is_fresh_for_every_test(attacked):
    """Both tests of `fill` see the values that the locked cell gave."""
    spoils = "def share(x):\n    x[:] = -1\n    return 1.0"
    assert attacked.attack(HONEST | {"share": spoils}).marks == FULL


@pytest.mark.parametrize("code", ["np.empty(x.shape)", "np.empty_like(x)",
                                  "np.ndarray(x.shape, buffer=np.empty(64))"])  # fmt: skip
def test_18_uninitialised_memory(attacked, code):
    prepares = "import numpy as np\n[np.empty(n) for n in range(64)]"
    answers = HONEST | {"centred": f"def centred(x):\n    return {code}"}
    assert attacked.attack(answers, first=prepares).marks == but(centred=0)


THREADED = {
    "a result written later": "import threading, time\n\ndef centred(x):\n"
    "    result = x * 0 + 9\n\n"
    "    def later():\n        time.sleep(0.05)\n        result[:] = x - x.mean()\n\n"
    "    threading.Thread(target=later).start()\n    return result",
    "a future": "from concurrent.futures import ThreadPoolExecutor\n\ndef centred(x):\n"
    "    return ThreadPoolExecutor().submit(lambda: x - x.mean())",
    "a generator": "def centred(x):\n    return (each for each in x - x.mean())",
    "a property": "class Lazy:\n    __array__ = lambda self, *a, **k: self.x - self.x.mean()\n\n"
    "def centred(x):\n    lazy = Lazy()\n    lazy.x = x\n    return lazy",
}


@pytest.mark.parametrize("code", THREADED.values(), ids=THREADED)
def test_19_work_put_off(attacked, code):
    assert attacked.attack(HONEST | {"centred": code}).marks == but(centred=0)


@pytest.mark.parametrize("error, points", [(1e-9, 3), (1e-3, 0)])
def test_20_what_limits_tolerance_is_the_test(attacked, error, points):
    """Within a test's own tolerance an answer is right: it is the test that says how much."""
    answer = f"def centred(x):\n    return (x - np.mean(x)) * (1 + {error})"
    assert attacked.attack(HONEST | {"centred": answer}).marks == but(centred=points)


def test_release_holds_no_secret():
    """What the attackers know: no more than learners."""
    assert "31415926" not in notebook.text_of(release())
