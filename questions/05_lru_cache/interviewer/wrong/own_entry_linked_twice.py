"""Links a second node for a call that cached itself before it returned.

Level: 3
Verdict: wrong answer
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


class Ring:
    """Links from the least recent entry behind the root to the most recent."""

    def __init__(self) -> None:
        self.links: dict[Any, list[Any]] = {}
        self.size = 0
        self.root: list[Any] = []
        self.clear()

    def clear(self) -> None:
        self.links.clear()
        self.root[:] = [self.root, self.root, None, None]
        self.size = 0

    def append(self, link: list[Any]) -> None:
        last = self.root[PREV]
        last[NEXT] = self.root[PREV] = link
        link[PREV], link[NEXT] = last, self.root

    def remove(self, link: list[Any]) -> None:
        link[PREV][NEXT] = link[NEXT]
        link[NEXT][PREV] = link[PREV]

    def add(self, key: Any, value: Any, max_size: int) -> None:
        self.links[key] = link = [None, None, key, value]
        self.append(link)
        self.size += 1
        if self.size > max_size:
            oldest = self.root[NEXT]
            self.remove(oldest)
            self.links.pop(oldest[KEY], None)
            self.size -= 1

    def items(self) -> Iterator[tuple[Any, Any]]:
        link = self.root[NEXT]
        while link is not self.root:
            yield link[KEY], link[VALUE]
            link = link[NEXT]


PREV, NEXT, KEY, VALUE = range(4)


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Cache results in a ring of links."""
    if type(max_size) is not int:
        raise TypeError("the size must be an integer")
    if max_size < 0:
        raise ValueError("the size must not be negative")

    def decorator(user_function: Callable[..., Any]) -> Any:
        ring = Ring()
        hits = misses = 0

        @wraps(user_function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            key = (args, frozenset(kwargs.items()))
            link = ring.links.get(key)
            if link is not None:
                hits += 1
                ring.remove(link)
                ring.append(link)
                return link[VALUE]
            misses += 1
            value = user_function(*args, **kwargs)
            ring.add(key, value, max_size)
            return value

        def cache_info() -> dict[str, int]:
            return {
                "size": ring.size,
                "max_size": max_size,
                "hits": hits,
                "misses": misses,
            }

        def cache_clear() -> None:
            nonlocal hits, misses
            ring.clear()
            hits = misses = 0

        def save(filepath: str) -> int:
            return write_file(filepath, ring.items())

        def load(filepath: str) -> int:
            items = read_file(filepath)
            ring.clear()
            for key, value in items:
                ring.add(key, value, max_size)
            return ring.size

        wrapper.cache_info = cache_info  # type: ignore[attr-defined]
        wrapper.cache_clear = cache_clear  # type: ignore[attr-defined]
        wrapper.save = save  # type: ignore[attr-defined]
        wrapper.load = load  # type: ignore[attr-defined]
        return wrapper

    return decorator


def write_file(filepath: str, items: Iterable[tuple[Any, Any]]) -> int:
    lines = ["memoize 1"]
    for item in items:
        text = repr(item)
        lines.append(f"{zlib.crc32(text.encode()):08x} {text}")
    Path(filepath).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines) - 1


def read_file(filepath: str) -> list[tuple[Any, Any]]:
    header, *lines = Path(filepath).read_text(encoding="utf-8").splitlines()
    if header != "memoize 1":
        raise ValueError(f"{filepath} is not a cache")
    items = []
    for line in lines:
        crc, text = line.split(" ", 1)
        if int(crc, 16) == zlib.crc32(text.encode()):
            items.append(ast.literal_eval(text))
    return items
