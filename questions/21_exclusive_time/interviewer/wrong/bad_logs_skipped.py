"""Warns of a log that cannot be and goes on without it.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import logging
import re

__all__ = ["exclusive_time"]

_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")
_logger = logging.getLogger(__name__)


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself."""
    units = [0] * n
    open_starts: list[tuple[int, int]] = []
    now = 0
    for position, log in enumerate(logs):
        match = _LOG.fullmatch(log)
        if match is None or int(match[1]) >= n:
            _logger.warning("log %d cannot be read: %r", position, log)
            continue
        function, is_start = int(match[1]), match[2] == "start"
        instant = int(match[3]) if is_start else int(match[3]) + 1
        if instant < now:
            _logger.warning("log %d is out of order: %r", position, log)
            continue
        if not is_start and (not open_starts or open_starts[-1][0] != function):
            _logger.warning("log %d ends no running call: %r", position, log)
            continue
        if open_starts:
            units[open_starts[-1][0]] += instant - now
        now = instant
        if is_start:
            open_starts.append((function, position))
        else:
            open_starts.pop()
    if open_starts:
        _, position = open_starts[-1]
        _logger.warning("log %d is never ended: %r", position, logs[position])
    return units
