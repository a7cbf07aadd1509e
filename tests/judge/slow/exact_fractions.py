"""Time is kept in fractions, which are made whole again at the end.

Measure: flat
Cause: none
"""

from __future__ import annotations

from fractions import Fraction


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    sums = [Fraction(0)] * n
    stack: list[int] = []
    then = Fraction(0)
    for log in logs:
        who, what, when = log.split(":")
        now = Fraction(when) + (what == "end")
        if stack:
            sums[stack[-1]] += now - then
        then = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
    return [int(total) for total in sums]
