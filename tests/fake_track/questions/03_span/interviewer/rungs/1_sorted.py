"""Sorts, and takes both ends."""

from __future__ import annotations

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    if not numbers:
        raise ValueError("an empty list has no span")
    ascending = sorted(numbers)
    return Span(ascending[0], ascending[-1])
