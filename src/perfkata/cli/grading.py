"""A grade in the terminal: each level as it is decided, then why, then what to do.

The report has every fact; this only lays it out. Whatever comes from a submission is
printed as data, and code is never wrapped, so that it can be copied.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from perfkata.cli.program import as_typed
from perfkata.cli.screen import (
    console,
    lines_of,
    say,
    say_code,
    say_command,
    say_line,
    styled,
)
from perfkata.judge.grade import MAX_SHOWN_LINES
from perfkata.judge.report import LevelVerdict, SubmissionVerdict
from perfkata.learner.workspace import is_starter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfkata.catalog import Question
    from perfkata.cli.screen import Part
    from perfkata.judge.report import Failure, LevelReport, MeasureReport, Report

__all__ = ["GradeScreen", "show_summary"]

# Fits every verdict that an honest answer meets; a longer one shifts its line.
_VERDICT_COLUMNS = len("not measured yet")
_LABEL_COLUMNS = len("level 1  ")
# The score, the number of cases, and the gaps, as they mostly are.
_OTHER_COLUMNS = 24
_VALUE_LABEL_COLUMNS = 10
_WEAKEST_ISOLATION = "limits"
# Of what a submission printed: so many lines at either end, and none longer.
_NUM_END_LINES = 5
_MAX_PRINTED_COLUMNS = 200


class GradeScreen:
    """Prints one grading, piece by piece, in the order in which it becomes known."""

    def __init__(self, question: Question, file: Path | None) -> None:
        """Begin with nothing printed.

        Args:
            question: What is answered.
            file: The file that the person named; None if they left it to us.
        """
        self._question = question
        named = "" if file is None else f" {_typed(file)}"
        self._command = f"perfkata grade {question.number}{named}"
        titles = [level.title for level in question.levels]
        titles += [measure.title for measure in question.measures]
        self._title_columns = max(map(len, titles))
        num_columns = _LABEL_COLUMNS + self._title_columns + _VERDICT_COLUMNS
        self._is_narrow = num_columns + _OTHER_COLUMNS > console().width

    def begin(self, file: Path) -> None:
        """Say what is graded."""
        say((f"{self._question.number} {self._question.title}", "bold"))
        say_code(str(file), indent=2)
        say()

    def show_level(self, level: LevelReport) -> None:
        """Print one level's line."""
        is_passed = level.verdict is LevelVerdict.PASSED
        self._show_line(
            f"level {level.number}",
            level.title,
            (level.verdict.value, "green" if is_passed else "bold red"),
            f"{level.earned:>2}/{level.points}",
            _counted(level.num_cases, "case")
            if is_passed
            else f"at case {level.num_cases:,}",
        )

    def finish(self, report: Report) -> None:
        """Print what is known only at the end: failures, the score, what to do next."""
        if report.verdict is SubmissionVerdict.GRADED:
            for measure in report.measures:
                self._show_measure(measure)
        else:
            _show_refusal(report)
        _show_failures(report)
        say()
        if is_starter(self._question, report.source_sha256):
            name = Path(report.file).name
            say(f"{name} is still the starter: read question.md, then write it.")
        _show_score(report)
        self._show_next(report)

    def _show_measure(self, measure: MeasureReport) -> None:
        verdict = (measure.verdict.value, "dim")
        self._show_line("measure", measure.title, verdict, f" -/{measure.points}", "")

    def _show_line(
        self, label: str, title: str, verdict: tuple[str, str], score: str, rest: str
    ) -> None:
        wide: list[Part] = [
            f"  {label:<{_LABEL_COLUMNS}}{title:<{self._title_columns}}  ",
            (f"{verdict[0]:<{_VERDICT_COLUMNS}}", verdict[1]),
            f" {score}  {rest}",
        ]
        if self._is_narrow or styled(*wide).cell_len > console().width:
            say(title, indent=2, marker=f"{label:<{_LABEL_COLUMNS}}")
            say(verdict, f"  {score.strip()}  {rest}", indent=2 + _LABEL_COLUMNS)
            return
        say(*wide)

    def _show_next(self, report: Report) -> None:
        missed = [
            level.number
            for level in report.levels
            if level.verdict is not LevelVerdict.PASSED
        ]
        graded = {level.number for level in report.levels}
        others = {level.number for level in self._question.levels} - graded
        if report.verdict is SubmissionVerdict.OUR_FAULT:
            say("That is our fault and not yours. What is wrong here:")
            say_command("perfkata doctor")
            say_command(f"perfkata check {self._question.number}")
        elif report.verdict is not SubmissionVerdict.GRADED:
            say("Mend that, then grade again:")
            say_command(self._command)
        elif missed:
            say(f"Next is level {missed[0]}. Change the answer, then")
            say_command(f"{self._command} --level {missed[0]}")
        elif others:
            say("What was graded passes. All levels:")
            say_command(self._command)
        else:
            say("Every level passes. What comes next in the roadmap:")
            say_command("perfkata roadmap order")


