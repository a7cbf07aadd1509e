"""Switches the garbage collector off, and replaces its streams and its excepthook."""

import gc
import io
import sys

gc.disable()
gc.freeze()
sys.excepthook = lambda *_: None


def ordered(numbers):
    kept, sys.stdout = sys.stdout, io.StringIO()
    print(numbers)
    sys.stdout = kept
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
