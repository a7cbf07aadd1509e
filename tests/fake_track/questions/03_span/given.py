"""What question 03 hands out."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and the highest number of a list."""

    low: int
    high: int
