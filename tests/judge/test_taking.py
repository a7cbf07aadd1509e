"""Taking windows: who runs when and on what, and what becomes of a busy machine."""

from __future__ import annotations

import itertools
import math
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perfkata.judge import taking as module
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Step, Workload, call
from perfkata.judge.rounds import ECHO, echo_of
from perfkata.judge.sandbox import Limits
from perfkata.judge.taking import Cell, Taking, draw_steps, take_pairs, take_round
from tests.judge.made_up import (
    MADE_UP,
    MadeUpRound,
    MadeUpTaking,
    side,
    size_of,
)

_SIDES = (side("first"), side("second"))
_NAMES = ("first", "second")
_PATIENT = Limits(patience=500)
_BURNS = """\
import time

def burns(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
"""
_WORKS_FOR_EVER = """\
import os, sys

os.sched_setaffinity(0, {int(sys.argv[1])})
print(flush=True)
while True:
    pass
"""


@given(size=st.integers(10, 100_000), seed=st.text(), num_runs=st.integers(1, 5))
def test_what_is_drawn_differs_by_a_tenth_at_most(
    size: int, seed: str, num_runs: int
) -> None:
    """A window has its runs, each of a size of its own within a tenth of the cell's."""
    steps = draw_steps(MADE_UP, Cell(size, num_runs, 1, _NAMES), seed)
    assert len(steps) == num_runs
    for step in steps:
        assert round(0.9 * size) <= size_of(step) <= round(1.1 * size)


@given(seed=st.text(), attempts=st.sets(st.integers(0, 9), min_size=2))
def test_a_seed_draws_the_same_and_each_attempt_others(
    seed: str, attempts: set[int]
) -> None:
    """The inputs of a window come from its seed and attempt, and are like no others."""
    cell = Cell(1_000, 3, 1, _NAMES)
    drawn = [draw_steps(MADE_UP, cell, seed, attempt) for attempt in attempts]
    assert drawn == [draw_steps(MADE_UP, cell, seed, attempt) for attempt in attempts]
    expected = [step.expectation for steps in drawn for step in steps]
    assert all(one != other for one, other in itertools.combinations(expected, 2))


def test_a_function_that_cannot_draw_is_an_error_of_the_question() -> None:
    """The measure and the exception are named."""

    def fails(size: int, source: random.Random) -> Step:
        raise IndexError("no item")

    cell = Cell(10, 1, 1, _NAMES)
    said = "the measure cost cannot be drawn: IndexError: no item"
    with pytest.raises(GraderError, match=said):
        draw_steps(Workload("cost", "Fails.", fails), cell, "1")


def test_a_decision_rests_on_three_pairs_where_addresses_are_fixed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where they are not, processes differ by so much that it rests on eight."""

    @contextmanager
    def layout(is_fixed: bool) -> Iterator[bool]:
        yield is_fixed

    for is_fixed, fewest in ((True, 3), (False, 8)):
        monkeypatch.setattr(
            module, "fixed_layout", lambda known=is_fixed: layout(known)
        )
        made = Taking(1)
        assert (made.is_layout_fixed, made.fewest_pairs) == (is_fixed, fewest)


def test_a_round_may_show_that_addresses_are_not_fixed() -> None:
    """What a round's own processes show weighs more than what the system answered."""
    cell = Cell(10, 1, 1, _NAMES)
    everyone = (*_SIDES, echo_of(_SIDES[0].job))
    taking = MadeUpTaking(1)
    taking.is_layout_fixed = True
    for has_layout, fewest in ((True, 3), (False, 8), (True, 8)):
        taking.has_layout = has_layout
        take_round(taking, everyone, [cell], MADE_UP, 0)
        assert taking.fewest_pairs == fewest


def test_a_round_has_its_seed_and_a_cpu_that_may_be_used() -> None:
    """Rounds of one number have one seed, other rounds and gradings have others."""
    first, second = Taking(1, _PATIENT), Taking(2, _PATIENT)
    seeds = [
        made.round(_SIDES, number).seed
        for made in (first, second)
        for number in (-1, 0, 1)
    ]
    assert len(set(seeds)) == len(seeds)
    assert first.round(_SIDES, 0).seed == seeds[1]
    made = first.round(_SIDES, 0)
    assert (made.sides, made.limits) == (_SIDES, _PATIENT)
    assert made.cpu in os.sched_getaffinity(0)


