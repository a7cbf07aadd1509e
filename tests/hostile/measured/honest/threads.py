"""Shares the work out between two threads of a pool, and waits for both."""

import functools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor


@functools.cache
def pool():
    return ThreadPoolExecutor(2)


def favourite(numbers):
    left, right = pool().map(Counter, (numbers[::2], numbers[1::2]))
    counts = left + right
    return min(counts, key=lambda number: (-counts[number], number))
