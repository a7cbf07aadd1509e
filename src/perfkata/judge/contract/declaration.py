"""What an answer's docstring declares: where it fails and how, or what it leaves out.

Level: 2                  a wrong answer: the first level that it fails
Verdict: wrong answer     ... and what the report must say of that level
Falls short: 3, 4         a rung: levels of cost that it does not claim
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from perfkata.judge.report import LevelVerdict, SubmissionVerdict

__all__ = ["Declaration", "DeclarationError", "read_declaration"]

_LINE = re.compile(r"^(Level|Verdict|Falls short):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
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
    """

    level: int | None = None
    verdict: LevelVerdict | SubmissionVerdict | None = None
    falls_short: frozenset[int] = frozenset()

    def __str__(self) -> str:
        verdict = f"'{self.verdict.value}'" if self.verdict else "nothing"
        return f"{verdict} at level {self.level}" if self.level else verdict


def read_declaration(path: Path, levels: frozenset[int]) -> Declaration:
    """Read what the docstring of an answer declares.

    Args:
        path: The answer.
        levels: The numbers of the question's levels.

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
    return Declaration(number, verdict, short)


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
