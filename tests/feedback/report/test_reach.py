"""Which code is named as reaching for more than an exercise needs."""

import pytest

from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from scratchgrad.feedback.report.reach import reaches
from tiny import ROOT

COURSE = Course(ROOT)


@pytest.mark.parametrize(
    "code, found",
    [
        ("import os.path as p, sys\nimport numpy as np", ["imports os", "imports sys"]),
        ("from xml.etree import ElementTree\nimport os", ["imports xml", "imports os"]),
        ("x = 1; import socket; y = 2", ["imports socket"]),
        ("if True: import ctypes", ["imports ctypes"]),
        ("raise ValueError('no') from error\nimport os", ["imports os"]),
        ("from . import x", []),
        ("np.allclose = lambda *a, **k: True", ["changes np.allclose"]),
        ("checks._compare.close = None", ["changes checks._compare.close"]),
        ("same = np.allclose == np.isclose", []),
        ("().__class__.__mro__[1].__subclasses__()", ["uses __mro__", "uses __subclasses__"]),
        ("sys._getframe(1).f_globals['x']", ["uses f_globals"]),
        ("get_ipython().ast_transformers.append(t)", ["calls get_ipython"]),
        ("eval('1'); exec('x'); open('y')", ["calls eval", "calls exec", "calls open"]),
        ("open = 3\nprint(open)", []),
        ("!cat ../source/*", ["runs !cat ../source/*"]),
        ("out = !ls", ["runs !ls"]),
        ("%%bash\ncat /etc/passwd", ["runs %%bash"]),
        ("%matplotlib inline", []),
        ("z = (a\n     % b)\ny = [a\n%b]", []),
        ("def f(x):\n    'import os'\n    return x  # import os", []),
        ("def f(x:\n  import os ((", ["imports os"]),
        ("", []),
    ],
)
def test_reaches(code, found):
    assert reaches(code) == found


def test_each_is_named_once():
    assert reaches("open('a')\nopen('b')\nimport os\nimport os") == ["imports os", "calls open"]


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_ordinary_answers_reach_for_nothing(assignment):
    known = load_answers(COURSE.misconceptions(assignment))
    assert known and not [each.name for each in known if reaches(each.source)]
