"""Builds the list that is wanted, and no other before it."""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    return [2 * number for number in numbers]
