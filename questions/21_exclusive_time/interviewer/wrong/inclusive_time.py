"""Adds up the whole time of every call, its callees and all.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran."""
    units = [0] * n
    open_starts: list[tuple[int, int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} is no log: {log!r}")
        function, kind = int(match[1]), match[2]
        instant = int(match[3]) if kind == "start" else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} goes back in time: {log!r}")
        now = instant
        if kind == "start":
            open_starts.append((function, position, instant))
        elif open_starts and open_starts[-1][0] == function:
            _, _, start = open_starts.pop()
            units[function] += instant - start
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_starts:
        _, position, _ = open_starts[-1]
        raise ValueError(f"log {position} starts without an end: {logs[position]!r}")
    return units
