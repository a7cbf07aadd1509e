"""Answers with True and False where Python finds them equal to 1 and 0.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    known = {0: False, 1: True}
    return [known.get(number, number) for number in sorted(numbers)]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
