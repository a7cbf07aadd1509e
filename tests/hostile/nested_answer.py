"""Returns a list that is nested a hundred thousand deep.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    nested = sorted(numbers)
    for _ in range(100_000):
        nested = [nested]
    return nested


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
