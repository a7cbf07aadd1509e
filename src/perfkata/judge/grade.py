"""Grades a submission: from its bytes to a report."""

from __future__ import annotations

import contextlib
import platform
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

import perfkata
from perfkata.catalog import Level, Question
from perfkata.judge.errors import JudgeError
from perfkata.judge.interface import Interface, read_interface
from perfkata.judge.levels import LevelRun, Observer
from perfkata.judge.loading import Grader, load_grader
from perfkata.judge.measuring import Measuring, not_measured
from perfkata.judge.report import (
    Failure,
    LevelReport,
    LevelVerdict,
    MeasureReport,
    Report,
    SubmissionVerdict,
    encodable,
)
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job, LoadError, NotAllowedError, Session
from perfkata.judge.submission import Submission

__all__ = ["MAX_SEED", "MAX_SHOWN_LINES", "Listener", "Options", "grade"]

# Too large to try them all from inside a worker, short enough to be typed.
MAX_SEED = 2**48 - 1
# A longer reproduction goes into a file, if there is a folder for it.
MAX_SHOWN_LINES = 30
# A measure is of use to whoever is right as far as their answer got.
_MEASURED_AFTER = (
    LevelVerdict.PASSED,
    LevelVerdict.TOO_SLOW,
    LevelVerdict.TOO_MUCH_MEMORY,
    LevelVerdict.OVER_COUNT,
)
_FILE_HEAD = "# Shows the failure that perfkata found in level "


