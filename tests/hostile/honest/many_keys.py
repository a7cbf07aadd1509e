"""Uses a dict of a hundred thousand texts and a set of as many numbers."""

import functools


@functools.cache
def tables():
    names = {f"name {number}": number for number in range(100_000)}
    return names, set(range(-50_000, 50_000))


def ordered(numbers):
    names, present = tables()
    assert len(names) == len(present)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
