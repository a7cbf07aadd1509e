"""Adds the time before the first callee and after the last, and none between them.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


@dataclass(slots=True)
class OpenCall:
    """A call that has started, and when its callees ran."""

    function: int
    position: int
    start: int
    first_callee_start: int | None = None
    last_callee_end: int | None = None

    def own_units(self, end: int) -> int:
        """Return the time before its callees and after them."""
        if self.first_callee_start is None or self.last_callee_end is None:
            return end - self.start
        return self.first_callee_start - self.start + end - self.last_callee_end


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_calls: list[OpenCall] = []
    now = 0
    for position, log in enumerate(logs):
        function, is_start, instant = _read(n, position, log)
        if instant < now:
            raise ValueError(f"log {position}, {log!r}, is earlier than the one before")
        now = instant
        if is_start:
            if open_calls and open_calls[-1].first_callee_start is None:
                open_calls[-1].first_callee_start = instant
            open_calls.append(OpenCall(function, position, instant))
            continue
        if not open_calls or open_calls[-1].function != function:
            raise ValueError(f"log {position}, {log!r}, ends a call that does not run")
        units[function] += open_calls.pop().own_units(instant)
        if open_calls:
            open_calls[-1].last_callee_end = instant
    if open_calls:
        position = open_calls[-1].position
        raise ValueError(f"log {position}, {logs[position]!r}, is never ended")
    return units


def _read(n: int, position: int, log: str) -> tuple[int, bool, int]:
    match = _LOG.fullmatch(log)
    if match is None:
        raise ValueError(f"log {position}, {log!r}, cannot be read")
    function, timestamp = int(match[1]), int(match[3])
    if function >= n:
        raise ValueError(f"log {position}, {log!r}, is of no function below {n}")
    is_start = match[2] == "start"
    return function, is_start, timestamp if is_start else timestamp + 1
