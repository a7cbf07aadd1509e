"""Forks without end, and every child does the same.

namespaces: too slow
landlock: too slow
limits: not contained here
needs: control group
"""

import os


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    while True:
        try:
            os.fork()
        except OSError:
            continue


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
