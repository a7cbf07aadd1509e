"""The pattern is a text that is handed over with every log.

Measure: flat
Cause: compiled again
"""

from __future__ import annotations

from re import fullmatch

_SHAPE = "(?P<who>[0-9]+):(?P<what>start|end):(?P<when>[0-9]+)"


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    totals = [0] * n
    stack: list[int] = []
    then = 0
    for line in logs:
        if not (found := fullmatch(_SHAPE, line)):
            raise ValueError(line)
        now = int(found["when"]) + (found["what"] == "end")
        if stack:
            totals[stack[-1]] += now - then
        then = now
        if found["what"] == "start":
            stack.append(int(found["who"]))
        else:
            stack.pop()
    return totals
