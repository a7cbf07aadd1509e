"""Values that are nested deep, and callers that are, under Python's own limit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.judge.conftest import Point

__all__ = ["LAYERS", "below", "every_layer", "frames_left", "nested", "usual_limit"]

# What puts a value into one more container.
LAYERS: dict[str, Callable[[Any], object]] = {
    "lists": lambda value: [value],
    "lists of two": lambda value: [1, value],
    "tuples": lambda value: (value,),
    "frozensets": lambda value: frozenset([value]),
    "dicts": lambda value: {1: value},
    "records": lambda value: Point(value, 1),
}
every_layer = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)


def nested(layer: Callable[[Any], object], num_layers: int, inside: Any = None) -> Any:
    """A value with so many containers around it."""
    for _ in range(num_layers):
        inside = layer(inside)
    return inside


def below(num_frames: int, do: Callable[[], Any]) -> Any:
    """Do something so many frames further down."""
    return do() if num_frames == 0 else below(num_frames - 1, do)


@contextmanager
def usual_limit() -> Iterator[None]:
    """Python's own limit of recursion, whatever other tests have made of it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def frames_left() -> int:
    """How many frames there may be above the caller's."""
    frame, num_frames = sys._getframe(), 0
    while frame.f_back is not None:
        frame, num_frames = frame.f_back, num_frames + 1
    return sys.getrecursionlimit() - num_frames
