"""Copies the list, then doubles each number of the copy in its place."""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    doubled = numbers.copy()
    for position, number in enumerate(numbers):
        doubled[position] = 2 * number
    return doubled
