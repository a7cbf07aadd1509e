"""Compiles the pattern of a log anew for every log that it reads.

Measure: flat
Cause: compiled again
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_calls: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        function, is_start, instant = _read(n, position, log)
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_calls:
            units[open_calls[-1][0]] += instant - now
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
    return units


def _read(n: int, position: int, log: str) -> tuple[int, bool, int]:
    pattern = re.compile("([0-9]+):(start|end):([0-9]+)")
    match = pattern.fullmatch(log)
    if match is None or int(match[1]) >= n:
        raise ValueError(f"log {position} cannot be read: {log!r}")
    is_start = match[2] == "start"
    return int(match[1]), is_start, int(match[3]) + (not is_start)
