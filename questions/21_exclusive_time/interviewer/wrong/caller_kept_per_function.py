"""Keeps one caller for each function, where every call has a caller of its own.

That does for a function that calls itself, and for two that call each other. It does
not where a function is open twice and was called from two different places.

Level: 3
Verdict: raised
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    callers: dict[int, int] = {}
    running = -1
    open_positions: list[int] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_positions:
            units[running] += instant - now
        now = instant
        if is_start:
            if open_positions:
                callers[function] = running
            running = function
            open_positions.append(position)
            continue
        if not open_positions or running != function:
            raise ValueError(f"log {position} ends no running call: {log!r}")
        open_positions.pop()
        if open_positions:
            running = callers[function]
    if open_positions:
        position = open_positions[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
