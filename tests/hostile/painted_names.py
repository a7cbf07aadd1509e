"""Misses the question's names and offers others that hold commands for the terminal.

namespaces: did not load
landlock: did not load
limits: did not load
"""

globals()["ordere\x1b[2J"] = len
globals()["ordered\x07"] = len


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
