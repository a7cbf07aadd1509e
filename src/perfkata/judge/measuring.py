"""Takes all measures of one submission, in its turn and within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from perfkata.catalog import Measure, Question
from perfkata.judge.counting import CountRun
from perfkata.judge.loading import Grader
from perfkata.judge.measures import SUBMISSION, MeasureRun
from perfkata.judge.report import MeasureReport, MeasureVerdict
from perfkata.judge.rounds import Side
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job
from perfkata.judge.taking import Taking
from perfkata.judge.turns import WAITING, turn

__all__ = ["BUDGET_S", "Measuring", "not_measured", "rung_sides"]

# All pairs of all measures of a question; peaks of memory and causes come on top.
BUDGET_S = 26.0


@dataclass(frozen=True, slots=True)
class Measuring:
    """The measures of one submission.

    Attributes:
        question: The question.
        grader: Its grader.
        job: What loads the submission.
        seed: Draws inputs and hash seeds.
        limits: The safety net.
        layer: The layer to insist on.
        on_progress: Hears what is being done.
    """

    question: Question
    grader: Grader
    job: Job
    seed: int
    limits: Limits
    layer: Layer | None = None
    on_progress: Callable[[str], None] = lambda text: None

    def run(self) -> Generator[MeasureReport, None, None]:
        """Take one measure after the other, while no other of this user goes on.

        Raises:
            GraderError: A rung fails, or an input cannot be drawn.
            SandboxError: No worker starts.
        """
        # What the exercise does not allow was looked for before the levels.
        submission = Side(SUBMISSION, replace(self.job, rules=()))
        rungs = rung_sides(self.question, self.job)
        num_timed = sum(measure.counts is None for measure in self.question.measures)
        until_s: float | None = None
        with ExitStack() as stack:
            for measure in self.question.measures:
                if measure.counts is not None:
                    yield self._counted(measure, submission, rungs)
                    continue
                if until_s is None:
                    # What is counted disturbs nobody; what is timed takes turns.
                    stack.enter_context(turn(lambda: self.on_progress(WAITING)))
                    until_s = time.monotonic() + BUDGET_S
                now_s = time.monotonic()
                share_s = (until_s - now_s) / num_timed
                num_timed -= 1
                run = MeasureRun(
                    measure=measure,
                    workload=self.grader.measured[measure.name],
                    submission=submission,
                    rungs=rungs,
                    taking=Taking(self.seed, self.limits, self.layer),
                    until_s=now_s + share_s,
                    on_progress=self.on_progress,
                )
                yield run.run()

    def _counted(
        self, measure: Measure, submission: Side, rungs: tuple[Side, ...]
    ) -> MeasureReport:
        return CountRun(
            measure=measure,
            counted=self.grader.counted[measure.name],
            submission=submission,
            rungs=rungs,
            seed=self.seed,
            load_model=self.grader.load_model,
            limits=self.limits,
            layer=self.layer,
            on_progress=self.on_progress,
        ).run()


def rung_sides(question: Question, job: Job) -> tuple[Side, ...]:
    """Return the ladder as sides that are loaded as a job is."""
    return tuple(Side(path.stem, _rung_job(job, path)) for path in question.rungs())


def _rung_job(job: Job, path: Path) -> Job:
    return replace(job, source=path.read_bytes(), file_name=path.name, rules=())


def not_measured(question: Question, reason: str) -> list[MeasureReport]:
    """Return reports that say why nothing was measured; all points stay open."""
    return [
        MeasureReport(
            name=measure.name,
            title=measure.title,
            points=measure.points,
            verdict=MeasureVerdict.NOT_MEASURED,
            open_points=measure.points,
            message=reason,
        )
        for measure in question.measures
    ]
