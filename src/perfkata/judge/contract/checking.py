"""Checks one question, or several side by side, against the first half of the contract.

*Right* is checked here, and no time decides it: files and texts, the starter, rungs,
wrong answers with their reproductions, trivial answers, examples, statement, sizes.
Speed against bars is the other half and needs the machine for itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from perfkata.catalog import Question
from perfkata.judge.contract import answers, documents, trivial
from perfkata.judge.contract.declaration import DeclarationError
from perfkata.judge.contract.finding import Finding
from perfkata.judge.contract.subject import DEFAULT_SEEDS, Seen, Subject
from perfkata.judge.errors import JudgeError
from perfkata.judge.interface import read_interface
from perfkata.judge.loading import load_grader
from perfkata.judge.submission import SubmissionFileError

__all__ = ["DEFAULT_SEEDS", "DEFAULT_SHARE", "check_question", "check_questions"]

DEFAULT_SHARE = 0.1


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
    for check in (documents.check_files, documents.check_documents):
        yield from _guarded(partial(check, question), question.name)
    missing = [
        path
        for path in (question.starter, question.grader, question.statement)
        if not path.is_file()
    ]
    if missing:
        # Said already; without them there is nothing to run.
        return
    subject = _subject(question, seeds, share)
    if isinstance(subject, Finding):
        yield subject
        return
    yield from _check_answers(subject)


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


def _subject(question: Question, seeds: int, share: float) -> Subject | Finding:
    where = f"{question.name}/interviewer/grader.py"
    try:
        grader = load_grader(question)
        interface = read_interface(question.starter)
    except JudgeError as error:
        return Finding(False, error.message, where, _sentence(error.hint))
    except (Exception, SystemExit) as error:
        return _unexpected(where, error)
    return Subject(question, grader, interface, seeds, share)


def _check_answers(subject: Subject) -> Iterator[Finding]:
    question = subject.question
    seen = Seen(subject.interface, question.size_of)
    for path in question.rungs():
        yield from _guarded(
            partial(answers.check_rung, subject, path, seen), subject.where(path)
        )
    yield from _guarded(
        partial(answers.check_starter, subject, seen), subject.where(question.starter)
    )
    for path in question.wrong_answers():
        yield from _guarded(
            partial(answers.check_wrong_answer, subject, path, seen),
            subject.where(path),
        )
    if seen.is_model_right:
        for check in (answers.check_sizes, trivial.check_trivial_answers):
            where = subject.where(question.grader)
            yield from _guarded(partial(check, subject, seen), where)
    if question.examples.is_file():
        yield from _guarded(
            partial(answers.check_examples, subject), subject.where(question.examples)
        )
    yield from _guarded(
        partial(answers.check_statement_runs, subject),
        subject.where(question.statement),
    )


def _guarded(check: Callable[[], Iterator[Finding]], where: str) -> Iterator[Finding]:
    """Run a check; what keeps it from going on is a finding like any other."""
    try:
        yield from check()
    except JudgeError as error:
        yield Finding(False, error.message, where, _sentence(error.hint))
    except DeclarationError as error:
        advice = "docs/adding_a_question.md says how docstrings declare what fails."
        yield Finding(False, str(error), where, advice)
    except SubmissionFileError as error:
        yield Finding(False, str(error), where, "Write the file anew.")
    except (Exception, SystemExit) as error:
        yield _unexpected(where, error)


def _unexpected(where: str, error: BaseException) -> Finding:
    what = f"it cannot be checked: {type(error).__name__}: {error}"
    return Finding(False, what, where, "Mend what this names.")


def _sentence(hint: str) -> str:
    return f"{hint[:1].upper()}{hint[1:].rstrip('.')}." if hint else ""
