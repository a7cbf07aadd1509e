"""The plain right answer that is quick."""


def favourite(numbers):
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return min(number for number, count in counts.items() if count == most)
