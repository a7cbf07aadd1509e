"""Reads each number digit by digit, with two calls for every digit.

Measure: flat
Cause: calls
"""

from __future__ import annotations

__all__ = ["exclusive_time"]

_ZERO = ord("0")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_calls: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        parts = log.split(":")
        if len(parts) != 3 or parts[1] not in ("start", "end"):
            raise ValueError(f"log {position} cannot be read: {log!r}")
        function, timestamp = _number(parts[0]), _number(parts[2])
        if function is None or timestamp is None or function >= n:
            raise ValueError(f"log {position} cannot be read: {log!r}")
        is_start = parts[1] == "start"
        instant = timestamp if is_start else timestamp + 1
        if instant < now:
            raise ValueError(f"log {position} is out of order: {log!r}")
        if open_calls:
            units[open_calls[-1][0]] += instant - now
        now = instant
        if is_start:
            open_calls.append((function, position))
        elif open_calls and open_calls[-1][0] == function:
            open_calls.pop()
        else:
            raise ValueError(f"log {position} ends no running call: {log!r}")
    if open_calls:
        position = open_calls[-1][1]
        raise ValueError(f"log {position} is never ended: {logs[position]!r}")
    return units


def _number(text: str) -> int | None:
    """Return what a text of plain digits says; None if it is not one."""
    if not text:
        return None
    number = 0
    for character in text:
        digit = _digit(character)
        if not 0 <= digit <= 9:
            return None
        number = 10 * number + digit
    return number


def _digit(character: str) -> int:
    return ord(character) - _ZERO
