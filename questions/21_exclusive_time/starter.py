"""Add up the time in which each function ran itself."""

from __future__ import annotations

__all__ = ["exclusive_time"]


def exclusive_time(n: int, logs: list[str]) -> list[int]:
    """Return the units of time in which each function ran itself.

    Args:
        n: How many functions there are; they are numbered from 0.
        logs: What happened, in order, each as "{function}:{start|end}:{timestamp}".

    Returns:
        The exclusive time of function i at index i, callees not counted.

    Raises:
        ValueError: A log is at fault; the message gives its position and text.
    """
    raise NotImplementedError
