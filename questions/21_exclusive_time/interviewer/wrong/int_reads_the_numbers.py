"""Leaves it to int() what a number is, which takes signs, blanks and more.

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
        try:
            function_text, kind, timestamp_text = log.split(":")
            function, timestamp = int(function_text), int(timestamp_text)
        except ValueError:
            raise ValueError(f"log {position} cannot be read: {log!r}") from None
        if not 0 <= function < n or kind not in ("start", "end") or timestamp < 0:
            raise ValueError(f"log {position} cannot be: {log!r}")
        instant = timestamp if kind == "start" else timestamp + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if kind == "start":
            open_starts.append((function, position))
        elif open_starts and open_starts[-1][0] == function:
            open_starts.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_starts:
        _, position = open_starts[-1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units
