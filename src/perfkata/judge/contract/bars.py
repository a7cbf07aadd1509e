"""The rules about speed: rungs against bars, slow answers and their causes.

Everything here is timed, so it needs the machine for itself, and no test runs it. It is
run before a bar changes, and with the other figures.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from perfkata.catalog import Measure
from perfkata.judge.contract.declaration import NO_CAUSE
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.subject import Subject
from perfkata.judge.measures import SUBMISSION, MeasureRun
from perfkata.judge.measuring import rung_sides
from perfkata.judge.report import MeasureReport, MeasureVerdict
from perfkata.judge.rounds import Side
from perfkata.judge.submission import Submission
from perfkata.judge.taking import Taking
from perfkata.judge.turns import WAITING, turn

__all__ = ["check_bars", "check_rung", "check_slow"]

# A model answer that is nearer to its bar will miss it on another machine.
_MARGIN = 1.05
_MAX_MEASURE_S = 20.0
_ADVICE = "Measure again on a quiet machine; then change the bar or the rung."
_COUNTED_ADVICE = "Change the bar or the rung."


def check_bars(
    subject: Subject, on_progress: Callable[[str], None]
) -> Iterator[Finding]:
    """Measure every rung and every slow answer, and hold them to what is declared.

    Cost: some ten seconds for each of them and each measure.

    Args:
        subject: The question.
        on_progress: Hears what is being done.

    Raises:
        GraderError: A rung fails in a measure, or a measure cannot be drawn.
    """
    question = subject.question

    def measured(path: Path, measure: Measure) -> MeasureReport:
        on_progress(f"{path.stem}, {measure.name}")
        return _report(subject, path, measure)

    with turn(lambda: on_progress(WAITING)):
        for measure in question.measures:
            if measure.counts is not None:
                continue  # no clock decides it, so it is checked with all the rest
            for path in question.rungs():
                report = measured(path, measure)
                yield from check_rung(subject, path, measure, report)
            for path in question.wrong_answers():
                declared = subject.declared(path)
                if declared.measure == measure.name and declared.cause is not None:
                    report = measured(path, measure)
                    yield check_slow(subject, path, report, declared.cause)


def _report(subject: Subject, path: Path, measure: Measure) -> MeasureReport:
    job = subject.job(Submission.read(path).source)
    return MeasureRun(
        measure=measure,
        workload=subject.grader.measured[measure.name],
        submission=Side(SUBMISSION, job),
        rungs=rung_sides(subject.question, job),
        taking=Taking(secrets.randbits(48)),
        until_s=time.monotonic() + _MAX_MEASURE_S,
        is_trusted=True,
    ).run()


def check_rung(
    subject: Subject, path: Path, measure: Measure, report: MeasureReport
) -> Iterator[Finding]:
    """Check that a rung clears its own bar and those below.

    The model answer clears all with a margin; the first rung misses one, where there
    is a second.
    """
    where = subject.where(path)
    ladder = [rung.stem for rung in subject.question.rungs()]
    own = ladder.index(path.stem)
    problems = []
    bars = [standing for standing in report.standings if standing.at_most is not None]
    for bar in bars:
        assert bar.at_most is not None
        around = f" ({bar.low:.2f} to {bar.high:.2f})" if bar.num_pairs else ""
        ratio = (
            f"{bar.ratio:.2f}{around} times {bar.rung}, whose bar is {bar.at_most:g}"
        )
        if ladder.index(bar.rung) <= own and bar.is_cleared is not True:
            problems.append(f"it does not clear a bar: it costs {ratio}")
        elif own == len(ladder) - 1 and bar.high * _MARGIN > bar.at_most:
            problems.append(f"it has no margin: it costs {ratio}")
    is_first = own == 0 and len(ladder) > 1
    if not report.standings:
        problems.append(f"it was not measured: {report.verdict.value}")
    elif is_first and not any(bar.is_cleared is False for bar in bars):
        problems.append("the first rung misses no bar")
    # What earns no points may be slow in any way.
    lowest = min((ladder.index(bar.rung) for bar in measure.bars), default=0)
    is_free = own < lowest
    if report.growth is not None and not is_free and not report.growth.is_kept:
        words = report.growth.words
        problems.append(f"it grows otherwise than the model answer: {words}")
    for problem in problems:
        yield Finding(
            False,
            f"measure {measure.name}: {problem}",
            where,
            _ADVICE if measure.counts is None else _COUNTED_ADVICE,
        )
    if not problems:
        stands = ", ".join(
            f"{standing.ratio:.2f} of {standing.rung}" for standing in report.standings
        )
        yield Finding(True, f"measure {measure.name}: {stands}", where)


def check_slow(
    subject: Subject, path: Path, report: MeasureReport, declared: str
) -> Finding:
    """Check that a slow answer misses a bar, and that the report says why."""
    where = subject.where(path)
    has_missed = any(standing.is_cleared is False for standing in report.standings)
    has_grown = report.growth is not None and report.growth.is_kept is False
    is_below = report.verdict is MeasureVerdict.BELOW_FIRST_BAR
    was_too_slow = is_below and not report.standings
    found = report.cause.kind if report.cause is not None else None
    if not (has_missed or has_grown or was_too_slow):
        what = f"it misses no bar of {report.name}: {report.verdict.value}"
        advice = "Make it slower, or the bar lower."
    elif (found or NO_CAUSE) != declared:
        what = f"its cause is {declared!r}, and {found or NO_CAUSE!r} was found"
        advice = "Mend the declaration, or what finds causes."
    else:
        what = f"it misses a bar of {report.name}, and the cause is {declared!r}"
        return Finding(True, what, where)
    return Finding(False, what, where, advice)
