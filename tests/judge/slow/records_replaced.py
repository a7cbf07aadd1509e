"""Each log makes a new record of where things stand, by the long way.

Measure: nested
Cause: none
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class State:
    now: int = 0
    depth: int = 0
    owner: int = -1


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    sums = [0] * n
    stack = [-1]
    state = State()
    for log in logs:
        who, what, when = log.split(":")
        now = int(when) + (what == "end")
        if state.depth:
            sums[state.owner] += now - state.now
        if what == "start":
            stack.append(int(who))
            state = replace(state, depth=state.depth + 1)
        else:
            stack.pop()
            state = replace(state, depth=state.depth - 1)
        state = replace(replace(state, now=now), owner=stack[-1])
    return sums
