"""Puts NaN where a checker that subtracts would see no difference.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    return [float("nan")] * len(numbers)


def totals(entries):
    return {name: float("nan") for name, _ in entries}
