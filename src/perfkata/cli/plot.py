"""Two curves in characters, on logarithmic axes.

What is drawn can be told apart without colour: the first curve is a line, the second is
dotted, and both are thicker where something was measured. Between two points a line
only guides the eye. Where the terminal has braille there are eight dots to a
character, else one.

Words: a *point* is what was measured, a *cell* the place of a character, a *dot* a
place in a cell. Cells and dots are counted from the lower left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["BRAILLE", "PLAIN", "Curve", "Marks", "nice_range", "plot"]

Dot = tuple[int, int]

# On a finer axis noise would look like news.
_MIN_FACTOR = 4.0
_MIN_COLUMNS = 12
# Of the eight dots of a cell. Source: The Unicode Standard, code chart of the braille
# patterns: from U+2800 on, a bit for each dot.
_FIRST_PATTERN = 0x2800
_PATTERN_BITS = {
    **dict(zip(((0, 3), (0, 2), (0, 1), (0, 0)), (1, 2, 4, 64), strict=True)),
    **dict(zip(((1, 3), (1, 2), (1, 1), (1, 0)), (8, 16, 32, 128), strict=True)),
}


@dataclass(frozen=True, slots=True)
class Curve:
    """What a curve is called, and its points by x: each an x and a y above 0."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters of a plot.

    Attributes:
        wide: Dots in the width of a cell.
        high: Dots in its height.
        samples: What the legend shows for the first and for the second curve.
        axes: The upright axis, its tick, the corner, the level axis, its tick.
        spacing: How many dots apart those of the second curve are.
    """

    wide: int
    high: int
    samples: tuple[str, str]
    axes: str
    spacing: int

    def cell(self, first: set[Dot], second: set[Dot]) -> str:
        """Return the character for the dots that both curves have in a cell."""
        if (self.wide, self.high) == (2, 4):
            bits = sum(_PATTERN_BITS[dot] for dot in first | second)
            return chr(_FIRST_PATTERN + bits) if bits else " "
        # The second one has gaps, in which the first is seen.
        curve = 1 if second else 0
        return self.samples[curve][0] if first or second else " "


BRAILLE = Marks(2, 4, ("⠤⠤⠤", "⠄⠠⠀⠄"), "│┤└─┬", 3)
PLAIN = Marks(1, 1, ("***", "o o"), "|++-+", 2)


def plot(curves: tuple[Curve, Curve], marks: Marks, width: int, rows: int) -> list[str]:
    """Draw two curves; nothing where their points have one x, or there is no room.

    Args:
        curves: The curve that is drawn as a line, and the dotted one.
        marks: The characters to use.
        width: Columns of all of it.
        rows: Rows above the level axis; below are the axis, its labels, the legend.

    Returns:
        The lines, none wider than `width`.
    """
    points = [point for curve in curves for point in curve.points]
    places = sorted({x for x, _ in points})
    low, high = nice_range([y for _, y in points] or [1.0])
    margin = max(len(_label(low)), len(_label(high)))
    columns = width - margin - 2
    if len(places) < 2 or columns < _MIN_COLUMNS:
        return []
    across = _Scale(places[0], places[-1], columns * marks.wide)
    upward = _Scale(low, high, rows * marks.high)
    grid = _Grid(across, upward, marks, _dots(curves, across, upward, marks))
    labels = {rows - 1: _label(high), 0: _label(low)}
    lines = []
    for row in reversed(range(rows)):
        cells = "".join(grid.cell(column, row) for column in range(columns))
        side = marks.axes[1 if row in labels else 0]
        lines.append(f"{labels.get(row, ''):>{margin}} {side}{cells}".rstrip())
    gap = " " * (margin + 2)
    # Where several share a cell, the ends of the axis keep their labels.
    ends_last = (*places[1:-1], places[0], places[-1])
    ticks = {across.dot(x) // marks.wide: f"{x:,.0f}" for x in ends_last}
    lines.append(f"{gap[1:]}{marks.axes[2]}{_level_axis(ticks, marks, columns)}")
    lines.append(f"{gap}{_placed(ticks, columns)}".rstrip())
    names = zip(marks.samples, curves, strict=True)
    legend = "   ".join(f"{sample} {curve.name}" for sample, curve in names)
    return [*lines, f"{gap}{legend}"[:width]]


def nice_range(values: Sequence[float]) -> tuple[float, float]:
    """Return the range of an axis: its ends are 1, 2 or 5 times a power of ten.

    Example:
        >>> nice_range([0.31, 0.44])
        (0.2, 1.0)
    """
    low, high = _nice_below(min(values)), _nice_above(max(values))
    while high < low * _MIN_FACTOR:
        high = _nice_above(high * 1.1)
    return low, high


def _nice_below(value: float) -> float:
    return max(nice for nice in _nice_around(value) if nice <= value)


def _nice_above(value: float) -> float:
    return min(nice for nice in _nice_around(value) if nice >= value)


def _nice_around(value: float) -> list[float]:
    exponent = math.floor(math.log10(value))
    powers = range(exponent - 1, exponent + 2)
    return [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]


def _label(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values lie among dots: `low` at the first one, `high` at the last."""

    low: float
    high: float
    num_dots: int

    def dot(self, value: float) -> int:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return round(share * (self.num_dots - 1))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The dots of both curves."""

    across: _Scale
    upward: _Scale
    marks: Marks
    dots: tuple[set[Dot], set[Dot]]

    def cell(self, column: int, row: int) -> str:
        wide, high = self.marks.wide, self.marks.high
        places = {(x, y) for x in range(wide) for y in range(high)}
        first, second = (
            {(x, y) for x, y in places if (column * wide + x, row * high + y) in dots}
            for dots in self.dots
        )
        return self.marks.cell(first, second)


def _dots(
    curves: tuple[Curve, Curve], across: _Scale, upward: _Scale, marks: Marks
) -> tuple[set[Dot], set[Dot]]:
    drawn: list[set[Dot]] = []
    for curve in curves:
        points = [(across.dot(x), upward.dot(y)) for x, y in curve.points]
        lines = {dot for pair in pairwise(points) for dot in _line(*pair)}
        if drawn:
            lines = {(x, y) for x, y in lines if x % marks.spacing == 0}
        drawn.append(lines | {dot for point in points for dot in _thick(point, marks)})
    return drawn[0], drawn[1]


def _thick(point: Dot, marks: Marks) -> Iterator[Dot]:
    x, y = point
    yield point
    if marks.high > 1:
        yield from ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))


def _line(start: Dot, end: Dot) -> Iterator[Dot]:
    """Yield the dots from one to another further right, without a gap."""
    (left, first), (right, last) = start, end
    before = first
    for x in range(left, right + 1):
        y = round(first + (last - first) * (x - left) / max(right - left, 1))
        # What is steep has several dots above each other.
        step = 1 if y >= before else -1
        yield from ((x, between) for between in range(before, y, step))
        yield x, y
        before = y


def _level_axis(ticks: dict[int, str], marks: Marks, columns: int) -> str:
    return "".join(marks.axes[4 if at in ticks else 3] for at in range(columns))


def _placed(ticks: dict[int, str], columns: int) -> str:
    """Put labels below their ticks; the ends first, then what finds room."""
    line = [" "] * columns
    ends = (min(ticks), max(ticks))
    for at in (*ends, *sorted(set(ticks) - set(ends))):
        label = ticks[at]
        begin = max(0, min(at - len(label) // 2, columns - len(label)))
        around = line[max(begin - 2, 0) : begin + len(label) + 2]
        if all(mark == " " for mark in around):
            line[begin : begin + len(label)] = label
    return "".join(line)
