"""Checks one question, or several side by side, against the first half of the contract.

*Right* is checked here, and no time decides it: files and texts, the starter, rungs,
wrong answers with their reproductions, what measures run, trivial answers, examples,
statement, sizes.
Speed against bars is the other half and needs the machine for itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from perfkata.catalog import Question
from perfkata.judge.contract import answers, bars, documents, measured, trivial
from perfkata.judge.contract.declaration import DeclarationError
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.subject import DEFAULT_SEEDS, Seen, Subject
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.grading import TAKEN_NAMES
from perfkata.judge.interface import read_interface
from perfkata.judge.loading import load_grader
from perfkata.judge.submission import SubmissionFileError

__all__ = [
    "DEFAULT_SEEDS",
    "DEFAULT_SHARE",
    "check_bars",
    "check_question",
    "check_questions",
]

DEFAULT_SHARE = 0.1
_Read = TypeVar("_Read")
_GRADER = "interviewer/grader.py"


def check_question(
    question: Question, *, seeds: int = DEFAULT_SEEDS, share: float = DEFAULT_SHARE
) -> Iterator[Finding]:
    """Check a question, however broken it is.

    Args:
        question: The question.
        seeds: On how many seeds the generated cases are drawn.
        share: The part of them that is drawn.

    Yields:
        A finding for each rule that was looked at, as soon as it is known.
    """
    told: set[Finding] = set()
    for finding in _findings_of(question, seeds, share):
        # A grader that fails does so with every answer: that is one finding.
        if finding not in told:
            told.add(finding)
            yield finding


def check_bars(
    question: Question, on_progress: Callable[[str], None] = lambda text: None
) -> Iterator[Finding]:
    """Measure a question's rungs against its bars, and its slow answers.

    Args:
        question: A question that keeps the rest of the contract.
        on_progress: Hears what is being done.

    Yields:
        A finding for each answer and measure.
    """
    subject = _subject(question, DEFAULT_SEEDS, DEFAULT_SHARE)
    if isinstance(subject, Subject):
        check = partial(bars.check_bars, subject, on_progress)
        yield from _guarded(check, question.name, question)
    else:
        yield from subject


def _findings_of(question: Question, seeds: int, share: float) -> Iterator[Finding]:
    for check in (documents.check_files, documents.check_documents):
        yield from _guarded(partial(check, question), question.name, question)
    missing = [
        path
        for path in (question.starter, question.grader, question.statement)
        if not path.is_file()
    ]
    if missing:
        # Said already; without them there is nothing to run.
        return
    subject = _subject(question, seeds, share)
    yield from _check_answers(subject) if isinstance(subject, Subject) else subject


def _subject(question: Question, seeds: int, share: float) -> Subject | list[Finding]:
    """Return a question with its grader and interface, or why they cannot be read."""
    grader = _or_finding(question, question.grader, partial(load_grader, question))
    starter = question.starter
    interface = _or_finding(question, starter, partial(read_interface, starter))
    if isinstance(grader, Finding) or isinstance(interface, Finding):
        return [each for each in (grader, interface) if isinstance(each, Finding)]
    return Subject(question, grader, interface, seeds, share)


def check_questions(
    questions: Sequence[Question],
    *,
    seeds: int = DEFAULT_SEEDS,
    share: float = DEFAULT_SHARE,
) -> Iterator[tuple[Question, tuple[Finding, ...]]]:
    """Check several questions, one on each core, and give out each when it is done.

    Yields:
        A question and all that was found, in the order of the questions.
    """
    check = partial(_findings, seeds=seeds, share=share)
    # Spawned, since a caller that shows progress has threads, which a fork would break.
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(_num_processes(questions), _leave_interrupt_to_parent) as pool:
        yield from zip(questions, pool.imap(check, questions), strict=True)


def _num_processes(questions: Sequence[Question]) -> int:
    num_cores = os.cpu_count() or 1
    if sys.platform == "linux":
        num_cores = len(os.sched_getaffinity(0))
    return max(1, min(num_cores, len(questions)))


class _EndedError(BaseException):
    """The parent does not want the findings any more."""


def _leave_interrupt_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _findings(question: Question, *, seeds: int, share: float) -> tuple[Finding, ...]:
    """Check a question in a process of the pool, and clean up if that is ended."""

    def end(_number: int, _frame: object) -> None:
        raise _EndedError

    before = signal.signal(signal.SIGTERM, end)
    try:
        return tuple(check_question(question, seeds=seeds, share=share))
    except _EndedError:
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)


def _or_finding(
    question: Question, path: Path, read: Callable[[], _Read]
) -> _Read | Finding:
    """Return what was read of a file, or what kept it from being read."""
    try:
        return read()
    except (Exception, SystemExit) as error:
        name = path.relative_to(question.folder)
        return _stopped(f"{question.name}/{name}", error)


def _check_answers(subject: Subject) -> Iterator[Finding]:
    question = subject.question
    yield from _check_names(subject)
    seen = Seen(subject.interface, question.size_of)
    for path in question.rungs():
        yield from _checked(subject, path, answers.check_rung, path, seen)
    starter = question.starter
    yield from _checked(subject, starter, answers.check_starter, seen)
    for path in question.wrong_answers():
        yield from _checked(subject, path, answers.check_wrong_answer, path, seen)
    for measure in question.measures:
        yield from _checked(subject, question.grader, measured.check_measure, measure)
        for path in question.rungs():
            yield from _checked(subject, path, measured.check_rung_of, path, measure)
    if seen.is_model_right:
        for check in (answers.check_sizes, trivial.check_trivial_answers):
            yield from _checked(subject, question.grader, check, seen)
    if question.examples.is_file():
        yield from _checked(subject, question.examples, answers.check_examples)
    statement = question.statement
    yield from _checked(subject, statement, answers.check_statement_runs)


def _check_names(subject: Subject) -> Iterator[Finding]:
    """Check that a grader can call what an answer defines."""
    for name in sorted(TAKEN_NAMES.intersection(subject.interface.names)):
        yield Finding(
            False,
            f"'solution.{name}' has a meaning of its own in a grader",
            subject.where(subject.question.starter),
            "Call the function otherwise.",
        )


def _checked(
    subject: Subject,
    path: Path,
    check: Callable[..., Iterator[Finding]],
    *arguments: object,
) -> Iterator[Finding]:
    check_path = partial(check, subject, *arguments)
    yield from _guarded(check_path, subject.where(path), subject.question)


def _guarded(
    check: Callable[[], Iterator[Finding]], where: str, question: Question
) -> Iterator[Finding]:
    """Run a check; what keeps it from going on is a finding like any other."""
    try:
        yield from check()
    except GraderError as error:
        yield _stopped(f"{question.name}/{_GRADER}", error)
    except (Exception, SystemExit) as error:
        yield _stopped(where, error)


def _stopped(where: str, error: BaseException) -> Finding:
    """Say what kept a check from going on, and what to do about it."""
    again = "Mend it, and check again."
    match error:
        case JudgeError():
            hint = error.hint
            sentence = f"{hint[:1].upper()}{hint[1:].rstrip('.')}." if hint else again
            # A file that does not load names itself; said once is enough.
            message = error.message.removeprefix(where).removeprefix(": ").lstrip()
            return Finding(False, message, where, sentence)
        case DeclarationError():
            advice = "docs/adding_a_question.md says what docstrings declare."
            return Finding(False, str(error), where, advice)
        case SubmissionFileError():
            return Finding(False, str(error), where, again)
    what = f"it cannot be checked: {type(error).__name__}: {error}"
    return Finding(False, what, where, again)
