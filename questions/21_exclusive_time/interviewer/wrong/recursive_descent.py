"""Reads a call by calling itself for each callee, as deep as the logs go.

Level: 2
Verdict: raised
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    reader = _Reader(n, logs, units)
    for position, function, is_start, instant in reader:
        if not is_start:
            raise ValueError(f"log {position} ends no call: {logs[position]!r}")
        reader.read_call(position, function, instant)
    return units


class _Reader:
    """Goes through the logs once, however deep the calls are nested."""

    def __init__(self, n: int, logs: list[str], units: list[int]) -> None:
        self._n = n
        self._logs = logs
        self._units = units
        self._events = self._read_all()

    def __iter__(self) -> Iterator[tuple[int, int, bool, int]]:
        return self._events

    def read_call(self, start_position: int, function: int, start: int) -> None:
        """Read on to the end of a call that has just started."""
        resumed = start
        for position, other, is_start, instant in self._events:
            self._units[function] += instant - resumed
            if not is_start:
                if other != function:
                    text = self._logs[position]
                    raise ValueError(f"log {position} ends another call: {text!r}")
                return
            self.read_call(position, other, instant)
            resumed = self._now
        text = self._logs[start_position]
        raise ValueError(f"log {start_position} is never ended: {text!r}")

    def _read_all(self) -> Iterator[tuple[int, int, bool, int]]:
        self._now = 0
        for position, log in enumerate(self._logs):
            match = _LOG.fullmatch(log)
            if match is None or int(match[1]) >= self._n:
                raise ValueError(f"log {position} cannot be read: {log!r}")
            is_start = match[2] == "start"
            instant = int(match[3]) if is_start else int(match[3]) + 1
            if instant < self._now:
                raise ValueError(f"log {position} is out of order: {log!r}")
            self._now = instant
            yield position, int(match[1]), is_start, instant