def _repeated(
    flags: list[bool], num_repeats: int
) -> tuple[MadeUpTaking, MadeUpRound, list[list[bool]]]:
    """Take repeats while windows are disturbed as told, then never more.

    Returns:
        What took them, the round, and for each repeat what was said of its attempts.
    """
    rest = iter(flags)
    said: list[bool] = []

    def is_disturbed() -> bool:
        said.append(next(rest, False))
        return said[-1]

    taking = MadeUpTaking(1, disturbances=is_disturbed)
    made = taking.round(_SIDES, 0)
    cell = Cell(100, 2, 1, _NAMES)
    attempts = []
    for index in range(num_repeats):
        before = len(said)
        taking.repeat(
            made, cell, _NAMES, lambda attempt: draw_steps(MADE_UP, cell, "", attempt)
        )
        attempts.append(said[before:])
        assert len(attempts) == index + 1
    return taking, made, attempts


@example([True] * 20, 12)
@example([True, True, False] * 9, 9)
@given(st.lists(st.booleans(), max_size=40), st.integers(1, 12))
def test_a_disturbed_window_is_taken_again(flags: list[bool], num_repeats: int) -> None:
    """Twice at most; then it counts, and after three that did, each counts at once."""
    taking, made, attempts = _repeated(flags, num_repeats)
    num_in_vain = 0
    for said in attempts:
        assert 1 <= len(said) <= (3 if num_in_vain < 3 else 1)
        assert all(said[:-1]), "what was not disturbed was taken again"
        assert not said[-1] or len(said) == 3 or num_in_vain >= 3
        num_in_vain += said[-1]
    assert taking.is_disturbed is (num_in_vain > 0)
    assert taking.num_repeats == len(made.asked) == sum(map(len, attempts))
    assert taking.num_disturbed == sum(map(sum, attempts))


def test_windows_are_taken_again_on_other_inputs() -> None:
    """What was disturbed is asked something else, and the last window counts."""
    costs = iter([0.3, 0.3, 0.2, 0.2, 0.5, 0.5])
    taking = MadeUpTaking(
        1,
        disturbances=iter([True, True, False]).__next__,
        run_cost=lambda name, size: next(costs),
    )
    made = taking.round(_SIDES, 0)
    cell = Cell(100, 1, 1, _NAMES)

    def draw(attempt: int) -> list[Step]:
        return draw_steps(MADE_UP, cell, "seed", attempt)

    assert taking.repeat(made, cell, _NAMES, draw) == {"first": 0.5, "second": 0.5}
    assert [steps for steps, _, _ in made.asked] == [
        tuple(draw(attempt)) for attempt in range(3)
    ]
    assert not taking.is_disturbed


def test_a_window_has_room_for_runs_that_just_reached_the_size() -> None:
    """What took less than 2 s in the trial is stopped at 4 s a run, not before."""
    taking = MadeUpTaking(1)
    made = taking.round(_SIDES, 0)
    cell = Cell(100, 5, 1, _NAMES)
    taking.repeat(made, cell, _NAMES, lambda attempt: draw_steps(MADE_UP, cell, ""))
    assert [limit_s for _, _, limit_s in made.asked] == [20.0]


