"""The caller is sought by going down all open calls with an index, from the first.

Measure: nested
Cause: loop within the loop
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    totals = [0] * n
    functions: list[int] = []
    is_open: list[bool] = []
    clock = 0
    for log in logs:
        who, what, when = log.split(":")
        now = int(when) + (what == "end")
        innermost = -1
        index = 0
        while index < len(functions):
            if is_open[index]:
                innermost = index
            index += 1
        if innermost >= 0:
            totals[functions[innermost]] += now - clock
        clock = now
        if what == "start":
            functions.append(int(who))
            is_open.append(True)
        else:
            is_open[innermost] = False
            while is_open and not is_open[-1]:
                functions.pop()
                is_open.pop()
    return totals
