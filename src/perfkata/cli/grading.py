"""A grade in the terminal: each level as it is decided, then why, then what to do.

The report has every fact; this only lays it out. Whatever comes from a submission is
printed as data, and code is never wrapped, so that it can be copied.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from perfkata.cli.measures import VERDICT_STYLES, missed_bar, show_measure
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
from perfkata.judge.report import LevelVerdict, MeasureVerdict, SubmissionVerdict
from perfkata.learner.workspace import is_starter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfkata.catalog import Question
    from perfkata.cli.screen import Part
    from perfkata.judge.report import Failure, LevelReport, MeasureReport, Report

__all__ = ["GradeScreen", "show_summary"]

# Fits every verdict that an honest answer meets; a longer one shifts its line.
_VERDICT_COLUMNS = len("below the first bar")
_LABEL_COLUMNS = len("level 1  ")
# The score, the number of cases, and the gaps, as they mostly are.
_OTHER_COLUMNS = 21
_VALUE_LABEL_COLUMNS = 10
_NOT_DECIDED = {
    MeasureVerdict.WITHIN_NOISE,
    MeasureVerdict.UNDECIDED,
    MeasureVerdict.SUSPICIOUSLY_FAST,
}
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
        self._shown_measures: set[str] = set()
        fixed = _LABEL_COLUMNS + _VERDICT_COLUMNS + _OTHER_COLUMNS
        room = console().width - fixed
        levels = [len(level.title) for level in question.levels]
        measures = [len(measure.title) for measure in question.measures]
        # The title of a measure that has no room is no reason to break them all.
        self._title_columns = max(
            [*levels, *(columns for columns in measures if columns <= room)]
        )
        self._is_narrow = self._title_columns > room

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

    def show_measure(self, measure: MeasureReport) -> None:
        """Print one measure's line."""
        self._shown_measures.add(measure.name)
        is_open = measure.open_points == measure.points
        earned = "-" if is_open else str(measure.earned)
        if measure.verdict is MeasureVerdict.NOT_MEASURED:
            rest = measure.message or ""
        else:
            rest = f"{measure.open_points} open" if measure.open_points else ""
        self._show_line(
            "measure",
            measure.title,
            (measure.verdict.value, VERDICT_STYLES[measure.verdict]),
            f"{earned:>2}/{measure.points}",
            rest,
        )

    def finish(self, report: Report) -> None:
        """Print what is known only at the end: reasons, the score, what to do next."""
        if report.verdict is not SubmissionVerdict.GRADED:
            _show_refusal(report)
        measures = _measures_of(report)
        for measure in measures:
            if measure.name not in self._shown_measures:
                self.show_measure(measure)
        _show_failures(report)
        for measure in measures:
            if measure.verdict is not MeasureVerdict.NOT_MEASURED:
                show_measure(self._question, measure)
        say()
        if is_starter(self._question, report.source_sha256):
            name = Path(report.file).name
            say(f"{name} is still the starter: read question.md, then write it.")
        _show_score(report)
        self._show_next(report)

    def _show_line(
        self, label: str, title: str, verdict: tuple[str, str], score: str, rest: str
    ) -> None:
        wide: list[Part] = [
            f"  {label:<{_LABEL_COLUMNS}}{title:<{self._title_columns}}  ",
            (f"{verdict[0]:<{_VERDICT_COLUMNS}}", verdict[1]),
            f" {score}  {rest}",
        ]
        is_too_long = len(title) > self._title_columns
        is_too_wide = styled(*wide).cell_len > console().width
        if self._is_narrow or is_too_long or is_too_wide:
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
            self._show_after_levels(report.measures)

    def _show_after_levels(self, measures: Sequence[MeasureReport]) -> None:
        """Say what to do when every level passes: measure, be faster, or go on."""
        verdicts = {measure.verdict for measure in measures}
        if MeasureVerdict.NOT_MEASURED in verdicts:
            say("Every level passes. To measure what it costs as well:")
            say_command(self._command)
        elif MeasureVerdict.FAILED in verdicts:
            say("Every level passes, but not what is measured. Mend that, then")
            say_command(self._command)
        elif any(missed_bar(self._question, measure) for measure in measures):
            say("Every level passes. Reach for the next bar, or go on in the roadmap:")
            say_command(self._command)
            say_command("perfkata roadmap order")
        elif verdicts & _NOT_DECIDED:
            say("Every level passes. To decide what is open, measure again:")
            say_command(self._command)
        else:
            what = (
                "level passes and every bar is cleared" if measures else "level passes"
            )
            say(f"Every {what}. What comes next in the roadmap:")
            say_command("perfkata roadmap order")


def _measures_of(report: Report) -> Sequence[MeasureReport]:
    return report.measures if report.verdict is SubmissionVerdict.GRADED else ()


def _show_score(report: Report) -> None:
    score = (f"{report.earned} of {report.points} points", "bold")
    open_points = f"; {report.open_points} more stay open"
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
    measured = [_measured(report) for report in reports]
    num_state_columns = max(map(len, states))
    num_measured_columns = max(map(len, measured))
    for report, state, costs in zip(reports, states, measured, strict=True):
        style = "green" if report.is_passed else "bold red"
        say_line(
            f"  {f'{report.earned}/{report.points}':>7}  ",
            (f"{state:<{num_state_columns}}", style),
            f"  {costs:<{num_measured_columns}}" if num_measured_columns else "",
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


def _measured(report: Report) -> str:
    """Return the points of all measures of a report, in short."""
    measures = _measures_of(report)
    open_points = sum(measure.open_points for measure in measures)
    decided = sum(measure.points for measure in measures) - open_points
    earned = sum(measure.earned for measure in measures)
    parts = [f"measures {earned}/{decided}"] if decided else []
    parts += [f"{open_points} open"] if open_points else []
    return ", ".join(parts)


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
        again = (
            "What happened, as far as the order of threads lets it happen again:"
            if failure.is_by_order
            else "To see it yourself, beside the answer:"
        )
        say(again, indent=2)
        _show_reproduction(failure.reproduction, failure.reproduction_file)
        if "from perfkata." in failure.reproduction:
            say("It imports a machine of perfkata, so run it with", indent=2)
            say_code(sys.executable)


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
