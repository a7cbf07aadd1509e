"""A measure in the terminal: where an answer stands, what is next, and why.

Every estimate stands with its interval, and what is only information is said to be.
The numbers are complete without the plot; it is left out where there is no room, and
drawn in plain characters where the output has no others.

Words: a *fact* is a paragraph behind a short label, *per unit* is a cost divided by the
size. Where a cost should not grow with the size, that of a whole run is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from perfkata.catalog import Growth
from perfkata.cli.plot import BRAILLE, PLAIN, Curve, plot
from perfkata.cli.screen import (
    Part,
    can_show,
    console,
    say,
    say_code,
    say_columns,
    say_line,
    times_sign,
)
from perfkata.judge import estimate
from perfkata.judge.report import MeasureVerdict

if TYPE_CHECKING:
    from perfkata.catalog import Bar, Measure, Question
    from perfkata.judge.report import (
        Cause,
        Cost,
        GrowthFound,
        MeasureReport,
        Memory,
        Standing,
    )

__all__ = ["VERDICT_STYLES", "missed_bar", "show_measure"]

VERDICT_STYLES = {
    MeasureVerdict.NOT_MEASURED: "dim",
    MeasureVerdict.FAILED: "bold red",
    MeasureVerdict.BELOW_FIRST_BAR: "bold red",
    MeasureVerdict.RUNG_REACHED: "green",
    MeasureVerdict.WITHIN_NOISE: "yellow",
    MeasureVerdict.UNDECIDED: "yellow",
    MeasureVerdict.SUSPICIOUSLY_FAST: "bold red",
}
_MEANINGS = {
    MeasureVerdict.UNDECIDED: "Close other programs, then grade again.",
    MeasureVerdict.WITHIN_NOISE: "It is so close to a bar that more runs would hardly"
    " tell on which side; a little faster would be clear.",
}
_STATES = {True: "cleared", False: "missed", None: "open"}
_LABEL_COLUMNS = len("memory  ")
_PLOT_COLUMNS = 40
_MIN_PLOT_COLUMNS = 34
_PLOT_ROWS = 6
_GAP_COLUMNS = 4
# Narrower than this a plot has more frame than picture.
_MIN_WIDTH = 50
_MAX_SOURCE_COLUMNS = 200
_MIB = 2**20
# What is closer than this would be shown as 1.00 times as much.
_SAME_COUNT = 0.005
_TIME_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
# The unit of a table is the largest in which no figure is smaller than this.
_SMALLEST_FIGURE = 0.1


def show_measure(question: Question, report: MeasureReport) -> None:
    """Print what stands behind the verdict of a measure that was taken."""
    measure = next(each for each in question.measures if each.name == report.name)
    unit = _Unit.of(question, measure)
    say()
    say((f"{report.title}: {_verdict_told(report)}", VERDICT_STYLES[report.verdict]))
    _show_meaning(measure, report)
    if report.standings:
        _show_standings(report, unit, question.rungs()[-1].stem)
    _show_next(measure, report)
    if report.cause is not None:
        _show_cause(report.cause, unit)
    if report.growth is not None:
        _say_fact("growth", _growth_told(report.growth))
    if report.memory is not None:
        _say_fact("memory", _memory_told(report.memory, unit))
    if report.costs:
        _show_costs(measure, report.costs, unit, report.counts)
    _show_notes(report)


def _verdict_told(report: MeasureReport) -> str:
    verdict = report.verdict.value
    if report.rung is None:
        return verdict
    if report.verdict is MeasureVerdict.RUNG_REACHED:
        return f"{verdict}, {report.rung}"
    return f"{verdict}; {report.rung} is reached"


@dataclass(frozen=True, slots=True)
class _Unit:
    """What sizes count: one of it, and many."""

    one: str
    many: str

    @classmethod
    def of(cls, question: Question, measure: Measure) -> _Unit:
        """Return the words that a question uses, if they are easily told."""
        name = (measure.sizes_of or question.size_of or "").replace("_", " ")
        if name.endswith("ies"):
            return cls(f"{name[:-3]}y", name)
        if name.endswith("s") and not name.endswith("ss"):
            return cls(name[:-1], name)
        return cls("item", "items")

    @property
    def each(self) -> str:
        """One of it, with its article."""
        return f"{'an' if self.one[0] in 'aeiou' else 'a'} {self.one}"

    def counted(self, count: int) -> str:
        return f"{count:,} {self.one if count == 1 else self.many}"


def missed_bar(question: Question, report: MeasureReport) -> Bar | None:
    """Return the first bar that an answer did not clear, if one was missed for sure."""
    measure = next(each for each in question.measures if each.name == report.name)
    is_decided = report.verdict in (
        MeasureVerdict.BELOW_FIRST_BAR,
        MeasureVerdict.RUNG_REACHED,
    )
    return _next_bar(measure, report) if is_decided else None


def _next_bar(measure: Measure, report: MeasureReport) -> Bar | None:
    cleared = {standing.rung for standing in report.standings if standing.is_cleared}
    if report.growth is not None and report.growth.is_kept is False:
        cleared = set()
    return next((bar for bar in measure.bars if bar.rung not in cleared), None)


def _show_meaning(measure: Measure, report: MeasureReport) -> None:
    """Say what is to be known first: why a verdict is none, and what to do about it."""
    message = report.message
    if message is None and report.verdict is MeasureVerdict.UNDECIDED:
        message = "the machine was too noisy to decide"
    sentences = [_sentence(message), _MEANINGS.get(report.verdict, "")]
    if report.verdict is MeasureVerdict.SUSPICIOUSLY_FAST and measure.floor:
        floor = f"{measure.floor:g} {times_sign()} the cost of the model answer"
        sentences.append(f"It costs less than {floor}, less than the work should.")
    if report.open_points:
        sentences.append(f"{_points(report.open_points)} open.")
    if text := " ".join(filter(None, sentences)):
        say(text, indent=2)


def _sentence(message: str | None) -> str:
    return "" if not message else f"{message[0].upper()}{message[1:]}."


def _points(count: int) -> str:
    return "1 point stays" if count == 1 else f"{count} points stay"


def _show_standings(report: MeasureReport, unit: _Unit, model: str) -> None:
    """Print a row for each rung: how it compares, and what its bar is worth."""
    largest = max(standing.size for standing in report.standings)
    is_model_there = report.standings[-1].rung == model
    which = ", the model answer last" if is_model_there else ""
    say(f"Beside the reference answers{which}, at {unit.counted(largest)}:", indent=2)
    rows: list[tuple[Part, ...]] = []
    for standing in report.standings:
        words = _standing_told(standing)
        if standing.size != largest:
            words += f" at {unit.counted(standing.size)}"
        rows.append((standing.rung, words, _bar_told(standing, report)))
    say_columns(rows, flexible=1, indent=4)


def _standing_told(standing: Standing) -> str:
    """Say how a cost compares: never a ratio without its interval."""
    low, high, times = standing.low, standing.high, times_sign()
    if not standing.num_pairs:
        ratio = standing.ratio
        if abs(ratio - 1) < _SAME_COUNT:
            return "as much"
        more, less = f"{_figure(ratio)} {times}", f"{_figure(1 / ratio)} {times} less"
        return f"{more} as much" if ratio > 1 else less
    if high < 1:
        around = _range(1 / high, 1 / low)
        return f"{_figure(1 / standing.ratio)} {times} faster ({around})"
    if low > 1:
        around = _range(low, high)
        return f"{_figure(standing.ratio)} {times} the cost ({around})"
    whole = estimate.Interval(low, standing.ratio, high)
    is_same = estimate.difference(whole) is estimate.Difference.SAME
    around = f"{_range(low, high)} {times}"
    return f"as fast ({around})" if is_same else f"{around} the cost"


def _bar_told(standing: Standing, report: MeasureReport) -> Part:
    if standing.at_most is None:
        return ""
    earned = _earned(standing, report)
    style = "yellow" if earned is None else "green" if earned else "bold red"
    points = "-" if earned is None else str(earned)
    bar = f"bar {standing.at_most:.2f} {times_sign()}"
    state = f"{_STATES[standing.is_cleared]:<7}"
    return f"{bar}  {state}  {points:>2}/{standing.points}", style


def _earned(standing: Standing, report: MeasureReport) -> int | None:
    """Return what a bar earns, which hangs on the growth too; None while it is open."""
    is_kept = True if report.growth is None else report.growth.is_kept
    if report.verdict is MeasureVerdict.SUSPICIOUSLY_FAST:
        return None
    if standing.is_cleared is False or is_kept is False:
        return 0
    return standing.points if standing.is_cleared and is_kept else None


def _show_next(measure: Measure, report: MeasureReport) -> None:
    """Say which bar comes next and what it asks."""
    if not report.standings:
        return
    if report.growth is not None and report.growth.is_kept is False:
        _say_fact("next", "a cost that grows no faster; until then no bar counts")
        return
    bar = _next_bar(measure, report)
    if bar is None:
        return
    asked = f"at most {bar.at_most:.2f} {times_sign()} the cost of {bar.rung}"
    worth = "1 point" if bar.points == 1 else f"{bar.points} points"
    _say_fact("next", f"{asked}, for {worth}")


def _show_cause(cause: Cause, unit: _Unit) -> None:
    sentence = cause.sentence.rstrip(".")
    _say_fact("why", f"{sentence}; counted at {unit.counted(cause.size)}")
    if cause.line is None or cause.source is None:
        return
    source = cause.source.strip()
    if len(source) > _MAX_SOURCE_COLUMNS:
        source = f"{source[: _MAX_SOURCE_COLUMNS - 1]}…"
    say_code(f"line {cause.line}: {source}", indent=2 + _LABEL_COLUMNS)


def _growth_told(growth: GrowthFound) -> str:
    """Say how a cost grows; numbers only where it is not like the model answer's."""
    is_class = growth.words != "undecided"
    words = f": {growth.words}" if is_class else ""
    if growth.is_kept:
        return f"no faster than the model answer's{words}"
    factor = f"another factor of size^{growth.exponent:.2f}"
    if growth.low < growth.high:
        factor += f" ({growth.low:.2f} to {growth.high:.2f})"
    if growth.is_kept is None:
        return f"perhaps faster than the model answer's, by {factor}{words}"
    return f"faster than the model answer's, by {factor}{words}"


