"""Lets functools.lru_cache do the work and keeps a copy for the file.

Verdict: not allowed
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Cache results with the cache of the standard library."""
    if type(max_size) is not int:
        raise TypeError("max_size must be an int")
    if max_size < 0:
        raise ValueError("max_size must not be negative")

    def decorator(function: Callable[..., Any]) -> Any:
        results: dict[Any, Any] = {}

        @lru_cache(max_size)
        def looked_up(*args: Any, **kwargs: Any) -> Any:
            key = (args, tuple(sorted(kwargs.items())))
            if key not in results:
                results[key] = function(*args, **kwargs)
            return results[key]

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return looked_up(*args, **dict(sorted(kwargs.items())))

        def cache_info() -> dict[str, int]:
            info = looked_up.cache_info()
            return {
                "size": info.currsize,
                "max_size": max_size,
                "hits": info.hits,
                "misses": info.misses,
            }

        def cache_clear() -> None:
            looked_up.cache_clear()
            results.clear()

        def save(filepath: str) -> int:
            lines = [repr(item) for item in results.items()]
            sums = [f"{zlib.crc32(line.encode()):08x}" for line in lines]
            pairs = zip(sums, lines, strict=True)
            text = "\n".join(["memoize 1", *(" ".join(pair) for pair in pairs)])
            Path(filepath).write_text(text + "\n", encoding="utf-8")
            return len(lines)

        def load(filepath: str) -> int:
            cache_clear()
            lines = Path(filepath).read_text(encoding="utf-8").splitlines()[1:]
            results.update(ast.literal_eval(line[9:]) for line in lines)
            return len(results)

        for extra in (cache_info, cache_clear, save, load):
            setattr(wrapper, extra.__name__, extra)
        return wrapper

    return decorator
