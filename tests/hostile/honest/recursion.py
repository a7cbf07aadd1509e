"""Recurses ten thousand deep, with the limit raised for it."""

import sys

sys.setrecursionlimit(20_000)


def depth(left):
    return 1 + depth(left - 1) if left else 0


def ordered(numbers):
    assert depth(10_000) == 10_000
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