def _memory_told(memory: Memory, unit: _Unit) -> str:
    own, model = (_mib(each) for each in (memory.num_bytes, memory.model_bytes))
    return (
        f"{own} beyond the inputs, the model answer {model}"
        f" (peaks at {unit.counted(memory.size)})"
    )


def _mib(num_bytes: int) -> str:
    """Return an amount of memory; an allocator moves peaks by less than is told."""
    if num_bytes < _MIB:
        return "less than 1 MiB"
    return f"{_figure(num_bytes / _MIB)} MiB"


def _say_fact(label: str, text: str) -> None:
    say(text, indent=2, marker=f"{label:<{_LABEL_COLUMNS}}")


def _show_costs(
    measure: Measure, costs: Sequence[Cost], unit: _Unit, counts: str | None
) -> None:
    """Print what each size cost, as numbers and as a picture of them."""
    is_flat = measure.growth in (Growth.FLAT, Growth.LOGARITHMIC)
    shares = [_Share.of(cost, 1 if is_flat else cost.size) for cost in costs]
    known = [each for share in shares for each in (share.own_s, share.model_s) if each]
    if not known:
        return
    if costs[0].is_counted:
        scale, heading = 1.0, f"{counts}{'' if is_flat else f' {unit.each}'}"
    else:
        scale, name = _time_unit(min(known))
        heading = f"{name} {'a run' if is_flat else unit.each}"
    table = _table(heading, [share.cells(scale, unit) for share in shares])
    beside = max(map(len, table)) + _GAP_COLUMNS
    room = console().width - 2 - beside
    picture: list[str] = []
    if room >= _MIN_PLOT_COLUMNS:
        picture = _picture(shares, scale, room)
    elif console().width >= _MIN_WIDTH:
        below = _picture(shares, scale, _PLOT_COLUMNS)
        table += ["", *below] if below else []
    say()
    for left, right in zip_longest(table, picture, fillvalue=""):
        say_line(f"  {left:<{beside}}{right}".rstrip())


