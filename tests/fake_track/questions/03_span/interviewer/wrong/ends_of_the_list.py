"""Takes the ends of the list for the ends of the span.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    if not numbers:
        raise ValueError("an empty list has no span")
    return Span(numbers[0], numbers[-1])
