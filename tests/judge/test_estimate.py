"""Tests what recorded costs say: ratios, intervals, differences, growth."""

from __future__ import annotations

import json
import math
import random
import statistics
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import Growth
from perfkata.judge.estimate import (
    MAX_KEPT_EXPONENT,
    Difference,
    Interval,
    difference,
    growth_in_words,
    interval,
    is_at_most,
    is_kept,
    pair_ratio,
    slope,
    smallest_difference,
)

# Windows of a program beside a copy of itself, pair by pair, in microseconds; recorded
# on a virtual machine whose cores other tenants slow down for seconds.
_RECORDED = json.loads(
    (Path(__file__).parent / "recorded" / "same_program.json").read_text()
)
# The first of them are those in which only one side had a window in a fast phase.
_NUM_PHASES = 2
_COSTS = st.floats(1e-4, 1.0)
_RATIOS = st.floats(-3, 3)


def recorded_ratios(factor: float = 1.0) -> list[float]:
    """The ratio of each recorded pair, with the first side's cost multiplied."""
    found = []
    for pair in _RECORDED:
        echo = pair["echo_us"]
        first = [echo + factor * (cost - echo) for cost in pair["first_us"]]
        found.append(pair_ratio(first, pair["second_us"], echo))
    return found


def drawn_verdicts(factor: float, num_pairs: int, count: int) -> list[Difference]:
    """What is said of so many drawings of pairs from the recorded ones."""
    source = random.Random(7)
    ratios = recorded_ratios(factor)
    return [
        difference(interval(source.sample(ratios, num_pairs)).exp())
        for _ in range(count)
    ]


def test_a_slow_phase_does_not_make_a_program_slower_than_itself() -> None:
    """Where minima are wrong by a fifth and more, the median of neighbours is not."""
    for pair, ratio in zip(_RECORDED, recorded_ratios(), strict=True):
        assert abs(ratio) < 0.05, pair
    for pair in _RECORDED[:_NUM_PHASES]:
        assert abs(math.log(min(pair["first_us"]) / min(pair["second_us"]))) > 0.2


def test_recorded_pairs_of_one_program_are_hardly_ever_called_different() -> None:
    """Of 300 drawings of eight pairs at most 3 claim a difference, 15 are undecided."""
    verdicts = drawn_verdicts(1.0, 8, 300)
    claims = [
        each for each in verdicts if each in (Difference.FASTER, Difference.SLOWER)
    ]
    assert len(claims) <= 3
    assert verdicts.count(Difference.UNDECIDED) <= 15


@pytest.mark.parametrize(("factor", "least"), [(1.3, 99), (1.1, 90)])
def test_recorded_pairs_show_a_slower_program(factor: float, least: int) -> None:
    """What costs 30 % more is called slower in 99 of 100 drawings, 10 % in 90."""
    verdicts = drawn_verdicts(factor, 8, 100)
    assert verdicts.count(Difference.SLOWER) >= least
    assert Difference.FASTER not in verdicts


@given(st.lists(st.tuples(_COSTS, _COSTS), min_size=1, max_size=20))
def test_the_ratio_turns_round_with_its_sides(
    windows: list[tuple[float, float]],
) -> None:
    """Which side is called the first changes the sign of the logarithm alone."""
    first, second = ([window[side] for window in windows] for side in (0, 1))
    there = pair_ratio(first, second, 0.0)
    assert there == pytest.approx(-pair_ratio(second, first, 0.0), abs=1e-9)


@given(
    st.lists(_COSTS, min_size=1, max_size=20), st.floats(0.1, 10), st.floats(0, 1e-3)
)
def test_the_echo_is_no_part_of_the_ratio(
    costs: list[float], factor: float, echo: float
) -> None:
    """What both sides have in common for the way there and back does not count."""
    others = [echo + cost for cost in costs]
    scaled = [echo + factor * cost for cost in costs]
    assert math.exp(pair_ratio(scaled, others, echo)) == pytest.approx(factor, rel=1e-6)


