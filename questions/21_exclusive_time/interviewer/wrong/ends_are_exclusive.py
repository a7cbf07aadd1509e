"""Takes an end at t as the instant t, as if the unit t were not the call's any more.

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
    open_starts: list[tuple[int, int]] = []
    last = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n or int(match[3]) < last:
            raise ValueError(f"log {position} cannot be: {log!r}")
        function, timestamp = int(match[1]), int(match[3])
        if open_starts:
            running, _ = open_starts[-1]
            units[running] += timestamp - last
        last = timestamp
        if match[2] == "start":
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position} ends a call that does not run: {log!r}")
    if open_starts:
        _, position = open_starts[-1]
        raise ValueError(f"the call of log {position} never ends: {logs[position]!r}")
    return units
