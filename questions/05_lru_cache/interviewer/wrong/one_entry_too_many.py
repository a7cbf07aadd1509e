"""Makes room only when the cache has more entries than it may have.

Level: 2
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


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Cache the results of a function's last calls."""
    if type(max_size) is not int:
        raise TypeError("max_size must be an int")
    if max_size < 0:
        raise ValueError("max_size must be 0 or more")

    def decorator(function: Callable[..., Any]) -> Any:
        cache: OrderedDict[Any, Any] = OrderedDict()
        hits, misses = 0, 0

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            key = (args, tuple(sorted(kwargs.items())))
            if key in cache:
                hits += 1
                cache.move_to_end(key)
                return cache[key]
            misses += 1
            value = function(*args, **kwargs)
            if max_size == 0:
                return value
            if len(cache) > max_size:
                cache.popitem(last=False)
            cache[key] = value
            cache.move_to_end(key)
            return value

        def cache_info() -> dict[str, int]:
            return {
                "size": len(cache),
                "max_size": max_size,
                "hits": hits,
                "misses": misses,
            }

        def cache_clear() -> None:
            nonlocal hits, misses
            cache.clear()
            hits = misses = 0

        def save(filepath: str) -> int:
            return write_file(filepath, cache.items())

        def load(filepath: str) -> int:
            items = read_file(filepath)
            cache.clear()
            cache.update(items[-max_size:] if max_size else [])
            return len(cache)

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
