"""The place of the running call is sought by what it is, though it is the last.

Measure: nested
Cause: scan of a list
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Machine:
    frames: list[int] = field(default_factory=list)
    newest: int = -1


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    sums = dict.fromkeys(range(n), 0)
    owners: dict[int, int] = {}
    machine = Machine()
    last = 0
    for number, log in enumerate(logs):
        function, event, stamp = log.split(":")
        instant = int(stamp) + (event == "end")
        if machine.frames:
            place = machine.frames.index(machine.newest)
            sums[owners[machine.frames[place]]] += instant - last
            if event == "end":
                machine.frames.pop(place)
        if event == "start":
            machine.frames.append(number)
            owners[number] = int(function)
        if machine.frames:
            machine.newest = machine.frames[-1]
        last = instant
    return list(sums.values())
