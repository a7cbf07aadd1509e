"""The comparison: strict at every depth, and it says where two values differ."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perfkata.judge.comparison import Difference, Kind, difference, shown
from perfkata.judge.wire import Foreign
from tests.judge.conftest import NEARLY_EQUAL, PLAIN, Point, is_identical
from tests.judge.nesting import LAYERS, below, every_layer, nested, usual_limit

_NAN = math.nan


def _at(value: Any, path: str) -> Any:
    return eval(f"value{path}", {"Point": Point, "nan": _NAN, "value": value})


@given(NEARLY_EQUAL, NEARLY_EQUAL)
@example({(1, 2)}, {(True, 2)})
@example({(1,): 0}, {(True,): 0})
@example({frozenset([1])}, {frozenset([True])})
@example(Point(1, 2), Point(True, 2))
@example([Point(0.0, [1])], [Point(0.0, [1.0])])
@example({Point(1, 2)}, {Point(1.0, 2)})
def test_it_agrees_with_a_plain_recursive_comparison(left: Any, right: Any) -> None:
    """No difference is found exactly where an independent strict one finds none."""
    assert (difference(left, right) is None) == is_identical(left, right, nan=False)


@given(PLAIN)
def test_a_copy_differs_only_where_a_nan_is(value: Any) -> None:
    """A value and its copy are the same unless something in it equals nothing."""
    twin = copy.deepcopy(value)
    assert (difference(twin, value) is None) == is_identical(twin, value, nan=False)


@given(NEARLY_EQUAL, NEARLY_EQUAL)
def test_the_path_leads_to_what_differs(left: Any, right: Any) -> None:
    """The path, as Python behind a value, leads to what came and what was expected."""
    found = difference(left, right)
    if found is not None:
        assert is_identical(_at(left, found.path), found.came)
        assert is_identical(_at(right, found.path), found.expected)
        is_other_type = type(found.came) is not type(found.expected)
        assert (found.kind is Kind.TYPE) == is_other_type


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (True, 1),
        (0, False),
        (1.0, 1),
        ((1, 2), [1, 2]),
        ([True], [1]),
        ({1}, {True}),
        ({(0, 1)}, {(0, True)}),
        ({1: "a"}, {True: "a"}),
        ({(1,): "a"}, {(1.0,): "a"}),
        (frozenset([1]), {1}),
        (Point(1, 2), Point(1, 2.0)),
        (Point(1, 2), (1, 2)),
        (b"a", "a"),
        (None, 0),
        ("", None),
    ],
)
def test_what_python_takes_for_equal_is_not(left: Any, right: Any) -> None:
    """Types are exact at every depth, from either side."""
    assert difference(left, right) is not None
    assert difference(right, left) is not None


@pytest.mark.parametrize(
    "value",
    [
        _NAN,
        [_NAN],
        (1, _NAN),
        {_NAN},
        {(0, _NAN)},
        {_NAN: 1},
        {1: _NAN},
        Point(_NAN, 1),
    ],
)
def test_nan_equals_nothing_not_even_itself(value: Any) -> None:
    """A value that holds NaN is never right, even if the very same object came."""
    assert difference(value, value) is not None


def test_zero_equals_minus_zero() -> None:
    """Values are compared as numbers are: the sign of a zero is no difference."""
    assert difference([0.0, {-0.0}], [-0.0, {0.0}]) is None


def test_a_foreign_value_equals_nothing_not_even_itself() -> None:
    """What did not cross cannot be right, wherever it stands."""
    node = Foreign("Node", "<Node>")
    for value in (node, [node], (1, node), {node}, {node: 1}, {1: node}):
        assert difference(value, value) is not None


@dataclass(frozen=True)
class _Noted:
    value: int
    note: str = field(default="", compare=False)


def test_fields_that_a_record_does_not_compare_do_not_count() -> None:
    """A field with compare=False may differ, alone and in a set."""
    assert difference(_Noted(1, "a"), _Noted(1, "b")) is None
    assert difference({_Noted(1, "a")}, {_Noted(1, "b")}) is None
    assert difference(_Noted(1), _Noted(2)) is not None


@dataclass(frozen=True, eq=False)
class _Loose:
    values: Any

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def test_the_equality_that_a_record_brings_is_not_asked() -> None:
    """Records are compared by their fields, whatever their own `==` says."""
    assert difference(_Loose([1]), _Loose([2])) is not None
    assert difference({_Loose([1])}, {_Loose([2])}) is not None
    assert difference({_Loose([1])}, {_Loose([1])}) is None
    assert difference({_Loose({1: 1})}, {_Loose({1: 1})}) is None
    assert difference({_Loose({1: 1})}, {_Loose({1: True})}) is not None


@given(st.lists(st.integers()), st.lists(st.integers()))
def test_lengths_come_first(left: list[int], right: list[int]) -> None:
    """Where lengths differ that is told, whatever the items are."""
    found = difference([left], [right])
    is_other_length = len(left) != len(right)
    assert (found is not None and found.kind is Kind.LENGTH) == is_other_length


def test_the_first_place_that_differs_is_told() -> None:
    """Of several differences the first one counts, in the order of what is expected."""
    found = difference([1, {"a": [5, 6], "b": 0}], [1, {"b": 9, "a": [5, 7]}])
    assert found == Difference(Kind.VALUE, "[1]['b']", 0, 9)


@pytest.mark.parametrize(
    ("came", "expected", "message"),
    [
        (1, 2, "it is 1, expected 2"),
        ([1, 2], [1], "it is 2 long, expected 1"),
        (list(range(1_234)), [], "it is 1,234 long, expected 0"),
        ({"a": 1}, {}, "it is 1 long, expected 0"),
        (True, 1, "it is of type bool, expected int"),
        ((1,), [1], "it is of type tuple, expected list"),
        (None, [], "it is of type NoneType, expected list"),
        (Foreign("Odd (a subclass of list)", "[]"), [], "Odd (a subclass of list)"),
        ([[1], [2, 3]], [[1], [2, 4]], "at [1][1] it is 3, expected 4"),
        ({"x": [0]}, {"x": [1]}, "at ['x'][0] it is 0, expected 1"),
        ({"x": 1}, {"y": 1}, "it is {'x': 1}, expected {'y': 1}"),
        ([Point(1, 2)], [Point(1, 3)], "at [0].y it is 2, expected 3"),
        ({1, 2}, {1, 3}, "it is {1, 2}, expected {1, 3}"),
        ([1.0], [1], "at [0] it is of type float, expected int"),
        ([[Foreign("range", "range(0, 3)")]], [[3]], "at [0][0] it is of type range"),
        ({Foreign("range", "range(0, 3)")}, {3}, "it is {range(0, 3)}, expected {3}"),
    ],
)
def test_a_difference_is_one_sentence(came: Any, expected: Any, message: str) -> None:
    """The sentence says the place, what came and what was expected."""
    found = difference(came, expected)
    assert found is not None
    assert message in found.message
    assert found.message.startswith(message) or type(came) is Foreign


@given(PLAIN)
def test_any_value_can_be_shown_shortly(value: Any) -> None:
    """Whatever came is shown in at most 203 characters, whole if it is short."""
    text = shown(value)
    assert len(text) <= 203
    if len(repr(value)) <= 200:
        assert text == repr(value)


def test_long_values_are_shown_by_their_ends() -> None:
    """The middle of a long value is left out."""
    assert shown("a" * 150 + "b" * 150) == f"'{'a' * 99} … {'b' * 99}'"
    assert shown("a" * 198) == repr("a" * 198)


def test_integers_that_python_does_not_print_are_shown() -> None:
    """More digits than Python prints are no error: in hexadecimal, or told."""
    assert shown(10**5_000).startswith("0x")
    assert shown([10**5_000]) == "(too long to show)"


@every_layer
@pytest.mark.parametrize("num_frames", [0, 100])
def test_values_as_deep_as_they_come_are_compared(
    layer: Callable[[Any], object], num_frames: int
) -> None:
    """The difference at the bottom is found, also from a hundred frames down."""
    value, twin = nested(layer, 256, 1), nested(layer, 256, 1)
    other, other_type = nested(layer, 256, 2), nested(layer, 256, True)
    with usual_limit():
        assert below(num_frames, lambda: difference(value, twin)) is None
        found = below(num_frames, lambda: difference(other, value))
        found_type = below(num_frames, lambda: difference(other_type, value))
        assert found is not None and found_type is not None
        if not isinstance(value, frozenset):
            assert _at(other, found.path) == found.came == 2
            assert found_type.kind is Kind.TYPE
        for each in (found, found_type):
            assert len(below(num_frames, partial(getattr, each, "message"))) < 700


@pytest.mark.parametrize("name", ["tuples", "frozensets", "records"])
def test_keys_as_deep_as_they_come_are_compared(name: str) -> None:
    """So it is in sets and in the keys of dicts, where hashes count."""
    layer = LAYERS[name]
    value, twin, other = (nested(layer, 254, inside) for inside in (1, 1, 2))
    with usual_limit():
        assert difference({value}, {twin}) is None
        assert difference({value: 1}, {twin: 1}) is None
        assert difference({other}, {value}) is not None
        found = difference({value: 1}, {twin: 2})
        assert found is not None and (found.came, found.expected) == (1, 2)


def test_the_middle_of_a_long_path_is_left_out() -> None:
    """A message says where it begins and where it ends."""
    found = difference(nested(LAYERS["lists"], 200, 1), nested(LAYERS["lists"], 200, 2))
    assert found is not None
    assert found.path == "[0]" * 200
    assert found.message == f"at {'[0]' * 33}[ … ]{'[0]' * 33} it is 1, expected 2"


class _Deep:
    """Its repr takes more frames than there are."""

    def __repr__(self) -> str:
        return repr(self)


def test_what_is_too_deep_to_show_is_said_to_be() -> None:
    """A value whose repr ends at the limit of recursion breaks no message."""
    with usual_limit():
        assert shown([_Deep()]) == "(too deep to show)"
