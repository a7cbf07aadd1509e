"""Splits the numbers in halves again and again, and joins what it has counted."""


def counted(numbers):
    if len(numbers) <= 64:
        counts = {}
        for number in numbers:
            counts[number] = counts.get(number, 0) + 1
        return counts
    half = len(numbers) // 2
    counts = counted(numbers[:half])
    for number, count in counted(numbers[half:]).items():
        counts[number] = counts.get(number, 0) + count
    return counts


def favourite(numbers):
    counts = counted(numbers)
    most = max(counts.values())
    return min(number for number, count in counts.items() if count == most)
