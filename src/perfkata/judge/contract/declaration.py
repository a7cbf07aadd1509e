"""What an answer's docstring declares: where it fails and how, or what it leaves out.

Level: 2                  a wrong answer: the first level that it fails
Verdict: wrong answer     ... and what the report must say of that level
Measure: flat             a slow answer: the measure of which it misses a bar
Cause: copies             ... and the kind of cause that the report must name, or none
Falls short: 3, 4         a rung: levels of cost that it does not claim

A slow answer that declares no level is right at every one.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from perfkata.judge.cause import KINDS
from perfkata.judge.report import LevelVerdict, SubmissionVerdict

__all__ = ["NO_CAUSE", "Declaration", "DeclarationError", "read_declaration"]

NO_CAUSE = "none"
_KEYS = ("Level", "Verdict", "Measure", "Cause", "Falls short")
_LINE = re.compile(rf"^({'|'.join(_KEYS)}):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_REFUSALS = tuple(
    verdict
    for verdict in SubmissionVerdict
    if verdict not in (SubmissionVerdict.GRADED, SubmissionVerdict.OUR_FAULT)
)
_FAILURES = tuple(
    verdict for verdict in LevelVerdict if verdict is not LevelVerdict.PASSED
)


class DeclarationError(Exception):
    """A declaration that cannot be read; says why."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a docstring declares.

    Attributes:
        level: The first level that fails, if one is declared.
        verdict: What becomes of that level, or of the submission as a whole.
        falls_short: Levels of cost that a rung does not claim.
        measure: The measure of which it misses a bar, if one is declared.
        cause: The kind of cause that the report must name for that, or `NO_CAUSE`.
    """

    level: int | None = None
    verdict: LevelVerdict | SubmissionVerdict | None = None
    falls_short: frozenset[int] = frozenset()
    measure: str | None = None
    cause: str | None = None

    def __str__(self) -> str:
        verdict = f"'{self.verdict.value}'" if self.verdict else "nothing"
        return f"{verdict} at level {self.level}" if self.level else verdict


def read_declaration(
    path: Path,
    levels: frozenset[int],
    measures: frozenset[str] = frozenset(),
    counted: frozenset[str] = frozenset(),
) -> Declaration:
    """Read what the docstring of an answer declares.

    Args:
        path: The answer.
        levels: The numbers of the question's levels.
        measures: The names of its measures.
        counted: Those whose grader names causes of its own.

    Raises:
        DeclarationError: It cannot be read or does not fit the question.
    """
    try:
        docstring = ast.get_docstring(ast.parse(path.read_bytes(), path.name)) or ""
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        raise DeclarationError(f"it cannot be read: {error}") from None
    found = _LINE.findall(docstring)
    keys = [key for key, _ in found]
    for key in keys:
        if keys.count(key) > 1:
            raise DeclarationError(f"its docstring declares '{key}:' twice")
    values = dict(found)
    level = _numbers("Level", values.get("Level"), levels)
    if len(level) > 1:
        raise DeclarationError("it declares several levels, and one is the first")
    number = next(iter(level), None)
    verdict = _verdict(values.get("Verdict"))
    if (number is None) is not (verdict is None or verdict in _REFUSALS):
        raise DeclarationError(
            "its docstring declares 'Level:' without 'Verdict:'"
            if verdict is None
            else f"the verdict '{verdict.value}' "
            + ("has a level" if verdict in _REFUSALS else "needs a 'Level:'")
        )
    short = _numbers("Falls short", values.get("Falls short"), levels)
    measure = values.get("Measure")
    cause = values.get("Cause")
    _check_slow(measure, cause, verdict, measures, counted)
    return Declaration(number, verdict, short, measure, cause)


def _check_slow(
    measure: str | None,
    cause: str | None,
    verdict: LevelVerdict | SubmissionVerdict | None,
    measures: frozenset[str],
    counted: frozenset[str],
) -> None:
    if (measure is None) is not (cause is None):
        one, other = ("Measure", "Cause") if cause is None else ("Cause", "Measure")
        raise DeclarationError(f"its docstring declares '{one}:' without '{other}:'")
    if measure is None:
        return
    if measure not in measures:
        known = ", ".join(sorted(measures)) or "the measures, of which there are none"
        raise DeclarationError(f"'Measure: {measure}' is none of {known}")
    if cause not in (*KINDS, NO_CAUSE) and measure not in counted:
        known = ", ".join((*KINDS, NO_CAUSE))
        raise DeclarationError(f"'Cause: {cause}' is none of {known}")
    if verdict in _REFUSALS:
        raise DeclarationError(
            f"the verdict '{verdict.value}' keeps it from being measured"
        )


def _numbers(key: str, value: str | None, levels: frozenset[int]) -> frozenset[int]:
    if value is None:
        return frozenset()
    if not re.fullmatch(r"[0-9]{1,3}(?:, *[0-9]{1,3})*", value):
        raise DeclarationError(f"'{key}: {value}' is no number of a level")
    numbers = frozenset(int(number) for number in value.split(","))
    for number in sorted(numbers - levels):
        raise DeclarationError(f"'{key}: {value}' names level {number}, which is not")
    return numbers


def _verdict(value: str | None) -> LevelVerdict | SubmissionVerdict | None:
    if value is None:
        return None
    known: tuple[LevelVerdict | SubmissionVerdict, ...] = (*_FAILURES, *_REFUSALS)
    for verdict in known:
        # Both kinds have 'broke the protocol'; of an answer's level it is the level's.
        if verdict.value == value:
            return verdict
    names = ", ".join(dict.fromkeys(verdict.value for verdict in known))
    raise DeclarationError(f"'Verdict: {value}' is none of {names}")
