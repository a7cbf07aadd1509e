"""Replaces struct.pack, by which lists of integers are encoded in its process.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""

import struct

real_pack = struct.pack


def pack(form, *values):
    return real_pack(form, *(0 for _ in values))


struct.pack = pack


def ordered(numbers):
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
