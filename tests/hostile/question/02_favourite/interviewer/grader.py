"""The grader of the question that attacks on a measure answer."""

from __future__ import annotations

import random
from collections import Counter

from perfkata.judge.grading import (
    Draw,
    Solution,
    Step,
    call,
    generated,
    level,
    measure,
    run,
)

from workloads import numbers_from

_NUM_SEEDS = 2**31


@level(1)
def one_number(solution: Solution) -> None:
    """A number that is alone is the favourite."""
    assert solution.favourite([7]) == 7


@level(1)
def equally_frequent_numbers(solution: Solution) -> None:
    """Of two that come equally often, the lesser is the favourite."""
    assert solution.favourite([5, 3, 3, 9, 5]) == 3


@generated(1, count=24)
def any_numbers(draw: Draw) -> list[Step]:
    """The favourite of any numbers is found."""
    numbers = [draw.integer(-9, 9) for _ in range(draw.size(1, 64))]
    return [call("favourite", numbers).gives(_favourite(numbers))]


@measure("cost_per_number")
def many_numbers(size: int, source: random.Random) -> Step:
    """A number costs the same among many as among few."""
    seed = source.randrange(_NUM_SEEDS)
    expected = _favourite(numbers_from(seed, size))
    return run("favourite_of", seed, size).gives(expected)


def _favourite(numbers: list[int]) -> int:
    counts = Counter(numbers)
    return min(counts, key=lambda number: (-counts[number], number))
