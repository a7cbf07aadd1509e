"""The loop in C."""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    return list(map((2).__mul__, numbers))
