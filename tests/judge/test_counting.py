"""Measures by exact counts of answers in the sandbox: what decides, and what not."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import pytest

from perfkata.catalog import Bar, Growth, Measure
from perfkata.judge.counting import CountRun
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Count, Counted, Solution
from perfkata.judge.report import Cost, MeasureReport, MeasureVerdict
from perfkata.judge.rounds import Side
from perfkata.judge.session import Job

SIZES = (4, 16, 64)
LINEAR = b"""
def find(look, size, wanted):
    for index in range(size):
        if look(index) == wanted:
            return index
"""
BISECT = b"""
def find(look, size, wanted):
    low, high = 0, size - 1
    while low < high:
        middle = (low + high) // 2
        if look(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low
"""
TWICE = b"""
def find(look, size, wanted):
    low, high = 0, size - 1
    while low < high:
        middle = (low + high) // 2
        if look(middle) < wanted and look(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low
"""
WRONG = b"""
def find(look, size, wanted):
    return -1
"""
HANGS_WHEN_LARGE = b"""
def find(look, size, wanted):
    while size > 4:
        pass
    for index in range(size):
        if look(index) == wanted:
            return index
"""


def looks(solution: Solution, size: int, source: random.Random) -> int:
    """Count how often the last item's place is looked for."""
    seen: list[int] = []

    def look(index: int) -> int:
        seen.append(index)
        return index

    assert_is(solution.find(look, size, size - 1), size - 1)
    return len(seen)


def assert_is(came: object, expected: object) -> None:
    """Compare as a loaded grader's assert does."""
    from perfkata.judge.grading import assert_compared

    assert_compared(lambda: came, lambda: expected, "==", "came")


def a_measure(
    *bars: tuple[str, float, int],
    sizes: tuple[int, ...] = SIZES,
    floor: float | None = None,
) -> Measure:
    """A measure that counts looks, with these bars."""
    made = tuple(
        Bar(rung=rung, at_most=at_most, points=points, source="here")
        for rung, at_most, points in bars
    )
    return Measure(
        name="looks",
        title="Looks",
        points=sum(bar.points for bar in made),
        growth=Growth.LOGARITHMIC,
        sizes=sizes,
        bars=made,
        counts="looks",
        floor=floor,
    )


BARS = (("1_linear", 1.2, 4), ("2_bisect", 1.2, 6))


def report_of(
    source: bytes, count: Any = looks, measure: Measure | None = None, **facts: Any
) -> MeasureReport:
    """Report what is counted of an answer beside a linear and a binary search."""
    rungs = (Side("1_linear", Job(LINEAR)), Side("2_bisect", Job(BISECT)))
    return CountRun(
        measure=measure or a_measure(*BARS),
        counted=Counted("looks", "How often it looks.", count),
        submission=Side("submission", Job(source)),
        rungs=facts.pop("rungs", rungs),
        seed=7,
        load_model=lambda: ModuleType("model"),
        **facts,
    ).run()


def test_the_model_answer_clears_every_bar_exactly() -> None:
    """An answer that takes as much as the last rung has all points."""
    report = report_of(BISECT)
    assert report.verdict is MeasureVerdict.RUNG_REACHED
    assert (report.earned, report.open_points, report.rung) == (10, 0, "2_bisect")
    assert report.counts == "looks"
    ratios = {standing.rung: standing.ratio for standing in report.standings}
    assert ratios["2_bisect"] == 1.0
    assert ratios["1_linear"] == 6 / 64
    assert [standing.num_pairs for standing in report.standings] == [0, 0]
    assert report.growth is not None and report.growth.exponent == 0
    assert report.cause is None


def test_counts_stand_beside_those_of_the_model_answer() -> None:
    """Each size has what was counted of both, and no time."""
    report = report_of(LINEAR)
    assert report.costs == (
        Cost(4, count=4, model_count=2),
        Cost(16, count=16, model_count=4),
        Cost(64, count=64, model_count=6),
    )
    assert all(cost.is_counted for cost in report.costs)
    assert all(cost.seconds is None for cost in report.costs)


def test_a_cost_that_grows_faster_earns_nothing() -> None:
    """A linear search beside a binary one clears no bar, not even its own rung's."""
    report = report_of(LINEAR)
    assert report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert (report.earned, report.rung) == (0, None)
    assert report.growth is not None and report.growth.is_kept is False
    cleared = {standing.rung: standing.is_cleared for standing in report.standings}
    assert cleared == {"1_linear": True, "2_bisect": False}


def test_a_constant_factor_misses_the_bar_that_it_is_above() -> None:
    """An answer that looks twice grows as the model answer does, and costs more."""
    report = report_of(TWICE)
    assert report.growth is not None and report.growth.is_kept is True
    cleared = {standing.rung: standing.is_cleared for standing in report.standings}
    assert cleared == {"1_linear": True, "2_bisect": False}
    assert (report.earned, report.rung) == (4, "1_linear")
    assert report.verdict is MeasureVerdict.RUNG_REACHED


def test_a_wrong_answer_is_no_result() -> None:
    """Who is wrong in the measured run has failed, whatever was counted."""
    report = report_of(WRONG)
    assert report.verdict is MeasureVerdict.FAILED
    assert report.message is not None and report.message.startswith("wrong answer")
    assert (report.earned, report.standings) == (0, ())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"raise ValueError('x')", "it raised ValueError while it was loading"),
        (b"def find(look, size, wanted):\n    import os; os._exit(3)", "exit code 3"),
        (b"def find(look, size, wanted):\n    raise KeyError(1)", "raised KeyError"),
        (b"", "raised AttributeError"),
    ],
)
def test_what_does_not_answer_is_no_result(source: bytes, message: str) -> None:
    """An answer that does not load, dies or raises has failed, and it is said how."""
    report = report_of(source)
    assert report.verdict is MeasureVerdict.FAILED
    assert report.message is not None and message in report.message


