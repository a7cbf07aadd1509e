"""Double every number of a list."""

from __future__ import annotations


def double(numbers: list[int]) -> list[int]:
    """Return twice each number, in order."""
    raise NotImplementedError
