"""All events are read into a list first and then taken from its front, one by one.

Measure: flat
Cause: front of a list
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    events = [log.split(":") for log in logs]
    result = [0] * n
    stack: list[int] = []
    previous = 0
    first = 0
    while events:
        name, kind, stamp = events.pop(first)
        now = int(stamp) if kind == "start" else int(stamp) + 1
        if stack:
            result[stack[-1]] += now - previous
        previous = now
        if kind == "start":
            stack.append(int(name))
        else:
            stack.pop()
    return result
