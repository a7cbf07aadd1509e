"""A desk: functions, objects and files that are handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def applied(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Return what the function gives for each value; equal values are asked once."""
    raise NotImplementedError


def together(function: Callable[[int], int], numbers: list[int]) -> list[int]:
    """Return what the function gives for each number, asked for side by side."""
    raise NotImplementedError


def remembered(function: Callable[[int], int]) -> Callable[[int], int]:
    """Return a function that gives the same and asks for each number once."""
    raise NotImplementedError


def fullest(office: Any) -> int:
    """Return the first desk with the most letters; each desk is asked once."""
    raise NotImplementedError


def save(name: str, notes: dict[str, int]) -> None:
    """Keep notes in a file; the old ones stay until the new ones are complete."""
    raise NotImplementedError


def load(name: str) -> dict[str, int]:
    """Return the notes of a file.

    Raises:
        BadNotesError: They are not as they were saved.
    """
    raise NotImplementedError
