"""Ignores and blocks every signal that it can, and loops.

namespaces: too slow
landlock: too slow
limits: too slow
"""

import signal


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