@dataclass(frozen=True, slots=True)
class _Share:
    """What one unit or one run cost at a size, in seconds or as a count.

    None where that was not reached.
    """

    size: int
    own_s: float | None
    model_s: float | None

    @classmethod
    def of(cls, cost: Cost, count: int) -> _Share:
        if cost.is_counted:
            counted = (cost.count, cost.model_count)
            own, model = (None if each is None else each / count for each in counted)
            return cls(cost.size, own, model)
        own_s, model_s = (
            None if seconds is None else _clocked(seconds) / count
            for seconds in (cost.seconds, cost.model_seconds)
        )
        return cls(cost.size, own_s, model_s)

    def cells(self, scale: float, unit: _Unit) -> tuple[str, str, str]:
        own, model = (
            "-" if seconds is None else _figure(seconds / scale)
            for seconds in (self.own_s, self.model_s)
        )
        return unit.counted(self.size), own, model


def _clocked(seconds: float) -> float:
    """Return a cost, or 0 if it is less than a clock can tell."""
    return seconds if seconds >= _TIME_UNITS[-1][0] else 0.0


def _time_unit(seconds: float) -> tuple[float, str]:
    for scale, name in _TIME_UNITS:
        if seconds >= scale * _SMALLEST_FIGURE:
            return scale, name if can_show(name) else "us"
    return _TIME_UNITS[-1]


