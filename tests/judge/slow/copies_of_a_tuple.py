"""The stack is a tuple, made anew by whoever looks at it.

Measure: nested
Cause: copies
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    stack: tuple[int, ...] = ()
    totals, mark = [0] * n, 0
    for entry in logs:
        key, word, number = entry.split(":")
        now = int(number) + (word == "end")
        if stack:
            totals[stack[-1]] += now - mark
        stack, mark = _next(stack, int(key), word), now
    return totals


def _next(stack: tuple[int, ...], function: int, word: str) -> tuple[int, ...]:
    match word:
        case "start":
            return (*stack, function)
        case _:
            return tuple(list(stack)[:-1])
