"""Examples of question 01; add your own."""

from __future__ import annotations

from solution import double


def test_nothing_doubles_to_nothing() -> None:
    """No numbers give no numbers."""
    assert double([]) == []


def test_each_number_doubles() -> None:
    """Each number comes back twice as large, in its place."""
    assert double([1, -2, 3]) == [2, -4, 6]