_CELLS = st.lists(
    st.builds(
        Cell,
        size=st.sampled_from([10, 1_000, 100_000]),
        num_runs=st.integers(1, 3),
        num_repeats=st.integers(1, 8),
        names=st.sampled_from([("first",), _NAMES]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda cell: cell.size,
)


@given(cells=_CELLS, number=st.integers(0, 20))
def test_a_round_goes_through_its_cells(cells: list[Cell], number: int) -> None:
    """Each cell has its windows of each side, of the echo three, and no two inputs."""
    taking = MadeUpTaking(1, run_cost=lambda name, size: len(name) * size * 1e-6)
    everyone = (*_SIDES, echo_of(_SIDES[0].job))
    found = take_round(taking, everyone, cells, MADE_UP, number)
    ((its_number, made),) = taking.rounds
    assert (its_number, made.was_left) == (number, True)
    assert found.keys() == {cell.size for cell in cells}
    for cell in cells:
        windows = found[cell.size]
        assert windows.keys() == {*cell.names, ECHO}
        for name in cell.names:
            assert len(windows[name]) == cell.num_repeats
        assert len(windows[ECHO]) == min(cell.num_repeats, 3)
    drawn = [step for steps, _, _ in made.asked for step in steps]
    assert len({step.call.arguments for step in drawn}) == len(drawn)


@given(cells=_CELLS)
def test_the_order_turns_round_at_every_size(cells: list[Cell]) -> None:
    """Whoever was first in a repeat is last in the next at that size: A B B A."""
    taking = MadeUpTaking(1)
    everyone = (*_SIDES, echo_of(_SIDES[0].job))
    take_round(taking, everyone, cells, MADE_UP, 0)
    ((_, made),) = taking.rounds
    for cell in cells:
        orders = [
            [name for name in names if name != ECHO]
            for steps, names, _ in made.asked
            if cell.size * 0.8 < size_of(steps[0]) < cell.size * 1.2
        ]
        assert len(orders) == cell.num_repeats
        for before, after in itertools.pairwise(orders):
            assert after == before[::-1]


def test_rounds_of_other_numbers_measures_and_seeds_get_other_inputs() -> None:
    """Nothing that a side may have kept from one round is of use in another."""
    cell = Cell(1_000, 1, 2, _NAMES)
    everyone = (*_SIDES, echo_of(_SIDES[0].job))
    other = Workload("other", "The same under another name.", MADE_UP.draw)
    drawn: list[object] = []
    for seed, workload, number in (
        *((1, MADE_UP, 0), (1, MADE_UP, 1)),
        *((1, other, 0), (2, MADE_UP, 0)),
    ):
        taking = MadeUpTaking(seed)
        take_round(taking, everyone, [cell], workload, number)
        ((_, made),) = taking.rounds
        drawn += [step.call.arguments for steps, _, _ in made.asked for step in steps]
    assert len(set(drawn)) == len(drawn) == 8


@given(factor=st.floats(0.01, 100), echo=st.floats(0, 1e-3), pairs=st.integers(1, 4))
def test_pairs_give_the_ratio_of_two_sides(
    factor: float, echo: float, pairs: int
) -> None:
    """Each pair is a round of its own, and its ratio is that beyond the echo."""
    costs = {"first": factor / 100, "second": 0.01, ECHO: 0.0}
    taking = MadeUpTaking(1, run_cost=lambda name, size: echo + costs[name])
    heard: list[int] = []
    ratios = take_pairs(
        taking,
        _SIDES,
        MADE_UP,
        1_000,
        num_runs=2,
        num_pairs=pairs,
        on_pair=heard.append,
    )
    assert ratios == pytest.approx([math.log(factor)] * pairs, abs=1e-6)
    assert heard == [number for number, _ in taking.rounds] == list(range(pairs))
    for _, made in taking.rounds:
        assert [len(steps) for steps, _, _ in made.asked] == [2] * 8


@contextmanager
def busy(cpu: int) -> Iterator[None]:
    """Keep a CPU busy with two processes that do nothing else."""
    with ExitStack() as stack:
        for _ in range(2):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-S", "-c", _WORKS_FOR_EVER, str(cpu)],
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None and process.stdout.readline() == b"\n"
        yield


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux pins processes")
def test_a_busy_cpu_is_noticed() -> None:
    """A window that shares its CPU is taken again, or it is said that it counted."""
    taking = Taking(1, _PATIENT)
    cell = Cell(10, 1, 1, ("burning",))
    with taking.round([side("burning", _BURNS)], 0) as round_:
        assert round_.cpu is not None
        with busy(round_.cpu):
            taking.repeat(
                round_,
                cell,
                cell.names,
                lambda attempt: [call("burns", 0.1).gives(None)],
            )
    assert taking.num_disturbed >= 1
    assert taking.num_repeats > 1 or taking.is_disturbed
