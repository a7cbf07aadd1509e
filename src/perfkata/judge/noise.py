"""How noisy this machine is: a comparison of a program with itself.

Whatever such a comparison finds beside a ratio of 1 is noise, so it tells how small a
difference between two programs can be seen here at all.
"""

from __future__ import annotations

import random
import secrets
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from perfkata.judge import estimate
from perfkata.judge.grading import Step, Workload, call
from perfkata.judge.rounds import Side
from perfkata.judge.session import Job
from perfkata.judge.taking import FEWEST_PAIRS, Taking, take_pairs
from perfkata.judge.turns import WAITING, turn

__all__ = ["Noise", "examine_noise"]

_GROUP_CLOCK = "the control group's, read from outside"
_PROCESS_CLOCK = "the process's own, read from outside"
_NUM_PAIRS = 2 * FEWEST_PAIRS
_SIZE = 60_000
_JOB = Job(
    source=b"""\
def sums(numbers):
    found = {}
    for number in numbers:
        found[number % 97] = found.get(number % 97, 0) + number
    return found
"""
)


@dataclass(frozen=True, slots=True)
class Noise:
    """What comparing a program with itself shows of a machine.

    Attributes:
        num_pairs: The pairs of processes that were compared.
        spread: The standard deviation of the logarithms of the pairs' ratios.
        smallest_difference: What the fewest pairs that decide can tell apart, as a
            share of the cost.
        is_layout_fixed: Whether all processes were placed at the same addresses.
        is_pinned: Whether both sides ran on one CPU.
        disturbed_share: The share of windows that other programs disturbed, 0 to 1.
        clock: What CPU times were read from.
        ratio: The ratio of both costs, which should be 1.
        low: The lower end of its interval.
        high: Its upper end.
    """

    num_pairs: int
    spread: float
    smallest_difference: float
    is_layout_fixed: bool
    is_pinned: bool
    disturbed_share: float
    clock: str
    ratio: float
    low: float
    high: float


def examine_noise(on_progress: Callable[[str], None]) -> Noise:
    """Compare a program with itself, as measures compare two.

    Cost: 16 pairs of processes, about ten seconds.

    Args:
        on_progress: Hears what is being done.

    Raises:
        SandboxError: No worker starts.
    """
    taking = Taking(secrets.randbits(48))
    sides = (Side("first", _JOB), Side("second", _JOB))

    def say_which(number: int) -> None:
        on_progress(f"comparing a program with itself: pair {number + 1}")

    with turn(lambda: on_progress(WAITING)):
        ratios = take_pairs(
            taking,
            sides,
            Workload("sums", "Sums of numbers by their remainders.", _draw),
            _SIZE,
            num_runs=1,
            num_pairs=_NUM_PAIRS,
            on_pair=say_which,
        )
    ratio = estimate.interval(ratios).exp()
    spread = statistics.stdev(ratios)
    return Noise(
        num_pairs=len(ratios),
        spread=spread,
        smallest_difference=estimate.smallest_difference(spread, FEWEST_PAIRS),
        is_layout_fixed=taking.is_layout_fixed,
        is_pinned=taking.is_pinned,
        disturbed_share=taking.num_disturbed / taking.num_repeats,
        clock=_GROUP_CLOCK if taking.has_group_clock else _PROCESS_CLOCK,
        ratio=ratio.mid,
        low=ratio.low,
        high=ratio.high,
    )


def _draw(size: int, source: random.Random) -> Step:
    numbers = source.choices(range(10_000), k=size)
    sums: dict[int, int] = {}
    for number in numbers:
        sums[number % 97] = sums.get(number % 97, 0) + number
    return call("sums", numbers).gives(sums)
