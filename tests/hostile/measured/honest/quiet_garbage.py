"""Switches the garbage collector off and makes cycles, which nobody collects then."""

import gc

gc.disable()
gc.freeze()


def favourite(numbers):
    itself = []
    itself.append(itself)
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return min(number for number, count in counts.items() if count == most)
