"""Keeps the callees' time by depth, and leaves it there for the next call as deep.

Level: 3
Verdict: wrong answer
"""

from __future__ import annotations

import re
from collections import defaultdict

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    # Function, position and instant of every start still open.
    open_starts: list[tuple[int, int, int]] = []
    # How long the callees of the call at a depth ran, by that depth.
    callee_units: defaultdict[int, int] = defaultdict(int)
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        now = instant
        if is_start:
            open_starts.append((function, position, instant))
            continue
        if not open_starts or open_starts[-1][0] != function:
            raise ValueError(f"log {position} ends no running call: {log!r}")
        _, _, start = open_starts.pop()
        depth = len(open_starts)
        units[function] += instant - start - callee_units[depth]
        callee_units[depth - 1] += instant - start
    if open_starts:
        _, position, _ = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
