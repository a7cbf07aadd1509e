"""Burns in threads and children what it would not burn itself.

namespaces: too slow
landlock: too slow
limits: too slow
"""

import os
import threading


def burn():
    while True:
        pass


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    for _ in range(2):
        threading.Thread(target=burn, daemon=True).start()
    if os.fork() == 0:
        burn()
    os.wait()


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