def test_who_is_too_slow_for_a_size_has_missed_the_bars_of_who_reaches_it() -> None:
    """Ratios are those of the largest common size, but a bar asks for every size."""
    report = report_of(HANGS_WHEN_LARGE)
    assert report.message == "a run of size 16 takes more than 2 s"
    assert [standing.size for standing in report.standings] == [4, 4]
    assert [standing.is_cleared for standing in report.standings] == [False, False]
    assert report.earned == 0
    assert report.costs[1] == Cost(16, count=None, model_count=4)


@pytest.mark.parametrize(("floor", "is_fast"), [(0.4, True), (0.3, False)])
def test_less_than_the_work_takes_is_suspicious(floor: float, is_fast: bool) -> None:
    """Below the floor that a question states, all points stay open."""

    def third(solution: Solution, size: int, source: random.Random) -> float:
        amount = looks(solution, size, source)
        return amount / 3 if amount < size / 2 else amount

    measure = a_measure(*BARS, floor=floor)
    known = {
        "1_linear": {size: Count(size) for size in SIZES},
        "2_bisect": {4: Count(2), 16: Count(4), 64: Count(6)},
    }
    report = report_of(BISECT, third, measure, known=known)
    if is_fast:
        assert report.verdict is MeasureVerdict.SUSPICIOUSLY_FAST
        assert (report.earned, report.open_points) == (0, 10)
    else:
        assert report.verdict is MeasureVerdict.RUNG_REACHED
        assert (report.earned, report.open_points) == (10, 0)


def test_a_cause_is_told_where_a_bar_is_missed_and_only_there() -> None:
    """The grader's own word for why it is so much stands in the report."""

    def told(solution: Solution, size: int, source: random.Random) -> Count:
        return Count(looks(solution, size, source), "one by one", "it looks at all.")

    missed = report_of(LINEAR, told).cause
    assert missed is not None
    assert (missed.kind, missed.sentence) == ("one by one", "it looks at all.")
    assert missed.size == 64
    assert report_of(BISECT, told).cause is None


def test_equal_choices_are_drawn_for_every_side() -> None:
    """All sides and all repeats see the same numbers at one size, others at another."""
    drawn: dict[int, set[float]] = {}

    def noting(solution: Solution, size: int, source: random.Random) -> int:
        drawn.setdefault(size, set()).add(source.random())
        return looks(solution, size, source)

    report_of(BISECT, noting)
    assert [len(each) for each in drawn.values()] == [1, 1, 1]
    assert len(set.union(*drawn.values())) == 3


def test_known_counts_of_rungs_are_not_counted_again() -> None:
    """A table that is handed in is filled once and used from then on."""
    known: dict[str, Any] = {}
    first = report_of(BISECT, known=known)
    assert set(known) == {"1_linear", "2_bisect"}

    def only_the_submission(
        solution: Solution, size: int, source: random.Random
    ) -> int:
        asked.append(size)
        return looks(solution, size, source)

    asked: list[int] = []
    again = report_of(BISECT, only_the_submission, known=known)
    assert asked == list(SIZES)
    assert again.standings == first.standings


def test_nothing_beside_nothing_is_as_much() -> None:
    """Counts of zero can be compared, and more than nothing is more."""

    def no_looks(solution: Solution, size: int, source: random.Random) -> int:
        looks(solution, size, source)
        return 0

    report = report_of(BISECT, no_looks)
    assert [standing.ratio for standing in report.standings] == [1.0, 1.0]

    def looks_without_the_first(
        solution: Solution, size: int, source: random.Random
    ) -> int:
        return max(0, looks(solution, size, source) - 2)

    sizes = a_measure(*BARS, sizes=(4,))
    report = report_of(LINEAR, looks_without_the_first, sizes)
    assert report.standings[1].ratio == 3.0


@pytest.mark.parametrize("count", [-1, "many", None, float("nan"), True])
def test_what_is_no_count_is_an_error_of_the_question(count: object) -> None:
    """A grader returns a number that is not negative."""

    def broken(solution: Solution, size: int, source: random.Random) -> Any:
        looks(solution, size, source)
        return count

    with pytest.raises(GraderError, match="counts"):
        report_of(BISECT, broken)


def test_a_grader_that_fails_itself_is_told_as_such() -> None:
    """What goes wrong before anything was asked is no fault of the answer."""

    def broken(solution: Solution, size: int, source: random.Random) -> int:
        return 1 // 0

    with pytest.raises(GraderError, match="fails itself: ZeroDivisionError"):
        report_of(BISECT, broken)


def test_a_rung_that_fails_is_an_error_of_the_question() -> None:
    """Bars are held against rungs, which must be right."""
    rungs = (Side("1_linear", Job(WRONG)), Side("2_bisect", Job(BISECT)))
    with pytest.raises(GraderError, match="the rung 1_linear fails in the measure"):
        report_of(BISECT, rungs=rungs)


def test_a_model_answer_that_is_too_slow_is_an_error_of_the_question() -> None:
    """There is nothing to compare with then."""
    hangs = Side("1_hangs", Job(b"def find(*_):\n    while True: pass"))
    measure = a_measure(("1_hangs", 1.2, 10), sizes=(4,))
    with pytest.raises(GraderError, match="the model answer takes more than 2 s"):
        report_of(BISECT, measure=measure, rungs=(hangs,))
