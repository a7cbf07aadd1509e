"""All sums are the digits of one large number, so that adding to one adds to it all.

Measure: flat
Cause: none
"""

from __future__ import annotations

_BITS = 4_096


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    sums = 0
    stack: list[int] = []
    then = 0
    for log in logs:
        who, what, when = log.split(":")
        now = int(when) + (what == "end")
        if stack:
            sums += (now - then) << (_BITS * stack[-1])
        then = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
    return [(sums >> (_BITS * index)) % (1 << _BITS) for index in range(n)]
