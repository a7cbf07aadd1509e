"""Find the lowest and the highest number of a list."""

from given import Span


def span(numbers: list[int]) -> Span:
    """Return the lowest and the highest number."""
    raise NotImplementedError
