"""Random inputs that can be made smaller: every draw is a recorded choice.

A generator asks a `Draw` for numbers; the draw records each as its distance from the
simplest one. Replaying a shorter or smaller record makes a simpler input by the same
generator, so a shrunk input keeps every rule that the generator keeps. (The idea is
Hypothesis's: D. R. MacIver, A. F. Donaldson, "Test-Case Reduction via Test-Case
Generation", ECOOP 2020.)
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = ["Draw", "shrink"]

_T = TypeVar("_T")


class Draw:
    """A source of choices: fresh ones from a seed, or a record that is replayed.

    Args:
        seed: Draws fresh choices; equal seeds draw equally on every machine.
        record: Replayed first; beyond it every choice is the simplest, if there is no
            seed.
    """

    def __init__(self, seed: str | None, record: Sequence[int] = ()) -> None:
        self._random = None if seed is None else random.Random(seed)
        self._record = record
        self.taken: list[int] = []

    def integer(self, low: int, high: int) -> int:
        """Draw an integer of a range, both ends in it; the simplest is nearest 0."""
        most = high - low
        if low > 0:
            return low + self._choose(most, lambda source: source.randint(0, most))
        if high < 0:
            return high - self._choose(most, lambda source: source.randint(0, most))
        choice = self._choose(
            most, lambda source: _folded(source.randint(low, high), high)
        )
        return choice if choice <= high else high - choice

    def boolean(self, chance: float = 0.5) -> bool:
        """Draw True with the given chance; the simplest is False."""
        return bool(self._choose(1, lambda source: int(source.random() < chance)))

    def choice(self, items: Sequence[_T]) -> _T:
        """Draw one of the items; the simplest is the first."""
        return items[self.integer(0, len(items) - 1)]

    def shuffled(self, items: Sequence[_T]) -> list[_T]:
        """Draw an order of the items; the simplest is the one that they have."""
        drawn = list(items)
        for index in range(len(drawn) - 1):
            other = self.integer(index, len(drawn) - 1)
            drawn[index], drawn[other] = drawn[other], drawn[index]
        return drawn

    def size(self, low: int, high: int) -> int:
        """Draw a size: every second time an end, a power of two or its neighbour."""
        edges = {low, low + 1, high}
        power = 1
        while power <= high + 1:
            edges |= {power - 1, power, power + 1}
            power *= 2
        known = sorted(edge for edge in edges if low <= edge <= high)

        def drawn(source: random.Random) -> int:
            if source.random() < 0.5:
                return source.choice(known) - low
            return source.randint(0, high - low)

        return low + self._choose(high - low, drawn)

    def _choose(self, most: int, fresh: Callable[[random.Random], int]) -> int:
        if most < 0:
            raise ValueError(f"an empty range was drawn from: {most + 1} choices")
        position = len(self.taken)
        if position < len(self._record):
            choice = min(self._record[position], most)
        elif self._random is not None:
            choice = fresh(self._random)
        else:
            choice = 0
        self.taken.append(choice)
        return choice


def _folded(value: int, high: int) -> int:
    """Order the values of a range around 0: 0 to `high`, then -1, -2 and so on."""
    return value if value >= 0 else high - value


def shrink(
    record: Sequence[int],
    still_fails: Callable[[Sequence[int]], Sequence[int] | None],
    *,
    max_attempts: int = 200,
    max_seconds: float = 3.0,
) -> tuple[int, ...]:
    """Make a record shorter and smaller while its input still fails.

    Args:
        record: Choices whose input fails.
        still_fails: Replays choices; returns those that were taken if the input
            fails, else None.
        max_attempts: How many inputs are tried.
        max_seconds: How long it goes on at most.

    Returns:
        The smallest record found, by length and then by its choices.
    """
    shrinker = _Shrinker(
        tuple(record), still_fails, max_attempts, time.monotonic() + max_seconds
    )
    before = None
    while before != shrinker.best and not shrinker.is_over:
        before = shrinker.best
        shrinker.delete_runs()
        shrinker.lower_choices()
        shrinker.delete_counted()
    return shrinker.best


@dataclass(slots=True)
class _Shrinker:
    """The best record so far, and what may still be spent on a better one."""

    best: tuple[int, ...]
    still_fails: Callable[[Sequence[int]], Sequence[int] | None]
    attempts_left: int
    deadline: float
    seen: set[tuple[int, ...]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        return self.attempts_left <= 0 or time.monotonic() > self.deadline

    def attempt(self, candidate: tuple[int, ...]) -> bool:
        """Keep a simpler record if its input still fails."""
        is_simpler = _key(candidate) < _key(self.best)
        if not is_simpler or candidate in self.seen or self.is_over:
            return False
        self.seen.add(candidate)
        self.attempts_left -= 1
        taken = self.still_fails(candidate)
        if taken is None or _key(tuple(taken)) >= _key(self.best):
            return False
        self.best = tuple(taken)
        return True

    def delete_runs(self) -> None:
        """Delete runs of choices, long ones first, from the end."""
        size = len(self.best) // 2
        while size and not self.is_over:
            start = len(self.best) - size
            while start >= 0:
                self.attempt(self.best[:start] + self.best[start + size :])
                start -= size
            size //= 2

    def lower_choices(self) -> None:
        """Lower each choice to the least with which the input still fails."""
        index = 0
        while index < len(self.best) and not self.is_over:
            if self.best[index] and not self._lowered(index, 0):
                passing = 0
                while index < len(self.best) and self.best[index] > passing + 1:
                    middle = (passing + self.best[index]) // 2
                    if not self._lowered(index, middle):
                        passing = middle
            index += 1

    def _lowered(self, index: int, choice: int) -> bool:
        return self.attempt((*self.best[:index], choice, *self.best[index + 1 :]))

    def delete_counted(self) -> None:
        """Lower a choice by one and delete some choices anywhere behind it."""
        for index in range(len(self.best)):
            for size in (1, 2, 3):
                start = index + 1
                while start + size <= len(self.best) and not self.is_over:
                    best = self.best
                    if index >= len(best) or not best[index]:
                        break
                    fewer = (*best[:index], best[index] - 1, *best[index + 1 : start])
                    if not self.attempt((*fewer, *best[start + size :])):
                        start += 1


def _key(record: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return len(record), record
