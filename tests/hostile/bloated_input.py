"""Adds millions of items to its input, so that the judge must read them back.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    answer = sorted(numbers)
    numbers.extend([None] * 5_000_000)
    return answer


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
