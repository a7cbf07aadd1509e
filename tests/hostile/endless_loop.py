"""Never ends.

namespaces: too slow
landlock: too slow
limits: too slow
"""


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    while True:
        pass


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
