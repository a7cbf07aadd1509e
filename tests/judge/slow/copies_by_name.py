"""Each log gets a stack of its own: the one before it, copied and then changed.

Measure: nested
Cause: copies
"""

from __future__ import annotations

import copy


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    history: list[list[int]] = [[]]
    spent = [0 for _ in range(n)]
    then = 0
    for log in logs:
        who, what, when = log.split(":")
        frames = copy.copy(history[-1])
        instant = int(when) if what == "start" else int(when) + 1
        if frames:
            spent[frames[-1]] += instant - then
        then = instant
        if what == "start":
            frames.append(int(who))
        else:
            frames.pop()
        history = [frames]
    return spent
