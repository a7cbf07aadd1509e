"""Never changes a list, so every log makes a copy of all calls that are open.

Level: 2
Verdict: too slow
Measure: nested
Cause: copies
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_functions: list[int] = []
    open_positions: list[int] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_functions:
            units[open_functions[-1]] += instant - now
        now = instant
        if is_start:
            open_functions = [*open_functions, function]
            open_positions = [*open_positions, position]
        elif open_functions and open_functions[-1] == function:
            open_functions = open_functions[:-1]
            open_positions = open_positions[:-1]
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_positions:
        position = open_positions[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
