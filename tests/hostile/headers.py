"""What hostile submissions say of themselves, read without running them.

The docstring of such a file begins with a sentence that says how the attack works, and
ends with a line for each layer: the verdict that it gets there, or that it is not
contained there, in which case nobody runs it there::

    namespaces: wrong answer
    landlock: wrong answer
    limits: not contained here

A verdict is that of the submission if it was not graded, else that of the first level
that it fails, or "passed": then the answers are right and the attack gained nothing.
A line ``needs: …`` names what a machine must have for the verdict to hold.

The files in ``measured/`` attack a measure and say behind a comma what becomes of that,
where more than one thing may with an "or" between them. None of it earns a point::

    namespaces: passed, below the first bar
    landlock: passed, failed or below the first bar
    limits: not contained here

The files in ``conversing/`` attack what is said while a call is open, and files that
are kept. They say which defence they run into, so that a test can take it away and see
the attack work; or why there is none whose absence would show::

    without: names that were given
    because: the judge would wait for ever
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from perfkata.judge.report import (
    LevelVerdict,
    MeasureVerdict,
    Report,
    SubmissionVerdict,
)
from perfkata.judge.sandbox import Layer

__all__ = [
    "CONVERSING",
    "HONEST",
    "MEASURED",
    "NEEDS",
    "NOT_CONTAINED",
    "Header",
    "HeaderError",
    "attacks",
    "attacks_on_conversations",
    "attacks_on_levels",
    "attacks_on_measures",
    "honest_answers",
    "not_contained",
    "read_header",
    "verdict_of",
]

_FOLDER = Path(__file__).parent
HONEST = _FOLDER / "honest"
MEASURED = _FOLDER / "measured"
CONVERSING = _FOLDER / "conversing"
NOT_CONTAINED = "not contained here"
NEEDS = ("control group", "scoped signals", "time zones")
_OURS = ("headers.py", "gradings.py", "weakening.py", "conftest.py")
_LINE = re.compile(r"(\w+): (.+)")
_VERDICTS = {verdict.value for verdict in (*LevelVerdict, *SubmissionVerdict)}
_VERDICTS -= {SubmissionVerdict.GRADED.value, SubmissionVerdict.OUR_FAULT.value}
# Of a measure, those that earn nothing.
_LOST = (
    MeasureVerdict.FAILED.value,
    MeasureVerdict.BELOW_FIRST_BAR.value,
    MeasureVerdict.UNDECIDED.value,
)


class HeaderError(Exception):
    """A file whose docstring does not say what it must."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself.

    Attributes:
        file: The file.
        sentence: How it works.
        verdicts: The verdict in each layer; None where it is not contained.
        needs: What the machine must have, if anything.
        measures: What may become of the measure in each layer, for an attack on one.
        without: The defence without which it gets another verdict.
        because: Why there is no such defence.
    """

    file: Path
    sentence: str
    verdicts: dict[Layer, str | None]
    needs: str | None = None
    measures: dict[Layer, tuple[str, ...]] = field(default_factory=dict)
    without: str | None = None
    because: str | None = None


def read_header(
    file: Path,
    *,
    is_honest: bool = False,
    is_measured: bool = False,
    is_conversing: bool = False,
) -> Header:
    """Read the docstring of a file.

    Args:
        file: The file.
        is_honest: Whether it is an honest answer, which passes in every layer and so
            names none.
        is_measured: Whether it is an attack on a measure, which says what becomes of
            that too.
        is_conversing: Whether it is an attack on conversations or files, which names
            its defence.

    Raises:
        HeaderError: A layer is missing or unknown, a verdict is none, or the
            sentence is.
    """
    docstring = ast.get_docstring(ast.parse(file.read_bytes()))
    if docstring is None:
        raise HeaderError(f"{file.name} has no docstring. Say how it works.")
    sentence, _, rest = docstring.partition("\n\n")
    sentence = " ".join(sentence.split())
    if not sentence.endswith("."):
        raise HeaderError(f"{file.name} begins with no sentence: {sentence!r}.")
    said = _said(file, [line for line in rest.splitlines() if line])
    needs = said.pop("needs", None)
    if needs is not None and needs not in NEEDS:
        raise HeaderError(f"{file.name} needs {needs!r}; write one of {NEEDS}.")
    if is_honest:
        if said:
            raise HeaderError(f"{file.name} is honest and passes. Remove {list(said)}.")
        passed = LevelVerdict.PASSED.value
        return Header(file, sentence, dict.fromkeys(Layer, passed), needs)
    measures = _measures(file, said) if is_measured else {}
    without = because = None
    if is_conversing:
        without, because = said.pop("without", None), said.pop("because", None)
        if (without is None) is (because is None):
            raise HeaderError(
                f"{file.name} names no defence. Write 'without: …' or 'because: …'."
            )
    verdicts = _verdicts(file, said)
    return Header(file, sentence, verdicts, needs, measures, without, because)


def _said(file: Path, lines: list[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[1] in said:
            raise HeaderError(
                f"{file.name} says {line!r}. Write each layer once, as 'layer: verdict'."
            )
        said[match[1]] = match[2]
    return said


def _measures(file: Path, said: dict[str, str]) -> dict[Layer, tuple[str, ...]]:
    """Take from what is said the part behind each comma, and return it."""
    measures = {}
    for name, verdict in said.items():
        said[name], comma, lost = verdict.partition(", ")
        if verdict == NOT_CONTAINED:
            continue
        ways = tuple(lost.split(" or "))
        if not comma or not set(ways) <= set(_LOST):
            raise HeaderError(
                f"{file.name}: {name} says {verdict!r}. Write a verdict, a comma, and"
                f" one or more of {_LOST} with 'or' between them."
            )
        measures[name] = ways
    return {layer: measures[layer.value] for layer in Layer if layer.value in measures}


def _verdicts(file: Path, said: dict[str, str]) -> dict[Layer, str | None]:
    names = [layer.value for layer in Layer]
    if list(said) != names:
        raise HeaderError(f"{file.name} names {list(said)}. Name {names}, in order.")
    for name, verdict in said.items():
        if verdict != NOT_CONTAINED and verdict not in _VERDICTS:
            raise HeaderError(f"{file.name}: {name} has no verdict {verdict!r}.")
    return {
        Layer(name): None if verdict == NOT_CONTAINED else verdict
        for name, verdict in said.items()
    }


def attacks() -> list[Header]:
    """The headers of all attacks, by name."""
    every = [
        *attacks_on_levels(),
        *attacks_on_measures(),
        *attacks_on_conversations(),
    ]
    return sorted(every, key=lambda header: header.file.stem)


def attacks_on_measures() -> list[Header]:
    """The headers of the attacks on a measure, by name."""
    files = sorted(MEASURED.glob("*.py"))
    return [read_header(file, is_measured=True) for file in files]


def attacks_on_conversations() -> list[Header]:
    """The headers of the attacks on conversations and files, by name."""
    files = sorted(CONVERSING.glob("*.py"))
    return [read_header(file, is_conversing=True) for file in files]


def attacks_on_levels() -> list[Header]:
    """The headers of the attacks on levels, by name."""
    files = sorted(_FOLDER.glob("*.py"))
    return [
        read_header(file)
        for file in files
        if file.name not in _OURS and not file.name.startswith("test_")
    ]


def honest_answers(folder: Path = HONEST) -> list[Header]:
    """The headers of the honest answers in a folder, by name."""
    return [read_header(file, is_honest=True) for file in sorted(folder.glob("*.py"))]


def not_contained(layer: Layer) -> list[Header]:
    """The attacks that a layer does not contain, by name."""
    return [header for header in attacks() if header.verdicts[layer] is None]


def verdict_of(report: Report) -> str:
    """What became of a submission, in the words of a header."""
    failed = [
        level.verdict
        for level in report.levels
        if level.verdict is not LevelVerdict.PASSED
    ]
    whole = report.verdict
    decisive: LevelVerdict | SubmissionVerdict = LevelVerdict.PASSED
    if whole is not SubmissionVerdict.GRADED:
        decisive = whole
    elif failed:
        decisive = failed[0]
    return str(decisive.value)
