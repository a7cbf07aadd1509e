"""Builds a table at import that serves all inputs alike."""

RANK_OF_COUNT = [-count for count in range(100_000)]


def favourite(numbers):
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    return min(counts, key=lambda number: (RANK_OF_COUNT[counts[number]], number))
