"""Who is named as suspiciously alike, and who is not."""

import pytest

from scratchgrad.course import notebook
from scratchgrad.course.answers import load_answers
from scratchgrad.course.layout import Course
from scratchgrad.course.submission import reference_answers
from scratchgrad.feedback.report.likeness import alike
from tiny import ROOT

COURSE = Course(ROOT)

ODD = """\
def softmax(z, axis=-1):
    rows = np.moveaxis(np.asarray(z, float), axis, 0)
    biggest = functools.reduce(np.maximum, list(rows))
    shifted = [np.exp(row - biggest) for row in rows]
    bottom = sum(shifted[1:], start=shifted[0])
    return np.moveaxis(np.stack([each / bottom for each in shifted]), 0, axis)
"""
RENAMED = (
    ODD.replace("rows", "parts").replace("biggest", "top").replace("shifted", "raised")
    .replace("bottom", "total").replace("each", "e").replace("row ", "p ")
    .replace("np.exp(row", "np.exp(p").replace("\n    return", "\n    # my own work\n    return")
)  # fmt: skip
OWN = """\
def softmax(z, axis=-1):
    m = z.max(axis=axis, keepdims=True)
    if np.isinf(m).any():
        m = np.where(np.isinf(m), 0, m)
    p = np.exp(z - m)
    p /= p.sum(axis=axis, keepdims=True)
    return p
"""


def names(pairs):
    return [(pair.first, pair.second) for pair in pairs]


def test_a_copy_with_other_names_and_comments_is_found():
    assert RENAMED != ODD
    works = {"ada": ODD, "bob": OWN, "cy": RENAMED}
    (pair,) = alike({who: {"softmax": code} for who, code in works.items()})
    assert (pair.first, pair.second) == ("ada", "cy")
    assert pair.share > 0.9 and pair.shared >= 40


def test_a_copy_stays_found_when_the_copier_solves_more():
    both = {"softmax": RENAMED, "other": OWN.replace("softmax", "other")}
    assert names(alike({"ada": {"softmax": ODD}, "cy": both})) == [("ada", "cy")]


def test_the_same_code_in_another_exercise_is_no_copy():
    assert alike({"ada": {"softmax": ODD}, "cy": {"other": ODD}}) == []


def test_what_anybody_may_have_is_no_evidence():
    works = {"ada": {"softmax": ODD}, "cy": {"softmax": RENAMED}}
    assert alike(works, known=[("softmax", ODD)]) == []


def test_what_many_of_a_class_have_is_no_evidence():
    works = {f"learner{i}": {"softmax": ODD} for i in range(7)}
    assert alike(works) == []
    assert len(alike({name: works[name] for name in list(works)[:6]})) == 15


def test_empty_and_broken_code():
    assert alike({}) == [] and alike({"ada": {}}) == []
    assert alike({"ada": {}, "bob": {"softmax": ""}, "cy": {"softmax": "def ((("}}) == []


def works_and_common(assignment):
    """Learners who give what is known or nothing, and the code that is known."""
    references = reference_answers(notebook.read(COURSE.notebook("source", assignment)))
    stubs = reference_answers(notebook.read(COURSE.notebook("release", assignment)))
    known = load_answers(COURSE.misconceptions(assignment))
    others = references | {each.exercise: each.source for each in known}
    works = {"ada": references, "bob": references, "cy": others, "di": others, "ed": stubs}
    common = [*references.items(), *stubs.items(), *((a.exercise, a.source) for a in known)]
    return works, common


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_all_who_give_the_reference_or_known_answers_are_innocent(assignment):
    works, common = works_and_common(assignment)
    assert alike(works, common) == []


def test_without_the_known_code_they_would_not_be():
    works, _ = works_and_common("01-activations")
    assert alike(works)
