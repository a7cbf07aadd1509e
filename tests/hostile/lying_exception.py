"""Raises an exception that is called ValueError and is none.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


class LookAlike(Exception):
    pass


LookAlike.__name__ = LookAlike.__qualname__ = "ValueError"


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise LookAlike(name)
        sums[name] = sums.get(name, 0) + amount
    return sums
