"""Takes windows of sides that run beside each other, and looks after the machine.

A *run* is one call at a size. A *window* holds as many runs as make its work long
enough to be read well. A *cell* is a size with the sides that run there. A *round*
starts a fresh process for each side (a *pair* for any two of them) and goes through its
cells several times, each time with other inputs and in the other order (A B B A …).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from perfkata.judge import estimate
from perfkata.judge.clock import QuietCpu
from perfkata.judge.grading import Step, Workload
from perfkata.judge.rounds import ECHO, Round, Side, echo_of
from perfkata.judge.sandbox import Layer, Limits, fixed_layout

__all__ = [
    "FEWEST_FAR_PAIRS",
    "FEWEST_PAIRS",
    "FEWEST_PAIRS_OF_ANY_LAYOUT",
    "MAX_RUN_S",
    "NUM_REPEATS",
    "NUM_RETAKES",
    "Cell",
    "Taking",
    "Windows",
    "draw_steps",
    "ratio_in",
    "take_pairs",
    "take_round",
]

# As many pairs as it takes to tell costs apart that are near each other.
FEWEST_PAIRS = 8
NUM_REPEATS = 8
# A side that takes longer for a run is not run at that size or a larger one.
MAX_RUN_S = 2.0
FEWEST_FAR_PAIRS = 3
# Where two in five processes are a third slower than the others, three say nothing.
FEWEST_PAIRS_OF_ANY_LAYOUT = 8
_NUM_ECHOES = 3
_SIZE_SPREAD = 0.1
NUM_RETAKES = 2
_MAX_IN_VAIN = 3
# What once took just less than the limit may take more the next time.
_ROOM = 2

# By side, what each window cost, in seconds of CPU time.
Windows = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A size, and what runs there in each round.

    Attributes:
        size: The size as it is declared; what is drawn differs by a tenth at most.
        num_runs: Runs in a window.
        num_repeats: Windows of each side in a round.
        names: The sides.
    """

    size: int
    num_runs: int
    num_repeats: int
    names: tuple[str, ...]


@dataclass(slots=True)
class Taking:
    """What windows are taken with, and how the machine behaved meanwhile.

    Attributes:
        seed: Draws inputs and hash seeds.
        limits: The safety net.
        layer: The layer to insist on.
        is_disturbed: Whether a window counted although other programs disturbed it.
        is_layout_fixed: Whether the system places processes at the same addresses.
        is_pinned: Whether all sides of a round run on one CPU.
        has_group_clock: Whether costs are CPU times of control groups.
        num_repeats: How many repeats there were, those in vain too.
        num_disturbed: How many of them were disturbed.
    """

    seed: int
    limits: Limits = field(default_factory=Limits)
    layer: Layer | None = None
    is_disturbed: bool = False
    is_layout_fixed: bool = True
    is_pinned: bool = True
    has_group_clock: bool = True
    num_repeats: int = 0
    num_disturbed: int = 0
    _num_in_vain: int = 0
    _quiet_cpu: QuietCpu = field(default_factory=QuietCpu)

    def __post_init__(self) -> None:
        with fixed_layout() as is_fixed:
            self.is_layout_fixed = is_fixed

    @property
    def fewest_pairs(self) -> int:
        """How many pairs a decision rests on at least."""
        if self.is_layout_fixed:
            return FEWEST_FAR_PAIRS
        return FEWEST_PAIRS_OF_ANY_LAYOUT

    def round(self, sides: Sequence[Side], number: int) -> Round:
        """Prepare a round on the CPU that has the least to do."""
        seed = random.Random(f"{self.seed} {number}").randrange(2**48)
        return Round(sides, seed, self.limits, self.layer, self._quiet_cpu.find())

    def repeat(
        self,
        round_: Round,
        cell: Cell,
        names: Sequence[str],
        draw: Callable[[int], list[Step]],
    ) -> dict[str, float]:
        """Take a window of each side; again, on other inputs, if one was disturbed."""
        attempt = 0
        while True:
            limit_s = _ROOM * MAX_RUN_S * cell.num_runs
            repeat = round_.repeat(draw(attempt), names, limit_s)
            self.num_repeats += 1
            if not repeat.is_disturbed:
                break
            self.num_disturbed += 1
            # Where so many were in vain, the next one would be as well.
            if attempt == NUM_RETAKES or self._num_in_vain >= _MAX_IN_VAIN:
                self._num_in_vain += 1
                self.is_disturbed = True
                break
            attempt += 1
        return dict(repeat.costs_s)


def draw_steps(
    workload: Workload, cell: Cell, seed: str, attempt: int = 0
) -> list[Step]:
    """Draw the runs of a window; others at each attempt.

    Raises:
        GraderError: The measure's function fails.
    """
    source = random.Random(f"{seed} {attempt}")
    least, most = (round(cell.size * (1 + sign * _SIZE_SPREAD)) for sign in (-1, 1))
    return [
        workload.drawn(source.randint(least, most), source)
        for _ in range(cell.num_runs)
    ]


def take_round(
    taking: Taking,
    sides: Sequence[Side],
    cells: Sequence[Cell],
    workload: Workload,
    number: int,
) -> dict[int, Windows]:
    """Run a round and return, by size and side, what each window cost."""
    found: dict[int, Windows] = {}
    with taking.round(sides, number) as round_:
        taking.is_layout_fixed &= round_.is_layout_fixed
        taking.is_pinned &= round_.cpu is not None
        taking.has_group_clock &= round_.has_group_clock
        for index in range(max(cell.num_repeats for cell in cells)):
            for cell in cells:
                if index >= cell.num_repeats:
                    continue
                names = (*cell.names, ECHO) if index < _NUM_ECHOES else cell.names
                turn = names if index % 2 == 0 else names[::-1]
                seed = f"{taking.seed} {workload.name} {number} {cell.size} {index}"
                draw = partial(draw_steps, workload, cell, seed)
                costs_s = taking.repeat(round_, cell, turn, draw)
                for name, cost_s in costs_s.items():
                    windows = found.setdefault(cell.size, {})
                    windows.setdefault(name, []).append(cost_s)
    return found


def ratio_in(windows: Windows, first: str, second: str) -> float:
    """Return the logarithm of the ratio of two sides' costs that a round gives."""
    return estimate.pair_ratio(windows[first], windows[second], min(windows[ECHO]))


def take_pairs(
    taking: Taking,
    sides: tuple[Side, Side],
    workload: Workload,
    size: int,
    *,
    num_runs: int,
    num_pairs: int = FEWEST_PAIRS,
    on_pair: Callable[[int], None] = lambda number: None,
) -> list[float]:
    """Compare two sides at one size, pair by pair.

    Args:
        taking: How windows are taken.
        sides: The two.
        workload: What they run.
        size: The size.
        num_runs: Runs in a window.
        num_pairs: How many pairs of processes are compared.
        on_pair: Called before each pair with its number, from 0.

    Returns:
        The logarithm of the first side's cost over the second's, for each pair.
    """
    names = tuple(side.name for side in sides)
    cell = Cell(size, num_runs, NUM_REPEATS, names)
    ratios = []
    for number in range(num_pairs):
        on_pair(number)
        everyone = (*sides, echo_of(sides[0].job))
        windows = take_round(taking, everyone, [cell], workload, number)[size]
        ratios.append(ratio_in(windows, *names))
    return ratios
