"""The grader of question 03."""

from __future__ import annotations

from perfkata.judge.grading import Draw, Solution, Step, call, generated, level

from given import Span


@level(1)
def one_number(solution: Solution) -> None:
    """One number is both ends."""
    assert solution.span([5]) == Span(5, 5)


@level(1)
def lowest_in_the_middle(solution: Solution) -> None:
    """The ends of the span are not the ends of the list."""
    assert solution.span([3, -1, 4, 2]) == Span(-1, 4)


@generated(1, count=50)
def any_numbers(draw: Draw) -> list[Step]:
    """Any list has its lowest and its highest."""
    size = draw.size(1, 16)
    numbers = [draw.integer(-100, 100) for _ in range(size)]
    return [call("span", numbers).gives(Span(min(numbers), max(numbers)))]


@level(2)
def no_number(solution: Solution) -> None:
    """An empty list is refused."""
    with solution.raises(ValueError, naming="empty"):
        solution.span([])
