"""Takes all the memory that it gets.

namespaces: too much memory
landlock: too much memory
limits: too much memory
"""


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    held = []
    while True:
        held.append(bytearray(2**24))


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
