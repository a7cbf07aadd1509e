"""Returns an answer of a hundred megabytes.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    return "x" * (100 * 2**20)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
