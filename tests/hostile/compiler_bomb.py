"""Has Python compile an expression that is nested far too deep.

namespaces: did not load
landlock: did not load
limits: did not load
"""

exec(compile("-" * 1_000_000 + "1", "bomb", "eval"))


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
