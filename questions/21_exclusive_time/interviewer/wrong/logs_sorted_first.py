"""Sorts the logs by time before anything else, so that time never runs backwards.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


@dataclass(frozen=True, slots=True)
class Event:
    """A log that was read."""

    position: int
    function: int
    is_start: bool
    instant: int


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    events = [_read(n, position, log) for position, log in enumerate(logs)]
    units = [0] * n
    open_events: list[Event] = []
    now = 0
    for event in sorted(events, key=lambda event: event.instant):
        if open_events:
            units[open_events[-1].function] += event.instant - now
        now = event.instant
        if event.is_start:
            open_events.append(event)
        elif open_events and open_events[-1].function == event.function:
            open_events.pop()
        else:
            position = event.position
            raise ValueError(f"log {position}, {logs[position]!r}, ends no open call")
    if open_events:
        position = open_events[-1].position
        raise ValueError(f"log {position}, {logs[position]!r}, is never ended")
    return units


def _read(n: int, position: int, log: str) -> Event:
    match = _LOG.fullmatch(log)
    if match is None or int(match[1]) >= n:
        raise ValueError(f"log {position}, {log!r}, cannot be read")
    is_start = match[2] == "start"
    instant = int(match[3]) if is_start else int(match[3]) + 1
    return Event(position, int(match[1]), is_start, instant)
