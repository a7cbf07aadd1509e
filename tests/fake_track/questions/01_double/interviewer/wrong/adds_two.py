"""Adds two where it should double.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    return [number + 2 for number in numbers]
