"""Catches every exception, also that it has no more memory, and tries again for ever.

namespaces: too slow
landlock: too slow
limits: too slow
"""


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    held = []
    while True:
        try:
            while True:
                held.append(bytearray(2**24))
        except BaseException:
            held = held[:8]


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
