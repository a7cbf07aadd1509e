"""Keeps a count of each number."""

from __future__ import annotations


def favourite(numbers: list[int]) -> int:
    """Return the number that comes most often; of equally frequent ones the least."""
    counts: dict[int, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return min(number for number, count in counts.items() if count == most)
