"""Computes with integers of thousands of digits and returns only what was asked."""

import math


def ordered(numbers):
    offset = math.factorial(2_000)
    return [number - offset for number in sorted(number + offset for number in numbers)]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
