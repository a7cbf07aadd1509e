"""A favourite: the number that comes most often."""

from __future__ import annotations


def favourite(numbers: list[int]) -> int:
    """Return the number that comes most often; of equally frequent ones the least."""
    raise NotImplementedError
