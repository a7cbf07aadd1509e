"""What a measure decides, from costs that are made up; no clock is read."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.catalog import Bar, Growth, Measure
from perfkata.judge import measures as module
from perfkata.judge.errors import GraderError
from perfkata.judge.measures import SUBMISSION, MeasureRun
from perfkata.judge.report import (
    Cause,
    Cost,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Memory,
)
from perfkata.judge.rounds import ECHO, Side, SideFailedError
from tests.judge.made_up import MADE_UP, MadeUpTaking, RunCost, side, size_of

_SLOW, _MIDDLE, _MODEL = _LADDER = ("1_slow", "2_middle", "3_model")
# What the rungs cost, as multiples of the model answer's cost.
_FACTORS = {_SLOW: 8.0, _MIDDLE: 3.0, _MODEL: 1.0}
_POINTS = {_SLOW: 2, _MIDDLE: 3, _MODEL: 5}
_SIZES = (100, 1_000)
_RUN_S = 1e-4  # the model answer's cost for each unit of a size
_BAR = 1.2
_MOST_NOISE = 0.3
_NEVER = math.inf
_CAUSE = Cause(None, "Made up.", None, None, 100)


@pytest.fixture(scope="module", autouse=True)
def asked_why() -> Iterator[list[str]]:
    """Who was looked at for a reason; nothing runs that could be counted."""
    asked: list[str] = []

    def find_why(submission: Side, *others: object) -> Cause:
        asked.append(submission.name)
        return _CAUSE

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "find_why", find_why)
        yield asked


def measure_of(**facts: Any) -> Measure:
    """A measure with a bar for each rung, unless told otherwise."""
    bars = [
        Bar(rung=name, at_most=_BAR, points=points, source="Made up.")
        for name, points in _POINTS.items()
    ]
    known: dict[str, Any] = {
        "name": "cost",
        "title": "Cost",
        "points": 10,
        "growth": Growth.LINEAR,
        "sizes": _SIZES,
        "bars": tuple(bars),
    }
    return Measure(**known | facts)


def costing(
    factor: float, *, noise: float = 0.0, power: float = 0.0, seed: int = 0
) -> RunCost:
    """The costs of a submission beside the ladder.

    Args:
        factor: Its cost at the largest size over the model answer's.
        noise: How far a window is off, as the deviation of its logarithm.
        power: The exponent with which the ratio grows.
        seed: Draws the noise.
    """
    source = random.Random(seed)

    def cost(name: str, size: int) -> float:
        if name == ECHO:
            return 1e-5
        its = _FACTORS.get(name)
        if its is None:
            its = factor * (size / _SIZES[-1]) ** power
        # Never so far that what was reached once is not reached again.
        off = max(-_MOST_NOISE, min(source.gauss(0, noise), _MOST_NOISE))
        return its * size * _RUN_S * math.exp(off) + 1e-5

    return cost


@dataclass
class Measured:
    """A report, and what was done to come to it."""

    report: MeasureReport
    taking: MadeUpTaking
    said: list[str]

    @property
    def pairs(self) -> dict[str, int]:
        """On how many pairs the standing beside each rung rests."""
        return {found.rung: found.num_pairs for found in self.report.standings}


def measured(
    run_cost: RunCost,
    measure: Measure | None = None,
    *,
    ladder: tuple[str, ...] = _LADDER,
    until_s: float = _NEVER,
    is_layout_fixed: bool = True,
    peaks: Callable[[str], int | None] = lambda name: None,
    is_trusted: bool = False,
) -> Measured:
    """Measure a submission whose costs are made up."""
    taking = MadeUpTaking(1, run_cost=run_cost, peaks=peaks)
    taking.is_layout_fixed = is_layout_fixed
    said: list[str] = []
    run = MeasureRun(
        measure=measure or measure_of(),
        workload=MADE_UP,
        submission=side(SUBMISSION),
        rungs=tuple(map(side, ladder)),
        taking=taking,
        until_s=until_s,
        on_progress=said.append,
        is_trusted=is_trusted,
    )
    return Measured(run.run(), taking, said)


def run_with(taking: MadeUpTaking, *, is_trusted: bool = False) -> MeasureReport:
    """Measure a submission beside the ladder with what takes the windows."""
    return MeasureRun(
        measure=measure_of(),
        workload=MADE_UP,
        submission=side(SUBMISSION),
        rungs=tuple(map(side, _LADDER)),
        taking=taking,
        until_s=_NEVER,
        is_trusted=is_trusted,
    ).run()


def test_a_layout_that_is_not_fixed_is_said() -> None:
    """Where only the processes themselves show it, it is told and eight pairs count."""
    taking = MadeUpTaking(1, run_cost=costing(1.7), has_layout=False)
    taking.is_layout_fixed = True
    report = run_with(taking)
    assert not report.is_layout_fixed
    assert {found.num_pairs for found in report.standings} == {8}


def lost_points(report: MeasureReport) -> int:
    """The points of bars that were missed for certain."""
    if report.growth is not None and report.growth.is_kept is False:
        return report.points
    return sum(found.points for found in report.standings if found.is_cleared is False)


@pytest.mark.parametrize(
    ("factor", "verdict", "rung", "earned", "open_points"),
    [
        (0.5, MeasureVerdict.RUNG_REACHED, _MODEL, 10, 0),
        (1.0, MeasureVerdict.RUNG_REACHED, _MODEL, 10, 0),
        (1.5, MeasureVerdict.RUNG_REACHED, _MIDDLE, 5, 0),
        (3.0, MeasureVerdict.RUNG_REACHED, _MIDDLE, 5, 0),
        (8.0, MeasureVerdict.RUNG_REACHED, _SLOW, 2, 0),
        (12.0, MeasureVerdict.BELOW_FIRST_BAR, None, 0, 0),
        (1.2, MeasureVerdict.WITHIN_NOISE, _MIDDLE, 5, 5),
        (3.6, MeasureVerdict.WITHIN_NOISE, _SLOW, 2, 3),
        (9.6, MeasureVerdict.WITHIN_NOISE, None, 0, 2),
    ],
)
def test_a_verdict_is_the_highest_bar_that_is_cleared(
    factor: float,
    verdict: MeasureVerdict,
    rung: str | None,
    earned: int,
    open_points: int,
) -> None:
    """Each rung's bar earns its points; what lies on a bar leaves them open."""
    report = measured(costing(factor)).report
    assert (report.verdict, report.rung) == (verdict, rung)
    assert (report.earned, report.open_points) == (earned, open_points)
    assert (report.name, report.title, report.points) == ("cost", "Cost", 10)
    assert report.message is None