@dataclass(frozen=True, slots=True)
class Options:
    """How a submission is graded.

    Attributes:
        seed: Draws the inputs, 0 to `MAX_SEED`; None draws a seed first.
        levels: The levels to grade; None grades all.
        failures_folder: Where long reproductions are written; None writes none.
        failures_prefix: What their file names begin with.
        limits: The safety net.
        layer: The layer to insist on.
        share: The part of the generated cases that is drawn.
        observe: Hears of every call that is made.
        measures: Whether the measures are taken after the levels, if all levels are
            graded and none has a wrong answer.
    """

    seed: int | None = None
    levels: frozenset[int] | None = None
    failures_folder: Path | None = None
    failures_prefix: str = ""
    limits: Limits = field(default_factory=Limits)
    layer: Layer | None = None
    share: float = 1.0
    observe: Observer = lambda call: None
    measures: bool = True


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears how a grading goes on.

    Attributes:
        on_level: Called with each level's report as soon as it is decided.
        on_measure: Called with each measure's report, likewise.
        on_progress: Called with what is being done now.
    """

    on_level: Callable[[LevelReport], None] = lambda report: None
    on_measure: Callable[[MeasureReport], None] = lambda report: None
    on_progress: Callable[[str], None] = lambda text: None


_SILENCE = Listener()


def grade(
    question: Question,
    submission: Submission,
    options: Options | None = None,
    listener: Listener = _SILENCE,
) -> Report:
    """Grade a submission of a question that is here.

    Args:
        question: The question.
        submission: The submission.
        options: How; the defaults are a full grading.
        listener: Hears how it goes on.

    Returns:
        The report; what failed on our side is in it as *our own fault*.
    """
    options = options or Options()
    seed = secrets.randbelow(MAX_SEED + 1) if options.seed is None else options.seed
    grading = _Grading(question, submission, options, seed, listener)
    return grading.run()


@dataclass(slots=True)
class _Grading:
    """One grading while it goes on."""

    question: Question
    submission: Submission
    options: Options
    seed: int
    listener: Listener
    started: float = field(default_factory=time.monotonic)
    isolation: str = "none"
    load_seconds: float = 0.0
    levels: list[LevelReport] = field(default_factory=list)
    measures: list[MeasureReport] = field(default_factory=list)

    def run(self) -> Report:
        try:
            grader = load_grader(self.question)
            interface = read_interface(self.question.starter)
            report = self._run_in_session(grader, interface)
            if report.verdict is SubmissionVerdict.GRADED and self.question.measures:
                self._run_measures(grader, interface)
                report = self._report(SubmissionVerdict.GRADED)
            return report
        except LoadError as error:
            return self._report(
                SubmissionVerdict.DID_NOT_LOAD, error.message, error.traceback
            )
        except NotAllowedError as error:
            return self._report(
                SubmissionVerdict.NOT_ALLOWED, self._offences_told(error)
            )
        except JudgeError as error:
            advice = f"; {error.hint}" if error.hint else ""
            return self._report(SubmissionVerdict.OUR_FAULT, f"{error.message}{advice}")

    def _run_in_session(self, grader: Grader, interface: Interface) -> Report:
        job = self._job(grader, interface)
        options = self.options
        with Session(job, options.limits, self.seed, options.layer) as session:
            try:
                session.load()
            finally:
                if session.num_starts:
                    self.isolation = session.layer.value
            self.load_seconds = session.load_seconds
            fault = interface.fault(session.signatures, session.public_names)
            if fault is not None:
                raise LoadError(fault)
            for level in self.question.levels:
                if options.levels is not None and level.number not in options.levels:
                    continue
                report = self._run_level(session, grader, level)
                self.levels.append(report)
                self.listener.on_level(report)
                if report.verdict is LevelVerdict.BROKE_PROTOCOL:
                    return self._report(
                        SubmissionVerdict.BROKE_PROTOCOL,
                        "it sent what no answer sends; nothing it answered counts",
                    )
        return self._report(SubmissionVerdict.GRADED)

    def _job(self, grader: Grader, interface: Interface) -> Job:
        return grader.job(
            self.submission.source,
            interface.names,
            file_name=self.submission.file.name,
            rules=tuple(banned.name for banned in self.question.not_allowed),
        )

    def _run_measures(self, grader: Grader, interface: Interface) -> None:
        reason = self._reason_not_to_measure()
        if reason is not None:
            self.measures = not_measured(self.question, reason)
            return
        measuring = Measuring(
            question=self.question,
            grader=grader,
            job=self._job(grader, interface),
            seed=self.seed,
            limits=self.options.limits,
            layer=self.options.layer,
            on_progress=self.listener.on_progress,
        )
        for report in measuring.run():
            self.measures.append(report)
            self.listener.on_measure(report)

    def _reason_not_to_measure(self) -> str | None:
        if not self.options.measures or self.options.levels is not None:
            return "only levels were asked for"
        if sys.platform != "linux":
            return "costs are measured on Linux alone"
        wrong = [level for level in self.levels if level.verdict not in _MEASURED_AFTER]
        if wrong:
            return f"level {wrong[0].number} comes first: {wrong[0].verdict.value}"
        return None

    def _run_level(self, session: Session, grader: Grader, level: Level) -> LevelReport:
        session.change_limits(self._limits(level))
        self._forget_failure(level)
        report = LevelRun(
            session=session,
            level=level,
            cases=grader.cases_of(level.number),
            seed=self.seed,
            share=self.options.share,
            module=self._module(),
            observe=self.options.observe,
            load_model=grader.load_model,
        ).run()
        if report.failure is None:
            return report
        failure = self._filed(level, report.failure)
        return msgspec.structs.replace(report, failure=failure)

    def _module(self) -> str:
        """Return the name under which the file can be imported beside it."""
        file = self.submission.file
        return (
            file.stem if file.suffix == ".py" and "." not in file.stem else "solution"
        )

    def _limits(self, level: Level) -> Limits:
        limits = self.options.limits
        if level.memory_limit_mib is not None:
            limits = replace(limits, memory_bytes=level.memory_limit_mib * 2**20)
        return limits

    def _filed(self, level: Level, failure: Failure) -> Failure:
        """Write a long reproduction into a file."""
        assert failure.reproduction is not None
        file = self._failure_file(level)
        is_short = len(failure.reproduction.splitlines()) <= MAX_SHOWN_LINES
        if file is None or is_short:
            return failure
        text = f"{_FILE_HEAD}{level.number}.\n{failure.reproduction}"
        try:
            file.write_text(text, encoding="utf-8")
        except OSError:
            return failure
        return msgspec.structs.replace(failure, reproduction_file=str(file))

    def _forget_failure(self, level: Level) -> None:
        """Remove what an earlier grading wrote about a level, and nothing else."""
        file = self._failure_file(level)
        if file is None:
            return
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if file.read_text(encoding="utf-8").startswith(_FILE_HEAD):
                file.unlink()

    def _failure_file(self, level: Level) -> Path | None:
        folder = self.options.failures_folder
        name = f"{self.options.failures_prefix}failure_{level.number}.py"
        return None if folder is None else folder / name

    def _offences_told(self, error: NotAllowedError) -> str:
        because = {banned.name: banned.because for banned in self.question.not_allowed}
        return " ".join(
            f"Line {line} uses {name}. {because[name]}"
            for name, line in error.offences
            if name in because
        )

    def _report(
        self,
        verdict: SubmissionVerdict,
        message: str | None = None,
        traceback: str | None = None,
    ) -> Report:
        is_graded = verdict is SubmissionVerdict.GRADED
        wanted = self.options.levels
        measures = tuple(self.measures) or tuple(
            not_measured(self.question, "there was nothing to measure")
        )
        points = sum(
            level.points
            for level in self.question.levels
            if wanted is None or level.number in wanted
        )
        open_points = sum(measure.open_points for measure in measures)
        points += sum(measure.points for measure in measures) - open_points
        earned = sum(level.earned for level in self.levels)
        earned += sum(measure.earned for measure in measures)
        return Report(
            question=self.question.name,
            file=encodable(str(self.submission.file)),
            source_sha256=self.submission.sha256,
            seed=self.seed,
            isolation=self.isolation,
            perfkata_version=perfkata.__version__,
            python_version=platform.python_version(),
            verdict=verdict,
            levels=tuple(self.levels),
            measures=measures,
            earned=earned if is_graded else 0,
            points=points,
            open_points=open_points,
            load_seconds=self.load_seconds,
            seconds=time.monotonic() - self.started,
            message=None if message is None else encodable(message),
            traceback=None if traceback is None else encodable(traceback),
        )
