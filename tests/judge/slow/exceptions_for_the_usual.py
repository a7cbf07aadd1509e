"""What a log is comes out of an exception each time, and its traceback is kept.

Measure: flat
Cause: none
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    sums = [0] * n
    stack: list[int] = []
    then = 0
    for log in logs:
        who, what, when = log.split(":")
        now = int(when) + (what == "end")
        if stack:
            sums[stack[-1]] += now - then
        then = now
        try:
            int(what[0])
        except ValueError as error:
            try:
                raise KeyError(what) from error
            except KeyError as other:
                if other.args == ("start",):
                    stack.append(int(who))
                else:
                    stack.pop()
    return sums
