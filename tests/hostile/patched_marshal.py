"""Swaps the questions for easier ones by replacing marshal.loads in its own process.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import marshal

real_loads = marshal.loads


def easier(data):
    order = real_loads(data)
    if len(order) == 5:
        call, target, _, keywords, keeps_inputs = order
        return call, target, ([],), keywords, keeps_inputs
    steps, keeps_inputs = order
    return [(name, ([],), {}) for name, _, _ in steps], keeps_inputs


marshal.loads = easier


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
