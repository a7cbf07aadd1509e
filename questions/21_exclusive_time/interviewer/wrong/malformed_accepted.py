"""Believes every log: the sums are right, and nothing is ever refused.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

__all__ = ["exclusive_time"]


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    running: list[int] = []
    now = 0
    for log in logs:
        function, kind, timestamp = log.split(":")
        instant = int(timestamp) + (kind == "end")
        if running:
            units[running[-1]] += instant - now
        now = instant
        if kind == "start":
            running.append(int(function))
        else:
            running.pop()
    return units
