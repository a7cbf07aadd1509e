"""Takes whatever is not called start for an end, be it "stop" or "END".

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

__all__ = ["exclusive_time"]


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_starts: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        function, is_start, timestamp = _read(position, log)
        if function >= n:
            raise ValueError(f"log {position} is of no function below {n}: {log!r}")
        instant = timestamp if is_start else timestamp + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_starts:
        _, position = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units


def _read(position: int, log: str) -> tuple[int, bool, int]:
    parts = log.split(":")
    if len(parts) != 3 or not log.isascii():
        raise ValueError(f"log {position} cannot be read: {log!r}")
    function, kind, timestamp = parts
    if not function.isdigit() or not timestamp.isdigit():
        raise ValueError(f"log {position} has no plain numbers: {log!r}")
    return int(function), kind == "start", int(timestamp)
