"""Takes the function of the log before a start for its caller, ended or not.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that has started, and the function that called it, if one did."""

    function: int
    caller: int | None
    position: int
    start: int


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_calls: list[OpenCall] = []
    previous: int | None = None
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        now = instant
        if is_start:
            caller = previous if open_calls else None
            open_calls.append(OpenCall(function, caller, position, instant))
        else:
            if not open_calls or open_calls[-1].function != function:
                raise ValueError(f"log {position} ends no running call: {log!r}")
            call = open_calls.pop()
            units[function] += instant - call.start
            if call.caller is not None:
                units[call.caller] -= instant - call.start
        previous = function
    if open_calls:
        position = open_calls[-1].position
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
