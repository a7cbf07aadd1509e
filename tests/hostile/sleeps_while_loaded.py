"""Sleeps for an hour while it is loaded.

namespaces: did not load
landlock: did not load
limits: did not load
"""

import time

time.sleep(3_600)


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
