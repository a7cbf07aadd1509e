"""The truth, the plain way: all lists as one, sorted, and the longest run of it.

Nothing travels here. It shares no idea with the rungs, none of which sorts values to
count them.
"""

from __future__ import annotations

from itertools import groupby

__all__ = ["mode"]


def mode(lists: list[list[int]]) -> int:
    """Return the most frequent integer of all lists, the smallest on a tie.

    Raises:
        ValueError: There is no integer in them.
    """
    everything = sorted(value for values in lists for value in values)
    if not everything:
        raise ValueError("no list has an integer")
    longest, found = 0, everything[0]
    for value, run in groupby(everything):
        length = sum(1 for _ in run)
        # The runs ascend, so of equally long ones the first has the smallest value.
        if length > longest:
            longest, found = length, value
    return found