def _table(heading: str, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return lines whose columns end below each other."""
    model = "model answer" if console().width >= _MIN_WIDTH else "model"
    whole = [(heading, "yours", model), *rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    return [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in whole
    ]


def _picture(shares: Sequence[_Share], scale: float, room: int) -> list[str]:
    own = tuple((each.size, each.own_s / scale) for each in shares if each.own_s)
    model = tuple((each.size, each.model_s / scale) for each in shares if each.model_s)
    curves = Curve("yours", own), Curve("model answer", model)
    has_braille = can_show("".join((*BRAILLE.samples, BRAILLE.axes)))
    marks = BRAILLE if has_braille else PLAIN
    return plot(curves, marks, min(room, _PLOT_COLUMNS), _PLOT_ROWS)


def _show_notes(report: MeasureReport) -> None:
    """Say what to think of the numbers."""
    notes = " ".join(_notes(report))
    if not notes:
        return
    if report.costs:
        say()
    say((notes, "dim"), indent=2)


def _notes(report: MeasureReport) -> Iterator[str]:
    if report.counts is not None:
        if report.costs:
            yield f"{report.counts[0].upper()}{report.counts[1:]} are counted exactly."
        return
    counts = sorted({standing.num_pairs for standing in report.standings})
    if counts:
        pairs = " to ".join(map(str, counts[:: max(len(counts) - 1, 1)]))
        yield (
            f"The intervals rest on {pairs} pairs of processes, measured in"
            f" {report.seconds:.2f} s."
        )
    if report.costs:
        yield "Times are shown and never judged."
    if any(None in (cost.seconds, cost.model_seconds) for cost in report.costs):
        yield "A dash stands for a run that takes too long."
    if report.is_disturbed:
        yield "Busy machine: other programs disturbed it, also when repeated."
    if not report.is_layout_fixed:
        yield (
            "This system gives each process other addresses, which moves costs;"
            " more pairs make up for it."
        )


def _figure(value: float) -> str:
    """Return a positive number with three digits, below 1 with two.

    Example:
        >>> _figure(12.345), _figure(0.98), _figure(0.00456), _figure(1234.5)
        ('12.3', '0.98', '0.0046', '1,234')
    """
    if value <= 0:
        return "0"
    exponent = math.floor(math.log10(value))
    decimals = max(0, 2 - exponent) if exponent >= 0 else max(2, 1 - exponent)
    return f"{value:,.{decimals}f}"


def _range(low: float, high: float) -> str:
    return f"{_figure(low)} to {_figure(high)}"
