"""The slow truth of question 21, which shares no idea with the rungs.

Time is painted unit by unit: every call, in the order of the starts, puts its function
on all its units, over whatever was there. A callee starts after its caller, so the last
paint on a unit is that of the function that ran itself. Faults are found by asking of
ever longer beginnings of the logs whether they could have happened.

Cost: O(units times depth) to paint, O(logs cubed) to find a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["exclusive_time", "fault_position"]

_PATTERN = re.compile("[0-9]+:(start|end):[0-9]+")


@dataclass(frozen=True, slots=True)
class _Event:
    """A log that can be read, with its position."""

    position: int
    function: int
    is_start: bool
    timestamp: int

    @property
    def instant(self) -> int:
        """Where it lies on the half-open clock."""
        return self.timestamp if self.is_start else self.timestamp + 1


def exclusive_time(n: int, logs: Sequence[str]) -> list[int]:
    """Return the units that each function owns; the logs must be without fault."""
    events = [_read(position, log) for position, log in enumerate(logs)]
    owners: dict[int, int] = {}
    for start in events:
        if start.is_start:
            end = _end_of(start, events)
            for unit in range(start.instant, end.instant):
                owners[unit] = start.function
    painted = list(owners.values())
    return [painted.count(function) for function in range(n)]


def fault_position(n: int, logs: Sequence[str]) -> int | None:
    """Return the position of the log that an error must name, or None."""
    events: list[_Event] = []
    for position, log in enumerate(logs):
        if not _PATTERN.fullmatch(log):
            return position
        events.append(_read(position, log))
        if not _can_begin_so(n, events):
            return position
    unpaired = _unpaired(events)
    return unpaired[-1].position if unpaired else None


def _read(position: int, log: str) -> _Event:
    function, kind, timestamp = log.split(":")
    return _Event(position, int(function), kind == "start", int(timestamp))


def _end_of(start: _Event, events: Sequence[_Event]) -> _Event:
    """Find the first end by which as many calls have ended as started since."""
    balance = 0
    for event in events[start.position :]:
        balance += 1 if event.is_start else -1
        if balance == 0:
            return event
    raise ValueError(f"the call that starts with log {start.position} never ends")


def _can_begin_so(n: int, events: Sequence[_Event]) -> bool:
    """Whether logs that begin with these can still be without fault."""
    instants = [event.instant for event in events]
    return (
        all(event.function < n for event in events)
        and instants == sorted(instants)
        and all(event.is_start for event in _unpaired(events))
    )


def _unpaired(events: Sequence[_Event]) -> list[_Event]:
    """Strike out a start and the end beside it, again and again; give what is left."""
    left = list(events)
    index = 0
    while index + 1 < len(left):
        first, second = left[index], left[index + 1]
        is_call = first.is_start and not second.is_start
        if is_call and first.function == second.function:
            del left[index : index + 2]
            index = 0
        else:
            index += 1
    return left
