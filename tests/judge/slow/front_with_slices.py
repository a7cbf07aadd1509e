"""The open calls in a list whose first item is the innermost, changed by slices.

Measure: nested
Cause: front of a list
"""

from __future__ import annotations

import re

_PARTS = re.compile(r"([0-9]+):(start|end):([0-9]+)")


class _Account:
    def __init__(self, n: int) -> None:
        self.totals = n * [0]
        self.waiting: list[int] = []
        self.clock = 0

    def pass_time(self, instant: int) -> None:
        if self.waiting:
            self.totals[self.waiting[0]] += instant - self.clock
        self.clock = instant

    def enter(self, function: int) -> None:
        self.waiting[:0] = [function]

    def leave(self) -> None:
        del self.waiting[0]


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    account = _Account(n)
    for text in logs:
        found = _PARTS.fullmatch(text)
        assert found is not None
        who, what, when = found.groups()
        account.pass_time(int(when) + (what == "end"))
        if what == "start":
            account.enter(int(who))
        else:
            account.leave()
    return account.totals
