"""What a sandbox says of objects that are one puts nothing else in their place."""

import numpy as np
import pytest

from scratchgrad.grading.sharing import share_again, shared_places


def test_places_of_one_object():
    row = [1]
    assert shared_places(row, [row], {}) == [(["returned"], ["given", 0])]
    assert shared_places([row, {"a": row}], [], {}) == [
        (["returned", 1, "a"], ["returned", 0]),
    ]
    assert shared_places((1, row), [], {"x": [[row]]}) == [
        (["returned", 1], ["given", "x", 0, 0]),
    ]
    assert shared_places([[1], [1]], [[1]], {}) == []
    array = np.ones(2)
    assert shared_places(array, [2, array, array], {}) == [(["returned"], ["given", 1])]
    assert shared_places(array, [[array]], {}) == [(["returned"], ["given", 0, 0])]
    assert shared_places(array, [], {"x": array}) == [(["returned"], ["given", "x"])]
    assert shared_places(array, [array + 0], {}) == []
    assert shared_places(2, [row], {}) == []


def test_an_endless_result_comes_to_an_end():
    endless = []
    endless += [endless, endless]
    assert len(shared_places(endless, [endless], {})) == 1


def test_places_are_many_at_most():
    assert len(shared_places([[0]] * 1000, [], {})) == 100


@pytest.mark.parametrize(
    "places",
    [
        None, 7, {}, [None], [[]], [[["returned"]]], [[["returned"], ["given", 5]]],
        [[["given", 0], ["returned"]]], [[[], ["given", 0]]], [[["returned"], []]],
        [[["returned"], ["given"]]], [[["returned", "append"], ["given", 0]]],
        [[["returned", 0, "shape"], ["given", 0]]], [[["returned", [1]], ["given", 0]]],
        [[["returned"], ["given", 0]]], [[["returned", 1], ["given", 1]]],
        [[["returned", 0], ["given", 0, 0]]],
    ],
)  # fmt: skip
def test_nothing_is_put_in_the_place_of_something_else(places):
    given, returned = [[np.ones(2)], 3], [np.zeros(2), [4]]
    result = share_again(returned, given, {}, places)
    assert result is returned and result[0].sum() == 0 and result[1] == [4]
    assert given[0][0].sum() == 2 and given[1:] == [3]


def test_what_the_test_has_passed_stays_as_it_is():
    rows = [[0], [0]]
    places = [(["returned"], ["given", 0]), (["returned", 0], ["returned", 1])]
    assert share_again([[0], [0]], [rows], {}, places) is rows
    assert rows[0] is not rows[1]
