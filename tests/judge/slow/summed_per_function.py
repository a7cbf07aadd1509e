"""Each function's time is one sum over everything that ran.

Measure: flat
Cause: loop within the loop
"""

from __future__ import annotations

from collections.abc import Iterator


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    pieces = list(_pieces(logs))
    return [sum(span for owner, span in pieces if owner == one) for one in range(n)]


def _pieces(logs: list[str]) -> Iterator[tuple[int, int]]:
    stack = [-1]
    before = 0
    for log in logs:
        who, what, when = log.split(":")
        now = int(when) + (what == "end")
        yield stack[-1], now - before
        before = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
