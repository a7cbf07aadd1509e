"""A ledger: numbers in order, and the total of each name."""

from __future__ import annotations


def ordered(numbers: list[int]) -> list[int]:
    """Return the numbers in ascending order, in a list of their own."""
    raise NotImplementedError


def totals(entries: list[tuple[str, int]]) -> dict[str, int]:
    """Return the sum of the amounts of each name.

    Raises:
        ValueError: An amount is below zero; its text holds the name.
    """
    raise NotImplementedError
