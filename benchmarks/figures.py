"""A figure: what was measured, how often, its median and its spread; and where.

The spread is the range of the middle half of the values. Nothing here judges: a target
stands beside a figure, and a figure that misses it stays where it is.
"""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec

import perfkata

__all__ = ["Figure", "Machine", "Results", "as_markdown", "figure", "this_machine"]

_UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "threads": 1}


class Figure(msgspec.Struct, frozen=True):
    """One figure.

    Attributes:
        title: What was measured.
        command: What shows it again, as typed in the repository.
        unit: The unit of the values below: ``s``, ``ms``, ``us`` or ``threads``.
        count: How many values there are.
        median: Their median.
        low: Their lower quartile.
        high: Their upper quartile.
        target: What the median should be at most; None if nothing was promised.
    """

    title: str
    command: str
    unit: str
    count: int
    median: float
    low: float
    high: float
    target: float | None = None

    def __str__(self) -> str:
        target = "" if self.target is None else f", target {self.target:g} {self.unit}"
        return (
            f"{self.title}: {self.median:.3g} {self.unit}"
            f" ({self.low:.3g} to {self.high:.3g}, n = {self.count:,}){target}\n"
            f"    {self.command}"
        )


class Machine(msgspec.Struct, frozen=True):
    """Where and with what it was measured.

    Attributes:
        date: The day, in UTC.
        cpu: The model of the processor.
        num_cores: How many cores could be used.
        load: Processes that wanted a core just before, on average over a minute.
        system: The kernel and its version.
        python: The interpreter's version.
        perfkata: Our version.
    """

    date: str
    cpu: str
    num_cores: int
    load: float
    system: str
    python: str
    perfkata: str


class Results(msgspec.Struct, frozen=True):
    """All figures of one run; `skipped` says what was not measured, and why."""

    machine: Machine
    figures: tuple[Figure, ...]
    skipped: tuple[str, ...] = ()


def figure(
    title: str,
    values_s: Sequence[float],
    *,
    command: str,
    unit: str,
    target: float | None = None,
) -> Figure:
    """Sum up measured seconds in a unit."""
    scaled = [value * _UNITS[unit] for value in values_s]
    low, median, high = statistics.quantiles(scaled, n=4, method="inclusive")
    return Figure(title, command, unit, len(scaled), median, low, high, target)


def this_machine() -> Machine:
    """Describe this machine as it is now."""
    return Machine(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        cpu=_cpu_model(),
        num_cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        perfkata=perfkata.__version__,
    )


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line for line in lines if line.startswith("model name")]
    return names[0].partition(":")[2].strip() if names else "unknown"


def as_markdown(title: str, results: Results, notes: str) -> str:
    """Write results as a page: doubt first, then a table, then what was skipped."""
    machine = results.machine
    where = (
        f"Measured on {machine.date}: {machine.cpu}, {machine.num_cores} cores,"
        f" {machine.system}, Python {machine.python}, perfkata {machine.perfkata};"
        f" the load was {machine.load:g} when it began."
    )
    lines = [
        f"# {title}",
        "",
        notes.strip(),
        "",
        where,
        "",
        "| What | Median | Middle half | n | Target | Command |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in results.figures:
        target = "" if row.target is None else f"{row.target:g} {row.unit}"
        lines.append(
            f"| {row.title} | {row.median:.3g} {row.unit} |"
            f" {row.low:.3g} to {row.high:.3g} | {row.count:,} | {target} |"
            f" `{row.command}` |"
        )
    lines += ["", *(f"Not measured: {reason}" for reason in results.skipped)]
    return "\n".join(lines).rstrip() + "\n"
