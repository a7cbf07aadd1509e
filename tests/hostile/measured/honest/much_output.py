"""Prints what it is asked in every call, which is a lot over a whole measure."""


def favourite(numbers):
    print(numbers, numbers)
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return min(number for number, count in counts.items() if count == most)
