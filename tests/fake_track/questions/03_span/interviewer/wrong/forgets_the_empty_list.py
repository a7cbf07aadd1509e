"""Looks at the first number of a list that has none.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    low = high = numbers[0]
    for number in numbers:
        low = min(low, number)
        high = max(high, number)
    return Span(low, high)
