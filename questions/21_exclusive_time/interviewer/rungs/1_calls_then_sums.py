"""Exclusive time by its definition: a call's whole time, less that of its callees.

A first pass turns the logs into calls, a second one does the sums: it gives a call's
whole time to its function and takes the same time from its caller's.

A start at t is the instant t and an end at t the instant t + 1. Between two instants
lie as many units as their difference, so nothing else ever has to add one.

Cost: O(logs) time and memory, with an object for every log and one for every call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["exclusive_time"]

# Not \d, which matches the digits of every script; and `fullmatch` below, since $ would
# let a line break pass.
_LOG = re.compile("([0-9]+):(start|end):([0-9]+)")


@dataclass(slots=True)
class Log:
    """A log that was read.

    Attributes:
        position: Its place among the logs, from 0.
        text: The log itself, for errors.
        function: The function that starts or ends.
        is_start: Whether it starts.
        instant: When: the timestamp of a start, one more than that of an end.
    """

    position: int
    text: str
    function: int
    is_start: bool
    instant: int


@dataclass(slots=True)
class Call:
    """A call that has ended.

    Attributes:
        function: The function that was called.
        caller: The function that called it; None if it is an outermost call.
        num_units: Its whole time, that of its callees included.
    """

    function: int
    caller: int | None
    num_units: int


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself.

    Args:
        n: How many functions there are; they are numbered from 0.
        logs: What happened, in order, each as "{function}:{start|end}:{timestamp}".

    Returns:
        The exclusive time of function i at index i, callees not counted.

    Raises:
        ValueError: A log is at fault; the message gives its position and text.
    """
    units = [0] * n
    for call in _calls(n, logs):
        units[call.function] += call.num_units
        if call.caller is not None:
            units[call.caller] -= call.num_units
    return units


def _calls(n: int, logs: list[str]) -> list[Call]:
    """Pair every end with its start, which is the last one still open."""
    calls: list[Call] = []
    open_starts: list[Log] = []
    now = 0
    for position, text in enumerate(logs):
        log = _read(n, position, text)
        if log.instant < now:
            raise _fault(position, text, f"time goes back, it is already {now}")
        now = log.instant
        if log.is_start:
            open_starts.append(log)
            continue
        if not open_starts or open_starts[-1].function != log.function:
            raise _fault(position, text, "it does not end the innermost open call")
        start = open_starts.pop()
        caller = open_starts[-1].function if open_starts else None
        calls.append(Call(log.function, caller, log.instant - start.instant))
    if open_starts:
        start = open_starts[-1]
        raise _fault(start.position, start.text, "the call that it starts never ends")
    return calls


def _read(n: int, position: int, text: str) -> Log:
    found = _LOG.fullmatch(text)
    if found is None:
        raise _fault(position, text, "it is not 'function:start|end:timestamp'")
    function, is_start = int(found[1]), found[2] == "start"
    if function >= n:
        raise _fault(position, text, f"the functions are those below {n}")
    timestamp = int(found[3])
    instant = timestamp if is_start else timestamp + 1
    return Log(position, text, function, is_start, instant)


def _fault(position: int, text: str, rule: str) -> ValueError:
    return ValueError(f"log {position} is {text!r}: {rule}")
