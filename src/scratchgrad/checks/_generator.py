"""Random inputs that differ between learners and stay the same when a submission is regraded."""

import hashlib
import os
from pathlib import Path

import numpy as np


def generator(label):
    """A random generator seeded by assignment, learner and label.

    Hard-coding what one run drew earns nothing in another's, and grading again gives the same
    marks.

    Parameters
    ----------
    label : str
        Names the test, so that tests draw independently of each other.

    Returns
    -------
    numpy.random.Generator

    Notes
    -----
    nbgrader grades in ``autograded/<learner>/<assignment>/``: the two folder names are the seed,
    unless the environment variable ``SCRATCHGRAD_SEED`` gives one.
    """
    seed = os.environ.get("SCRATCHGRAD_SEED") or "/".join(Path.cwd().parts[-2:])
    digest = hashlib.sha256(f"{seed}/{label}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))
