"""A log is read by an automaton that is called for each of its characters.

Measure: flat
Cause: calls
"""

from __future__ import annotations


class Reader:
    def __init__(self) -> None:
        self.fields: list[list[str]] = [[], [], []]
        self.place = 0

    def feed(self, letter: str) -> None:
        if self.is_separator(letter):
            self.place += 1
        else:
            self.keep(letter)

    def is_separator(self, letter: str) -> bool:
        return letter == ":"

    def keep(self, letter: str) -> None:
        self.fields[self.place].append(letter)


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    totals = [0] * n
    stack: list[int] = []
    then = 0
    for log in logs:
        reader = Reader()
        for letter in log:
            reader.feed(letter)
        who, what, when = map("".join, reader.fields)
        now = int(when) + (what == "end")
        if stack:
            totals[stack[-1]] += now - then
        then = now
        if what == "start":
            stack.append(int(who))
        else:
            stack.pop()
    return totals
