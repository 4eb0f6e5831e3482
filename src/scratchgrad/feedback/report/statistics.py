"""What marks say about a class and about the exercises."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

_BINS = 10


@dataclass(frozen=True)
class Exercise:
    """How a class did in one exercise.

    Attributes
    ----------
    name, title : str
    points : float
        The most that it gives.
    solved, tried : float
        Shares of learners with full marks, and with something other than what was released.
    mean : float
        Mean share of its points.
    discrimination : float or None
        Correlation of its marks with the sum of all others; None where either does not vary.
    remark : str
        What is odd about it.
    """

    name: str
    title: str
    points: float
    solved: float
    tried: float
    mean: float
    discrimination: float | None
    remark: str


@dataclass(frozen=True)
class Spread:
    """How the marks of a class are spread.

    Attributes
    ----------
    counts : list of int
        Learners in each tenth of the points; full marks belong to the last.
    mean, median, lowest, highest, maximum : float
    """

    counts: list
    mean: float
    median: float
    lowest: float
    highest: float
    maximum: float


def spread(works):
    """How the marks of graded submissions are spread.

    Parameters
    ----------
    works : list of Work
        Graded, at least one.

    Returns
    -------
    Spread
    """
    totals = np.array([work.total for work in works])
    maximum = max(work.maximum for work in works)
    counts, _ = np.histogram(totals, _BINS, (0, maximum or 1))
    return Spread(
        counts.tolist(),
        float(totals.mean()),
        float(np.median(totals)),
        float(totals.min()),
        float(totals.max()),
        maximum,
    )


def exercises(works):
    """How a class did in each exercise.

    Parameters
    ----------
    works : list of Work
        Graded, at least one.

    Returns
    -------
    list of Exercise
        In the order of the notebook.
    """
    parts = {name: part for work in works for name, part in work.parts.items()}
    marks = np.array([
        [work.parts[name].score if name in work.parts else 0.0 for name in parts] for work in works
    ])  # fmt: skip
    return [
        _exercise(part, marks[:, i], np.delete(marks, i, axis=1).sum(axis=1), works)
        for i, part in enumerate(parts.values())
    ]


def _exercise(part, marks, rest, works):
    solved = float(np.mean(marks >= part.maximum))
    tried = sum(_is_tried(work.parts.get(part.name)) for work in works) / len(works)
    mean = float(np.mean(marks)) / part.maximum if part.maximum else 1.0
    relation = _correlation(marks, rest)
    remark = _remark(solved, tried, relation, len(works))
    return Exercise(part.name, part.title, part.maximum, solved, tried, mean, relation, remark)


def _is_tried(part):
    if part is None:
        return False
    return not part.tests or any(test.kind != "not written" for test in part.tests)


def _correlation(a, b):
    """Pearson's correlation; None where either is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _remark(solved, tried, relation, learners):
    if tried == 0:
        return "nobody tried it"
    if solved == 0:
        return "nobody solved it"
    if solved == 1:
        return "everybody solved it"
    if relation is not None and relation < 0 and learners >= 10:
        return "those who solve it do worse elsewhere"
    return ""


def mistakes(works):
    """Known mistakes by how many learners made them.

    Returns
    -------
    list of (Part, str, list of str)
        The exercise, the mistake in a sentence and the learners; the most frequent first.
    """
    parts, who = {}, defaultdict(list)
    for work in works:
        for part in work.parts.values():
            parts.setdefault(part.name, part)
            if part.diagnosis:
                who[part.name, part.diagnosis].append(work.student)
    found = [(parts[name], says, learners) for (name, says), learners in who.items()]
    return sorted(found, key=lambda each: -len(each[2]))


def failing_checks(works):
    """Tests by how many learners failed them who had written something.

    Returns
    -------
    list of (Part, TestLine, int)
        The exercise, what the test says and the count; the most frequent first.
    """
    found, counts = {}, defaultdict(int)
    for work in works:
        for part in work.parts.values():
            for test in part.tests:
                if not test.passed and test.kind != "not written":
                    found.setdefault((part.name, test.name, test.why), (part, test))
                    counts[part.name, test.name, test.why] += 1
    order = sorted(found, key=lambda key: -counts[key])
    return [(*found[key], counts[key]) for key in order]


def outliers(values, least):
    """Who lies far above the others.

    Above twice the median, five robust standard deviations and a least difference from it.

    Parameters
    ----------
    values : dict of str to float
    least : float

    Returns
    -------
    list of (str, float)
        The farthest first.

    Examples
    --------
    >>> outliers({"ann": 1.0, "bob": 1.1, "cy": 0.9, "di": 9.0}, least=0.5)
    [('di', 9.0)]
    """
    if len(values) < 3:
        return []
    numbers = np.array(list(values.values()))
    median = np.median(numbers)
    deviation = 1.4826 * np.median(np.abs(numbers - median))
    limit = max(2 * median, median + 5 * deviation, median + least)
    far = [(name, value) for name, value in values.items() if value > limit]
    return sorted(far, key=lambda each: -each[1])
