"""Keeps its stack in the module, where a bad list of logs leaves it full.

Level: 4
Verdict: raised
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")
_open_starts: list[tuple[int, int, str]] = []


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if len(_open_starts) > 0:
            running, _, _ = _open_starts[-1]
            if running < n:
                units[running] += instant - now
        now = instant
        if is_start:
            _open_starts.append((function, position, log))
        elif _open_starts and _open_starts[-1][0] == function:
            _open_starts.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if _open_starts:
        _, position, log = _open_starts[-1]
        raise ValueError(f"log {position} is never ended: {log!r}")
    return units
