"""Figures that notebooks draw from the learner's own functions.

A function that is not written yet leaves a note in its place, so that a notebook can be run from
top to bottom at any stage.
"""

import contextlib

import matplotlib.pyplot as plt
import numpy as np

from ._calls import name_of

BLUE, ORANGE, GREY, RED = "#0b62a4", "#d9730d", "#8a8f98", "#b3261e"
_SIZE = (7.2, 3.2)


def axes(columns=1, **kwargs):
    """One row of plots in the course's style.

    Parameters
    ----------
    columns : int
        Number of plots side by side.
    **kwargs
        Passed on to ``matplotlib.pyplot.subplots``.

    Returns
    -------
    matplotlib.axes.Axes or ndarray of Axes
    """
    figure, plots = plt.subplots(1, columns, figsize=_SIZE, layout="constrained", **kwargs)
    for plot in figure.axes:
        plot.spines[["top", "right"]].set_visible(False)
        plot.grid(alpha=0.25)
    return plots


@contextlib.contextmanager
def when_written(plot):
    """Draw on `plot` what needs the learner's functions, or say that they are not written yet."""
    try:
        yield
    except NotImplementedError:
        plot.text(
            0.5,
            0.5,
            "not written yet",
            transform=plot.transAxes,
            ha="center",
            va="center",
            color=GREY,
            fontsize=12,
            bbox={"facecolor": "white", "edgecolor": "none"},
        )


def function_and_derivative(function, derivative, reach=6.0, name=None):
    """Draw a function beside its derivative over [-reach, reach].

    Parameters
    ----------
    function, derivative : callable
        Elementwise functions of an array.
    reach : float
        How far the horizontal axis goes to either side of 0.
    name : str, optional
        Title; the function's name in the notebook if not given.
    """
    x = np.linspace(-reach, reach, 601)
    left, right = axes(2)
    curves = ((left, function, "value", BLUE), (right, derivative, "slope", ORANGE))
    for plot, curve, what, colour in curves:
        plot.axhline(0, color=GREY, linewidth=0.8)
        plot.axvline(0, color=GREY, linewidth=0.8)
        plot.set(xlabel="x", title=f"{name or name_of(function)}: {what}")
        with when_written(plot):
            plot.plot(x, curve(x), color=colour, linewidth=2)
    plt.show()
