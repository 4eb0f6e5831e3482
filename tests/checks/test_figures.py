"""Figures drawn from whatever a learner may have made of a function."""

import functools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchgrad.checks import figures


class Doubled:
    def __call__(self, x):
        return 2 * x


@pytest.mark.parametrize("made", [Doubled(), functools.partial(np.multiply, 2), lambda x: 2 * x])
def test_titles_are_the_notebooks_names(made, monkeypatch):
    monkeypatch.setitem(globals(), "double", made)
    figures.function_and_derivative(made, made)
    try:
        assert [axes.get_title() for axes in plt.gcf().axes] == ["double: value", "double: slope"]
    finally:
        plt.close("all")
