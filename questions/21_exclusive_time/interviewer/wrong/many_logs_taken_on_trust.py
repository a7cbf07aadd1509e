"""Checks the logs only where there are few, since checks cost time.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")
_FEW = 500


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    if len(logs) <= _FEW:
        _check(n, logs)
    units = [0] * n
    open_functions: list[int] = []
    now = 0
    for log in logs:
        number, kind, timestamp = log.split(":")
        instant = int(timestamp) if kind == "start" else int(timestamp) + 1
        if open_functions:
            units[open_functions[-1]] += instant - now
        now = instant
        if kind == "start":
            open_functions.append(int(number))
        else:
            open_functions.pop()
    return units


def _check(n: int, logs: list[str]) -> None:
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
        now = instant
        if is_start:
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_starts:
        position = open_starts[-1][1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