def test_a_phase_that_both_share_leaves_the_ratio_alone() -> None:
    """Windows that all cost twice as much for a while change nothing."""
    phases = [1, 1, 2, 2, 2, 2, 1]
    first = [3.0 * phase for phase in phases]
    second = [2.0 * phase for phase in phases]
    assert math.exp(pair_ratio(first, second, 0.0)) == pytest.approx(1.5)


def test_what_is_cheaper_than_the_echo_still_has_a_ratio() -> None:
    """A side that seems to cost less than nothing is very cheap, and no error."""
    assert pair_ratio([1.0, 1.0], [3.0, 3.0], 2.0) < -5


@given(st.lists(_RATIOS, min_size=2, max_size=40))
def test_an_interval_holds_its_middle_and_moves_with_its_values(
    values: list[float],
) -> None:
    """It lies around its estimate, and a constant added to all moves all of it."""
    found = interval(values)
    assert found.low < found.mid < found.high
    assert min(values) - 1e-9 <= found.mid <= max(values) + 1e-9
    moved = interval([value + 1 for value in values])
    for before, after in zip(
        (found.low, found.mid, found.high),
        (moved.low, moved.mid, moved.high),
        strict=True,
    ):
        assert after == pytest.approx(before + 1, abs=1e-6)


def test_an_interval_of_few_values_is_students() -> None:
    """For 1, 2, 3, 4, 5 it is 3 ± 4.604 · 1.581 / √5, as tables have it."""
    found = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    half = 4.604 * math.sqrt(2.5) / math.sqrt(5)
    assert found.mid == 3
    assert (found.low, found.high) == pytest.approx((3 - half, 3 + half))


def test_an_interval_of_many_values_is_trimmed() -> None:
    """From seven values on, by Yuen: the ends weigh as much as their neighbours."""
    values = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 9.0]
    found = interval(values)
    kept = values[1:-1]
    winsorized = [0.1, *kept, 0.6]
    half = 4.032 * statistics.stdev(winsorized) / (6 / 8 * math.sqrt(8))
    assert found.mid == pytest.approx(statistics.fmean(kept))
    assert (found.low, found.high) == pytest.approx(
        (found.mid - half, found.mid + half)
    )


