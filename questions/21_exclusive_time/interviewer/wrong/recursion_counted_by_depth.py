"""Counts how deep a function is in itself, and forgets what it called between.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    depths = [0] * n
    running: list[int] = []
    positions: list[int] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if running:
            units[running[-1]] += instant - now
        now = instant
        if is_start:
            # A call within a call of the same function runs on in its name.
            if depths[function] == 0:
                running.append(function)
            depths[function] += 1
            positions.append(position)
            continue
        if depths[function] == 0:
            raise ValueError(f"log {position} ends no running call: {log!r}")
        depths[function] -= 1
        positions.pop()
        if depths[function] == 0 and running.pop() != function:
            raise ValueError(f"log {position} ends another call: {log!r}")
    if positions:
        position = positions[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
