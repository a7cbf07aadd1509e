"""Builds large lists and texts on its way to a small answer, and lets them go."""


def favourite(numbers):
    text = " ".join(map(str, numbers))
    large = [text] * 10_000
    counts = {}
    for word in large[-1].split():
        counts[word] = counts.get(word, 0) + 1
    most = max(counts.values())
    return min(int(word) for word, count in counts.items() if count == most)
