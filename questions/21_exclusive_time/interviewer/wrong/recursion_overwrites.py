"""Keeps one start for each function, so that a call within a call replaces the first.

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
    started_at: dict[int, int] = {}
    callee_units: dict[int, int] = {}
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
            started_at[function] = instant
            callee_units[function] = 0
            open_starts.append((function, position))
            continue
        if not open_starts or open_starts[-1][0] != function:
            raise ValueError(f"log {position} ends no running call: {log!r}")
        open_starts.pop()
        whole = instant - started_at[function]
        units[function] += whole - callee_units[function]
        if open_starts:
            caller, _ = open_starts[-1]
            callee_units[caller] += whole
    if open_starts:
        _, position = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