@settings(max_examples=50)
@given(factor=st.floats(0.3, 20), seed=st.integers(0, 2**32))
def test_noise_of_a_window_changes_no_verdict(factor: float, seed: int) -> None:
    """Whoever is a tenth away from a bar is on the right side of it."""
    for its in _FACTORS.values():
        if abs(math.log(factor / its / _BAR)) < 0.1:
            return
    cleared = [name for name, its in _FACTORS.items() if factor / its <= _BAR]
    report = measured(costing(factor, noise=0.01, seed=seed)).report
    assert report.earned == sum(_POINTS[name] for name in cleared)
    assert report.open_points == 0
    assert report.rung == (cleared[-1] if cleared else None)
    for found in report.standings:
        assert found.low < found.ratio < found.high
        assert found.ratio == pytest.approx(factor / _FACTORS[found.rung], rel=0.05)
        assert found.is_cleared is (found.rung in cleared)
        assert (found.at_most, found.points) == (_BAR, _POINTS[found.rung])
    assert report.growth is not None and report.growth.is_kept


@settings(max_examples=50)
@given(
    factor=st.floats(0.01, 100),
    noise=st.floats(0, 0.6),
    power=st.floats(-0.5, 1.5),
    seed=st.integers(0, 2**32),
    floor=st.none() | st.floats(0.1, 0.9),
    num_pairs=st.integers(1, 20),
)
def test_every_point_is_earned_open_or_lost(
    factor: float,
    noise: float,
    power: float,
    seed: int,
    floor: float | None,
    num_pairs: int,
) -> None:
    """However noisy the machine and short the time, points add up to the verdict."""
    cost = costing(factor, noise=noise, power=power, seed=seed)
    with RoundsClock() as until:
        found = measured(cost, measure_of(floor=floor), until_s=until(num_pairs))
    report = found.report
    if not report.standings and report.verdict is MeasureVerdict.BELOW_FIRST_BAR:
        assert (report.earned, report.open_points) == (0, 0)
        return
    if report.verdict is MeasureVerdict.SUSPICIOUSLY_FAST:
        assert (report.earned, report.open_points) == (0, 10)
        return
    assert report.earned + report.open_points + lost_points(report) == 10
    cleared = [standing for standing in report.standings if standing.is_cleared]
    assert report.earned in (0, sum(standing.points for standing in cleared))
    assert (report.rung is None) is (report.earned == 0)
    assert report.rung is None or report.rung == cleared[-1].rung
    is_open = report.verdict in (MeasureVerdict.UNDECIDED, MeasureVerdict.WITHIN_NOISE)
    assert (report.open_points > 0) is is_open
    if report.verdict is MeasureVerdict.BELOW_FIRST_BAR:
        assert report.earned == 0
    if report.verdict is MeasureVerdict.RUNG_REACHED:
        assert report.earned > 0
    if report.message is not None:
        is_cut = report.message == "time was up before all was decided"
        assert is_cut or report.message.endswith("takes more than 2 s")
        assert is_open or not is_cut
    assert set(found.pairs.values()) <= set(range(3, 17))


