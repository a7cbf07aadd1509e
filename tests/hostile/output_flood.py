"""Prints without end.

namespaces: too much output
landlock: too much output
limits: too much output
"""

import sys


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    while True:
        sys.stdout.write("x" * 2**16)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
