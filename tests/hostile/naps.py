"""Naps for moments and works in between for less, so that it is never seen to wait for
long.

namespaces: too slow
landlock: too slow
limits: too slow
"""

import time


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.002)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
