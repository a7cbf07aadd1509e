"""Takes a callee's time from all that wait for it, not from its own caller alone.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    # Function, position and instant of every start still open.
    open_starts: list[tuple[int, int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} is malformed: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) + (not is_start)
        if instant < now:
            raise ValueError(f"log {position} is too early: {log!r}")
        now = instant
        if is_start:
            open_starts.append((function, position, instant))
            continue
        if not open_starts or open_starts[-1][0] != function:
            raise ValueError(f"log {position} ends another call: {log!r}")
        _, _, start = open_starts.pop()
        units[function] += instant - start
        for waiting, _, _ in open_starts:
            units[waiting] -= instant - start
    if open_starts:
        _, position, _ = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
