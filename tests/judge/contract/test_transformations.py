"""Tests of what makes trivial answers of right ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from perfkata.judge.comparison import difference
from perfkata.judge.contract.transformations import (
    NAMES,
    ChangedError,
    changed_by,
    constant,
    is_same,
    wrapped,
)
from tests.judge.conftest import NEARLY_EQUAL, PLAIN, Point

ORDERED = st.one_of(st.lists(PLAIN, max_size=5), st.text(), st.binary())


@given(PLAIN)
def test_the_same_value_is_the_same(value: Any) -> None:
    """A value is the same as itself, NaN too."""
    assert is_same(value, value)


@given(NEARLY_EQUAL, NEARLY_EQUAL)
def test_values_are_the_same_where_a_grader_finds_no_difference(
    left: Any, right: Any
) -> None:
    """Types count as they do in a grade: 1 is not True. Only NaN is the same as NaN."""
    assume(difference(left, left) is None and difference(right, right) is None)
    assert is_same(left, right) is (difference(left, right) is None)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([0, 1], [0, True]),
        ((1.0,), (1,)),
        ({1}, {True}),
        (frozenset({1}), frozenset({1.0})),
        ({1: "a"}, {True: "a"}),
        ({"a": 1}, {"a": True}),
        (Point(1, 2), Point(1, 2.0)),
        ([[1]], [[True]]),
        ([1], [1, 1]),
        ({"a": 1}, {"a": 1, "b": 1}),
    ],
)
def test_lookalikes_differ_in_every_container(left: Any, right: Any) -> None:
    """What Python takes for equal is told apart inside lists, sets, records too."""
    assert difference(left, right) is not None
    assert not is_same(left, right) and not is_same(right, left)
    assert is_same(left, copy.deepcopy(left))


@given(PLAIN)
def test_zeros_keep_the_shape(value: Any) -> None:
    """Zeros of zeros are the same zeros, and lists keep their length."""
    zeros = changed_by("made zeros")(value)
    assert type(zeros) is type(value)
    assert is_same(changed_by("made zeros")(zeros), zeros)
    if isinstance(value, list | tuple):
        assert len(zeros) == len(value)


@given(st.lists(st.integers() | st.booleans()), st.dictionaries(st.text(), st.text()))
def test_zeros_and_ones_differ(numbers: list[int], texts: dict[str, str]) -> None:
    """Every leaf becomes 0 or False by one, 1 or True by the other."""
    zeros, ones = changed_by("made zeros")(numbers), changed_by("made ones")(numbers)
    assert [type(item) for item in zeros] == [type(item) for item in numbers]
    assert not any(zeros) and all(ones)
    assert changed_by("made ones")(texts) == dict.fromkeys(texts, "x")


def test_records_keep_their_type() -> None:
    """Fields are changed in a new record, though records may be frozen."""
    point = Point([3, 4], "name")
    assert changed_by("made zeros")(point) == Point([0, 0], "")
    assert point == Point([3, 4], "name")


@given(PLAIN)
def test_empty_is_the_same_for_all_of_a_type(value: Any) -> None:
    """The empty answer does not depend on the value."""
    empty = changed_by("made empty")(value)
    assert not empty
    assert empty is None or type(empty) is type(value)


@given(ORDERED)
def test_truncated_lacks_the_last(value: Any) -> None:
    """All but the last item is kept, in order."""
    assert is_same(changed_by("truncated")(value), value[: max(0, len(value) - 1)])


@given(ORDERED)
def test_reversed_twice_is_the_same(value: Any) -> None:
    """The reverse of the reverse is the value."""
    change = changed_by("reversed")
    assert is_same(change(change(value)), value)


@pytest.mark.parametrize("name", NAMES)
@given(PLAIN)
def test_a_witness_tells_whether_something_changed(name: str, value: Any) -> None:
    """It gives the value where nothing changes, and raises where something does."""

    def change(value: Any, *_: Any) -> Any:
        return changed_by(name)(value)

    witness = wrapped(lambda: value, change, is_witness=True)
    answer = wrapped(lambda: value, change, is_witness=False)
    try:
        seen = witness()
    except ChangedError:
        assert not is_same(answer(), value)
    else:
        assert seen is value
        assert is_same(answer(), value)


def test_calls_within_a_call_are_left_alone() -> None:
    """A function that calls itself is changed once, where it answers."""

    def factorial(number: int) -> int:
        return number * answer(number - 1) if number else 1

    answer = wrapped(factorial, lambda value, *_: value + 1, is_witness=False)
    assert answer(5) == 121
    with pytest.raises(TypeError):
        answer("five")
    assert answer(5) == 121


def test_a_constant_is_the_first_answer_there_is() -> None:
    """Calls that raise are passed over; if all do, the value stays."""

    def reciprocal(number: int) -> float:
        return 1 / number

    change = constant(reciprocal, [lambda f: f(0), lambda f: f(4), lambda f: f(2)])
    assert change(17.0, 1) == 0.25
    assert constant(reciprocal, [])(17.0, 1) == 17.0
