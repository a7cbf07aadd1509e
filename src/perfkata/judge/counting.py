"""Measures by exact counts: what an answer takes of something that the grader counts.

No clock is read and no machine is too noisy: the same choices give the same count. So a
ratio is exact, one run of a size is enough, and a bar is cleared or missed for sure. It
is held at the largest size that the submission and the rung both reach.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType

import msgspec

from perfkata.catalog import Bar, Measure
from perfkata.judge import estimate, grading
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.estimate import Interval
from perfkata.judge.grading import Count, Counted
from perfkata.judge.report import (
    Cause,
    Cost,
    GrowthFound,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Standing,
)
from perfkata.judge.rounds import Side, SideFailedError
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import LoadError, NotAllowedError, Session
from perfkata.judge.steps import CaseFailedError
from perfkata.judge.stopped import StoppedError
from perfkata.judge.taking import MAX_RUN_S
from perfkata.judge.talk import CaseTalk

__all__ = ["CountRun", "Counts"]

# What was counted at each size that was reached, ascending.
Counts = Mapping[int, Count]


@dataclass(frozen=True, slots=True)
class CountRun:
    """One measure that counts, of one submission.

    Attributes:
        measure: The measure's facts.
        counted: What it counts.
        submission: The submission.
        rungs: The ladder, the model answer last.
        seed: Draws the inputs.
        load_model: Returns the model answer as a module of this side.
        limits: The safety net.
        layer: The layer to insist on.
        on_progress: Hears what is being done.
        known: Counts of rungs that are known already, by their names.
    """

    measure: Measure
    counted: Counted
    submission: Side
    rungs: tuple[Side, ...]
    seed: int
    load_model: Callable[[], ModuleType]
    limits: Limits = field(default_factory=Limits)
    layer: Layer | None = None
    on_progress: Callable[[str], None] = lambda text: None
    known: dict[str, Counts] = field(default_factory=dict)

    def run(self) -> MeasureReport:
        """Count, decide and report.

        Raises:
            GraderError: A rung gives no right answer, or what is counted is no count.
            SandboxError: No worker starts.
        """
        started = time.monotonic()
        self.count_rungs()
        try:
            own = self._counts(self.submission)
        except SideFailedError as error:
            message = f"{error.verdict.value}: {error.message}"
            report = self._report(MeasureVerdict.FAILED, message)
        else:
            report = self._decided(own)
        return msgspec.structs.replace(report, seconds=time.monotonic() - started)

    def count_rungs(self) -> None:
        """Count what the rungs take that are not known yet.

        Raises:
            GraderError: One gives no right answer.
        """
        for rung in self.rungs:
            if rung.name in self.known:
                continue
            try:
                self.known[rung.name] = self._counts(rung)
            except SideFailedError as error:
                raise GraderError(
                    f"the rung {rung.name} fails in the measure"
                    f" {self.measure.name}: {error.message}",
                    "mend it or the measure",
                ) from error
        model = self.rungs[-1].name
        if not self.known[model]:
            raise GraderError(
                f"the model answer takes more than {MAX_RUN_S:g} s for a run of the"
                f" measure {self.measure.name}",
                "make its sizes smaller",
            )

    def _counts(self, side: Side) -> dict[int, Count]:
        """Count what a side takes at each size; it ends where it is too slow.

        Raises:
            SideFailedError: It gives no right answer.
        """
        found: dict[int, Count] = {}
        job = replace(side.job, rules=())
        limits = replace(self.limits, cpu_s=MAX_RUN_S)
        try:
            with Session(job, limits, self.seed, self.layer) as session:
                session.load()
                for size in self.measure.sizes:
                    self.on_progress(
                        f"counting {self.measure.name}: {side.name}, {size:,}"
                    )
                    found[size] = self._count(session, size)
        except (LoadError, NotAllowedError) as error:
            raise SideFailedError(
                side.name, LevelVerdict.CRASHED, str(error)
            ) from error
        except (CaseFailedError, StoppedError) as error:
            if error.verdict is not LevelVerdict.TOO_SLOW:
                raise SideFailedError(
                    side.name, error.verdict, error.message
                ) from error
        return found

    def _count(self, session: Session, size: int) -> Count:
        name = self.measure.name
        source = random.Random(f"{self.seed} {name} {size}")
        with CaseTalk(session, load_model=self.load_model) as talk:
            solution = talk.begin()
            token = grading.current_solution.set(solution)
            try:
                amount = self.counted.count(solution, size, source)
                talk.settle()
            except (CaseFailedError, StoppedError, JudgeError, LoadError):
                raise
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                if solution.has_answers:
                    verdict = LevelVerdict.WRONG_ANSWER
                    raise CaseFailedError(verdict, what) from error
                raise GraderError(f"the measure {name} fails itself: {what}") from error
            finally:
                grading.current_solution.reset(token)
        count = amount if isinstance(amount, Count) else Count(amount)
        if type(count.amount) not in (int, float) or not count.amount >= 0:
            raise GraderError(
                f"the measure {name} counts {count.amount!r}", "return what was counted"
            )
        return count

    def _decided(self, own: Counts) -> MeasureReport:
        if not own:
            return self._report(
                MeasureVerdict.BELOW_FIRST_BAR, self._told_where_it_stopped(own)
            )
        standings = tuple(
            standing
            for rung in self.rungs
            if (standing := self._standing(rung.name, own)) is not None
        )
        if self._is_too_little(standings):
            report = self._report(MeasureVerdict.SUSPICIOUSLY_FAST)
            return msgspec.structs.replace(
                report,
                open_points=self.measure.points,
                standings=standings,
                costs=self._costs(own),
            )
        growth = self._growth(own)
        is_kept = growth is None or growth.is_kept is not False
        cleared = [each for each in standings if each.is_cleared and is_kept]
        is_missed = any(not each.is_cleared for each in standings if each.at_most)
        report = self._report(
            MeasureVerdict.RUNG_REACHED if cleared else MeasureVerdict.BELOW_FIRST_BAR,
            self._told_where_it_stopped(own),
        )
        return msgspec.structs.replace(
            report,
            earned=sum(each.points for each in cleared),
            rung=cleared[-1].rung if cleared else None,
            standings=standings,
            costs=self._costs(own),
            growth=growth,
            cause=_cause(own) if is_missed or not is_kept else None,
        )

    def _standing(self, rung: str, own: Counts) -> Standing | None:
        counts = self.known[rung]
        common = own.keys() & counts.keys()
        if not common:
            return None
        size = max(common)
        ratio = _ratio(own[size], counts[size])
        bar = self._bar(rung)
        is_beyond = max(counts) > max(own)
        return Standing(
            rung=rung,
            size=size,
            ratio=ratio,
            low=ratio,
            high=ratio,
            num_pairs=0,
            at_most=None if bar is None else bar.at_most,
            points=0 if bar is None else bar.points,
            is_cleared=(
                None if bar is None else ratio <= bar.at_most and not is_beyond
            ),
        )

    def _is_too_little(self, standings: tuple[Standing, ...]) -> bool:
        floor, model = self.measure.floor, self.rungs[-1].name
        return floor is not None and any(
            standing.rung == model and standing.ratio < floor for standing in standings
        )

    def _bar(self, rung: str) -> Bar | None:
        return next((bar for bar in self.measure.bars if bar.rung == rung), None)

    def _growth(self, own: Counts) -> GrowthFound | None:
        model = self.known[self.rungs[-1].name]
        sizes = sorted(own.keys() & model.keys())
        if len(sizes) < 2:
            return None
        ratios = [math.log(_ratio(own[size], model[size])) for size in sizes]
        slope = estimate.slope(sizes, ratios)
        exponent = Interval(slope, slope, slope)
        return GrowthFound(
            exponent=slope,
            low=slope,
            high=slope,
            words=estimate.growth_in_words(exponent, self.measure.growth),
            is_kept=estimate.is_kept(exponent),
        )

    def _costs(self, own: Counts) -> tuple[Cost, ...]:
        model = self.known[self.rungs[-1].name]
        return tuple(
            Cost(
                size=size,
                count=own[size].amount if size in own else None,
                model_count=model[size].amount if size in model else None,
            )
            for size in self.measure.sizes
        )

    def _told_where_it_stopped(self, own: Counts) -> str | None:
        for size in self.measure.sizes:
            if size not in own:
                return f"a run of size {size:,} takes more than {MAX_RUN_S:g} s"
        return None

    def _report(
        self, verdict: MeasureVerdict, message: str | None = None
    ) -> MeasureReport:
        return MeasureReport(
            name=self.measure.name,
            title=self.measure.title,
            points=self.measure.points,
            verdict=verdict,
            message=message,
            counts=self.measure.counts,
        )


def _ratio(own: Count, other: Count) -> float:
    """Return how many times as much was counted; nothing beside nothing is as much."""
    if own.amount == other.amount:
        return 1.0
    # One more of each, where the other took none at all.
    if not other.amount:
        return own.amount + 1
    return max(own.amount, 1e-9) / other.amount


def _cause(own: Counts) -> Cause | None:
    size = max(own)
    count = own[size]
    if not count.sentence:
        return None
    return Cause(count.cause, count.sentence, None, None, size)
