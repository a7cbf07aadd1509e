"""Keep the results of a function's last calls, and save them across processes.

Somebody wrote this in a hurry. It has several faults, and two functions are missing.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["memoize"]


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that keeps the results of a function's last calls.

    Args:
        max_size: How many results are kept at most.

    Raises:
        TypeError: `max_size` is no integer.
        ValueError: It is negative.
    """

    def decorator(function: Callable[..., Any]) -> Any:
        results: dict[Any, Any] = {}
        order: list[Any] = []
        hits = misses = 0

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            """Call the function, unless its result is known."""
            nonlocal hits, misses
            key = args + tuple(kwargs)
            result = results.get(key)
            if result is not None:
                hits += 1
                return result
            misses += 1
            result = function(*args, **kwargs)
            results[key] = result
            order.append(key)
            if len(order) > max_size:
                del results[order.pop(0)]
            return result

        def cache_info() -> dict[str, int]:
            """Return the size and the counters."""
            return {
                "size": len(results),
                "max_size": max_size,
                "hits": hits,
                "misses": misses,
            }

        def cache_clear() -> None:
            """Forget all results and set the counters to zero."""
            nonlocal hits, misses
            results.clear()
            order.clear()
            hits = misses = 0

        def save(filepath: str) -> int:
            """Write the entries to a file and return how many there are."""
            raise NotImplementedError

        def load(filepath: str) -> int:
            """Read the entries of a file and return how many there are."""
            raise NotImplementedError

        cached: Any = wrapper
        cached.cache_info = cache_info
        cached.cache_clear = cache_clear
        cached.save = save
        cached.load = load
        return cached

    return decorator
