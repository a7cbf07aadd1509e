"""What a grading says: one report a submission, as data.

The terminal and ``--json`` are two faces of these objects; neither adds a fact.
The JSON is versioned by `SCHEMA_VERSION`: it grows when a key is added, removed or
changes its meaning. ``docs/report.schema.json`` is generated from this file.

Words: a *level* is a step of correctness, a *case* is one named test in a level, a
*measure* is a cost that is compared, *earned* points are decided ones, and *open*
points are those that nothing has decided yet.
"""

from __future__ import annotations

from enum import Enum

import msgspec

__all__ = [
    "SCHEMA_VERSION",
    "Failure",
    "LevelReport",
    "LevelVerdict",
    "MeasureReport",
    "MeasureVerdict",
    "Report",
    "Reports",
    "SubmissionVerdict",
    "encodable",
]

SCHEMA_VERSION = 1


class SubmissionVerdict(Enum):
    """What became of the submission as a whole."""

    GRADED = "graded"
    DID_NOT_LOAD = "did not load"
    NOT_ALLOWED = "not allowed"
    BROKE_PROTOCOL = "broke the protocol"
    OUR_FAULT = "our own fault"


class LevelVerdict(Enum):
    """What became of one level."""

    PASSED = "passed"
    WRONG_ANSWER = "wrong answer"
    CHANGED_INPUT = "changed its input"
    RAISED = "raised"
    TOO_SLOW = "too slow"
    TOO_MUCH_MEMORY = "too much memory"
    TOO_MUCH_OUTPUT = "too much output"
    CRASHED = "crashed"
    BROKE_PROTOCOL = "broke the protocol"


class MeasureVerdict(Enum):
    """What became of one measure."""

    NOT_MEASURED = "not measured yet"


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


class MeasureReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One measure's verdict; its points stay open until it is measured."""

    name: str
    title: str
    points: int
    verdict: MeasureVerdict


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
        earned: Points of the levels that passed.
        points: Points of the levels that were graded.
        open_points: Points of measures that are not measured yet.
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
