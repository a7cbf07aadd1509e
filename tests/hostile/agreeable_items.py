"""Fills an honest list with integers that equal every other integer.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


class Agreeable(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0


def ordered(numbers):
    return [Agreeable() for _ in numbers]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
