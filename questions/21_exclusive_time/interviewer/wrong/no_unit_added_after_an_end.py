"""Counts the unit of an end, and then goes on from its beginning in place of its end.

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
    stack: list[int] = []
    positions: list[int] = []
    last_time = 0
    earliest = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, timestamp = int(match[1]), int(match[3])
        instant = timestamp if match[2] == "start" else timestamp + 1
        if instant < earliest:
            raise ValueError(f"time runs backwards at log {position}: {log!r}")
        earliest = instant
        if match[2] == "start":
            if stack:
                units[stack[-1]] += timestamp - last_time
            stack.append(function)
            positions.append(position)
        else:
            if not stack or stack[-1] != function:
                raise ValueError(f"log {position} ends what does not run: {log!r}")
            units[stack.pop()] += timestamp - last_time + 1
            positions.pop()
        last_time = timestamp
    if positions:
        position = positions[-1]
        raise ValueError(f"log {position} has no end: {logs[position]!r}")
    return units
