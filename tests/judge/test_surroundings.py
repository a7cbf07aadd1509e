"""What a grader's functions use: found, copied, and told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given as given_values
from hypothesis import strategies as st

from perfkata.judge.surroundings import (
    copied,
    functions_in,
    place_of,
    surroundings,
    value_at,
)
from tests.judge.conftest import PLAIN, is_identical
from tests.judge.nesting import LAYERS, below, every_layer, nested, usual_limit


def _uses(function: Any) -> dict[str, Any]:
    return surroundings(function)


def _value(function: Any, name: str) -> Any:
    return value_at(function, name)


@given_values(PLAIN)
def test_what_a_function_uses_is_copied(value: Any) -> None:
    """Values are the same to the last bit, and lists and dicts are others."""

    def use() -> Any:
        return value

    copy = _uses(use)["value"]
    assert is_identical(copy, value)
    if isinstance(value, list | dict | set):
        assert copy is not value


@given_values(st.lists(st.lists(st.integers()), min_size=1))
def test_what_changes_later_is_not_changed_in_a_copy(lists: list[list[int]]) -> None:
    """A copy is one at every depth."""

    def use() -> Any:
        return lists

    before = [list(each) for each in lists]
    copy = _uses(use)["lists"]
    lists[0].append(1)
    lists.append([])
    assert copy == before


def test_a_list_that_holds_itself_can_be_copied() -> None:
    """What is in itself is in itself in the copy."""
    items: list[Any] = [1]
    items.append(items)

    def use() -> Any:
        return items

    copy = _uses(use)["items"]
    assert copy[1] is copy
    assert copy is not items


def test_what_a_function_uses_is_what_it_reads() -> None:
    """Names of attributes, builtins and what is assigned later are not among it."""
    box = _Box()

    def use(number: int) -> Any:
        box.story = len([number])
        return later

    assert _uses(use) == {"box": box}
    later = 1
    assert _uses(use) == {"box": box, "later": later}


class _Box:
    """Anything."""

    story = 0


def test_functions_are_found_at_every_depth() -> None:
    """In lists, tuples, sets and dicts, as keys and as values."""

    def one() -> None: ...

    def two() -> None: ...

    found = functions_in([1, (one,), {"a": [two], one: {two}}, frozenset([one])])
    assert [each.__name__ for each in found] == ["one", "one", "two", "two", "one"]


def test_variables_of_one_name_are_told_apart() -> None:
    """A place is that of a variable, which two functions share or do not."""

    def made(start: int) -> tuple[Any, Any]:
        number = start

        def one() -> int:
            return number

        def other() -> int:
            return number + 1

        return one, other

    one, other = made(1)
    another, _ = made(1)
    assert place_of(one, "number") == place_of(other, "number")
    assert place_of(one, "number") != place_of(another, "number")
    assert value_at(one, "number") == 1
    assert place_of(one, "functions_in") == place_of(another, "copied")
    assert value_at(one, "copied") is copied


def test_a_variable_that_has_no_value_yet_has_none() -> None:
    """It is assigned later, or its function is not there."""

    def use() -> int:
        return later

    assert _value(use, "later") is None
    assert (_value(None, "later"), place_of(None, "later")) == (None, 0)
    later = 3
    assert _value(use, "later") == 3


@every_layer
def test_values_as_deep_as_they_come_are_copied(
    layer: Callable[[Any], object],
) -> None:
    """A copy is one to the bottom, and functions are found there."""
    function = test_values_as_deep_as_they_come_are_copied
    value = nested(layer, 256, function)
    with usual_limit():
        assert repr(below(100, lambda: copied(value))) == repr(value)
        found = below(100, lambda: list(functions_in(value)))
    assert found == ([] if layer is LAYERS["records"] else [function])
