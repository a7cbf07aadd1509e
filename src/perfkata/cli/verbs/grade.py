"""``perfkata grade``: what an answer is worth, level by level."""

from __future__ import annotations

import secrets
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfkata.cli.verb import (
    QUESTION,
    SEED,
    RefusedError,
    own_solution,
    print_json,
    require_known_layer,
    verb,
)

if TYPE_CHECKING:
    from perfkata.catalog import Question
    from perfkata.cli.grading import GradeScreen
    from perfkata.cli.progress import Progress
    from perfkata.judge.grade import Options
    from perfkata.judge.report import LevelReport, MeasureReport, Report
    from perfkata.judge.submission import Submission

__all__ = ["command"]


@verb(
    "perfkata grade 21",
    "perfkata grade 21 --level 2",
    "perfkata grade 21 --levels-only",
    "perfkata grade 21 mine.py yours.py",
    "perfkata grade 21 --seed 12345 --json",
    name="grade",
)
@click.argument("question", type=QUESTION)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option(
    "--level",
    "levels",
    type=int,
    multiple=True,
    metavar="N",
    help="Only this level, and no measure; may be given several times.",
)
@click.option(
    "--levels-only", is_flag=True, help="All levels, without measuring what it costs."
)
@click.option(
    "--seed",
    type=SEED,
    metavar="N",
    help="Draw the inputs that another grading drew.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def command(
    question: str,
    files: tuple[Path, ...],
    levels: tuple[int, ...],
    levels_only: bool,
    seed: int | None,
    as_json: bool,
) -> int:
    """Grade answers to a question.

    Without a file: solution.py in the current folder if that is the question's
    workspace, else in your workspace of it. The answer runs in a sandbox; if it is
    right, its cost is measured beside the reference answers'. Exit code 0 means that
    every level passed, 1 that one did not.
    """
    from perfkata.catalog import open_catalog
    from perfkata.cli.grading import GradeScreen, show_summary
    from perfkata.cli.verbs.start import require_here
    from perfkata.judge.grade import MAX_SEED, Options
    from perfkata.judge.report import SCHEMA_VERSION, Reports
    from perfkata.judge.submission import Submission

    require_known_layer()
    found = open_catalog().question(question)
    require_here(found)
    _require_levels(found, levels)
    paths = files or (own_solution(found, "grade"),)
    # All of them first: a name typed wrong should not show after a minute of grading.
    submissions = [Submission.read(path) for path in paths]
    if seed is None:
        # One for all files: on other inputs they could not be compared.
        seed = secrets.randbelow(MAX_SEED + 1)
    options = Options(
        seed=seed,
        levels=frozenset(levels) or None,
        measures=not (levels_only or levels),
    )
    screens = [] if as_json else [GradeScreen(found, file) for file in files or (None,)]
    reports = _graded(found, submissions, options, screens)
    if as_json:
        print_json(Reports(SCHEMA_VERSION, tuple(reports)))
    elif len(reports) > 1:
        show_summary(reports)
    return _exit_code(reports)


def _require_levels(question: Question, levels: tuple[int, ...]) -> None:
    known = [level.number for level in question.levels]
    for number in levels:
        if number not in known:
            raise RefusedError(
                f"question {question.number} has no level {number}; "
                f"it has {known[0]} to {known[-1]}."
            )


def _graded(
    question: Question,
    submissions: list[Submission],
    options: Options,
    screens: list[GradeScreen],
) -> list[Report]:
    """Grade one file after the other; without screens, in silence."""
    from perfkata.cli.progress import Progress
    from perfkata.cli.screen import say

    reports: list[Report] = []
    with Progress().running() as progress:
        for submission, screen in zip_longest(submissions, screens):
            if reports and screen is not None:
                say()
            reports.append(_graded_one(question, submission, options, progress, screen))
    return reports


def _graded_one(
    question: Question,
    submission: Submission,
    options: Options,
    progress: Progress,
    screen: GradeScreen | None,
) -> Report:
    from perfkata.judge.grade import Listener, grade

    def show_level(level: LevelReport) -> None:
        if screen is not None:
            with progress.aside():
                screen.show_level(level)
        progress.show(_activity(question, options, level.number))

    def show_measure(measure: MeasureReport) -> None:
        if screen is not None:
            with progress.aside():
                screen.show_measure(measure)

    folder = _own_folder(question, submission.file)
    options = replace(options, failures_folder=folder)
    if screen is not None:
        with progress.aside():
            screen.begin(submission.file)
    progress.show(_activity(question, options, 0))
    report = grade(
        question,
        submission,
        options=options,
        listener=Listener(show_level, show_measure, progress.detail),
    )
    if screen is not None:
        with progress.aside():
            screen.finish(report)
    return report


def _activity(question: Question, options: Options, done: int) -> str:
    """Say what is being done once the levels up to this one are decided."""
    for level in question.levels:
        is_chosen = options.levels is None or level.number in options.levels
        if level.number > done and is_chosen:
            return f"grading level {level.number}: {level.title}"
    return "finishing"


def _own_folder(question: Question, path: Path) -> Path | None:
    """Return the workspace that a long reproduction may be written to, if any."""
    folder = path.absolute().parent
    return folder if folder.name == question.name else None


def _exit_code(reports: list[Report]) -> int:
    from perfkata.cli.app import ExitCode
    from perfkata.judge.report import SubmissionVerdict

    if any(report.verdict is SubmissionVerdict.OUR_FAULT for report in reports):
        return ExitCode.OUR_FAULT
    is_passed = all(report.is_passed for report in reports)
    return ExitCode.GOOD if is_passed else ExitCode.NOT_GOOD