def test_a_growth_that_is_not_kept_earns_nothing() -> None:
    """Who is fast enough at the largest size only because it is not larger is not."""
    report = measured(costing(1.0, power=1.0)).report
    assert report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert (report.earned, report.open_points, report.rung) == (0, 0, None)
    assert all(found.is_cleared for found in report.standings)
    growth = report.growth
    assert growth is not None and growth.is_kept is False
    assert growth.exponent == pytest.approx(1.0, abs=0.1)
    assert growth.low < growth.exponent < growth.high
    assert growth.words == "quadratic"


def test_a_growth_that_cannot_be_told_leaves_the_points_open() -> None:
    """What is cleared stays open while it is not known whether it lasts."""
    found = measured(costing(0.2, power=0.25))
    report = found.report
    assert report.growth is not None and report.growth.is_kept is None
    assert report.verdict is MeasureVerdict.UNDECIDED
    assert (report.earned, report.open_points) == (0, 10)
    # It was tried as often as may be, although every bar was far away.
    assert found.pairs == {_SLOW: 3, _MIDDLE: 3, _MODEL: 16}


def test_a_machine_that_is_too_noisy_decides_nothing() -> None:
    """An interval that is wide and holds a bar is no verdict."""
    found = measured(costing(1.2, noise=0.3))
    assert found.report.verdict is MeasureVerdict.UNDECIDED
    assert found.report.open_points >= 5
    assert found.pairs[_MODEL] == 16


def test_what_no_answer_can_be_is_suspicious() -> None:
    """Below the floor that a question states nothing is earned and nothing is lost."""
    measure = measure_of(floor=0.5)
    report = measured(costing(0.1), measure).report
    assert report.verdict is MeasureVerdict.SUSPICIOUSLY_FAST
    assert (report.earned, report.open_points, report.rung) == (0, 10, None)
    report = measured(costing(0.6), measure).report
    assert report.verdict is MeasureVerdict.RUNG_REACHED
    report = measured(costing(0.1)).report
    assert report.verdict is MeasureVerdict.RUNG_REACHED


