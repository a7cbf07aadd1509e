"""Looks for both ends at once, so that an iterator would do."""

from __future__ import annotations

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    if not numbers:
        raise ValueError("an empty list has no span")
    low = high = numbers[0]
    for number in numbers:
        if number < low:
            low = number
        elif number > high:
            high = number
    return Span(low, high)
