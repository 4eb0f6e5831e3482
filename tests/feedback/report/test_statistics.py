"""What the report works out of marks, against values worked out by hand."""

import numpy as np
import pytest

from scratchgrad.feedback import page
from scratchgrad.feedback.report import statistics
from scratchgrad.feedback.report.work import Work
from scratchgrad.grading.record import Record


def part(name, score, maximum=2.0, tests=(), diagnosis=""):
    return page.Part(name, name.title(), score, maximum, list(tests), diagnosis=diagnosis)


def work(student, *parts, **others):
    return Work(student, {each.name: each for each in parts}, **others)


def failed(name, kind="wrong values", why="Because."):
    return page.TestLine(name, False, "failed", "What.", why, kind)


PASSED = page.TestLine("test_a_b", True, "passed", "What.")


def test_spread_counts_tenths_and_full_marks_belong_to_the_last():
    works = [work(f"s{n}", part("a", n, maximum=10)) for n in (0, 0, 1, 5, 9, 10, 10)]
    found = statistics.spread(works)
    assert found.counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 3]
    assert (found.median, found.lowest, found.highest, found.maximum) == (5, 0, 10, 10)
    assert found.mean == pytest.approx(5)


def test_lateness_is_taken_off_but_not_below_nothing():
    assert work("ada", part("a", 2), penalty=0.5).total == 1.5
    assert work("ada", part("a", 2), penalty=3).total == 0


def test_discrimination_is_the_correlation_with_the_rest():
    marks = np.array([[0, 0, 2], [1, 2, 1], [2, 1, 0], [2, 2, 2]], float)
    works = [work(f"s{i}", *(part("abc"[j], m) for j, m in enumerate(row)))
             for i, row in enumerate(marks)]  # fmt: skip
    found = statistics.exercises(works)
    expected = np.corrcoef(marks[:, 0], marks[:, 1] + marks[:, 2])[0, 1]
    assert found[0].discrimination == pytest.approx(expected)
    # With the whole sum the exercise would correlate with itself.
    assert expected != pytest.approx(np.corrcoef(marks[:, 0], marks.sum(axis=1))[0, 1])
    assert [each.solved for each in found] == [0.5, 0.5, 0.5]
    assert found[0].mean == pytest.approx(5 / 8)


def test_remarks_name_what_nobody_or_everybody_solves():
    unwritten = [failed("test_d", kind="not written")]
    works = [
        work(f"s{i}", part("a", 2), part("b", i % 2), part("c", 2 * (i % 2)),
             part("d", 0, tests=unwritten))
        for i in range(4)
    ]  # fmt: skip
    found = {each.name: each for each in statistics.exercises(works)}
    assert found["a"].remark == "everybody solved it" and found["a"].discrimination is None
    assert found["b"].remark == "nobody solved it"
    assert found["c"].remark == ""
    assert found["d"].remark == "nobody tried it" and found["d"].tried == 0


def test_an_exercise_that_the_weak_solve_is_named_in_a_class_but_not_among_few():
    def several(count):
        return [
            work(f"s{i}", part("a", 2 * (i % 2)), part("b", 2 - 2 * (i % 2)), part("c", i % 2))
            for i in range(count)
        ]

    remarks = [each.remark for each in statistics.exercises(several(12))]
    assert remarks[1] == "those who solve it do worse elsewhere"
    assert [each.remark for each in statistics.exercises(several(4))][1] == ""


def test_mistakes_are_counted_by_exercise_and_sentence():
    works = [
        work("ada", part("a", 1, diagnosis="Halved."), part("b", 0, diagnosis="Halved.")),
        work("bob", part("a", 1, diagnosis="Doubled.")),
        work("cy", part("a", 1, diagnosis="Halved.")),
    ]
    found = [(part.name, says, who) for part, says, who in statistics.mistakes(works)]
    assert found[0] == ("a", "Halved.", ["ada", "cy"])
    assert sorted(found[1:]) == [("a", "Doubled.", ["bob"]), ("b", "Halved.", ["ada"])]


def test_checks_count_where_something_was_written():
    works = [
        work("ada", part("a", 1, tests=[PASSED, failed("test_a_x"), failed("test_a_y")])),
        work("bob", part("a", 1, tests=[PASSED, failed("test_a_y")])),
        work("cy", part("a", 0, tests=[failed("test_a_x", kind="not written")] * 3)),
    ]
    found = [(test.name, count) for _, test, count in statistics.failing_checks(works)]
    assert found == [("test_a_y", 2), ("test_a_x", 1)]


@pytest.mark.parametrize(
    "values, who",
    [
        ([1.0, 1.1, 0.9, 9.0], "d"),
        ([1.0, 1.1, 0.9, 1.9], ""),  # less than twice the median
        ([0.01, 0.01, 0.01, 0.2], ""),  # twenty times the median, and not worth a line
        ([1.0, 5.0, 9.0, 11.0], ""),  # all far apart
        ([1.0, 9.0], ""),
        ([], ""),
    ],
)
def test_outliers(values, who):
    found = statistics.outliers(dict(zip("abcd", values, strict=False)), least=0.5)
    assert "".join(name for name, _ in found) == who


def test_status():
    assert work("ada", part("a", 1)).status == "graded"
    assert work("ada").status == "not graded"
    assert work("ada", record=Record("no JSON")).status == "unreadable"
    assert work("ada", part("a", 1), record=Record("no JSON")).status == "graded before"