@pytest.mark.parametrize(
    ("factor", "is_layout_fixed", "pairs"),
    [
        # Far from all rungs and bars.
        (1.7, True, {_SLOW: 3, _MIDDLE: 3, _MODEL: 3}),
        # Near one of them, which has nothing to do with its bar. The model answer runs
        # in every round.
        (1.0, True, {_SLOW: 3, _MIDDLE: 3, _MODEL: 8}),
        (3.0, True, {_SLOW: 3, _MIDDLE: 8, _MODEL: 8}),
        # On a bar, as far as can be told.
        (9.6, True, {_SLOW: 8, _MIDDLE: 3, _MODEL: 8}),
        (1.7, False, {_SLOW: 8, _MIDDLE: 8, _MODEL: 8}),
    ],
)
def test_pairs_go_where_they_are_needed(
    factor: float, is_layout_fixed: bool, pairs: dict[str, int]
) -> None:
    """Three pairs tell what is far apart, eight what is near, or where layouts vary."""
    found = measured(costing(factor), is_layout_fixed=is_layout_fixed)
    assert found.pairs == pairs
    assert found.report.is_layout_fixed is is_layout_fixed


class RoundsClock:
    """Within the block, time passes in rounds: each of them takes a second."""

    def __init__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        self._num_rounds = 0

    def __enter__(self) -> Callable[[int], float]:
        """Return the function that says when time is up after so many pairs."""
        patched = MadeUpTaking.round

        def counted(taking: MadeUpTaking, *arguments: Any) -> Any:
            self._num_rounds += 1
            return patched(taking, *arguments)

        clock = SimpleNamespace(monotonic=lambda: float(self._num_rounds))
        self._patch.setattr(module, "time", clock)
        self._patch.setattr(MadeUpTaking, "round", counted)
        # The trial is a round too.
        return lambda num_pairs: num_pairs + 1.0

    def __exit__(self, *error: object) -> None:
        self._patch.undo()


@pytest.mark.parametrize("num_pairs", range(1, 10))
def test_no_pair_begins_that_time_does_not_last_for(num_pairs: int) -> None:
    """As many pairs are compared as fit into the time, and as decide something."""
    with RoundsClock() as until:
        found = measured(costing(1.0), until_s=until(num_pairs))
    report = found.report
    rounds = [number for number, _ in found.taking.rounds]
    # Fewer than three decide nothing, so these may take some seconds more.
    assert rounds == [-1, *range(min(max(num_pairs, 3), 8)), 16]
    assert report.verdict is MeasureVerdict.RUNG_REACHED
    assert (report.earned, report.open_points) == (10, 0)
    # More pairs would have told more exactly what is known already.
    assert report.message is None


