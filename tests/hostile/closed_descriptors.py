"""Closes every descriptor of its process and goes on.

namespaces: crashed
landlock: crashed
limits: crashed
"""

import os


def ordered(numbers):
    os.closerange(0, 4_096)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
