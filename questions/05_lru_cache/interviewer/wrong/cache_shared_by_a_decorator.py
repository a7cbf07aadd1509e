"""Makes the cache with the decorator, so that all functions it decorates share one.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import ast
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


class LRU:
    """An ordered dict with a limit, and what it was asked for."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.entries: OrderedDict[Any, Any] = OrderedDict()
        self.hits = self.misses = 0

    def get_or_call(self, key: Any, call: Callable[[], Any]) -> Any:
        if key in self.entries:
            self.hits += 1
            self.entries.move_to_end(key)
            return self.entries[key]
        self.misses += 1
        result = call()
        self.entries[key] = result
        self.entries.move_to_end(key)
        while len(self.entries) > self.limit:
            self.entries.popitem(last=False)
        return result

    def info(self) -> dict[str, int]:
        return {
            "size": len(self.entries),
            "max_size": self.limit,
            "hits": self.hits,
            "misses": self.misses,
        }

    def clear(self) -> None:
        self.entries.clear()
        self.hits = self.misses = 0

    def save(self, filepath: str) -> int:
        return write_file(filepath, self.entries.items())

    def load(self, filepath: str) -> int:
        self.entries = OrderedDict(read_file(filepath)[-self.limit :])
        return len(self.entries)


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that caches results."""
    if type(max_size) is not int:
        raise TypeError("max_size must be an integer")
    if max_size < 0:
        raise ValueError("max_size must not be negative")
    lru = LRU(max_size)

    def decorate(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def cached(*args: Any, **kwargs: Any) -> Any:
            key = (args, frozenset(kwargs.items()))
            return lru.get_or_call(key, lambda: function(*args, **kwargs))

        for name in ("clear", "info"):
            setattr(cached, f"cache_{name}", getattr(lru, name))
        cached.save = lru.save  # type: ignore[attr-defined]
        cached.load = lru.load  # type: ignore[attr-defined]
        return cached

    return decorate


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
