"""Uses a dict of a hundred thousand texts and a set of as many numbers."""


def ordered(numbers):
    names = {f"name {number}": number for number in range(100_000)}
    present = set(range(-50_000, 50_000))
    assert len(names) == len(present)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
