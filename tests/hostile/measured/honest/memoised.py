"""Remembers within a call how often it has seen each number so far."""

import functools


def favourite(numbers):
    counts = {}

    @functools.lru_cache(maxsize=None)
    def rank(number):
        return -counts[number], number

    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    return min(numbers, key=rank)
