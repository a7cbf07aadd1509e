"""Lifts the limit of recursion and recurses through C until the stack ends.

namespaces: crashed
landlock: crashed
limits: crashed
"""

import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr([Deep()])


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    repr(Deep())


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
