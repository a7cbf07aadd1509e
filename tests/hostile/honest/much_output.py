"""Prints a lot in every case, but less than the limit."""

import sys


def ordered(numbers):
    for index in range(500):
        print(f"step {index}: {numbers!r:.20}")
    print("done", file=sys.stderr)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
