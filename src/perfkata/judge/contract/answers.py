"""The rules about answers, by grading them and by running what is shown beside them.

The starter fails, rungs are right, wrong answers fail as they declare and so do their
reproductions, examples and statement hold, cases have the sizes where mistakes show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from perfkata.judge.contract import markdown
from perfkata.judge.contract.declaration import Declaration, DeclarationError
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.measured import check_slow_answer
from perfkata.judge.contract.programs import (
    NO_TEST_RAN,
    TESTS_FAILED,
    run_examples,
    run_reproduction,
    run_statement,
)
from perfkata.judge.contract.subject import FIRST_SEED, Seen, Subject
from perfkata.judge.contract.trial import Plan, Trial, limits_of, try_answer
from perfkata.judge.report import LevelReport, LevelVerdict, SubmissionVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.submission import Submission

__all__ = [
    "check_examples",
    "check_rung",
    "check_sizes",
    "check_starter",
    "check_statement_runs",
    "check_wrong_answer",
]

_UNFINISHED = "NotImplementedError"
_WAITED_FOR = (LevelVerdict.TOO_SLOW, LevelVerdict.DEADLOCKED)
_PYTHON = ("python", "py", "pycon", "doctest")
# A reproduction that passes beside a right answer has all the time that it needs.
_AMPLE_LIMITS = Limits(memory_bytes=2 * Limits().memory_bytes)
_TIMER = re.compile(r"^signal\.setitimer\(.*\)\n", re.MULTILINE)


def check_starter(subject: Subject, seen: Seen) -> Iterator[Finding]:
    """Check that the starter is refused at level 1, and for the right reason."""
    path = subject.question.starter
    where = subject.where(path)
    declared = subject.declared(path)
    if declared.verdict is not None:
        yield from _check_declared(subject, path, declared, seen)
        return
    (trial,) = try_answer(subject, Submission.read(path).source, Plan(levels=(1,)))
    failed = trial.failed
    came = failed.failure.came if failed and failed.failure else None
    if came is not None and came.partition(":")[0] == _UNFINISHED:
        yield Finding(True, f"it fails level 1 with {_UNFINISHED}", where)
        return
    yield Finding(
        False,
        f"it should fail level 1 with {_UNFINISHED}, and {trial}",
        where,
        f"Raise {_UNFINISHED} in each function, or declare 'Level:' and 'Verdict:'.",
    )


def check_rung(subject: Subject, path: Path, seen: Seen) -> Iterator[Finding]:
    """Check that a rung is right at every level that it claims.

    Args:
        subject: The question.
        path: The rung.
        seen: Takes note of the calls, if it is the last one, the model answer.
    """
    is_model = path == subject.question.rungs()[-1]
    problem = _rung_problem(subject, path, seen if is_model else None)
    if is_model:
        seen.is_model_right = problem is None
    what = f"it is right on {_counted(subject.num_seeds, 'seed')}"
    yield problem or Finding(True, what, subject.where(path))


def _rung_problem(subject: Subject, path: Path, seen: Seen | None) -> Finding | None:
    where = subject.where(path)
    declared = subject.declared(path)
    if declared.falls_short and seen is not None:
        short = ", ".join(map(str, sorted(declared.falls_short)))
        return Finding(
            False,
            f"the model answer falls short of level {short}",
            where,
            "The last rung passes every level: write it, or change the level.",
        )
    plan = Plan(levels=subject.levels - declared.falls_short)
    if seen is not None:
        plan = replace(plan, observe=seen.note)
    return _first_wrong(subject, path, plan)


def _first_wrong(subject: Subject, path: Path, plan: Plan) -> Finding | None:
    """Return what an answer does wrong on the first seed on which it is not right."""
    source = Submission.read(path).source
    for seed in subject.seeds:
        # A session for each seed: the seed draws the hashes of its worker, too.
        for trial in try_answer(subject, source, replace(plan, seeds=(seed,))):
            if trial.refusal or trial.failed:
                return Finding(
                    False,
                    f"it is not right on seed {seed}: {trial}",
                    subject.where(path),
                    "Mend it or the grader; 'perfkata grade"
                    f" {subject.question.number} FILE --seed {seed}' shows all of it.",
                )
    return None


def check_wrong_answer(subject: Subject, path: Path, seen: Seen) -> Iterator[Finding]:
    """Check that a wrong answer fails as it declares, and its reproduction with it.

    One that is slow and nothing else is right at every level. What it costs is no
    business of this check.
    """
    declared = subject.declared(path)
    if declared.verdict is not None:
        yield from _check_declared(subject, path, declared, seen)
    elif declared.measure is None:
        raise DeclarationError(
            "its docstring declares no 'Level:' and 'Verdict:', and no 'Measure:' and"
            " 'Cause:'"
        )
    else:
        what = f"it is right on {_counted(subject.num_seeds, 'seed')}, as a slow answer"
        right = Finding(True, what, subject.where(path))
        yield _first_wrong(subject, path, Plan(levels=subject.levels)) or right
    if declared.measure is not None:
        yield from check_slow_answer(subject, path, declared)


def _check_declared(
    subject: Subject, path: Path, declared: Declaration, seen: Seen
) -> Iterator[Finding]:
    where = subject.where(path)
    plan = _plan(subject, declared, seen)
    trials = try_answer(subject, Submission.read(path).source, plan)
    for trial in trials:
        if not _is_as_declared(trial, declared, plan):
            yield Finding(
                False,
                f"it declares {declared}; on seed {trial.seed} {trial}",
                where,
                "Mend its declaration, or give the level a case that shows it.",
            )
            return
    yield Finding(True, f"it fails as it declares: {declared}", where)
    failed = trials[0].failed
    if failed is not None and failed.verdict is not LevelVerdict.BROKE_PROTOCOL:
        yield from _check_reproduction(subject, path, failed)


def _plan(subject: Subject, declared: Declaration, seen: Seen) -> Plan:
    """Plan to ask what shows that an answer fails as it declares, and no more."""
    number = declared.level
    if number is None:
        return Plan(levels=subject.levels)
    cases = subject.grader.cases_of(number)
    is_hang = declared.verdict in _WAITED_FOR
    is_drawn = any(case.draw or case.live for case in cases) and not is_hang
    # The rungs were asked them; each would cost every answer a second and more.
    heavy = set() if subject.is_thorough else seen.heavy
    return Plan(
        levels=[level for level in subject.levels if level <= number],
        seeds=(FIRST_SEED,) if is_hang else subject.seeds,
        whole=number if is_drawn else None,
        hangs=number if is_hang else None,
        leaves_out=heavy - {case.name for case in cases},
    )


def _is_as_declared(trial: Trial, declared: Declaration, plan: Plan) -> bool:
    if isinstance(declared.verdict, SubmissionVerdict) or trial.refusal is not None:
        return trial.refusal is declared.verdict
    failed = trial.failed
    if failed is None:
        # Only a seed that draws nothing at the declared level leaves it unharmed.
        return trial.seed != FIRST_SEED and plan.whole is None
    return failed.number == declared.level and failed.verdict is declared.verdict


def _check_reproduction(
    subject: Subject, path: Path, failed: LevelReport
) -> Iterator[Finding]:
    where = subject.where(path)
    assert failed.failure is not None and failed.failure.reproduction is not None
    program = failed.failure.reproduction
    is_timed = failed.verdict in _WAITED_FOR
    (level,) = (
        each for each in subject.question.levels if each.number == failed.number
    )
    limits = limits_of(level, is_hang=is_timed)
    ended = run_reproduction(
        subject.question, path.read_bytes(), program, limits, is_timed=is_timed
    )
    if ended.is_good and not failed.failure.is_by_order:
        yield Finding(
            False,
            f"the reproduction of level {failed.number} does not fail beside it",
            where,
            f"Run this beside it as solution.py:\n{program}",
        )
        return
    rungs = subject.question.rungs()
    if rungs:
        model = rungs[-1]
        right = _beside_model(subject, model, program)
        if right:
            yield Finding(
                False,
                f"its reproduction of level {failed.number} fails beside"
                f" {model.name} too: {right}",
                where,
                f"A failure that is not the answer's is none:\n{program}",
            )
            return
    if ended.is_good:
        what = (
            f"what it failed of at level {failed.number} hangs on the order of threads"
        )
    else:
        what = f"its reproduction of level {failed.number} fails, and only it"
    yield Finding(True, what, where)


def _beside_model(subject: Subject, model: Path, program: str) -> str:
    """Run a reproduction beside the model answer; say how it failed, if it did."""
    known = subject.beside_model
    if program not in known:
        # A busy machine would let its timers end what is only slow there.
        untimed = _TIMER.sub("", program)
        ended = run_reproduction(
            subject.question, model.read_bytes(), untimed, _AMPLE_LIMITS
        )
        known[program] = "" if ended.is_good else ended.reason
    return known[program]


def check_examples(subject: Subject) -> Iterator[Finding]:
    """Check that the examples pass with every rung and fail with the starter."""
    question = subject.question
    where = subject.where(question.examples)
    is_good = True
    for path in question.rungs():
        ended = run_examples(question, path.read_bytes())
        if not ended.is_good:
            is_good = False
            no_test = ended.exit_code == NO_TEST_RAN
            yield Finding(
                False,
                "it holds no test"
                if no_test
                else f"it does not pass with {path.name}: {ended.reason}",
                where,
                "Write tests that each rung passes.",
            )
    ended = run_examples(question, question.starter.read_bytes())
    if ended.exit_code != TESTS_FAILED:
        is_good = False
        how = "passes" if ended.is_good else f"does not run ({ended.reason})"
        yield Finding(
            False,
            f"it {how} with the starter, and should fail",
            where,
            "Write tests that call what the learner is to write.",
        )
    if is_good:
        yield Finding(
            True, "it passes with each rung, and fails with the starter", where
        )


def check_statement_runs(subject: Subject) -> Iterator[Finding]:
    """Check that the statement names what to write, and that its examples are right."""
    question = subject.question
    where = subject.where(question.statement)
    text = question.statement.read_text(encoding="utf-8")
    unnamed = [
        name for name in subject.interface.names if not re.search(rf"\b{name}\b", text)
    ]
    for name in unnamed:
        yield Finding(
            False,
            f"it does not name {name}",
            where,
            "Say what the learner is to write.",
        )
    if not unnamed:
        yield Finding(True, "it names what the learner is to write", where)
    rungs = question.rungs()
    found = [
        [block.line, block.source]
        for block in markdown.blocks(text)
        if block.language in _PYTHON
    ]
    if not found:
        yield Finding(
            False, "it has no Python example", where, "Add a ```python block that runs."
        )
    elif rungs:
        fault = run_statement(question, rungs[-1].read_bytes(), found)
        if fault:
            yield Finding(
                False,
                f"its examples are not right with {rungs[-1].name}: {fault}",
                where,
                "Mend the example or the rung.",
            )
        else:
            what = (
                f"{_counted(len(found), 'block')} of Python, right with the last rung"
            )
            yield Finding(True, what, where)


def check_sizes(subject: Subject, seen: Seen) -> Iterator[Finding]:
    """Check that the levels have cases at the sizes where mistakes show."""
    question = subject.question
    name = question.size_of
    if name is None:
        return
    where = subject.where(question.grader)
    positions = [
        subject.interface.position(function, name)
        for function in subject.interface.names
    ]
    if all(position is None for position in positions):
        yield Finding(
            False,
            f"size_of is {name!r}, which is no parameter of the starter",
            subject.where(question.facts_file),
            "Name a parameter whose length is the size, or remove size_of.",
        )
        return
    sizes = {size for size in seen.sizes if size > 1}
    powers = {size for size in sizes if size & (size - 1) == 0}
    missing = [
        kind
        for kind, is_there in (
            ("0", 0 in seen.sizes),
            ("1", 1 in seen.sizes),
            ("a power of two", bool(powers)),
            ("no power of two", bool(sizes - powers)),
        )
        if not is_there
    ]
    for kind in missing:
        yield Finding(
            False,
            f"no case has {name} of size {kind}",
            where,
            "Add one, by hand if chance does not bring it every time.",
        )
    if not missing:
        what = f"cases have {name} of size 0, 1, a power of two, and others"
        yield Finding(True, what, where)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
