"""Returns a generator that would do the work when somebody compares it.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
"""


def ordered(numbers):
    return (number for number in sorted(numbers))


def totals(entries):
    return map(tuple, entries)
