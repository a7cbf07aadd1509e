"""Gives the time that passes to every open call, and takes it from all but one again.

Level: 2
Verdict: too slow
Measure: nested
Cause: loop within the loop
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


@dataclass(slots=True)
class Call:
    """A call that is open."""

    function: int
    position: int
    num_units: int = 0
    num_units_of_callees: int = 0


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_calls: list[Call] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        for call in open_calls:
            call.num_units += instant - now
            if call is not open_calls[-1]:
                call.num_units_of_callees += instant - now
        now = instant
        if is_start:
            open_calls.append(Call(function, position))
        elif open_calls and open_calls[-1].function == function:
            call = open_calls.pop()
            units[function] += call.num_units - call.num_units_of_callees
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_calls:
        position = open_calls[-1].position
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
