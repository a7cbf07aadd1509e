"""What a grading says: one report a submission, as data.

The terminal and ``--json`` are two faces of these objects; neither adds a fact.
The JSON is versioned by `SCHEMA_VERSION`: it grows when a key is added, removed or
changes its meaning. ``docs/report.schema.json`` is generated from this file.

Words: a *level* is a step of correctness, a *case* is one named test in a level, a
*measure* is a cost that is compared, a *bar* a cost that earns points, *earned* points
are decided ones, and *open* points are those that nothing has decided yet. Costs are
CPU times; they are shown, and only their ratios decide.
"""

from __future__ import annotations

from enum import Enum

import msgspec

__all__ = [
    "SCHEMA_VERSION",
    "Cause",
    "Cost",
    "Failure",
    "GrowthFound",
    "LevelReport",
    "LevelVerdict",
    "MeasureReport",
    "MeasureVerdict",
    "Memory",
    "Report",
    "Reports",
    "Standing",
    "SubmissionVerdict",
    "encodable",
]

SCHEMA_VERSION = 3


class SubmissionVerdict(Enum):
    """What became of the submission as a whole."""

    GRADED = "graded"
    DID_NOT_LOAD = "did not load"
    NOT_ALLOWED = "not allowed"
    BROKE_PROTOCOL = "broke the protocol"
    OUR_FAULT = "our own fault"


class LevelVerdict(Enum):
    """What became of one level.

    *Over a stated count*: the answer may be right, and took more of something that is
    counted than the question allows.
    """

    PASSED = "passed"
    WRONG_ANSWER = "wrong answer"
    CHANGED_INPUT = "changed its input"
    RAISED = "raised"
    TOO_SLOW = "too slow"
    TOO_MUCH_MEMORY = "too much memory"
    TOO_MUCH_OUTPUT = "too much output"
    CRASHED = "crashed"
    BROKE_PROTOCOL = "broke the protocol"
    DEADLOCKED = "deadlocked"
    CALLED_BACK_LATE = "called back after returning"
    NOT_BY_THE_RULES = "not by the rules"
    OVER_COUNT = "over a stated count"


class MeasureVerdict(Enum):
    """What became of one measure.

    The first two are no results: nothing was run, or what was run gave no right
    answer. *Within noise of a bar*: more runs would hardly tell whether a bar is
    cleared. *Undecided*: the machine was too noisy, or time was up.
    """

    NOT_MEASURED = "not measured"
    FAILED = "failed"
    BELOW_FIRST_BAR = "below the first bar"
    RUNG_REACHED = "rung reached"
    WITHIN_NOISE = "within noise of a bar"
    UNDECIDED = "undecided"
    SUSPICIOUSLY_FAST = "suspiciously fast"


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a level failed, as something that the learner can run.

    Attributes:
        case: The name of the case, stable over versions.
        purpose: What the case shows, one sentence from the question's grader.
        message: What was wrong, one sentence.
        expected: What the question wants, as Python or as a phrase.
        came: What the submission gave, as Python or as a phrase.
        traceback: The submission's own traceback, if it raised.
        reproduction: Python that shows the failure beside the graded file.
        reproduction_file: Where it was written too, if it is long.
        printed: What the submission printed meanwhile, cut.
        is_by_order: Whether the order of threads decided, so that the reproduction
            shows what happened and need not fail again.
    """

    case: str
    purpose: str
    message: str
    expected: str | None = None
    came: str | None = None
    traceback: str | None = None
    reproduction: str | None = None
    reproduction_file: str | None = None
    printed: str | None = None
    is_by_order: bool = False


class LevelReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One level's verdict; ``num_cases`` counts each generated case too."""

    number: int
    title: str
    points: int
    earned: int
    verdict: LevelVerdict
    num_cases: int
    seconds: float
    failure: Failure | None = None


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a submission stands beside one rung.

    Attributes:
        rung: The rung's name.
        size: The largest size that both reached.
        ratio: The submission's cost over the rung's.
        low: The lower end of the ratio's interval.
        high: Its upper end.
        num_pairs: The pairs of processes that the interval rests on; 0 for a ratio of
            counts, which is exact.
        at_most: The ratio that earns points, if a bar names the rung.
        points: What that earns.
        is_cleared: Whether the ratio is at most that; None if it cannot be told.
    """

    rung: str
    size: int
    ratio: float
    low: float
    high: float
    num_pairs: int
    at_most: float | None = None
    points: int = 0
    is_cleared: bool | None = None


class Cost(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one run at a size cost: CPU time, which is only shown, or a count.

    Attributes:
        size: The size.
        seconds: The submission's cost; None if it did not reach this size.
        model_seconds: The model answer's, likewise.
        count: What was counted of the submission, where the measure counts.
        model_count: What was counted of the model answer, likewise.
    """

    size: int
    seconds: float | None = None
    model_seconds: float | None = None
    count: float | None = None
    model_count: float | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it is a count, and no time."""
        return (self.count, self.model_count) != (None, None)


class GrowthFound(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a submission's cost grows with the size, beside the model answer's.

    Attributes:
        exponent: That of the ratio of both costs: 0 if they grow alike, 1 if the
            submission's grows by another factor of the size.
        low: The lower end of its interval.
        high: Its upper end.
        words: The growth in words.
        is_kept: Whether it grows no faster; None if that cannot be told.
    """

    exponent: float
    low: float
    high: float
    words: str
    is_kept: bool | None = None


