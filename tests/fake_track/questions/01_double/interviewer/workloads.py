"""What the measure runs beside the submission."""

from __future__ import annotations

NUM_TIMES = 20


def digest(numbers: list[int]) -> int:
    """Double numbers again and again; return a small number that only that gives.

    Doubled once, a list costs less than handing it over.
    """
    # The grader reads this file too, where there is no solution.
    from solution import double

    for _ in range(NUM_TIMES):
        numbers = double(numbers)
    return hash(tuple(numbers))
