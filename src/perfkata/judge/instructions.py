"""Counts the instructions that one run of a measure costs; they decide nothing.

A *total* is all that a process executes from its start to its end, as `valgrind` tells
it. A worker loads an answer once and is forked twice for a run: one fork only ends, the
other does the run and ends. The difference of their totals, less that of the echo, is
what the run costs. With one hash seed and fixed addresses it is the same every time.

A count says nothing of caches, of waiting, or of how long an instruction takes, and a
submission could make valgrind lie. It shows what a change did on any busy machine.
"""

from __future__ import annotations

import platform
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import msgspec

import perfkata
from perfkata.catalog import Question
from perfkata.judge import grading, sandbox
from perfkata.judge.errors import GraderError, SandboxError
from perfkata.judge.grading import CaseFailedError, Step, Workload
from perfkata.judge.interface import read_interface
from perfkata.judge.loading import load_grader
from perfkata.judge.measuring import rung_sides
from perfkata.judge.report import LevelVerdict, encodable
from perfkata.judge.rounds import ECHO, Side, echo_of, prepare_echo
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import LoadError, Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.submission import Submission
from perfkata.judge.valgrind import Totals, Valgrind

__all__ = ["COUNTS_VERSION", "Count", "CountReport", "Counting", "MeasureCounts"]

COUNTS_VERSION = 1
# What is counted takes some fifty times as long, and more memory.
_LIMITS = Limits(load_s=120.0, cpu_s=120.0, memory_bytes=1_536 * 2**20)

# The same for all: a longer name moves what is in memory, and costs differ with that.
_FILE_NAME = "solution.py"
# What one run of each measure costs a side, or why that is not known.
_Found = list[int | str]


