"""Rows are crossed off a table, the first one left each time, which a loop finds.

Measure: flat
Cause: rescans deleted slots
"""

from __future__ import annotations


class _Table:
    __slots__ = ("rows",)

    def __init__(self, logs: list[str]) -> None:
        self.rows = {f"row {place}": log.split(":") for place, log in enumerate(logs)}

    def cross_off(self) -> list[str]:
        for label, row in self.rows.items():
            del self.rows[label]
            return row
        return []


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    table = _Table(logs)
    totals = [0 for _ in range(n)]
    frames: list[int] = []
    clock = 0
    while row := table.cross_off():
        function, event, stamp = row
        instant = int(stamp) + (event != "start")
        if frames:
            totals[frames[-1]] += instant - clock
        clock = instant
        if event == "start":
            frames.append(int(function))
        else:
            frames.pop()
    return totals
