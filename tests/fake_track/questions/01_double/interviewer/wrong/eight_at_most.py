"""Stops after eight numbers.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    return [2 * number for number in numbers[:8]]