class Count(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a run costs one answer.

    Attributes:
        name: A rung's name, or the submission's file.
        instructions: How many a run takes; None if it gave no right answer.
        per_unit: The same, divided by the size.
        ratio: The same, divided by those of the model answer.
        message: Why there are none.
    """

    name: str
    instructions: int | None = None
    per_unit: float | None = None
    ratio: float | None = None
    message: str | None = None


class MeasureCounts(msgspec.Struct, frozen=True):
    """What a run of one measure costs everyone, on the same input.

    Attributes:
        name: The measure's name.
        title: The measure's title.
        size: The size of the run.
        submissions: The submissions, in the order in which they were given.
        rungs: The ladder, the model answer last.
    """

    name: str
    title: str
    size: int
    submissions: tuple[Count, ...]
    rungs: tuple[Count, ...]


class CountReport(msgspec.Struct, frozen=True):
    """All that was counted at once.

    Attributes:
        schema_version: `COUNTS_VERSION`.
        question: The question's name.
        seed: What draws the same inputs again.
        isolation: The layer that contained the answers.
        python_version: The Python that was counted.
        perfkata_version: The version that counted.
        measures: The measures.
    """

    schema_version: int
    question: str
    seed: int
    isolation: str
    python_version: str
    perfkata_version: str
    measures: tuple[MeasureCounts, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every submission gave the right answers."""
        return all(
            count.instructions is not None
            for measure in self.measures
            for count in measure.submissions
        )


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts runs of submissions and of the rungs of a question.

    Attributes:
        question: The question.
        submissions: The submissions.
        valgrind: What counts.
        sizes: The size of the run by the measure's name.
        seed: Draws inputs and the hash seed.
        layer: The layer to insist on; else the strongest that works here.
        on_progress: Hears what is being done.
    """

    question: Question
    submissions: Sequence[Submission]
    valgrind: Valgrind
    sizes: Mapping[str, int]
    seed: int = 0
    layer: Layer | None = None
    on_progress: Callable[[str], None] = lambda text: None

    def run(self) -> CountReport:
        """Count everyone, one after the other.

        Cost: 2 s for each answer on an idle machine, and some 50 times each run.

        Raises:
            GraderError: A rung gives no right answer, or an input cannot be drawn.
            SandboxError: Valgrind runs no worker in the layer.
        """
        grader = load_grader(self.question)
        names = read_interface(self.question.starter).names
        jobs = [grader.job(each.source, names) for each in self.submissions]
        counter = _Counter(
            valgrind=self.valgrind,
            steps=[
                _draw(grader.measured[name], size, self.seed)
                for name, size in self.sizes.items()
            ],
            seed=self.seed,
            layer=self.layer or _strongest_layer(),
            on_progress=self.on_progress,
        )
        echo = counter.count_ours(echo_of(jobs[0]))
        rungs = {
            side.name: counter.count_ours(side)
            for side in rung_sides(self.question, jobs[0])
        }
        own = [
            counter.count(Side(submission.file.name, job))
            for submission, job in zip(self.submissions, jobs, strict=True)
        ]
        return CountReport(
            schema_version=COUNTS_VERSION,
            question=self.question.name,
            seed=self.seed,
            isolation=counter.layer.value,
            python_version=platform.python_version(),
            perfkata_version=perfkata.__version__,
            measures=tuple(
                self._compared(
                    name,
                    echo[index],
                    {rung: found[index] for rung, found in rungs.items()},
                    [found[index] for found in own],
                )
                for index, name in enumerate(self.sizes)
            ),
        )

    def _compared(
        self, name: str, echo: int, rungs: Mapping[str, int], own: _Found
    ) -> MeasureCounts:
        """Put the counts of one measure beside the model answer's."""
        size = self.sizes[name]
        *_, model = rungs.values()
        titles = {measure.name: measure.title for measure in self.question.measures}
        files = [encodable(str(submission.file)) for submission in self.submissions]

        def count(name: str, found: int | str) -> Count:
            if isinstance(found, str):
                return Count(name, message=encodable(found))
            instructions = found - echo
            ratio = instructions / (model - echo) if model > echo else None
            return Count(name, instructions, instructions / size, ratio)

        return MeasureCounts(
            name=name,
            title=titles[name],
            size=size,
            submissions=tuple(map(count, files, own)),
            rungs=tuple(map(count, rungs, rungs.values())),
        )


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts the same steps for one side after the other."""

    valgrind: Valgrind
    steps: Sequence[Step]
    seed: int
    layer: Layer
    on_progress: Callable[[str], None]

    def count_ours(self, side: Side) -> list[int]:
        """Count a side that must give the right answers.

        Raises:
            GraderError: It does not.
        """
        found = self.count(side)
        counts = [each for each in found if isinstance(each, int)]
        if len(counts) < len(found):
            reason = next(each for each in found if isinstance(each, str))
            raise GraderError(
                f"{side.name} gives no right answer in a measure: {reason}",
                "mend it or the measure",
            )
        return counts

    def count(self, side: Side) -> _Found:
        """Count one run of each step, the echo's part not taken off yet."""
        self.on_progress(f"counting {side.name}")
        with (
            closing(Totals()) as totals,
            Session(
                replace(side.job, file_name=_FILE_NAME),
                _LIMITS,
                self.seed,
                self.layer,
                wrapper=self.valgrind.wrapper(totals),
            ) as session,
        ):
            return [
                self._difference(side, step, session, totals) for step in self.steps
            ]

    def _difference(
        self, side: Side, step: Step, session: Session, totals: Totals
    ) -> int | str:
        """Return what a run adds to a process that only ends, or why it cannot."""
        try:
            nothing = self._total(side, step, session, totals, is_run=False)
            return self._total(side, step, session, totals, is_run=True) - nothing
        except SandboxError as error:
            raise _not_counted(self.layer, error) from error
        except LoadError as error:
            reason = error.message
        except (CaseFailedError, StoppedError) as error:
            reason = f"{error.verdict.value}: {error.message}"
        # A total that is still on its way must not be taken for another's.
        session.close()
        totals.forget()
        return reason

    def _total(
        self, side: Side, step: Step, session: Session, totals: Totals, *, is_run: bool
    ) -> int:
        """Return the total of a fork that makes a step's call, or makes none.

        Raises:
            LoadError: The side does not load.
            CaseFailedError: The answer is wrong.
            StoppedError: It was stopped, or does not end.
        """
        call = step.call

        def has_ended() -> bool:
            session.read_output()
            return fork.has_ended

        with session.fork() as fork:
            if side.name == ECHO:
                prepare_echo(fork, [step])
            if is_run:
                answer = fork.call(call.name, call.arguments, call.keywords)
                grading.check(answer, step.expectation)
            fork.let_end()
            total = totals.next(has_ended)
        if total is None:
            raise StoppedError(
                LevelVerdict.CRASHED, "its process did not end as a program ends"
            )
        return total


def _draw(workload: Workload, size: int, seed: int) -> Step:
    """Draw a run of exactly this size.

    Raises:
        GraderError: The measure's function fails.
    """
    source = random.Random(f"{seed} {workload.name} {size}")
    return workload.drawn(size, source, where=f" at size {size:,}")


def _strongest_layer() -> Layer:
    """Return the layer that a grade would use, so that no weaker one is taken.

    Raises:
        SandboxError: There is none.
    """
    with closing(sandbox.start(Limits(), 0)) as started:
        return started.layer


def _not_counted(layer: Layer, error: SandboxError) -> SandboxError:
    if layer is Layer.LIMITS:
        return SandboxError(f"valgrind runs no worker: {error.message}", error.hint)
    return SandboxError(
        f"valgrind runs no worker in the layer {layer.value}: {error.message}",
        f"for an answer that you trust, set PERFKATA_ISOLATION={Layer.LIMITS.value}",
    )
