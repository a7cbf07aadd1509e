"""Returns an object whose repr never ends.

namespaces: too slow
landlock: too slow
limits: too slow
"""


class Endless:
    def __repr__(self):
        while True:
            pass


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            return Endless()
        sums[name] = sums.get(name, 0) + amount
    return sums
