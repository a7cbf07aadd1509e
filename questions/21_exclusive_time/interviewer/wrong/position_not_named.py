"""Says what is wrong with a log and shows it, and does not say which log it is.

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
    open_starts: list[tuple[int, str]] = []
    now = 0
    for log in logs:
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"cannot read the log {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"the log {log!r} is out of order")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, log))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"the log {log!r} ends no running call")
    if open_starts:
        _, log = open_starts[-1]
        raise ValueError(f"the log {log!r} has no end")
    return units
