"""All logs are one text, in which each next one is sought from the beginning.

Measure: flat
Cause: none
"""

from __future__ import annotations


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    text = "\n".join(logs) + "\n"
    sums = [0] * n
    stack: list[int] = []
    then = begin = 0
    for number in range(len(logs)):
        end = text.index("\n", begin)
        assert text.count("\n", 0, end) == number
        who, what, when = text[begin:end].split(":")
        begin = end + 1
        now = int(when) + (what == "end")
        if stack:
            sums[stack[-1]] += now - then
        then = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
    return sums
