"""The rules about what measures run and count; nothing is timed here.

Every rung, and every slow answer, gives what a measure expects of it at the sizes where
mistakes show and at the smallest size that is measured. Inputs come from the seed alone
and differ with it, and what is expected is nothing that can be had without the work.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perfkata.catalog import Measure
from perfkata.judge import grading
from perfkata.judge.comparison import difference
from perfkata.judge.contract import bars, transformations
from perfkata.judge.contract.declaration import Declaration
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.subject import FIRST_SEED, Subject
from perfkata.judge.counting import CountRun
from perfkata.judge.grading import Call, CaseFailedError, Gives, Step, Workload
from perfkata.judge.measures import SUBMISSION
from perfkata.judge.measuring import rung_sides
from perfkata.judge.report import MeasureReport
from perfkata.judge.rounds import Side
from perfkata.judge.session import LoadError, Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.submission import Submission

__all__ = ["check_measure", "check_rung_of", "check_slow_answer"]

_SMALL_SIZES = (0, 1, 2, 3, 7, 8, 9)
# They change values of some types alone, and leave others as they are.
_OF_ORDER = ("truncated", "reversed")
_WITH_ORDER = (list, tuple, str, bytes)


def check_measure(subject: Subject, measure: Measure) -> Iterator[Finding]:
    """Check that inputs are drawn anew, and that their answers take the work.

    Raises:
        GraderError: The measure cannot be drawn.
    """
    where = subject.where(subject.question.grader)
    problems = list(_problems(subject, measure))
    for what, advice in problems:
        yield Finding(False, f"the measure {measure.name} {what}", where, advice)
    if not problems and measure.counts is None:
        yield Finding(
            True,
            f"the measure {measure.name} draws inputs from its seed, and trivial"
            " answers to them are wrong",
            where,
        )


def _problems(subject: Subject, measure: Measure) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a measure's steps, and what to do about it."""
    if measure.counts is not None:
        return
    workload = subject.grader.measured[measure.name]
    size = measure.sizes[0]
    step = _drawn(workload, size, FIRST_SEED)
    again = _drawn(workload, size, FIRST_SEED)
    other = _drawn(workload, size, FIRST_SEED + 1)
    if not isinstance(step.expectation, Gives):
        yield "expects an exception", "Let it expect a value: 'call(…).gives(…)'."
        return
    if not _is_same(step, again):
        yield "draws two inputs from one seed", "Take all chance from its source."
    if _is_same(step.call, other.call):
        yield "draws one input from two seeds", "Draw it from its source."
    for name, value in _trivial_values(subject, step, other):
        if difference(value, step.expectation.value) is None:
            yield (
                f"expects what {name} gives at size {size:,}",
                "Let it expect an answer that only doing the work gives.",
            )


def _trivial_values(
    subject: Subject, step: Step, other: Step
) -> Iterator[tuple[str, Any]]:
    """Give what could be answered to a step without doing its work."""
    assert isinstance(step.expectation, Gives)
    right = step.expectation.value
    for name in transformations.NAMES:
        if name in _OF_ORDER and type(right) not in _WITH_ORDER:
            continue
        if name != "reversed" or subject.question.order_matters:
            yield f"an answer {name}", transformations.changed_by(name)(right)
    if isinstance(other.expectation, Gives):
        yield "the answer to another input", other.expectation.value
    for value in (*step.call.arguments, *step.call.keywords.values()):
        yield "a copy of an argument", value


def _is_same(left: Step | Call, right: Step | Call) -> bool:
    return transformations.is_same(left, right)


def check_rung_of(subject: Subject, path: Path, measure: Measure) -> Iterator[Finding]:
    """Check a rung in a measure: its answers, or its counts and what bars say of them.

    Raises:
        GraderError: The measure cannot be drawn, or counts nothing.
    """
    if measure.counts is None:
        yield from _check_steps(subject, path, measure.name)
    else:
        report = _counted(subject, path, measure)
        yield from bars.check_rung(subject, path, measure, report)


def check_slow_answer(
    subject: Subject, path: Path, declared: Declaration
) -> Iterator[Finding]:
    """Check a slow answer in its measure: its answers, or that it misses a bar.

    Raises:
        GraderError: The measure cannot be drawn, or counts nothing.
    """
    assert declared.measure is not None and declared.cause is not None
    name = declared.measure
    (measure,) = (each for each in subject.question.measures if each.name == name)
    if measure.counts is None:
        yield from _check_steps(subject, path, name)
    else:
        report = _counted(subject, path, measure)
        yield bars.check_slow(subject, path, report, declared.cause)


def _counted(subject: Subject, path: Path, measure: Measure) -> MeasureReport:
    job = subject.job(Submission.read(path).source)
    return CountRun(
        measure=measure,
        counted=subject.grader.counted[measure.name],
        submission=Side(SUBMISSION, job),
        rungs=rung_sides(subject.question, job),
        seed=FIRST_SEED,
        load_model=subject.grader.load_model,
        known=subject.counts.setdefault(measure.name, {}),
    ).run()


def _check_steps(subject: Subject, path: Path, name: str) -> Iterator[Finding]:
    """Check that an answer gives what a measure expects, in the sandbox.

    Args:
        subject: The question.
        path: The answer.
        name: The name of the measure.

    Raises:
        GraderError: The measure cannot be drawn.
    """
    (measure,) = (each for each in subject.question.measures if each.name == name)
    workload = subject.grader.measured[name]
    sizes = sorted({*_SMALL_SIZES, measure.sizes[0]})
    steps = [_drawn(workload, size, FIRST_SEED) for size in sizes]
    fault = _first_fault(subject, Submission.read(path).source, sizes, steps)
    where = subject.where(path)
    if fault is None:
        what = f"it answers the measure {name} rightly up to size {sizes[-1]:,}"
        yield Finding(True, what, where)
    else:
        yield Finding(
            False,
            f"it does not answer the measure {name} rightly {fault}",
            where,
            "Mend it or the measure.",
        )


def _first_fault(
    subject: Subject, source: bytes, sizes: list[int], steps: list[Step]
) -> str | None:
    """Say at which size an answer is not right, and why; None if it always is."""
    where = "anywhere"
    try:
        with Session(subject.job(source), seed=FIRST_SEED) as session:
            session.load()
            for size, step in zip(sizes, steps, strict=True):
                where = f"at size {size:,}"
                asked = step.call
                with session.fork() as fork:
                    answer = fork.call(asked.name, asked.arguments, asked.keywords)
                grading.check(answer, step.expectation)
    except (CaseFailedError, StoppedError, LoadError) as error:
        return f"{where}: {error.message}"
    return None


def _drawn(workload: Workload, size: int, seed: int) -> Step:
    source = random.Random(f"{seed} {size}")
    return workload.drawn(size, source, where=f" at size {size:,}")
