"""Takes the logs off the list that it was given, so that the caller has none left.

Level: 1
Verdict: changed its input
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_starts: list[tuple[int, int, str]] = []
    now = 0
    position = 0
    # The next log is the last of the list then, where taking it off costs nothing.
    logs.reverse()
    while logs:
        log = logs.pop()
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position}, {log!r}, is malformed")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position}, {log!r}, is before the last one")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position, log))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position}, {log!r}, ends no running call")
        position += 1
    if open_starts:
        _, position, log = open_starts[-1]
        raise ValueError(f"log {position}, {log!r}, has no end")
    return units
