"""Returns an integer of more digits than Python prints, and raises another.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    return [10**4_500] * len(numbers) if numbers else []


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
