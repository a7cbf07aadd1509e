"""Keeps what it has computed, within one call and for the life of its process."""

import functools

_KNOWN = {}


def ordered(numbers):
    @functools.lru_cache(maxsize=None)
    def is_before(left, right):
        return left < right

    key = tuple(numbers)
    if key not in _KNOWN:
        compare = functools.cmp_to_key(
            lambda left, right: -1 if is_before(left, right) else 1
        )
        _KNOWN[key] = sorted(numbers, key=compare)
    return list(_KNOWN[key])


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