def _show_score(report: Report) -> None:
    score = (f"{report.earned} of {report.points} points", "bold")
    open_points = f"; {report.open_points} more are not measured yet"
    say(score, open_points if report.open_points else "", ".")
    if not report.levels:
        return
    circumstances = (
        f"Loaded in {report.load_seconds:.2f} s, graded in {report.seconds:.2f} s;"
        f" isolation: {report.isolation}; Python {report.python_version}."
    )
    say((circumstances, "dim"))
    say((f"--seed {report.seed} draws the same inputs again.", "dim"))
    if report.isolation == _WEAKEST_ISOLATION:
        say("Nothing kept this file from the rest of the machine. What would:")
        say_command("perfkata doctor")


def show_summary(reports: Sequence[Report]) -> None:
    """Print a line a file, where there are several."""
    say()
    say(("All files", "bold"))
    states = [_state(report) for report in reports]
    num_columns = max(map(len, states))
    for report, state in zip(reports, states, strict=True):
        say_line(
            f"  {report.earned:>3}/{report.points}  ",
            (f"{state:<{num_columns}}", "green" if report.is_passed else "bold red"),
            f"  {report.file}",
        )


def _typed(file: Path) -> str:
    """Spell a file so that a shell and our own options leave it alone."""
    text = str(file)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def _state(report: Report) -> str:
    if report.verdict is not SubmissionVerdict.GRADED:
        return str(report.verdict.value)
    passed = [level for level in report.levels if level.verdict is LevelVerdict.PASSED]
    return f"{len(passed)} of {_counted(len(report.levels), 'level')}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _show_refusal(report: Report) -> None:
    if report.levels:
        say()
    say((report.verdict.value.capitalize(), "bold red"))
    if report.message:
        is_ours = report.verdict is SubmissionVerdict.OUR_FAULT
        say(as_typed(report.message) if is_ours else report.message, indent=2)
    if report.traceback:
        say_code(report.traceback)


def _show_failures(report: Report) -> None:
    """Show why levels failed; a reason that was shown is only named again."""
    shown: dict[tuple[object, ...], int] = {}
    for level in report.levels:
        failure = level.failure
        if failure is None:
            continue
        reason = (level.verdict, failure.message, failure.came, failure.traceback)
        first = shown.setdefault(reason, level.number)
        if first == level.number:
            _show_failure(level, failure)
        else:
            verdict = (f"Level {level.number}: {level.verdict.value}", "bold red")
            say()
            say(verdict, f", for the same reason as level {first}")


def _show_failure(level: LevelReport, failure: Failure) -> None:
    say()
    say((f"Level {level.number}: {level.verdict.value}", "bold red"))
    say((failure.case, "bold"), ": ", failure.purpose, indent=2)
    say(failure.message, indent=2)
    for label, value in (("expected", failure.expected), ("came", failure.came)):
        if value is not None:
            _show_value(label, value)
    if failure.traceback:
        say("Where it was raised:", indent=2)
        say_code(failure.traceback)
    if failure.printed:
        say("It printed:", indent=2)
        _show_printed(failure.printed)
    if failure.reproduction:
        say("To see it yourself, beside the answer:", indent=2)
        _show_reproduction(failure.reproduction, failure.reproduction_file)


def _show_printed(printed: str) -> None:
    lines = lines_of(printed)
    num_between = len(lines) - 2 * _NUM_END_LINES
    if num_between > 0:
        middle = f"… {_counted(num_between, 'line')} between …"
        lines[_NUM_END_LINES:-_NUM_END_LINES] = [middle]
    for line in lines:
        is_long = len(line) > _MAX_PRINTED_COLUMNS
        say_code(f"{line[: _MAX_PRINTED_COLUMNS - 1]}…" if is_long else line)


def _show_reproduction(reproduction: str, file: str | None) -> None:
    lines = lines_of(reproduction)
    say_code("\n".join(lines[:MAX_SHOWN_LINES]))
    num_more = len(lines) - MAX_SHOWN_LINES
    if num_more > 0:
        where = ": --json has them" if file is None else f" in {file}"
        say_code(f"… {_counted(num_more, 'more line')}{where}")


def _show_value(label: str, value: str) -> None:
    first, *others = lines_of(value)
    say_code(f"{label:<{_VALUE_LABEL_COLUMNS}}{first}", indent=2)
    for line in others:
        say_code(line, indent=2 + _VALUE_LABEL_COLUMNS)
