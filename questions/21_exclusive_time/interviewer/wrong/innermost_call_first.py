"""Keeps the open calls with the innermost one first, where a list is slow to change.

Level: 2
Verdict: too slow
Measure: nested
Cause: front of a list
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
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
        if open_calls:
            units[open_calls[0][0]] += instant - now
        now = instant
        if is_start:
            open_calls.insert(0, (function, position))
        elif open_calls and open_calls[0][0] == function:
            open_calls.pop(0)
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_calls:
        position = open_calls[0][1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
