"""The grader of question 01."""

from __future__ import annotations

import random

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

from workloads import NUM_TIMES

_MAX_NUMBER = 1_000_000


@level(1)
def no_number(solution: Solution) -> None:
    """An empty list gives an empty list."""
    assert solution.double([]) == []


@level(1)
def one_number(solution: Solution) -> None:
    """A list of one number gives a list of one."""
    assert solution.double([21]) == [42]


@level(1)
def several_numbers(solution: Solution) -> None:
    """Every number is doubled where it stands, those below zero too."""
    assert solution.double([3, 0, -5]) == [6, 0, -10]
    assert solution.double([7, 1, 1, 8]) == [14, 2, 2, 16]


@generated(2, count=50)
def any_numbers(draw: Draw) -> list[Step]:
    """Any list is doubled."""
    size = draw.size(0, 512)
    numbers = [draw.integer(-_MAX_NUMBER, _MAX_NUMBER) for _ in range(size)]
    return [call("double", numbers).gives([2 * number for number in numbers])]


@measure("cost_per_number")
def many_numbers(size: int, source: random.Random) -> Step:
    """A number costs the same in a long list as in a short one."""
    numbers = [source.randint(-_MAX_NUMBER, _MAX_NUMBER) for _ in range(size)]
    doubled = [number << NUM_TIMES for number in numbers]
    return run("digest", numbers).gives(hash(tuple(doubled)))