class Memory(msgspec.Struct, frozen=True):
    """Peak memory of one run at a size, beyond what handing over its inputs takes."""

    size: int
    num_bytes: int
    model_bytes: int


class Cause(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a submission costs what it does, counted in a run that decides nothing.

    Attributes:
        kind: What it is called, if it is one that we know; else the line where most
            time goes is all there is.
        sentence: The same with its counts, for a person.
        line: The line of the submission's file, from 1.
        source: That line.
        size: The size at which it was counted.
    """

    kind: str | None
    sentence: str
    line: int | None
    source: str | None
    size: int


class MeasureReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One measure's verdict.

    Attributes:
        name: Its name in the grader.
        title: What it measures.
        points: What the best standing earns.
        earned: What was earned.
        open_points: What nothing has decided.
        verdict: What became of it.
        message: For a verdict that is no result: why; else what is to be known
            beside it.
        rung: The rung of the highest bar that was cleared.
        standings: Beside each rung that ran, the plainest first.
        costs: At each size.
        growth: How the cost grows, if two sizes were reached.
        memory: Peak memory at the largest size.
        cause: Why a bar was missed.
        is_disturbed: Whether other programs kept the CPU busy, also after windows
            were taken again.
        is_layout_fixed: Whether all processes were placed at the same addresses.
        seconds: How long it took.
        counts: What was counted, where costs are counts.
    """

    name: str
    title: str
    points: int
    verdict: MeasureVerdict
    earned: int = 0
    open_points: int = 0
    message: str | None = None
    rung: str | None = None
    standings: tuple[Standing, ...] = ()
    costs: tuple[Cost, ...] = ()
    growth: GrowthFound | None = None
    memory: Memory | None = None
    cause: Cause | None = None
    is_disturbed: bool = False
    is_layout_fixed: bool = True
    seconds: float = 0.0
    counts: str | None = None


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole grading of one file.

    Attributes:
        question: The question's name, such as ``21_exclusive_time``.
        file: The path that was graded, as it was given.
        source_sha256: The hash of the bytes that were graded.
        seed: Draws the same inputs again with ``--seed``.
        isolation: The layer that contained the submission.
        perfkata_version: The version of the judge.
        python_version: The version that ran the submission.
        verdict: What became of the submission as a whole.
        earned: Points of the levels that passed and of the bars that were cleared.
        points: Points that were decided, by levels and by measures.
        open_points: Points of measures that nothing has decided.
        load_seconds: How long the submission took to load; shown, never judged
            below the loading limit.
        seconds: How long the grading took.
        message: For a verdict other than *graded*: what was wrong and what to do.
        traceback: The submission's own traceback, if it did not load.
    """

    question: str
    file: str
    source_sha256: str
    seed: int
    isolation: str
    perfkata_version: str
    python_version: str
    verdict: SubmissionVerdict
    levels: tuple[LevelReport, ...]
    measures: tuple[MeasureReport, ...]
    earned: int
    points: int
    open_points: int
    load_seconds: float
    seconds: float
    message: str | None = None
    traceback: str | None = None

    @property
    def is_passed(self) -> bool:
        """Whether levels were graded and every one of them passed."""
        verdicts = {level.verdict for level in self.levels}
        is_graded = self.verdict is SubmissionVerdict.GRADED
        return is_graded and verdicts == {LevelVerdict.PASSED}


def encodable(text: str) -> str:
    """Escape what no JSON can hold: halves of characters, alone in their text."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Reports(msgspec.Struct, frozen=True):
    """What ``perfkata grade --json`` prints: a report for each file, in order."""

    schema_version: int
    reports: tuple[Report, ...]
