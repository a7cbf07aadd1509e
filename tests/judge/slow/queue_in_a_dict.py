"""All logs are put into a dict by their numbers, and taken from its front one by one.

Measure: flat
Cause: rescans deleted slots
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    waiting = dict(enumerate(logs))
    sums = [0] * n
    stack: list[int] = []
    then = 0
    while waiting:
        number = next(iter(waiting))
        who, what, when = waiting.pop(number).split(":")
        now = int(when) + (what == "end")
        if stack:
            sums[stack[-1]] += now - then
        then = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
    return sums