@pytest.mark.parametrize("num_pairs", [1, 2])
def test_too_few_pairs_decide_nothing(
    num_pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was cut off before three pairs is open, and that time was up is said."""
    monkeypatch.setattr(module, "_GRACE_S", 0.0)
    with RoundsClock() as until:
        report = measured(costing(1.0), until_s=until(num_pairs)).report
    assert report.verdict is MeasureVerdict.UNDECIDED
    assert (report.standings, report.growth, report.earned) == ((), None, 0)
    assert report.open_points == 10
    assert report.message == "time was up before all was decided"


@pytest.mark.parametrize("exponent", [0.1, 0.24, 0.26, 0.5])
def test_a_growth_is_not_looked_into_where_nothing_hangs_on_it(
    exponent: float,
) -> None:
    """Who misses every bar by far has three pairs, whatever the growth may be."""
    found = measured(costing(50.0, noise=0.02, power=exponent))
    assert set(found.pairs.values()) == {3}
    assert found.report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert (found.report.earned, found.report.open_points) == (0, 0)


def test_one_pair_is_compared_when_time_is_up_already() -> None:
    """Also a measure that begins too late says what its runs cost."""
    report = measured(costing(2.0), until_s=-math.inf).report
    assert report.verdict is MeasureVerdict.UNDECIDED
    assert report.open_points == 10
    assert [cost.size for cost in report.costs] == list(_SIZES)
    for cost in report.costs:
        assert cost.seconds is not None and cost.model_seconds is not None
        assert cost.seconds == pytest.approx(2.0 * cost.model_seconds, rel=0.3)


def test_costs_are_those_of_a_run_without_the_echo() -> None:
    """At each size the least of a run is shown, of both."""
    sizes = (100, 1_000, 10_000)
    flat = {SUBMISSION: 3e-4, _MODEL: 1e-4, _MIDDLE: 2e-4, _SLOW: 9e-4, ECHO: 0.0}
    report = measured(
        lambda name, size: flat[name] + 1e-5, measure_of(sizes=sizes)
    ).report
    for cost, size in zip(report.costs, sizes, strict=True):
        assert cost.size == size
        assert cost.seconds == pytest.approx(3e-4)
        assert cost.model_seconds == pytest.approx(1e-4)


def quadratic(name: str, size: int) -> float:
    """Costs with which the first rung does not reach the largest size."""
    cost_s = costing(1.0)(name, size)
    is_smallest = size < 2 * _SIZES[0]
    return cost_s * (0.2 if is_smallest else 20) if name == _SLOW else cost_s


def test_a_rung_that_is_too_slow_is_compared_where_it_is_not() -> None:
    """A ratio is quoted at the largest size that both reach, while others go on."""
    found = measured(quadratic)
    (slow, middle, model) = found.report.standings
    assert (slow.rung, slow.size, slow.is_cleared) == (_SLOW, _SIZES[0], True)
    assert (middle.size, model.size) == (_SIZES[-1], _SIZES[-1])
    assert slow.ratio == pytest.approx(1 / (8 * 0.2), rel=0.1)
    # The first is far, the last near: it goes on alone, at its own size.
    assert found.pairs == {_SLOW: 3, _MIDDLE: 3, _MODEL: 8}
    assert found.report.earned == 10


def test_a_rung_that_goes_further_than_the_model_is_compared_where_both_are() -> None:
    """A size that the model answer does not reach is no size to compare at."""

    def cost(name: str, size: int) -> float:
        is_largest = size > _SIZES[0] * 2
        return 3.0 if name == _MODEL and is_largest else costing(1.0)(name, size)

    report = measured(cost).report
    assert [found.size for found in report.standings] == [_SIZES[0]] * 3
    assert report.growth is None
    assert report.costs[-1] == Cost(_SIZES[-1])


def test_a_submission_that_is_too_slow_is_compared_where_it_is_not() -> None:
    """Who stops where others go on has missed every bar, and no growth is known."""

    def cost(name: str, size: int) -> float:
        is_stopped = name == SUBMISSION and size > _SIZES[0] * 2
        return 3.0 if is_stopped else costing(1.0)(name, size)

    report = measured(cost).report
    assert [found.size for found in report.standings] == [_SIZES[0]] * 3
    assert report.costs[-1] == Cost(_SIZES[-1])
    assert report.growth is None
    assert report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert lost_points(report) == report.points
    assert (report.memory, report.earned, report.open_points) == (None, 0, 0)
    assert report.message == "a run of size 1,000 takes more than 2 s"


def test_a_limit_that_stands_below_a_bar_leaves_it_open() -> None:
    """Who stops at a size where the bar lies beyond the limit may have cleared it."""

    def cost(name: str, size: int) -> float:
        is_largest = size > _SIZES[0] * 2
        return (3.0 if name == SUBMISSION else 1.9) if is_largest else 1e-3

    report = measured(cost).report
    assert report.verdict is MeasureVerdict.UNDECIDED
    assert {found.is_cleared for found in report.standings} == {None}
    assert (report.earned, report.open_points) == (0, report.points)


def test_a_submission_that_reaches_no_size_is_below_every_bar() -> None:
    """It earns nothing, and how far it came is said."""
    found = measured(lambda name, size: 5.0 if name == SUBMISSION else 1e-3)
    report = found.report
    assert report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    assert report.message == "a run of size 100 takes more than 2 s"
    assert (report.earned, report.open_points, report.standings) == (0, 0, ())
    # Nobody was measured beside it.
    assert [number for number, _ in found.taking.rounds] == [-1]


def test_a_rung_that_reaches_no_size_leaves_its_bar_open() -> None:
    """What cannot be compared is neither cleared nor missed."""
    report = measured(
        lambda name, size: 5.0 if name == _SLOW else costing(1.0)(name, size)
    ).report
    assert [found.rung for found in report.standings] == [_MIDDLE, _MODEL]
    assert (report.earned, report.open_points) == (8, 2)
    assert report.verdict is MeasureVerdict.UNDECIDED


def test_whoever_was_too_slow_is_not_asked_again() -> None:
    """In the trial a side's next size comes only after one that it reached."""
    found = measured(
        lambda name, size: 5.0 if name == _SLOW else costing(1.0)(name, size)
    )
    _, trial = found.taking.rounds[0]
    asked = [(names, limit_s) for _, names, limit_s in trial.asked]
    first = [((name,), 2.0) for name in (SUBMISSION, *_LADDER)]
    assert asked == [*first, *(each for each in first if each[0] != (_SLOW,))]


def failing(
    who: str, verdict: LevelVerdict, after: int
) -> tuple[RunCost, list[object]]:
    """Costs of which one side's answer fails after so many runs."""
    runs: list[object] = []

    def cost(name: str, size: int) -> float:
        if name == who:
            runs.append(size)
            if len(runs) > after:
                raise SideFailedError(name, verdict, "it is not right")
        return costing(1.0)(name, size)

    return cost, runs


@pytest.mark.parametrize("after", [0, 1, 2, 3, 20])
@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (LevelVerdict.WRONG_ANSWER, "wrong answer: it is not right"),
        (LevelVerdict.CRASHED, "crashed: it is not right"),
    ],
)
def test_an_answer_that_fails_while_it_is_measured_has_no_standing(
    verdict: LevelVerdict, said: str, after: int
) -> None:
    """Right at first and wrong in any later window earns nothing, and says how."""
    cost, runs = failing(SUBMISSION, verdict, after)
    found = measured(cost)
    assert found.report.verdict is MeasureVerdict.FAILED
    assert found.report.message == said
    assert (found.report.earned, found.report.open_points) == (0, 0)
    assert found.report.standings == ()
    assert len(runs) == after + 1
    assert all(made.was_left for _, made in found.taking.rounds)


