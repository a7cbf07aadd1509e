"""Builds large lists and texts on the way, and gives up what it does not need."""


def ordered(numbers):
    table = list(range(100_000))
    text = "x" * 20_000_000
    assert len(text) + len(table) == 20_100_000
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
