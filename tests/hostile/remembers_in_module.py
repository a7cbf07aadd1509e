"""Keeps what it saw in module globals, in sys and in builtins for the next case.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import builtins
import sys

builtins.seen = sys.seen = SEEN = {}


def ordered(numbers):
    key = tuple(numbers)
    answer = builtins.seen.get(key) or sys.seen.get(key) or SEEN.get(key) or []
    SEEN[key] = sorted(numbers)
    return answer


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
