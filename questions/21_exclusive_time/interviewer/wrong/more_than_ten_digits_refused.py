"""Expects no number of more than ten digits, as none goes beyond a billion.

Level: 4
Verdict: raised
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]{1,10}):(start|end):([0-9]{1,10})")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_starts: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_starts:
        _, position = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
