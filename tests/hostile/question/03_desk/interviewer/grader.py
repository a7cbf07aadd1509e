"""The grader of the question that attacks on conversations and files answer."""

from __future__ import annotations

from typing import Any

from perfkata.judge.grading import Draw, Solution, generated, given, hold, level

from given import BadNotesError, Office

_OLD = {"ada": 3, "bob": 5}
_NEW = {"ada": 4, "bob": 5, "cyd": 6}


@level(1)
def every_value_once(solution: Solution) -> None:
    """A value that comes twice is asked for once."""
    calls: list[int] = []
    factor = 7

    def scaled(number: int) -> int:
        calls.append(number)
        return number * factor

    assert solution.applied(scaled, [3, 1, 3]) == [21, 7, 21]
    assert len(calls) <= 2


@level(1)
def rows_as_they_are(solution: Solution) -> None:
    """A row is handed on as it is."""
    rows: list[list[int]] = []

    def length(row: list[int]) -> int:
        rows.append(row)
        return len(row)

    assert solution.applied(length, [[1, 2], [3]]) == [2, 1]
    assert rows == [[1, 2], [3]]


@level(1)
def remembered_numbers(solution: Solution) -> None:
    """What was asked for is remembered."""
    calls: list[int] = []

    def square(number: int) -> int:
        calls.append(number)
        return number * number

    again = solution.remembered(square)
    assert again(3) == 9
    assert again(3) == 9
    assert again(4) == 16
    assert len(calls) <= 2


@level(1)
def remembered_in_itself(solution: Solution) -> None:
    """A function may ask for itself, and every number is computed once."""
    calls: list[int] = []

    def fibonacci(number: int) -> Any:
        calls.append(number)
        return number if number < 2 else again(number - 1) + again(number - 2)

    again = solution.remembered(fibonacci)
    assert again(90) == 2_880_067_194_370_816_120
    assert len(calls) <= 91


@level(1)
def checked_within(solution: Solution) -> None:
    """A call within a call gives what it gives alone."""

    def twice(number: int) -> int:
        return 2 * number

    def checked(number: int) -> int:
        assert doubled(number) == 2 * number
        return number

    doubled = solution.remembered(twice)
    assert solution.applied(checked, [4, 5]) == [4, 5]


@level(1)
def side_by_side(solution: Solution) -> None:
    """Calls are made side by side, and answered in any order."""
    held: list[Any] = []

    def later(number: int) -> Any:
        held.append((number, hold()))
        if len(held) == 3:
            for other, call in reversed(held):
                call.release(other + 1)
        return held[-1][1]

    assert solution.together(later, [5, 6, 7]) == [6, 7, 8]


@level(2)
def one_office(solution: Solution) -> None:
    """The fullest desk is found, and no desk is asked twice."""
    office = Office([3, 9, 4, 9])
    shown = given(
        office,
        methods=("letters",),
        values=("num_desks",),
        written="Office([3, 9, 4, 9])",
    )
    assert solution.fullest(shown) == 1
    assert office.num_asked <= 4


@generated(2, count=16)
def any_office(solution: Solution, draw: Draw) -> None:
    """The fullest desk of any office is found."""
    counts = [draw.integer(0, 9) for _ in range(draw.size(1, 12))]
    office = Office(counts)
    shown = given(
        office,
        methods=("letters",),
        values=("num_desks",),
        written=f"Office({counts})",
    )
    assert solution.fullest(shown) == counts.index(max(counts))
    assert office.num_asked <= len(counts)


@level(3)
def notes_of_before(solution: Solution) -> None:
    """Notes outlive the process."""
    solution.save("notes.txt", _OLD)
    solution.restart()
    assert solution.load("notes.txt") == _OLD


@level(3)
def no_notes(solution: Solution) -> None:
    """Without a file there are no notes."""
    with solution.raises(FileNotFoundError):
        solution.load("other.txt")


@level(3)
def damaged_notes(solution: Solution) -> None:
    """Notes that were cut or changed are refused."""
    solution.save("notes.txt", _OLD)
    assert solution.load("notes.txt") == _OLD
    solution.scratch.flip("notes.txt", 1)
    with solution.raises(BadNotesError):
        solution.load("notes.txt")
    solution.save("notes.txt", _NEW)
    solution.scratch.cut("notes.txt", 5)
    with solution.raises(BadNotesError):
        solution.load("notes.txt")


@level(3)
def no_room(solution: Solution) -> None:
    """Where new notes find no room, the old ones stay."""
    solution.save("notes.txt", _OLD)
    solution.limit_files(8)
    with solution.raises(OSError):
        solution.save("notes.txt", _NEW)
    solution.limit_files(None)
    assert solution.load("notes.txt") == _OLD


@level(3)
def ended_while_saving(solution: Solution) -> None:
    """Where the process ends while it saves, the old notes stay."""
    solution.save("notes.txt", _OLD)
    solution.limit_files(8, is_fatal=True)
    with solution.may_die():
        solution.save("notes.txt", _NEW)
    solution.restart()
    assert solution.load("notes.txt") == _OLD
