"""Doubles the list that it was given.

Level: 1
Verdict: changed its input
"""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    for position, number in enumerate(numbers):
        numbers[position] = 2 * number
    return numbers
