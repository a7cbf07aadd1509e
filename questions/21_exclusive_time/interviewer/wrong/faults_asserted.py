"""Asserts that the logs can be, which is no ValueError, and nothing at all under -O.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_starts: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        assert match, f"log {position} cannot be read: {log!r}"
        function, is_start = int(match[1]), match[2] == "start"
        assert function < n, f"log {position} is of no function below {n}: {log!r}"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        assert instant >= now, f"log {position} is out of order: {log!r}"
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position))
        else:
            assert open_starts, f"log {position} ends no running call: {log!r}"
            running, _ = open_starts.pop()
            assert running == function, f"log {position} ends another call: {log!r}"
    for _, position in reversed(open_starts):
        raise AssertionError(f"log {position} is never ended: {logs[position]!r}")
    return units
