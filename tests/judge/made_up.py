"""Rounds whose costs are made up, where a test is of what becomes of the costs.

Nothing runs in them and no clock is read: a window costs what the test says that a run
of this side at this size costs, times its runs. What a size is called stands in the
call that `draw_made_up` draws.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from perfkata.judge.grading import Step, Workload, call
from perfkata.judge.report import LevelVerdict
from perfkata.judge.rounds import Repeat, Round, Side, SideFailedError
from perfkata.judge.session import Job
from perfkata.judge.taking import Taking

__all__ = [
    "MADE_UP",
    "MadeUpRound",
    "MadeUpTaking",
    "RunCost",
    "draw_made_up",
    "side",
    "size_of",
]

# By a side's name and the size that was drawn, what one run costs, in seconds.
RunCost = Callable[[str, int], float]


def draw_made_up(size: int, source: random.Random) -> Step:
    """A step that knows its size, and no other is like it."""
    number = source.getrandbits(64)
    return call("answer", size, number).gives(number)


MADE_UP = Workload("made_up", "Nothing at all.", draw_made_up)


def size_of(step: Step) -> int:
    """The size that a step was drawn for."""
    size: int = step.call.arguments[0]
    return size


def side(name: str, source: str = "") -> Side:
    """A side with this source."""
    return Side(name, Job(source.encode()))


@dataclass(slots=True)
class MadeUpRound(Round):
    """A round without processes.

    Attributes:
        run_cost: What a run costs.
        disturbances: Says of each repeat, in order, whether it was disturbed.
        peaks: The peak memory of each side; None where nobody knows.
        asked: The repeats that there were: their steps, sides and limit.
        was_left: Whether the round was ended.
        has_layout: Whether its processes are placed at the same addresses.
    """

    run_cost: RunCost = lambda name, size: 1.0
    disturbances: Callable[[], bool] = lambda: False
    peaks: Callable[[str], int | None] = lambda name: None
    asked: list[tuple[tuple[Step, ...], tuple[str, ...], float]] = field(
        default_factory=list
    )
    was_left: bool = False
    has_layout: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        self.was_left = True

    def repeat(
        self, steps: Sequence[Step], names: Sequence[str], cpu_limit_s: float
    ) -> Repeat:
        known = {side.name for side in self.sides}
        assert set(names) <= known and len(set(names)) == len(names)
        self.asked.append((tuple(steps), tuple(names), cpu_limit_s))
        costs_s: dict[str, float] = {}
        for name in names:
            costs_s[name] = sum(self.run_cost(name, size_of(step)) for step in steps)
            if costs_s[name] > cpu_limit_s:
                raise SideFailedError(name, LevelVerdict.TOO_SLOW, "it was too slow")
        return Repeat(costs_s, self.disturbances())

    @property
    def is_layout_fixed(self) -> bool:
        return self.has_layout

    def peak_bytes(self, name: str) -> int | None:
        return self.peaks(name)


@dataclass(slots=True)
class MadeUpTaking(Taking):
    """Takes windows of rounds that are made up.

    Attributes:
        run_cost: What a run costs.
        disturbances: Says of each repeat, in order, whether it was disturbed.
        peaks: The peak memory of each side; None where nobody knows.
        has_layout: Whether processes are placed at the same addresses.
        rounds: The rounds that there were, with their numbers.
    """

    run_cost: RunCost = lambda name, size: 1.0
    disturbances: Callable[[], bool] = lambda: False
    peaks: Callable[[str], int | None] = lambda name: None
    has_layout: bool = True
    rounds: list[tuple[int, MadeUpRound]] = field(default_factory=list)

    def round(self, sides: Sequence[Side], number: int) -> MadeUpRound:
        made = MadeUpRound(
            sides,
            number,
            self.limits,
            run_cost=self.run_cost,
            disturbances=self.disturbances,
            peaks=self.peaks,
            has_layout=self.has_layout,
        )
        self.rounds.append((number, made))
        return made
