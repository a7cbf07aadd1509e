"""Exclusive time off one running clock: between two logs, exactly one call runs.

The idea over the rung before: no record is kept, neither of logs nor of calls. The time
from one log to the next belongs to the innermost open call, or to nobody if none is
open, and is added where it belongs as it passes. Nothing is ever taken back, and of an
open call only its function and the position of its start are needed.

Cost: O(logs) time, O(depth) memory.
"""

from __future__ import annotations

import re

__all__ = ["exclusive_time"]

# Not \d, which matches the digits of every script; and `fullmatch` below, since $ would
# let a line break pass.
_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself.

    Args:
        n: How many functions there are; they are numbered from 0.
        logs: What happened, in order, each as "{function}:{start|end}:{timestamp}".

    Returns:
        The exclusive time of function i at index i, callees not counted.

    Raises:
        ValueError: A log is at fault; the message gives its position and text.
    """
    units = [0] * n
    # The function and the position of every start still open, the innermost last.
    open_starts: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        function, is_start, instant = _read(n, position, log)
        if instant < now:
            raise _fault(position, log, f"time goes back, it is already {now}")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise _fault(position, log, "it does not end the innermost open call")
    if open_starts:
        _, position = open_starts[-1]
        raise _fault(position, logs[position], "the call that it starts never ends")
    return units


def _read(n: int, position: int, log: str) -> tuple[int, bool, int]:
    """Return the function, whether it starts, and the instant at which it does."""
    found = _LOG.fullmatch(log)
    if found is None:
        raise _fault(position, log, "it is not 'function:start|end:timestamp'")
    function, is_start = int(found[1]), found[2] == "start"
    if function >= n:
        raise _fault(position, log, f"the functions are those below {n}")
    timestamp = int(found[3])
    return function, is_start, timestamp if is_start else timestamp + 1


def _fault(position: int, log: str, rule: str) -> ValueError:
    return ValueError(f"log {position} is {log!r}: {rule}")
