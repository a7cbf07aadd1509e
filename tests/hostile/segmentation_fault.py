"""Reads memory that does not exist.

namespaces: crashed
landlock: crashed
limits: crashed
"""

import ctypes


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    ctypes.string_at(0)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
