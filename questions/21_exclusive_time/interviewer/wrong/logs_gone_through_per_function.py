"""Goes through all that happened once for each function, for that function alone.

Measure: flat
Cause: loop within the loop
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    runs = _runs(n, logs)
    units = []
    for function in range(n):
        own = 0
        for runner, num_units in runs:
            if runner == function:
                own += num_units
        units.append(own)
    return units


def _runs(n: int, logs: list[str]) -> list[tuple[int | None, int]]:
    """Return who ran between each log and the next, if anybody, and for how long."""
    runs: list[tuple[int | None, int]] = []
    open_calls: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        runner = open_calls[-1][0] if open_calls else None
        runs.append((runner, instant - now))
        now = instant
        if is_start:
            open_calls.append((function, position))
        elif open_calls and open_calls[-1][0] == function:
            open_calls.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_calls:
        position = open_calls[-1][1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return runs
