"""Lists every log with its position, so that the one at fault is surely among them.

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
    open_functions: list[int] = []
    now = 0
    for log in logs:
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise _fault(logs, "one cannot be read")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise _fault(logs, "one is out of order")
        if open_functions:
            units[open_functions[-1]] += instant - now
        now = instant
        if is_start:
            open_functions.append(function)
        elif open_functions and open_functions[-1] == function:
            open_functions.pop()
        else:
            raise _fault(logs, "one ends no running call")
    if open_functions:
        raise _fault(logs, "one is never ended")
    return units


def _fault(logs: list[str], rule: str) -> ValueError:
    listed = ", ".join(f"log {position} {log!r}" for position, log in enumerate(logs))
    return ValueError(f"{rule} of: {listed}")