@pytest.mark.parametrize(("slow_s", "num_repeats"), [(1e-3, 8), (4e-2, 2), (1.0, 1)])
def test_a_rung_that_is_far_off_has_few_windows(
    slow_s: float, num_repeats: int
) -> None:
    """What it takes in a round is bounded, so that the near rungs get their pairs."""
    run = MeasureRun(
        measure=measure_of(),
        workload=MADE_UP,
        submission=side(SUBMISSION),
        rungs=tuple(map(side, _LADDER)),
        taking=MadeUpTaking(1, run_cost=costing(1.0)),
        until_s=_NEVER,
    )
    run._pilot_s = {name: {100: 1e-3} for name in (*_LADDER, SUBMISSION)}
    run._pilot_s[_LADDER[0]] = {100: slow_s}
    cell = run._cell(100, (*_LADDER, SUBMISSION))
    assert (cell.num_runs, cell.num_repeats) == (8, num_repeats)


@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize("name", _LADDER)
def test_a_rung_that_fails_is_no_fault_of_the_submission(name: str, after: int) -> None:
    """A rung that gives no right answer is an error of the question."""
    cost, _ = failing(name, LevelVerdict.WRONG_ANSWER, after)
    said = f"the rung {name} fails in the measure cost: it is not right"
    with pytest.raises(GraderError, match=said) as caught:
        measured(cost)
    assert caught.value.hint == "mend it or the measure"


def test_a_model_answer_that_is_too_slow_is_an_error_of_the_question() -> None:
    """Sizes must be such that the model answer reaches one."""
    with pytest.raises(GraderError, match="model answer takes more than 2 s") as caught:
        measured(lambda name, size: 3.0 if name == _MODEL else 1e-3)
    assert "cost" in caught.value.message
    assert caught.value.hint == "make its sizes smaller"


