"""Whether a call is open is asked of a list of all that have ended.

Measure: flat
Cause: scan of a list
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    times = [0] * n
    ended: list[int] = []
    started: list[tuple[int, int]] = []
    before = 0
    for at, log in enumerate(logs):
        function, kind, stamp = log.split(":")
        now = int(stamp) + (kind != "start")
        while started:
            position, owner = started[-1]
            if position not in ended:
                times[owner] += now - before
                break
            started.pop()
        before = now
        if kind == "start":
            started.append((at, int(function)))
        else:
            ended.append(started[-1][0])
    return times
