"""Examples of question 03; add your own."""

from __future__ import annotations

import pytest

from given import Span
from solution import span


def test_both_ends_are_found() -> None:
    """The lowest and the highest come back."""
    assert span([3, 1, 2]) == Span(1, 3)


def test_nothing_has_no_span() -> None:
    """An empty list is refused."""
    with pytest.raises(ValueError, match="empty"):
        span([])