@pytest.mark.parametrize(
    ("share", "is_error"), [(0.15, False), (0.25, True), (9, True)]
)
def test_a_measure_is_one_of_work(share: float, is_error: bool) -> None:
    """Where the way there and back is a fifth of the work, ratios say nothing of it."""

    def cost(name: str, size: int) -> float:
        work_s = _FACTORS.get(name, 1.7) * size * _RUN_S
        echo_s = share * size * _RUN_S
        return echo_s if name == ECHO else work_s + echo_s

    if is_error:
        with pytest.raises(
            GraderError, match="handing over and sending back"
        ) as caught:
            measured(cost, is_trusted=True)
        assert "cost" in caught.value.message and caught.value.hint
    else:
        assert measured(cost, is_trusted=True).report.earned == 5
    # A stranger beside it may be the reason.
    assert measured(cost).report.verdict is not MeasureVerdict.FAILED


def test_one_quiet_round_shows_what_the_echo_takes() -> None:
    """A round in which the echo was kept from its work is no error of the question."""
    rounds = iter([0.5, 0.5, 0.01, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    share = 0.0

    def cost(name: str, size: int) -> float:
        nonlocal share
        if name == ECHO:
            return share * size * _RUN_S
        return (1 + share) * size * _RUN_S * _FACTORS.get(name, 1.7)

    taking = MadeUpTaking(1, run_cost=cost)
    patched = MadeUpTaking.round

    def begun(taking: MadeUpTaking, *arguments: Any) -> Any:
        nonlocal share
        share = next(rounds)
        return patched(taking, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MadeUpTaking, "round", begun)
        report = run_with(taking, is_trusted=True)
    assert report.verdict is MeasureVerdict.RUNG_REACHED


_LONG_LADDER = tuple(f"{number}_rung" for number in range(1, 8))


@given(position=st.integers(1, 6))
def test_only_the_rungs_that_matter_run(position: int) -> None:
    """Those of bars, the first, the model answer, and the submission's neighbours."""
    # Each rung costs half of the one before; the submission lies between two.
    costs = {name: 2.0**-number for number, name in enumerate(_LONG_LADDER)}
    costs |= {SUBMISSION: 1.5 * 2.0**-position, ECHO: 0.0}
    bar = Bar(rung=_LONG_LADDER[2], at_most=1.6, points=10, source="Made up.")
    found = measured(
        lambda name, size: costs[name] * size * 1e-4,
        measure_of(bars=(bar,)),
        ladder=_LONG_LADDER,
    )
    slower, faster = _LONG_LADDER[position - 1], _LONG_LADDER[position]
    named = {_LONG_LADDER[0], _LONG_LADDER[2], _LONG_LADDER[-1], slower, faster}
    ran = [standing.rung for standing in found.report.standings]
    assert ran == sorted(named)
    for standing in found.report.standings:
        its = (1.6, 10) if standing.rung == bar.rung else (None, 0)
        assert (standing.at_most, standing.points) == its
        assert (standing.is_cleared is None) is (standing.at_most is None)


def test_a_measure_of_one_size_has_no_growth() -> None:
    """Bars alone decide where there is nothing to compare a size with."""
    report = measured(costing(1.0), measure_of(sizes=(1_000,))).report
    assert report.growth is None
    assert (report.verdict, report.earned) == (MeasureVerdict.RUNG_REACHED, 10)


def test_sizes_that_tell_of_growth_alone_rest_when_it_is_known() -> None:
    """After three pairs only the largest size is left to compare at."""
    found = measured(costing(1.0))
    sizes = [
        {round(size_of(step), -2) for steps, _, _ in made.asked for step in steps}
        for number, made in found.taking.rounds
        if 0 <= number < 16
    ]
    assert len(sizes) == 8
    assert all(min(of_round) == _SIZES[0] for of_round in sizes[:3])
    assert all(min(of_round) > 2 * _SIZES[0] for of_round in sizes[3:])


@settings(max_examples=30)
@given(
    model_s=st.floats(1e-6, 1.5),
    factor=st.floats(0.1, 50).map(lambda factor: round(factor, 3)),
)
def test_windows_are_long_enough_to_be_read_and_rounds_end(
    model_s: float, factor: float
) -> None:
    """Short runs are put together, to 64 at most; long ones are repeated less often."""
    costs = {SUBMISSION: factor * model_s, ECHO: 0.0}
    found = measured(
        lambda name, size: costs.get(name, model_s), measure_of(sizes=(1_000,))
    )
    if not found.report.standings:
        assert factor * model_s > 2
        return
    _, made = found.taking.rounds[1]
    num_runs = {len(steps) for steps, _, _ in made.asked}
    assert len(num_runs) == 1
    (count,) = num_runs
    longest_s = count * max(model_s, factor * model_s)
    assert 1 <= count <= 64 and 1 <= len(made.asked) <= 8
    most_s = module._MAX_ROUND_S
    assert count * model_s >= 0.008 or count == 64 or longest_s >= most_s / 8
    assert (len(made.asked) - 1) * longest_s <= most_s
    if longest_s <= 0.03:
        assert len(made.asked) == 8


@given(
    own=st.none() | st.integers(0, 2**30),
    model=st.none() | st.integers(0, 2**30),
    echo=st.none() | st.integers(0, 2**30),
)
def test_memory_is_what_a_run_takes_beyond_the_echo(
    own: int | None, model: int | None, echo: int | None
) -> None:
    """Peaks are those of fresh processes that do one run at the largest size."""
    peaks = {SUBMISSION: own, _MODEL: model, ECHO: echo}
    found = measured(costing(1.7), peaks=peaks.__getitem__)
    memory = found.report.memory
    if own is None or model is None or echo is None:
        assert memory is None
    else:
        assert memory == Memory(1_000, max(own - echo, 0), max(model - echo, 0))
    number, made = found.taking.rounds[-1]
    ((steps, names, _),) = made.asked
    assert number == 16
    assert (len(steps), names) == (1, (SUBMISSION, _MODEL, ECHO))
    assert 900 <= size_of(steps[0]) <= 1_100


def test_memory_is_taken_at_the_largest_size_that_is_reached() -> None:
    """Where the submission does not go, its memory is not known."""

    def cost(name: str, size: int) -> float:
        is_stopped = name == SUBMISSION and size > _SIZES[0] * 2
        return 3.0 if is_stopped else costing(1.0)(name, size)

    found = measured(cost, peaks=lambda name: 2**20)
    assert found.report.memory == Memory(_SIZES[0], 0, 0)


def test_what_is_done_is_said() -> None:
    """A person who waits hears of each size that is tried, each pair and the end."""
    said = measured(costing(1.7)).said
    assert said == [
        "measuring cost: trying 100",
        "measuring cost: trying 1,000",
        "measuring cost: pair 1",
        "measuring cost: pair 2",
        "measuring cost: pair 3",
        "measuring cost: memory",
        "measuring cost: looking for the reason",
    ]


@pytest.mark.parametrize(
    ("factor", "power", "is_asked"),
    [(1.0, 0, False), (1.2, 0, False), (1.7, 0, True), (1.0, 1, True), (99, 0, True)],
)
def test_the_reason_is_looked_for_where_points_were_lost(
    factor: float, power: float, is_asked: bool, asked_why: list[str]
) -> None:
    """A bar that was missed, or a growth, has a cause; what is open has none."""
    asked_why.clear()
    report = measured(costing(factor, power=power)).report
    assert asked_why == ([SUBMISSION] if is_asked else [])
    assert report.cause == (_CAUSE if is_asked else None)


def test_a_busy_machine_is_said() -> None:
    """A window that counted although it was disturbed is no secret."""
    for is_disturbed in (False, True):
        taking = MadeUpTaking(
            1, run_cost=costing(1.7), disturbances=partial(bool, is_disturbed)
        )
        assert run_with(taking).is_disturbed is is_disturbed


def test_each_grading_of_a_seed_asks_the_same() -> None:
    """A seed replays a measure's inputs to the letter."""

    def asked(seed: int) -> list[object]:
        taking = MadeUpTaking(seed, run_cost=costing(1.0))
        run_with(taking)
        return [
            (number, [steps for steps, _, _ in made.asked])
            for number, made in taking.rounds
        ]

    assert asked(1) == asked(1) != asked(2)
