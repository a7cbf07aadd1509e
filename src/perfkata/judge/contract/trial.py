"""Tries an answer at some levels on several seeds, in one session.

This is a grading without its report: what a seed cannot change runs on the first seed
alone, and a check that only wants the first failure stops there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

import msgspec

from perfkata.catalog import Level
from perfkata.judge.contract.subject import FIRST_SEED, Subject
from perfkata.judge.grading import Call, Case
from perfkata.judge.levels import LevelRun
from perfkata.judge.report import LevelReport, LevelVerdict, SubmissionVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import LoadError, NotAllowedError, Session

__all__ = ["HANG_LIMITS", "Plan", "Trial", "limits_of", "try_answer"]

# Nobody waits for a hang longer than it takes to be sure of it.
HANG_LIMITS = Limits(cpu_s=1.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an answer is asked.

    Attributes:
        levels: The levels.
        seeds: The seeds on which they are drawn.
        whole: A level that is asked whole on every seed, handwritten cases too.
        hangs: A level in which a call ends after a second, whatever the level allows.
        leaves_out: Names of cases that are not asked.
        stops: Whether the first level that fails is the last one.
        allows_all: Whether what the exercise does not allow is allowed.
        observe: Hears of every call and its case.
    """

    levels: Collection[int]
    seeds: Iterable[int] = (FIRST_SEED,)
    whole: int | None = None
    hangs: int | None = None
    leaves_out: Collection[str] = ()
    stops: bool = True
    allows_all: bool = False
    observe: Callable[[Case, Call], None] = lambda case, call: None


@dataclass(slots=True)
class Trial:
    """What became of an answer on one seed.

    Attributes:
        seed: The seed.
        levels: Reports of the levels that were asked, in order.
        refusal: What became of it as a whole, if it was not asked at all.
        message: Why it was not.
    """

    seed: int
    levels: list[LevelReport] = field(default_factory=list)
    refusal: SubmissionVerdict | None = None
    message: str = ""

    @property
    def failed(self) -> LevelReport | None:
        """The first level that failed."""
        for level in self.levels:
            if level.verdict is not LevelVerdict.PASSED:
                return level
        return None

    @property
    def passed(self) -> frozenset[int]:
        """The numbers of the levels that passed."""
        return frozenset(
            level.number
            for level in self.levels
            if level.verdict is LevelVerdict.PASSED
        )

    def __str__(self) -> str:
        if self.refusal is not None:
            return f"it is '{self.refusal.value}': {self.message}"
        failed = self.failed
        if failed is None:
            return f"it passes level {', '.join(map(str, sorted(self.passed)))}"
        assert failed.failure is not None
        return (
            f"it fails level {failed.number}: {failed.verdict.value} in"
            f" {failed.failure.case}: {failed.failure.message}"
        )


def try_answer(subject: Subject, source: bytes, plan: Plan) -> list[Trial]:
    """Ask an answer what a plan says; the trials of its seeds, in order.

    Raises:
        JudgeError: It could not be asked, which is no fault of the answer.
    """
    rules = () if plan.allows_all else subject.question.not_allowed
    job = subject.job(source, tuple(banned.name for banned in rules))
    trials: list[Trial] = []
    seeds = list(plan.seeds)
    with Session(job, seed=seeds[0]) as session:
        try:
            session.load()
            fault = subject.interface.fault(session.signatures, session.public_names)
            if fault is not None:
                raise LoadError(fault)
            for seed in seeds:
                trials.append(Trial(seed))
                _run(subject, session, plan, trials[-1])
        except LoadError as error:
            refusal = SubmissionVerdict.DID_NOT_LOAD
            return [*trials, Trial(seeds[0], [], refusal, error.message)]
        except NotAllowedError as error:
            names = ", ".join(name for name, _ in error.offences)
            refusal = SubmissionVerdict.NOT_ALLOWED
            return [Trial(seeds[0], [], refusal, f"it uses {names}")]
    return trials


def _run(subject: Subject, session: Session, plan: Plan, trial: Trial) -> None:
    for level in subject.question.levels:
        if level.number not in plan.levels:
            continue
        cases = _cases(subject, plan, level, trial.seed)
        if not cases:
            continue
        report = _run_level(subject, session, plan, level, cases, trial.seed)
        trial.levels.append(report)
        is_over = plan.stops or report.verdict is LevelVerdict.BROKE_PROTOCOL
        if is_over and report.verdict is not LevelVerdict.PASSED:
            return


def limits_of(level: Level, *, is_hang: bool) -> Limits:
    """Return what an answer may use at a level."""
    limits = HANG_LIMITS if is_hang else Limits()
    if level.memory_limit_mib is None:
        return limits
    return replace(limits, memory_bytes=level.memory_limit_mib * 2**20)


def _cases(subject: Subject, plan: Plan, level: Level, seed: int) -> list[Case]:
    is_whole = seed == FIRST_SEED or level.number == plan.whole
    return [
        case
        for case in subject.grader.cases_of(level.number)
        if (is_whole or case.draw or case.live) and case.name not in plan.leaves_out
    ]


def _run_level(
    subject: Subject,
    session: Session,
    plan: Plan,
    level: Level,
    cases: list[Case],
    seed: int,
) -> LevelReport:
    """Run cases one by one, so that it is known which of them asks what."""
    is_hang = level.number == plan.hangs
    session.change_limits(limits_of(level, is_hang=is_hang))
    if is_hang:
        level = msgspec.structs.replace(level, cpu_limit_s=None)
    report: LevelReport | None = None
    for case in cases:

        def observe(call: Call, case: Case = case) -> None:
            plan.observe(case, call)

        report = LevelRun(
            session,
            level,
            (case,),
            seed,
            subject.share,
            observe,
            load_model=subject.grader.load_model,
        ).run()
        if report.verdict is not LevelVerdict.PASSED:
            break
    assert report is not None
    return report
