"""What question 05 measures: a cache that is filled and asked, within the sandbox.

The cached function returns serial numbers that begin where the grader said. So the sum
of all answers tells which call filled each entry, and with it what was evicted when.
"""

from __future__ import annotations

import itertools

__all__ = ["evictions", "hits"]


def hits(first_key: int, max_size: int, lookups: list[int], serial: int) -> list[int]:
    """Fill a cache, then ask it for what it has, forwards and backwards.

    Args:
        first_key: The first of `max_size` consecutive keys.
        max_size: How many entries the cache has.
        lookups: Keys that it has, in the order in which they are asked for.
        serial: The value of the first entry; each one after it has one more.

    Returns:
        The sum of all values that were found, and the cache's hits and misses.
    """
    from solution import memoize

    serials = itertools.count(serial)

    @memoize(max_size)
    def fetch(key: int) -> int:
        return next(serials)

    for key in range(first_key, first_key + max_size):
        fetch(key)
    total = 0
    for key in lookups:
        total += fetch(key)
    for key in reversed(lookups):
        total += fetch(key)
    info = fetch.cache_info()
    return [total, info["hits"], info["misses"]]


def evictions(
    first_key: int, max_size: int, lookups: list[int], serial: int
) -> list[int]:
    """Fill a cache, then ask it for keys of which it has a quarter at a time.

    Args:
        first_key: The first of `max_size` consecutive keys that fill it.
        max_size: How many entries the cache has.
        lookups: What it is asked for then.
        serial: The value of the first call; each one after it has one more.

    Returns:
        The sum of all values that came, and the cache's hits and misses.
    """
    from solution import memoize

    serials = itertools.count(serial)

    @memoize(max_size)
    def fetch(key: int) -> int:
        return next(serials)

    total = 0
    for key in range(first_key, first_key + max_size):
        total += fetch(key)
    for key in lookups:
        total += fetch(key)
    info = fetch.cache_info()
    return [total, info["hits"], info["misses"]]
