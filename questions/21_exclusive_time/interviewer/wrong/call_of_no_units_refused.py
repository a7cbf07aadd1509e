"""Wants a call to end in no earlier unit than that of its start.

Level: 4
Verdict: raised
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    # Function, position and timestamp of every start still open.
    open_starts: list[tuple[int, int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start, timestamp = (
            int(match[1]),
            match[2] == "start",
            int(match[3]),
        )
        instant = timestamp if is_start else timestamp + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position, timestamp))
            continue
        if not open_starts or open_starts[-1][0] != function:
            raise ValueError(f"log {position} ends no running call: {log!r}")
        _, _, started = open_starts.pop()
        if timestamp < started:
            raise ValueError(f"log {position} ends before it starts: {log!r}")
    if open_starts:
        _, position, _ = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
