"""Sleeps for an hour, which costs no CPU time.

namespaces: too slow
landlock: too slow
limits: too slow
"""

import time


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    time.sleep(3_600)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
