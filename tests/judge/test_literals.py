"""Values as Python text, which read again is the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.literals import (
    WIDTH,
    Sources,
    called,
    filled,
    indented,
    literal,
    written_tuple,
)
from perfkata.judge.objects import Remote
from perfkata.judge.wire import Foreign
from tests.judge.conftest import PLAIN, Point, is_identical
from tests.judge.nesting import LAYERS, below, every_layer, nested, usual_limit


class _Given:
    """Stands for a question's given.py."""

    Point = Point


def _evaluated(text: str) -> Any:
    return eval(text, {"given": _Given})


@given(PLAIN)
def test_a_literal_is_the_value(value: Any) -> None:
    """Evaluated, the text gives the value again, to the last bit."""
    text = literal(value, {})
    assert is_identical(_evaluated(text), value)
    assert len(text.splitlines()) <= 1


@given(st.integers(0, 60_000), st.booleans())
def test_a_literal_of_any_integer_can_be_read(bits: int, is_negative: bool) -> None:
    """Python reads no more than 4,300 decimal digits; longer ones are hexadecimal."""
    value = (-1 if is_negative else 1) * ((1 << bits) + 1)
    assert _evaluated(literal([value], {})) == [value]


@given(PLAIN, st.text("xyz", max_size=3))
def test_a_value_with_a_source_is_written_as_that(value: Any, name: str) -> None:
    """An expression stands in the place of the value, and of no equal one."""
    marked = [value, name]
    sources: Sources = {id(marked): (marked, f"made({name!r})")}
    assert literal([marked], sources) == f"[made({name!r})]"
    assert literal([[value, name]], sources) != f"[made({name!r})]"


def test_what_did_not_cross_is_a_gap() -> None:
    """Objects of the submission have no text, but a name if they were given one."""
    remote = Remote(1, "function", "<function>", lambda *asked: None)
    assert literal([Foreign("Node", "<Node>"), remote], {}) == "[..., ...]"
    assert literal([remote], {id(remote): (remote, "made")}) == "[made]"


def _answered(lines: list[str]) -> Any:
    """Run lines that call `f`, and return what it was called with."""

    def f(*arguments: Any, **keywords: Any) -> Any:
        return list(arguments), keywords

    names: dict[str, Any] = {"given": _Given, "f": f}
    exec("\n".join(lines), names)
    return names["came"]


@given(st.lists(PLAIN, max_size=4), st.dictionaries(st.sampled_from("abc"), PLAIN))
def test_a_call_is_made_with_the_values(
    arguments: list[Any], keywords: dict[str, Any]
) -> None:
    """However a call is wrapped, it is one statement with the same arguments."""
    first, *rest = called("f", arguments, keywords, {})
    came = _answered([f"came = {first}", *rest])
    assert is_identical(came, (arguments, keywords))


@given(st.lists(st.lists(st.integers(0, 10**6), max_size=200), max_size=3))
def test_a_call_of_long_lists_is_wrapped(lists: list[list[int]]) -> None:
    """No line of it is longer than it may be."""
    lines = called("f", lists, {"more": lists}, {})
    assert _answered(["came = " + lines[0], *lines[1:]]) == (lists, {"more": lists})
    lines = called("f", lists, {}, {})
    assert max(map(len, lines)) <= WIDTH


@given(st.lists(PLAIN, max_size=4).map(tuple))
def test_a_tuple_is_assigned_to_its_name(values: tuple[Any, ...]) -> None:
    """Long items are wrapped, and what is assigned is the tuple."""
    names: dict[str, Any] = {"given": _Given}
    exec("\n".join(written_tuple("came", values, {})), names)
    assert is_identical(names["came"], values)


@given(st.lists(PLAIN, min_size=1, max_size=30))
def test_items_fill_lines(items: list[Any]) -> None:
    """Filled lines between brackets are the list again."""
    text = "\n".join(["[", *filled(items, {}), "]"])
    assert is_identical(_evaluated(text), items)


def test_lines_move_to_the_right() -> None:
    """A step is four blanks."""
    assert indented(["a", "    b"]) == ["    a", "        b"]


@every_layer
@pytest.mark.parametrize("num_layers", [79, 80, 81, 160, 161, 200, 256])
def test_a_literal_of_any_depth_can_be_read(
    layer: Callable[[Any], object], num_layers: int
) -> None:
    """Python refuses 200 brackets within each other; the text has fewer at once."""
    value = nested(layer, num_layers, (1,))
    with usual_limit():
        text = below(100, lambda: literal(value, {}))
        assert repr(_evaluated(f"((((((((({text})))))))))")) == repr(value)
    assert ("lambda" in text) == (num_layers >= 80)


def test_several_deep_values_stand_where_they_belong() -> None:
    """Each part that is handed over has a name of its own, at every depth."""
    lists = LAYERS["lists"]
    parts = [nested(lists, 100, number) for number in range(3)]
    value = {"x": nested(lists, 78, parts), (nested(LAYERS["tuples"], 90, 7),): parts}
    assert is_identical(_evaluated(literal(value, {})), value)
    marked = nested(lists, 5, "inside")
    sources: Sources = {id(marked): (marked, "made(1)")}
    text = literal(nested(lists, 100, marked), sources)
    assert is_identical(
        eval(text, {"made": lambda number: number}), nested(lists, 100, 1)
    )


@every_layer
def test_calls_with_deep_values_are_made(layer: Callable[[Any], object]) -> None:
    """However a call is wrapped, deep arguments are what they are."""
    value, short = nested(layer, 256, 1), nested(layer, 3, 2)
    lists = nested(LAYERS["lists"], 200, list(range(100)))
    first, *rest = called("f", [value, lists], {"more": lists, "less": short}, {})
    came = _answered([f"came = {first}", *rest])
    assert repr(came) == repr(([value, lists], {"more": lists, "less": short}))
    names: dict[str, Any] = {"given": _Given}
    exec("\n".join(written_tuple("came", (value, lists), {})), names)
    assert repr(names["came"]) == repr((value, lists))
