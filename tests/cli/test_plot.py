"""The plot: it fits, can be read without colour, and shows what is greater higher."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.cli.plot import BRAILLE, PLAIN, Curve, Marks, nice_range, plot

_BOTH = pytest.mark.parametrize("marks", [BRAILLE, PLAIN])
_COSTS = st.lists(st.floats(1e-6, 1e6), max_size=4)
_ROWS = 6


def _curve(name: str, costs: list[float]) -> Curve:
    """A curve through these costs at 1,000, 10,000 and so on."""
    sizes = (10 ** (3 + index) for index in range(len(costs)))
    return Curve(name, tuple(zip(sizes, costs, strict=False)))


def _drawn(lines: list[str], marks: Marks) -> list[str]:
    """What stands right of the upright axis, in its rows."""
    axis = re.compile(f"[{marks.axes[0]}{marks.axes[1]}]")
    return [axis.split(line, maxsplit=1)[1] for line in lines[:_ROWS]]


@_BOTH
@given(first=_COSTS, second=_COSTS, width=st.integers(0, 100))
def test_a_plot_fits_or_is_left_out(
    marks: Marks, first: list[float], second: list[float], width: int
) -> None:
    """No line is wider than asked, and there are as many as asked, or none."""
    curves = _curve("one", first), _curve("other", second)
    lines = plot(curves, marks, width, _ROWS)
    assert len(lines) in (0, _ROWS + 3)
    assert all(len(line) <= width for line in lines)
    assert bool(lines) <= (max(len(first), len(second)) >= 2)
    assert bool(lines) >= (max(len(first), len(second)) >= 2 and width >= 40)


@given(first=_COSTS, second=_COSTS)
def test_plain_marks_are_plain(first: list[float], second: list[float]) -> None:
    """Where there is nothing but ASCII, nothing else is drawn."""
    curves = _curve("one", first), _curve("other", second)
    assert all(line.isascii() for line in plot(curves, PLAIN, 40, _ROWS))


@_BOTH
@given(cost=st.floats(1e-3, 1e3), factor=st.floats(16, 1e4))
def test_what_is_greater_is_higher(marks: Marks, cost: float, factor: float) -> None:
    """A curve that is far above another is above it in every column."""
    high = _curve("one", [cost * factor, cost * factor])
    low = _curve("other", [cost, cost])
    drawn = _drawn(plot((high, low), marks, 40, _ROWS), marks)
    inked = [index for index, row in enumerate(drawn) if row.strip()]
    (line,) = (index for index in inked if " " not in drawn[index].rstrip())
    # A point is thicker than its line, and may reach into the next row.
    assert line <= inked[0] + 1
    assert line + 2 <= inked[-1]


@_BOTH
def test_curves_are_told_apart_without_colour(marks: Marks) -> None:
    """One is a line and the other has gaps, also where they lie on each other."""
    flat, rising = [1.0, 1.0], [1.0, 90.0]
    line = plot((_curve("a", flat), Curve("b", ())), marks, 40, _ROWS)
    dots = plot((Curve("a", ()), _curve("b", flat)), marks, 40, _ROWS)
    assert line[:-1] != dots[:-1]
    over = plot((_curve("a", rising), _curve("b", rising)), PLAIN, 40, _ROWS)
    marks_seen = set("".join(_drawn(over, PLAIN)))
    assert {"*", "o"} <= marks_seen


@_BOTH
def test_a_plot_is_labelled(marks: Marks) -> None:
    """Both ends of the upright axis, the sizes, and the names of the curves."""
    curves = _curve("yours", [30.0, 70.0, 300.0]), _curve("model", [20.0, 20.0])
    lines = plot(curves, marks, 40, _ROWS)
    assert lines[0].startswith("500 ")
    assert lines[_ROWS - 1].startswith(" 20 ")
    assert lines[-2].split() == ["1,000", "10,000", "100,000"]
    assert "yours" in lines[-1] and "model" in lines[-1]


@_BOTH
def test_labels_that_have_no_room_are_left_out(marks: Marks) -> None:
    """The sizes at the ends are always there, and none runs into another."""
    points = tuple((float(size), 1.0) for size in (1_000, 1_100, 1_200, 900_000))
    lines = plot((Curve("a", points), Curve("b", ())), marks, 30, _ROWS)
    assert lines[-2].split() == ["1,000", "900,000"]


@_BOTH
def test_one_size_is_no_plot(marks: Marks) -> None:
    """Where there is nothing to follow, nothing is drawn."""
    assert plot((_curve("a", [1.0]), _curve("b", [2.0])), marks, 40, _ROWS) == []
    assert plot((Curve("a", ()), Curve("b", ())), marks, 40, _ROWS) == []


@given(st.lists(st.floats(1e-9, 1e9), min_size=1))
def test_an_axis_holds_all_values_between_nice_ends(values: list[float]) -> None:
    """Its ends are 1, 2 or 5 times a power of ten, a factor of 4 apart at least."""
    low, high = nice_range(values)
    assert low <= min(values) <= max(values) <= high
    assert high >= 4 * low * (1 - 1e-9)
    for end in (low, high):
        digit = end / 10 ** math.floor(math.log10(end) + 1e-9)
        assert min(abs(digit - nice) for nice in (1, 2, 5)) < 1e-6
