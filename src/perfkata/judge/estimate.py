"""What measured costs say: a ratio with its interval, and how a cost grows.

Everything here is arithmetic on numbers that were recorded; nothing reads a clock.

A *pair* is two processes whose windows alternate. A machine has fast and slow phases of
seconds, in which the same Python costs up to twice as much, so a pair's ratio is the
median over neighbouring windows, which share a phase. (The ratio of minima was off by
more than half where only one side had a window in a fast phase; the median of the same
24 windows of 8 ms by 4 % at most. Measured on a virtual machine that shares its cores.)

A process has a speed of its own, some 2 % apart from that of another which does the
same, so intervals rest on the spread between pairs. They are those of Student's t at
99 %; from seven pairs on, the lowest and the highest pair count as much as their
neighbours do. An interval that is looked at again after more pairs is a little too
narrow; 99 % instead of 95 % makes up for that.

Source: K. K. Yuen, "The two-sample trimmed t for unequal population variances",
Biometrika 61 (1974); J. W. Tukey, D. H. McLaughlin, Sankhya A 25 (1963).
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from perfkata.catalog import Growth

__all__ = [
    "MAX_KEPT_EXPONENT",
    "SAME_WITHIN",
    "SMALLEST_DIFFERENCE",
    "Difference",
    "Interval",
    "difference",
    "growth_in_words",
    "interval",
    "is_at_most",
    "is_kept",
    "pair_ratio",
    "slope",
    "smallest_difference",
]

# Student's t at 99 %, two-sided, by degrees of freedom. Source: NIST/SEMATECH
# e-Handbook of Statistical Methods, 1.3.6.7.2.
_STUDENT_T = (
    *(63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169),
    *(3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845),
    *(2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.750),
)
_STUDENT_T_OF_MANY = 2.576
_MIN_TRIMMED = 7
# Pairs that agree by chance better than this agree no better.
_MIN_SPREAD = 0.004
# What is closer than this is no difference that anybody should act on.
SMALLEST_DIFFERENCE = 0.03
SAME_WITHIN = 0.07
# A growth of n log n beside a linear one has an exponent of 0.12 from 1e3 to 1e5.
MAX_KEPT_EXPONENT = 0.25
# So far around its class a growth is called by that name.
_REACH = MAX_KEPT_EXPONENT
_EXPONENTS = {
    Growth.FLAT: 0,
    Growth.LOGARITHMIC: 0,
    Growth.LINEAR: 1,
    Growth.LINEARITHMIC: 1,
    Growth.QUADRATIC: 2,
    Growth.CUBIC: 3,
}
# Time alone cannot tell the two of a pair apart: caches grow a cost by more than log.
_CLASSES = ("flat or logarithmic", "linear or n log n", "quadratic", "cubic")


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and what it is likely to lie between."""

    low: float
    mid: float
    high: float

    def exp(self) -> Interval:
        """Return the interval of a ratio from that of its logarithm."""
        return Interval(math.exp(self.low), math.exp(self.mid), math.exp(self.high))


class Difference(Enum):
    """What can be said of a cost beside another."""

    FASTER = "faster"
    SAME = "same"
    SLOWER = "slower"
    UNDECIDED = "undecided"


def pair_ratio(
    costs_s: Sequence[float], other_costs_s: Sequence[float], echo_s: float
) -> float:
    """Return the logarithm of the ratio of two costs in one pair of processes.

    Args:
        costs_s: What each window cost.
        other_costs_s: What the neighbouring windows of the other process cost.
        echo_s: What of both is only the way there and back.
    """
    # However fast it is, it did something.
    least_s = echo_s * 1e-3 + 1e-9
    return statistics.median(
        math.log(max(cost_s - echo_s, least_s) / max(other_s - echo_s, least_s))
        for cost_s, other_s in zip(costs_s, other_costs_s, strict=True)
    )


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of what pairs gave and its 99 % interval; two pairs at least.

    Example:
        >>> interval([0.0, 0.5, 1.0]).mid
        0.5
    """
    ordered = sorted(values)
    num_cut = _num_cut(len(ordered))
    kept = ordered[num_cut : len(ordered) - num_cut]
    winsorized = [kept[0]] * num_cut + kept + [kept[-1]] * num_cut
    mid = statistics.fmean(kept)
    half = smallest_difference(statistics.stdev(winsorized), len(ordered))
    return Interval(mid - half, mid, mid + half)


def smallest_difference(spread: float, count: int) -> float:
    """Return the half of an interval's width: less than that cannot be told apart.

    Args:
        spread: The standard deviation between pairs.
        count: How many pairs there are.
    """
    num_kept = count - 2 * _num_cut(count)
    error = max(spread, _MIN_SPREAD) * math.sqrt(count) / num_kept
    return _student_t(num_kept - 1) * error


def _num_cut(count: int) -> int:
    """Return how many values are cut off at either end."""
    return 0 if count < _MIN_TRIMMED else 1


def _student_t(degrees: int) -> float:
    return _STUDENT_T[degrees - 1] if degrees <= len(_STUDENT_T) else _STUDENT_T_OF_MANY


def difference(ratio: Interval) -> Difference:
    """Say whether a cost differs from the other, by the interval of their ratio."""
    log_mid = math.log(ratio.mid)
    if ratio.low > 1 and log_mid > SMALLEST_DIFFERENCE:
        return Difference.SLOWER
    if ratio.high < 1 and log_mid < -SMALLEST_DIFFERENCE:
        return Difference.FASTER
    if math.log(ratio.low) > -SAME_WITHIN and math.log(ratio.high) < SAME_WITHIN:
        return Difference.SAME
    return Difference.UNDECIDED


def is_at_most(ratio: Interval, bar: float) -> bool | None:
    """Whether a ratio clears a bar; None while the interval holds the bar."""
    if ratio.high <= bar:
        return True
    return False if ratio.low > bar else None


def slope(sizes: Sequence[float], log_ratios: Sequence[float]) -> float:
    """Return the exponent with which a ratio grows, by least squares on both logs.

    Example:
        >>> round(slope([10, 100, 1000], [0.0, math.log(10), math.log(100)]), 9)
        1.0
    """
    logs = [math.log(size) for size in sizes]
    return statistics.linear_regression(logs, log_ratios).slope


def is_kept(exponent: Interval) -> bool | None:
    """Whether a cost grows no faster than the model answer's; None if unclear."""
    return is_at_most(exponent, MAX_KEPT_EXPONENT)


def growth_in_words(exponent: Interval, model: Growth) -> str:
    """Name the class of a growth, or the two between which it lies, or neither.

    Args:
        exponent: Of the ratio to the model answer's cost.
        model: How the model answer's cost grows.
    """
    own = _EXPONENTS[model]
    low, high = own + exponent.low, own + exponent.high
    for number, name in enumerate(_CLASSES):
        if number - _REACH < low and high < number + _REACH:
            return name
    for number, (name, above) in enumerate(itertools.pairwise(_CLASSES)):
        if number - _REACH < low and high < number + 1 + _REACH:
            return f"between {name} and {above}"
    if low > len(_CLASSES) - 1 - _REACH:
        return f"faster than {_CLASSES[-1]}"
    if high < -_REACH:
        return "falling"
    return "undecided"
