"""Changed references lose points; the rules by which they are changed."""

import pytest

import tiny
from scratchgrad.classroom.trial import Trial
from scratchgrad.course.layout import Course, CourseError
from scratchgrad.course.mutants import equivalents, mutants

COURSE = Course(tiny.ROOT)
# Grades a share of them here; `make mutants` grades all.
EVERY = 8

CHANGES = {
    "arithmetic": ("return a + b", "a + b -> a - b"),
    "in place": ("a *= b\n    return a", "a *= b -> a /= b"),
    "boundary": ("return a < b", "a < b -> a <= b"),
    "opposite": ("return a < b", "a < b -> a >= b"),
    "logic": ("return a and b", "a and b -> a or b"),
    "number": ("return a[2]", "2 -> 3"),
    "one": ("return a[1]", "1 -> 0"),
    "float": ("return 0.5 * a", "0.5 -> 1.0"),
    "truth": ("return f(keepdims=True)", "True -> False"),
    "keyword": ("return a.sum(axis=0)", "a.sum(axis=0) -> a.sum()"),
    "axis": ("return a.sum(axis=0)", "0 -> 1"),
    "counterpart": ("return np.maximum(a, b)", "np.maximum -> np.minimum"),
    "swap": ("return f(a, b)", "f(a, b) -> f(b, a)"),
    "sign": ("return -a", "-a -> a"),
    "sign of an argument": ("return np.exp(-a)", "-a -> a"),
    "not": ("return not a", "not a -> a"),
    "statement": ("a = 2\n    return a", "without a = 2"),
    "condition": ("if a:\n        b = 1\n    return b", "if a -> if not"),
    "choice": ("return 1 if a else b", "if a -> if not"),
}


def changes(body, head="def f(a, b):"):
    return {each.change: each.source for each in mutants("f", f"{head}\n    {body}\n")}


@pytest.mark.parametrize("body, change", CHANGES.values(), ids=CHANGES)
def test_changes(body, change):
    assert change in changes(body)


def test_defaults_are_changed():
    assert "def f(a, eps=1.0)" in changes("return a", "def f(a, eps=0.5):")["0.5 -> 1.0"]


def test_docstrings_and_symmetric_arguments_are_not_changed():
    assert not changes('"""Add 1 + 1 to 3."""\n    pass')
    assert list(changes("return np.maximum(a, b)")) == [
        "without return np.maximum(a, b)", "np.maximum -> np.minimum",
    ]  # fmt: skip


def test_no_two_are_the_same_code():
    found = changes("return (a + b) + (a + b)")
    assert {"a + b -> a - b", "a + b -> a - b (2)"} <= set(found)
    assert len(set(found.values())) == len(found)


def judged(course, **kwargs):
    with Trial(course, jobs=2) as trial:
        return trial.judge(course.assignments()[0], **kwargs)


def edited(course, *replacements):
    """Edit the source notebook's text."""
    path = course.notebook("source", tiny.ASSIGNMENT)
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def listed(course, text):
    path = course.misconceptions(tiny.ASSIGNMENT)
    path.parent.mkdir(exist_ok=True)
    path.with_name(f"{path.stem}_equivalent.toml").write_text(text)


def test_good_tests_leave_no_survivors(course):
    verdict = judged(course)
    assert verdict.mutants == verdict.killed > 3
    assert not verdict.survivors and not verdict.stale


def test_a_weak_test_lets_mutants_survive(course):
    edited(course, ("(double, 3", "(double, 0"), ("(double, -5", "(double, 0"))
    assert [each.change for each in judged(course).survivors] == ["2 -> 3"]


def test_mutants_that_compute_the_same_are_listed(course):
    edited(course, ("return x * x", "return x * x + 0 * 3"))
    alive = [each.change for each in judged(course).survivors]
    assert "3 -> 4" in alive
    reasons = "\n".join(f'"{change}" = "nothing is added"' for change in alive)
    listed(course, f"[square]\n{reasons}\n")
    verdict = judged(course)
    assert verdict.equivalent == len(alive) and not verdict.survivors and not verdict.stale


def test_a_listed_change_that_loses_points_is_named(course):
    listed(course, '[square]\n"x * x -> x / x" = "wrong"\n"x + x -> x" = "no mutant"\n')
    assert sorted(judged(course).stale) == ["square: x * x -> x / x", "square: x + x -> x"]


def test_a_reference_that_loses_points_is_named(course):
    edited(course, ("expected=4", "expected=5"), ('"points": 0', '"points": 1'))
    with pytest.raises(CourseError, match="gives the source's own solution 0 of 1"):
        judged(course)


def test_one_exercise_alone(course):
    edited(course, ("return x * x", "return x * x + 0 * 3"))
    listed(course, '[square]\n"x * x -> x / x" = "wrong"\n')
    alone = judged(course, exercise="double")
    assert alone.mutants == alone.killed > 1
    assert not alone.survivors and not alone.stale
    assert judged(course, exercise="square").survivors
    with pytest.raises(CourseError, match="no exercise 'triple'"):
        judged(course, exercise="triple")


def test_a_list_that_is_no_toml_is_named(course):
    listed(course, "[square")
    with pytest.raises(CourseError, match="equivalent.toml"):
        equivalents(course, tiny.ASSIGNMENT)


@pytest.fixture(scope="module")
def trial():
    with Trial(COURSE, jobs=2) as made:
        yield made


@pytest.mark.parametrize("assignment", COURSE.assignments())
def test_tests_notice_changed_references(trial, assignment):
    verdict = trial.judge(assignment, EVERY)
    assert verdict.mutants and not verdict.survivors and not verdict.stale
