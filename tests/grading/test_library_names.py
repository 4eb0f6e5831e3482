"""What a learner's function takes from libraries is found, however it is defined."""

import pytest

from scratchgrad.grading import library

PLAIN = "def f(x):\n    return np.tanh(x)"
# Each defines `f` anew, from `tanh`, in a way that a glance at its lines could miss.
TRICKY = [
    "def g():\n    pass\nf = np.tanh",
    "def g():\n    pass\nx = 1; f = np.tanh",
    "def g():\n    pass\n  \ff = np.tanh",
    "def g():\n    pass\rf = np.tanh",
    "def g():\n    pass\n\uff46 = np.tanh",
    "def \uff46(x):\n    return np.tanh(x)",
    "def g():\n    pass\n(f,\n    h) = np.tanh, 1",
    "def g(\n):\n    pass\n\\\nf = np.tanh",
    "def g():\n    pass\nif True:\n    f = np.tanh",
    "def g():\n    pass\nfor f in [np.tanh]:\n    pass",
    "def g():\n    pass\nfrom numpy import tanh as f",
    "def g():\n    pass\n%time f = np.tanh",
    "%%time\nf = np.tanh",
    "@decorated(\n    1\n)\ndef f(x):\n    return np.tanh(x)",
    "class f:\n    used = np.tanh",
    "def\tf(x):\n    return np.tanh(x)",
    "def f(x):\n    return 1\n\n\ndef f(x):\n    return np.tanh(x)",
]


@pytest.mark.parametrize("cell", [PLAIN, *TRICKY])
def test_a_definition_is_found_and_replaces_those_before(cell):
    used = library.library_names(["def f(x):\n    return np.sinh(x)", cell], "f")
    assert "tanh" in used
    assert "sinh" not in used


def test_names_are_followed_to_other_cells():
    cells = ["import numpy as np\nT = np.tanh", "def g(x):\n    return T(x)"]
    assert "tanh" in library.library_names([*cells, "def f(x):\n    return g(x)"], "f")


@pytest.mark.parametrize("broken", ["def f(x):\n    return (", "def f(x):\nreturn 1"])
def test_a_cell_that_is_no_python_defines_nothing(broken):
    assert "tanh" in library.library_names([PLAIN, broken], "f")


def test_other_cells_are_not_parsed(monkeypatch):
    read = []
    monkeypatch.setattr(library, "top_level", lambda source: read.append(source) or [])
    other = "# a helper\n@cached\ndef helper(\n    x,\n):\n    return 1\n\n\nclass Other:\n    pass"
    mine = "def f(x):\n    return 'not parsed before'"
    library.library_names([other, mine], "f")
    assert read == [mine]
