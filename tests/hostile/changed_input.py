"""Sorts the list that it was given and hands it back.

namespaces: changed its input
landlock: changed its input
limits: changed its input
"""


def ordered(numbers):
    numbers.sort()
    return numbers


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
