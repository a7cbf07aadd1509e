"""Counted instructions in the terminal: a table a measure, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perfkata.cli.screen import Part, console, say, say_columns, times_sign

if TYPE_CHECKING:
    from perfkata.catalog import Question
    from perfkata.judge.instructions import Count, CountReport, MeasureCounts

__all__ = ["show_counts"]

_INDENT = 2
_GAP = 2
_MEANING = (
    "Ratios are to the model answer, which comes last. Instructions decide no grade:"
    " they take unequal time, and nothing of caches or of waiting shows in them."
)


def show_counts(question: Question, report: CountReport) -> None:
    """Print what a run of each measure costs the submissions and the rungs."""
    say((f"{question.number} {question.title}", "bold"))
    unit = (question.size_of or "items").replace("_", " ")
    for measure in report.measures:
        say()
        say((measure.title, "bold"), f": instructions for {measure.size:,} {unit}")
        say_columns(list(_rows(measure)), flexible=0, indent=_INDENT)
        _show_faults(measure)
    say()
    say(_MEANING)
    circumstances = (
        f"Counted under valgrind; isolation: {report.isolation};"
        f" Python {report.python_version}. --seed {report.seed} draws the same inputs."
    )
    say((circumstances, "dim"))


def _rows(measure: MeasureCounts) -> Iterator[tuple[Part, ...]]:
    """Yield a heading and a row for everyone; figures end in one column if they fit."""
    counts = (*measure.submissions, *measure.rungs)
    rows = [("", "in all", "each", "ratio"), *map(_cells, counts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    is_narrow = _INDENT + sum(widths) + _GAP * (len(widths) - 1) > console().width
    for number, (name, *figures) in enumerate(rows):
        is_own = 0 < number <= len(measure.submissions)
        yield (
            (name, "bold" if is_own else ""),
            *(
                (figure if is_narrow else figure.rjust(width), "" if number else "dim")
                for figure, width in zip(figures, widths[1:], strict=True)
            ),
        )


def _cells(count: Count) -> tuple[str, ...]:
    if count.instructions is None or count.per_unit is None:
        return count.name, "-", "-", "-"
    ratio = "-" if count.ratio is None else f"{count.ratio:.2f} {times_sign()}"
    return count.name, f"{count.instructions:,}", f"{count.per_unit:,.0f}", ratio


def _show_faults(measure: MeasureCounts) -> None:
    for count in measure.submissions:
        if count.message is not None:
            say((count.name, "bold"), f": {count.message}", indent=_INDENT)