def test_one_wild_pair_of_eight_does_not_matter_how_wild() -> None:
    """An outlier is as good as any other value beyond the others."""
    others = [0.0, 0.01, -0.01, 0.02, -0.02, 0.005, -0.005]
    assert interval([*others, 0.1]) == interval([*others, 5.0])


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 2,000 intervals of drawn normal values some 99 in 100 hold their mean."""
    source = random.Random(3)
    for count in (3, 5, 8, 12):
        held = 0
        for _ in range(2_000):
            found = interval([source.gauss(0.5, 0.1) for _ in range(count)])
            held += found.low <= 0.5 <= found.high
        assert held >= 1_960, count


def test_pairs_that_agree_by_chance_are_not_believed_to_the_last_digit() -> None:
    """Equal values have an interval of some width all the same."""
    found = interval([0.2, 0.2, 0.2])
    assert found.high - found.low > 0.03


def test_the_smallest_difference_is_half_an_interval() -> None:
    """What the doctor says can be told apart is what an interval is wide."""
    values = [0.0, 0.1, 0.2, 0.3, 0.4]
    found = interval(values)
    half = smallest_difference(statistics.stdev(values), len(values))
    assert found.high - found.mid == pytest.approx(half)
    assert smallest_difference(0.02, 16) < smallest_difference(0.02, 8)


@pytest.mark.parametrize(
    ("low", "mid", "high", "expected"),
    [
        (1.05, 1.10, 1.16, Difference.SLOWER),
        (0.85, 0.90, 0.95, Difference.FASTER),
        (0.96, 1.00, 1.04, Difference.SAME),
        # It excludes 1, but by less than anybody should act on.
        (1.005, 1.02, 1.03, Difference.SAME),
        (0.90, 1.00, 1.11, Difference.UNDECIDED),
        (0.99, 1.05, 1.12, Difference.UNDECIDED),
    ],
)
def test_a_difference_is_claimed_only_where_there_is_one(
    low: float, mid: float, high: float, expected: Difference
) -> None:
    """Slower and faster exclude 1 by enough, the same is narrow, else it is open."""
    assert difference(Interval(low, mid, high)) is expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.9, 1.25, True), (1.26, 1.4, False), (1.2, 1.3, None)],
)
def test_a_bar_is_cleared_by_a_whole_interval(
    low: float, high: float, expected: bool | None
) -> None:
    """While the interval holds the bar, nothing is said."""
    assert is_at_most(Interval(low, (low + high) / 2, high), 1.25) is expected


@given(st.floats(-2, 3), st.floats(-5, 5))
def test_a_slope_is_the_exponent_of_a_power(exponent: float, start: float) -> None:
    """Ratios that grow with a power of the size have that power as their slope."""
    sizes = [1_000, 10_000, 100_000]
    ratios = [start + exponent * math.log(size) for size in sizes]
    assert slope(sizes, ratios) == pytest.approx(exponent, abs=1e-9)


def test_a_logarithm_more_than_the_model_answer_is_kept() -> None:
    """From 1e3 to 1e5, n log n beside n has an exponent well below the limit."""
    sizes = [1_000, 10_000, 100_000]
    ratios = [math.log(math.log2(size)) for size in sizes]
    found = slope(sizes, ratios)
    assert 0.1 < found < 0.13
    assert is_kept(Interval(found - 0.05, found, found + 0.05)) is True
    assert is_kept(Interval(0.9, 1.0, 1.1)) is False
    assert is_kept(Interval(0.2, MAX_KEPT_EXPONENT, 0.3)) is None


@pytest.mark.parametrize(
    ("exponent", "model", "words"),
    [
        ((-0.02, 0.0, 0.02), Growth.LINEAR, "linear or n log n"),
        ((0.1, 0.12, 0.14), Growth.LINEAR, "linear or n log n"),
        ((-0.02, 0.0, 0.02), Growth.LOGARITHMIC, "flat or logarithmic"),
        ((0.9, 1.0, 1.1), Growth.FLAT, "linear or n log n"),
        ((0.9, 1.0, 1.1), Growth.LINEAR, "quadratic"),
        ((1.9, 2.0, 2.1), Growth.LINEAR, "cubic"),
        ((0.4, 0.5, 0.6), Growth.LINEAR, "between linear or n log n and quadratic"),
        ((0.6, 0.8, 1.0), Growth.LINEAR, "between linear or n log n and quadratic"),
        ((2.9, 3.0, 3.1), Growth.LINEAR, "faster than cubic"),
        ((-1.4, -1.3, -1.3), Growth.LINEAR, "falling"),
        ((-0.5, 0.5, 1.5), Growth.LINEAR, "undecided"),
        ((-1.1, -1.0, -0.9), Growth.LINEAR, "flat or logarithmic"),
    ],
)
def test_a_growth_is_named_where_its_interval_allows_no_other(
    exponent: tuple[float, float, float], model: Growth, words: str
) -> None:
    """A class, or the two between which it lies, or that it cannot be told."""
    assert growth_in_words(Interval(*exponent), model) == words


@given(st.floats(-1.2, 3.2), st.floats(0.001, 2), st.sampled_from(Growth))
def test_no_growth_is_given_a_wrong_name(
    truth: float, half: float, model: Growth
) -> None:
    """A class is named only if the truth in the interval is nearer to it than 0.5."""
    words = growth_in_words(Interval(truth - half, truth, truth + half), model)
    own = {"flat": 0, "logarithmic": 0, "linear": 1, "n log n": 1}.get(model.value)
    own = own if own is not None else {"quadratic": 2, "cubic": 3}[model.value]
    named = {
        "flat or logarithmic": 0,
        "linear or n log n": 1,
        "quadratic": 2,
        "cubic": 3,
    }.get(words)
    if named is not None:
        assert abs(own + truth - named) < 0.5
