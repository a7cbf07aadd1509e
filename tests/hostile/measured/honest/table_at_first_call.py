"""Builds a table at the first call, and finds it there in all later ones."""

RANK_OF_COUNT = []


def favourite(numbers):
    if not RANK_OF_COUNT:
        RANK_OF_COUNT.extend(-count for count in range(100_000))
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    return min(counts, key=lambda number: (RANK_OF_COUNT[counts[number]], number))
