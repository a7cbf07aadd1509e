"""Fills /dev/shm, which is memory of the whole machine.

namespaces: passed
landlock: passed
limits: not contained here
"""

import functools

_PART = bytes(2**22)


@functools.cache
def filled():
    num_bytes = 0
    for number in range(64):
        try:
            with open(f"/dev/shm/part{number}", "wb") as file:
                num_bytes += file.write(_PART)
        except OSError:
            break
    return num_bytes


def ordered(numbers):
    return ["escaped"] if filled() > 2**27 else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
