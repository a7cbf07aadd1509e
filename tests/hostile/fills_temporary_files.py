"""Fills the folder for temporary files, file after file.

namespaces: passed
landlock: not contained here
limits: not contained here
"""

import functools
import os
import tempfile

_PART = bytes(2**22)


@functools.cache
def filled():
    num_bytes = 0
    for number in range(64):
        try:
            with open(
                os.path.join(tempfile.gettempdir(), f"part{number}"), "wb"
            ) as file:
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
