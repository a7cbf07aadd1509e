"""Takes memory that is shared and so escapes the limit of its process.

namespaces: too much memory
landlock: too much memory
limits: too much memory
needs: control group
"""

import mmap


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    held = []
    for _ in range(16):
        held.append(mmap.mmap(-1, 2**27))
        held[-1].write(b"x" * 2**27)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
