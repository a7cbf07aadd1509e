"""Values of types that are no plain ones, for a cache to keep and not to save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

__all__ = ["Anything", "Label", "Metres", "Pair"]


@dataclass(frozen=True, eq=False)
class Anything:
    """Equal to everything, as ``unittest.mock.ANY`` is.

    Attributes:
        name: Tells one from another.
    """

    name: str

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, eq=False)
class Label(str):
    """A text that is no plain string.

    Attributes:
        text: What it says.
    """

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Self:
        """Return a string that knows what it is for."""
        return super().__new__(cls, text)


@dataclass(frozen=True, eq=False)
class Metres(float):
    """A length that is no plain float.

    Attributes:
        number: How long it is.
    """

    number: float

    def __new__(cls, number: float) -> Self:
        """Return a float that knows its unit."""
        return super().__new__(cls, number)


@dataclass(frozen=True, eq=False)
class Pair(tuple[int, int]):  # noqa: SLOT001 - it has fields beside its items
    """Two numbers that are no plain tuple.

    Attributes:
        items: The numbers.
    """

    items: tuple[int, int]

    def __new__(cls, items: tuple[int, int]) -> Self:
        """Return a tuple that has always two items."""
        return super().__new__(cls, items)
