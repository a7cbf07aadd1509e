"""Looks for the highest from zero on.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    if not numbers:
        raise ValueError("an empty list has no span")
    low = high = 0
    for number in numbers:
        low = min(low, number)
        high = max(high, number)
    return Span(low, high)
