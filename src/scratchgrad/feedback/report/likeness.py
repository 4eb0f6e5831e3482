"""Finds learners whose work is suspiciously alike.

Short exercises have few good answers, so likeness as such says nothing. What counts are the
pieces of code that are uncommon: not in the notebook as released, not in a known answer, and not
written by many of the class.
"""

from dataclasses import dataclass

from pygments.token import Name
from sklearn.feature_extraction.text import CountVectorizer

from .code import LINE_END, tokens

_LONG = 6  # tokens in a piece
_COMMON = 0.1, 6  # written by more than this share of a class, and more learners than this
_LEAST, _LEAST_SHARE = 40, 0.7


@dataclass(frozen=True)
class Pair:
    """Two learners whose work is alike.

    Attributes
    ----------
    first, second : str
    shared : int
        Uncommon pieces of code that both have.
    share : float
        Of the uncommon pieces of the one who has fewer.
    """

    first: str
    second: str
    shared: int
    share: float


def alike(works, known=()):
    """Pairs of learners who share most of their uncommon code.

    Parameters
    ----------
    works : dict of str to dict of str to str
        Code by learner and exercise.
    known : iterable of (str, str)
        Exercise and code that anybody may have: stubs, references, known answers.

    Returns
    -------
    list of Pair
        The most alike first.
    """
    if len(works) < 2:
        return []
    students = list(works)
    common = {piece for exercise, code in known for piece in _pieces(exercise, code)}
    own = [
        {piece for exercise, code in each.items() for piece in _pieces(exercise, code)} - common
        for each in works.values()
    ]
    if not any(own):
        return []
    has = CountVectorizer(analyzer=list, binary=True).fit_transform(own)
    many = max(_COMMON[0] * len(students), _COMMON[1])
    has = has[:, has.sum(axis=0).A1 <= many]
    sizes = has.sum(axis=1).A1
    both = (has @ has.T).tocoo()
    pairs = [
        Pair(students[i], students[j], int(n), float(n / min(sizes[i], sizes[j])))
        for i, j, n in zip(both.row, both.col, both.data, strict=True)
        if i < j and n >= _LEAST and n >= _LEAST_SHARE * min(sizes[i], sizes[j])
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared))


def _pieces(exercise, code):
    """The runs of tokens of a piece of code, where it does not matter how variables are called."""
    several = [(kind, text) for kind, text in tokens(code) if text != LINE_END]
    words = [
        "name" if kind is Name and before != "." else text
        for (_, before), (kind, text) in zip([("", ""), *several], several, strict=False)
    ]
    return {(exercise, *words[start : start + _LONG]) for start in range(len(words) - _LONG + 1)}
