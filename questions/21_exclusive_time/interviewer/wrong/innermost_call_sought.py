"""Looks through all open calls from the front for the one that started last.

Level: 2
Verdict: too slow
Measure: nested
Cause: scan of a list
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    # The position at which each open call started, and its function.
    open_calls: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        function, is_start, instant = _read(n, position, log)
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        innermost = max(open_calls, default=None)
        if innermost is not None:
            units[innermost[1]] += instant - now
        now = instant
        if is_start:
            open_calls.append((position, function))
        elif innermost is not None and innermost[1] == function:
            open_calls.remove(innermost)
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_calls:
        position = max(open_calls)[0]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units


def _read(n: int, position: int, log: str) -> tuple[int, bool, int]:
    match = _LOG.fullmatch(log)
    if match is None or int(match[1]) >= n:
        raise ValueError(f"log {position} cannot be read: {log!r}")
    is_start = match[2] == "start"
    return int(match[1]), is_start, int(match[3]) + (not is_start)
