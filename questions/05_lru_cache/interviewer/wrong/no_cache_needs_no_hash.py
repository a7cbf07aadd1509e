"""Passes every call on where the size is 0, also one whose arguments have no hash.

Level: 3
Verdict: wrong answer
"""

from __future__ import annotations

import json
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
        hits = misses = 0

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            if max_size == 0:
                misses += 1
                return function(*args, **kwargs)
            key = (args, tuple(sorted(kwargs.items())))
            if key in cache:
                hits += 1
                cache.move_to_end(key)
                return cache[key]
            misses += 1
            value = function(*args, **kwargs)
            cache[key] = value
            cache.move_to_end(key)
            if len(cache) > max_size:
                cache.popitem(last=False)
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
    count = 0
    with Path(filepath).open("w", encoding="ascii") as file:
        print("memoize 1", file=file)
        for key, value in items:
            data = json.dumps([key, value])
            print(format(zlib.crc32(data.encode()), "08x"), data, file=file)
            count += 1
    return count


def read_file(filepath: str) -> list[tuple[Any, Any]]:
    items = []
    with Path(filepath).open(encoding="ascii") as file:
        if file.readline() != "memoize 1\n":
            raise ValueError(f"{filepath}: unknown format")
        for line in file:
            crc, _, data = line.rstrip("\n").partition(" ")
            if crc == format(zlib.crc32(data.encode()), "08x"):
                key, value = json.loads(data)
                items.append((hashable(key), value))
    return items


def hashable(data: Any) -> Any:
    return tuple(map(hashable, data)) if isinstance(data, list) else data
