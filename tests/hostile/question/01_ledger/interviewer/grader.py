"""The grader of the question that every hostile submission answers."""

from __future__ import annotations

from perfkata.judge.grading import Draw, Solution, Step, call, generated, level

_LARGE = 2**70


@level(1)
def nothing_in_order(solution: Solution) -> None:
    """No number is in order."""
    assert solution.ordered([]) == []


@level(1)
def few_numbers(solution: Solution) -> None:
    """Numbers come in ascending order, equal ones beside each other."""
    assert solution.ordered([3, 1, 2]) == [1, 2, 3]
    assert solution.ordered([5, -5, 5, 0]) == [-5, 0, 5, 5]


@level(1)
def large_numbers(solution: Solution) -> None:
    """Numbers of any size have their place."""
    assert solution.ordered([_LARGE, -_LARGE, 7]) == [-_LARGE, 7, _LARGE]


@generated(2, count=24)
def any_numbers(draw: Draw) -> list[Step]:
    """Any list of numbers comes in order."""
    numbers = [draw.integer(-1_000, 1_000) for _ in range(draw.size(0, 64))]
    return [call("ordered", numbers).gives(sorted(numbers))]


@generated(2, count=24)
def any_entries(draw: Draw) -> list[Step]:
    """Any list of entries is summed up by name."""
    names = ["ada", "bob", "cyd", "dee"]
    entries = [
        (draw.choice(names), draw.integer(0, 1_000)) for _ in range(draw.size(0, 32))
    ]
    expected: dict[str, int] = {}
    for name, amount in entries:
        expected[name] = expected.get(name, 0) + amount
    return [call("totals", entries).gives(expected)]


@level(3)
def an_amount_below_zero(solution: Solution) -> None:
    """An amount below zero is refused, and the name is in the text."""
    with solution.raises(ValueError, naming="bob"):
        solution.totals([("ada", 3), ("bob", -1)])


@level(3)
def an_entry_after_a_refusal(solution: Solution) -> None:
    """Entries that are right are summed up as before."""
    assert solution.totals([("ada", 3), ("ada", 0)]) == {"ada": 3}
