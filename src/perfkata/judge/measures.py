"""Measures a submission beside the rungs of its question, and says where it stands.

The submission and the model answer run at every size of a measure, a further rung at
the largest that it and the submission reach (the words are those of `taking`). Each
round gives a ratio to every rung, and the exponent with which the ratio to the model
answer grows; what is decided rests on the spread between rounds (see `estimate`).

What is far from every bar is decided after three rounds. What is near the submission
gets eight, and where a bar or the growth is still in doubt, more, until time is up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from perfkata.catalog import Bar, Measure
from perfkata.judge import estimate
from perfkata.judge.errors import GraderError
from perfkata.judge.estimate import Interval
from perfkata.judge.grading import Workload
from perfkata.judge.report import (
    Cause,
    Cost,
    GrowthFound,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Memory,
    Standing,
)
from perfkata.judge.rounds import ECHO, Side, SideFailedError, echo_of
from perfkata.judge.taking import (
    FEWEST_PAIRS,
    MAX_RUN_S,
    NUM_REPEATS,
    Cell,
    Taking,
    draw_steps,
    ratio_in,
    take_round,
)
from perfkata.judge.why import find_why

__all__ = ["MAX_ECHO_SHARE", "MAX_PAIRS", "SUBMISSION", "WINDOW_S", "MeasureRun"]

SUBMISSION = "submission"
# What is nearer than this gets as many pairs as it takes to tell it apart.
_NEAR = 1.3
MAX_PAIRS = 16
_NUM_LONG_REPEATS = 5
_LONG_WINDOW_S = 0.03
WINDOW_S = 0.008
_MAX_RUNS = 64
_MAX_ROUND_S = 0.6
# Less than the fewest pairs decide nothing, so they may take this much longer.
_GRACE_S = 5.0
MAX_ECHO_SHARE = 0.2
# An interval as narrow as this that still holds a bar will hardly get off it.
_NARROW = 0.05


@dataclass(slots=True)
class MeasureRun:
    """One measure of one submission.

    Attributes:
        measure: The measure's facts.
        workload: What it runs.
        submission: The submission.
        rungs: The ladder, the model answer last.
        taking: How windows are taken.
        until_s: When time is up, on the monotonic clock.
        on_progress: Hears what is being done.
        is_trusted: Whether the submission is ours. Only beside our own answers can the
            question be blamed for what the echo costs: a stranger may spoil its caches.
    """

    measure: Measure
    workload: Workload
    submission: Side
    rungs: tuple[Side, ...]
    taking: Taking
    until_s: float
    on_progress: Callable[[str], None] = lambda text: None
    is_trusted: bool = False
    _pilot_s: dict[str, dict[int, float]] = field(default_factory=dict)
    _cells: list[Cell] = field(default_factory=list)
    _sizes: dict[str, int] = field(default_factory=dict)
    _ratios: dict[str, list[float]] = field(default_factory=dict)
    _slopes: list[float] = field(default_factory=list)
    _least_s: dict[tuple[str, int], float] = field(default_factory=dict)
    _echo_shares: list[float] = field(default_factory=list)
    _is_time_up: bool = False

    def run(self) -> MeasureReport:
        """Measure, decide and report.

        Raises:
            GraderError: A rung gives no right answer, or the measure cannot be drawn.
            SandboxError: No worker starts.
        """
        started = time.monotonic()
        try:
            report = self._measured()
        except SideFailedError as error:
            if error.name != SUBMISSION:
                raise GraderError(
                    f"the rung {error.name} fails in the measure"
                    f" {self.measure.name}: {error.message}",
                    "mend it or the measure",
                ) from error
            report = self._report(
                MeasureVerdict.FAILED, f"{error.verdict.value}: {error.message}"
            )
        return msgspec.structs.replace(report, seconds=time.monotonic() - started)

    @property
    def _model(self) -> Side:
        return self.rungs[-1]

    def _say(self, text: str) -> None:
        self.on_progress(f"measuring {self.measure.name}: {text}")

    def _measured(self) -> MeasureReport:
        self._run_pilot()
        if not self._pilot_s[SUBMISSION]:
            verdict = MeasureVerdict.BELOW_FIRST_BAR
            report = self._report(verdict, self._told_where_it_stopped())
            return msgspec.structs.replace(report, cause=self._why())
        self._plan()
        number = 0
        while sides := self._wanted(number):
            begun = time.monotonic()
            self._say(f"pair {number + 1}")
            self._take(sides, number)
            number += 1
            if self._is_late(number, begun) and self._wanted(number):
                self._is_time_up = True
                break
        return self._decided()

    def _is_late(self, number: int, begun: float) -> bool:
        """Whether another round like the one that begun then would end too late."""
        now = time.monotonic()
        grace_s = 0.0 if number >= self.taking.fewest_pairs else _GRACE_S
        return now + (now - begun) > self.until_s + grace_s

    def _run_pilot(self) -> None:
        """Run everyone once at each size, to see who reaches it and what it costs."""
        sides = (self.submission, *self.rungs)
        self._pilot_s = {side.name: {} for side in sides}
        racing = [side.name for side in sides]
        with self.taking.round(sides, -1) as round_:
            for size in self.measure.sizes:
                self._say(f"trying {size:,}")
                cell = Cell(size, 1, 1, tuple(racing))
                seed = f"{self.taking.seed} {self.workload.name} pilot {size}"
                steps = draw_steps(self.workload, cell, seed)
                for name in tuple(racing):
                    try:
                        repeat = round_.repeat(steps, (name,), MAX_RUN_S)
                    except SideFailedError as error:
                        if error.verdict is not LevelVerdict.TOO_SLOW:
                            raise
                        racing.remove(name)
                    else:
                        self._pilot_s[name][size] = repeat.costs_s[name]
        if not self._pilot_s[self._model.name]:
            raise GraderError(
                f"the model answer takes more than {MAX_RUN_S:g} s for a run of the"
                f" measure {self.measure.name}",
                "make its sizes smaller",
            )

    def _plan(self) -> None:
        """Choose the rungs that matter, and lay out the cells."""
        model = self._model.name
        sizes = self._pilot_s[SUBMISSION].keys() & self._pilot_s[model].keys()
        for rung in self._rungs_that_matter():
            if reached := sizes & self._pilot_s[rung.name].keys():
                self._sizes[rung.name] = max(reached)
        for size in sizes:
            others = [
                name
                for name, its_size in self._sizes.items()
                if its_size == size and name != model
            ]
            self._cells.append(self._cell(size, (*others, SUBMISSION, model)))
        self._cells.sort(key=lambda cell: cell.size)

    def _rungs_that_matter(self) -> list[Side]:
        named = {bar.rung for bar in self.measure.bars}
        named |= {self.rungs[0].name, self._model.name}
        own = self._pilot_s[SUBMISSION]
        ratios: dict[str, float] = {}
        for rung in self.rungs:
            its = self._pilot_s[rung.name]
            if common := own.keys() & its.keys():
                ratios[rung.name] = own[max(common)] / its[max(common)]
        slower = [name for name, ratio in ratios.items() if ratio < 1]
        faster = [name for name, ratio in ratios.items() if ratio >= 1]
        named |= set(sorted(slower, key=ratios.__getitem__)[-1:])
        named |= set(sorted(faster, key=ratios.__getitem__)[:1])
        return [rung for rung in self.rungs if rung.name in named]

    def _cell(self, size: int, names: tuple[str, ...]) -> Cell:
        model_s = self._pilot_s[self._model.name][size]
        own_s = self._pilot_s[SUBMISSION][size]
        num_runs = math.ceil(WINDOW_S / model_s)
        if own_s * num_runs > _MAX_ROUND_S / NUM_REPEATS:
            num_runs = math.ceil(_MAX_ROUND_S / NUM_REPEATS / own_s)
        num_runs = max(1, min(num_runs, _MAX_RUNS))
        # A rung that is far off has few windows, so that the near ones get their pairs.
        slowest_s = max(self._pilot_s[name][size] for name in names)
        window_s = slowest_s * num_runs
        is_long = model_s * num_runs > _LONG_WINDOW_S
        num_repeats = min(
            _NUM_LONG_REPEATS if is_long else NUM_REPEATS,
            math.ceil(_MAX_ROUND_S / window_s),
        )
        return Cell(size, num_runs, num_repeats, names)

    def _wanted(self, number: int) -> list[Side]:
        """Return the sides of the next round; none if all is decided."""
        if number >= MAX_PAIRS:
            return []
        rungs = [
            rung
            for rung in self.rungs
            if rung.name in self._sizes and self._is_open(rung.name)
        ]
        model = self._model
        if model not in rungs and (rungs or self._is_growth_open()):
            # Every round has a ratio to the model answer.
            rungs.append(model)
        return [*rungs, self.submission] if rungs else []

    def _is_open(self, rung: str) -> bool:
        """Whether more pairs with a rung would help to say where the answer stands."""
        ratios = self._ratios.get(rung, [])
        if len(ratios) < self.taking.fewest_pairs:
            return True
        ratio = estimate.interval(ratios).exp()
        bar = self._bar(rung)
        if bar is not None and estimate.is_at_most(ratio, bar.at_most) is None:
            return not _is_narrow(ratio) or len(ratios) < FEWEST_PAIRS
        is_near = ratio.low < _NEAR and ratio.high > 1 / _NEAR
        return is_near and len(ratios) < FEWEST_PAIRS

    def _is_growth_open(self) -> bool:
        """Whether points hang on a growth that is not clear yet."""
        growth = self._growth()
        if growth is None or growth.is_kept is not None:
            return False
        return any(standing.is_cleared is not False for standing in self._standings())

    def _take(self, sides: Sequence[Side], number: int) -> None:
        cells = self._cells_with({side.name for side in sides})
        everyone = (*sides, echo_of(self._model.job))
        found = take_round(self.taking, everyone, cells, self.workload, number)
        for name, size in self._sizes.items():
            if name in found.get(size, {}):
                ratio = ratio_in(found[size], SUBMISSION, name)
                self._ratios.setdefault(name, []).append(ratio)
        if len(cells) == len(self._cells) > 1:
            model = self._model.name
            ratios = [ratio_in(found[cell.size], SUBMISSION, model) for cell in cells]
            sizes = [cell.size for cell in cells]
            self._slopes.append(estimate.slope(sizes, ratios))
        if largest := found.get(self.measure.sizes[-1]):
            echo_s = min(largest[ECHO])
            work_s = min(largest[self._model.name]) - echo_s
            self._echo_shares.append(echo_s / max(work_s, echo_s * MAX_ECHO_SHARE))
        for cell in cells:
            echo_s = min(found[cell.size][ECHO])
            for name in (SUBMISSION, self._model.name):
                cost_s = max(min(found[cell.size][name]) - echo_s, 0.0) / cell.num_runs
                key = name, cell.size
                self._least_s[key] = min(cost_s, self._least_s.get(key, math.inf))

    def _cells_with(self, names: set[str]) -> list[Cell]:
        """Return the cells of a round, those for the growth only until it is clear."""
        growth = self._growth()
        cells = self._cells
        if growth is not None and growth.is_kept is not None:
            wanted = {self._sizes[name] for name in names - {SUBMISSION}}
            cells = [cell for cell in cells if cell.size in wanted]
        return [
            replace(cell, names=tuple(name for name in cell.names if name in names))
            for cell in cells
        ]

    def _bar(self, rung: str) -> Bar | None:
        return next((bar for bar in self.measure.bars if bar.rung == rung), None)

    def _standings(self) -> tuple[Standing, ...]:
        standings = []
        for name, ratios in self._ratios.items():
            if len(ratios) < self.taking.fewest_pairs:
                continue
            ratio = estimate.interval(ratios).exp()
            bar = self._bar(name)
            standings.append(
                Standing(
                    rung=name,
                    size=self._sizes[name],
                    ratio=ratio.mid,
                    low=ratio.low,
                    high=ratio.high,
                    num_pairs=len(ratios),
                    at_most=None if bar is None else bar.at_most,
                    points=0 if bar is None else bar.points,
                    is_cleared=None if bar is None else self._is_cleared(bar, ratio),
                )
            )
        return tuple(standings)

    def _is_cleared(self, bar: Bar, ratio: Interval) -> bool | None:
        """Whether a bar is cleared; None if it cannot be told.

        An answer that is not there in time at a size that the rung reaches has missed
        the bar, however cheap it is at a smaller one, unless the limit stands below
        the bar.
        """
        is_cleared = estimate.is_at_most(ratio, bar.at_most)
        its_s, own_s = self._pilot_s[bar.rung], self._pilot_s[SUBMISSION]
        beyond = [its_s[size] for size in its_s if size not in own_s]
        if is_cleared is False or not beyond:
            return is_cleared
        return False if min(beyond) * bar.at_most < MAX_RUN_S else None

    def _growth(self) -> GrowthFound | None:
        if len(self._slopes) < self.taking.fewest_pairs:
            return None
        exponent = estimate.interval(self._slopes)
        return GrowthFound(
            exponent=exponent.mid,
            low=exponent.low,
            high=exponent.high,
            words=estimate.growth_in_words(exponent, self.measure.growth),
            is_kept=estimate.is_kept(exponent),
        )

    def _check_echo(self) -> None:
        """Check that a ratio is one of work, and not of the way there and back.

        Raises:
            GraderError: It is not.
        """
        share = min(self._echo_shares, default=0.0)
        if share > MAX_ECHO_SHARE and self.is_trusted:
            raise GraderError(
                f"in the measure {self.measure.name}, handing over and sending back"
                f" take {share:.0%} of the model answer's work",
                "let it do more with less: a workload can draw inputs and sum up"
                " answers beside the submission",
            )

    def _decided(self) -> MeasureReport:
        self._check_echo()
        standings = self._standings()
        growth = self._growth()
        states = self._states(standings, growth)
        cleared = [bar for bar in self.measure.bars if states[bar.rung]]
        in_doubt = [bar for bar in self.measure.bars if states[bar.rung] is None]
        stopped = self._told_where_it_stopped()
        is_cut = self._is_time_up and bool(in_doubt)
        report = self._report(
            self._verdict(standings, growth, states),
            "time was up before all was decided" if is_cut else stopped,
        )
        return msgspec.structs.replace(
            report,
            earned=sum(bar.points for bar in cleared),
            open_points=sum(bar.points for bar in in_doubt),
            rung=cleared[-1].rung if cleared else None,
            standings=standings,
            costs=self._costs(),
            growth=growth,
            memory=self._memory(),
            cause=self._why() if False in states.values() else None,
        )

    def _states(
        self, standings: Sequence[Standing], growth: GrowthFound | None
    ) -> dict[str, bool | None]:
        """Say of each bar, by its rung, whether it earns points; None if unclear."""
        known = {standing.rung: standing.is_cleared for standing in standings}
        states = {bar.rung: known.get(bar.rung) for bar in self.measure.bars}
        if self._is_too_fast(standings):
            return dict.fromkeys(states)
        if growth is not None and growth.is_kept is False:
            return dict.fromkeys(states, False)
        if growth is not None and growth.is_kept is None:
            return {
                rung: False if state is False else None
                for rung, state in states.items()
            }
        return states

    def _verdict(
        self,
        standings: Sequence[Standing],
        growth: GrowthFound | None,
        states: Mapping[str, bool | None],
    ) -> MeasureVerdict:
        if self._is_too_fast(standings):
            return MeasureVerdict.SUSPICIOUSLY_FAST
        in_doubt = {rung for rung, state in states.items() if state is None}
        if in_doubt:
            narrow = {
                standing.rung
                for standing in standings
                if _is_narrow(Interval(standing.low, standing.ratio, standing.high))
            }
            is_growth_open = growth is not None and growth.is_kept is None
            is_stopped = self._told_where_it_stopped() is not None
            if is_growth_open or is_stopped or not in_doubt <= narrow:
                return MeasureVerdict.UNDECIDED
            return MeasureVerdict.WITHIN_NOISE
        if any(states.values()):
            return MeasureVerdict.RUNG_REACHED
        return MeasureVerdict.BELOW_FIRST_BAR

    def _told_where_it_stopped(self) -> str | None:
        """Say at which size the submission was not there in time, if at any."""
        for size in self.measure.sizes:
            if size not in self._pilot_s[SUBMISSION]:
                return f"a run of size {size:,} takes more than {MAX_RUN_S:g} s"
        return None

    def _is_too_fast(self, standings: Sequence[Standing]) -> bool:
        floor = self.measure.floor
        return floor is not None and any(
            standing.rung == self._model.name and standing.high < floor
            for standing in standings
        )

    def _costs(self) -> tuple[Cost, ...]:
        return tuple(
            Cost(
                size=size,
                seconds=self._least_s.get((SUBMISSION, size)),
                model_seconds=self._least_s.get((self._model.name, size)),
            )
            for size in self.measure.sizes
        )

    def _why(self) -> Cause | None:
        self._say("looking for the reason")
        sizes = self.measure.sizes
        return find_why(self.submission, self._model, self.workload, sizes, self.taking)

    def _memory(self) -> Memory | None:
        """Return the peaks of fresh processes that do one run at the largest size."""
        size = self._cells[-1].size
        cell = Cell(size, 1, 1, (SUBMISSION, self._model.name, ECHO))
        seed = f"{self.taking.seed} {self.workload.name} memory"
        steps = draw_steps(self.workload, cell, seed)
        sides = (self.submission, self._model, echo_of(self._model.job))
        self._say("memory")
        with self.taking.round(sides, MAX_PAIRS) as round_:
            round_.repeat(steps, cell.names, 2 * MAX_RUN_S)
            peaks = [round_.peak_bytes(name) for name in cell.names]
        own, model, echo = peaks
        if own is None or model is None or echo is None:
            return None
        return Memory(size, max(own - echo, 0), max(model - echo, 0))

    def _report(
        self, verdict: MeasureVerdict, message: str | None = None
    ) -> MeasureReport:
        return MeasureReport(
            name=self.measure.name,
            title=self.measure.title,
            points=self.measure.points,
            verdict=verdict,
            message=message,
            is_disturbed=self.taking.is_disturbed,
            is_layout_fixed=self.taking.is_layout_fixed,
        )


def _is_narrow(ratio: Interval) -> bool:
    return math.log(ratio.high / ratio.low) < 2 * _NARROW
