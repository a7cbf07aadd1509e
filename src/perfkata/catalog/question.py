"""A question: the facts of its question.toml, and where its files lie.

One reader serves every folder that keeps the contract of a question. A question
whose folder holds no question.md is *not here yet*: its facts are known, it cannot be
worked on, and it has no levels. What a folder contains is not judged here beyond
question.toml; that a question's files are right is the judge's business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from perfkata.catalog.content import has_file
from perfkata.catalog.errors import CatalogError, InvalidContentError
from perfkata.catalog.fields import (
    Dotted,
    Identifier,
    Points,
    Positive,
    Size,
    Slug,
    Span,
    Text,
)
from perfkata.catalog.toml import read

__all__ = [
    "FACTS_FILE",
    "FOLDER_PATTERN",
    "Bar",
    "Difficulty",
    "Growth",
    "Level",
    "Measure",
    "NotAllowed",
    "Question",
    "QuestionFacts",
    "read_question",
]

FACTS_FILE = "question.toml"
FOLDER_PATTERN = re.compile(r"(?=.{4,40}\Z)[0-9]{2}(?:_[a-z0-9]+)+")
_STATEMENT_FILE = "question.md"
_ALL_POINTS = 100


class Difficulty(Enum):
    """How hard a question is; the roadmap's legend says what each means."""

    EASY_MEDIUM = "easy-medium"
    MEDIUM = "medium"
    MEDIUM_HARD = "medium-hard"
    HARD = "hard"
    VERY_HARD = "very-hard"


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step of correctness.

    Attributes:
        number: Its place, from 1; levels are graded in this order.
        title: What it asks for, in a few words.
        points: What passing it earns.
        keeps_inputs: Whether an answer that changes its arguments fails.
        cpu_limit_s: CPU time that one call may take, where the usual limit is wrong.
        memory_limit_mib: Memory that it may take, where the usual limit is wrong.
    """

    number: Positive
    title: Text
    points: Points
    keeps_inputs: bool = False
    cpu_limit_s: (
        Annotated[float, Meta(gt=0, le=600, description="Write seconds, 600 at most.")]
        | None
    ) = None
    memory_limit_mib: Positive | None = None


class Growth(Enum):
    """How a cost grows with the size, where only the fastest term counts."""

    FLAT = "flat"
    LOGARITHMIC = "logarithmic"
    LINEAR = "linear"
    LINEARITHMIC = "n log n"
    QUADRATIC = "quadratic"
    CUBIC = "cubic"


class Bar(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an answer may cost to earn points: so many times the cost of a rung.

    Attributes:
        rung: The rung's file name, without its ending.
        at_most: How many times its cost, at the largest size that both reach.
        points: What clearing it earns.
        source: Where the figure comes from.
    """

    rung: Text
    at_most: Annotated[
        float, Meta(ge=1.1, le=100, description="Write a ratio from 1.1 to 100.")
    ]
    points: Positive
    source: Text


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cost that is compared with the reference answers'.

    Attributes:
        name: Its name in the grader.
        title: What it measures, in a few words.
        points: What the best standing earns.
        growth: How the cost of the model answer grows with the size.
        sizes: The sizes at which it is measured, ascending.
        bars: The costs to reach, the highest first; they earn the points.
        floor: The ratio to the model answer's cost below which an answer is
            suspiciously fast; None if there is no such limit.
        counts: What is counted exactly, such as "bytes sent"; None where the cost is
            CPU time.
        sizes_of: What sizes are numbers of, such as "nodes"; else of what the question
            calls its size.
    """

    name: Slug
    title: Text
    points: Points
    growth: Growth
    sizes: Annotated[
        tuple[Size, ...],
        Meta(min_length=1, description="Write the sizes, the smallest first."),
    ]
    bars: Annotated[
        tuple[Bar, ...],
        Meta(min_length=1, description="Add [[measures.bars]], the easiest first."),
    ]
    counts: Text | None = None
    sizes_of: Text | None = None
    floor: (
        Annotated[float, Meta(gt=0, lt=1, description="Write a ratio below 1.")] | None
    ) = None


class NotAllowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something of the standard library that the exercise does without.

    Attributes:
        name: A module, or a name in one, dotted.
        because: The sentence that a learner reads who uses it.
    """

    name: Dotted
    because: Text


class QuestionFacts(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True
):
    """What question.toml holds.

    Attributes:
        title: The question's name for people.
        difficulty: How hard it is.
        category: The field that it belongs to.
        limited_by: What limits the performance of an answer, a phrase.
        prerequisites: What to know before.
        minutes: The shortest and the longest time that it takes.
        topics: Ids of the roadmap's topics that it exercises.
        system: The production system that it leads to.
        size_of: The parameter whose length is called the size.
        order_matters: Whether the order of a list that is returned matters.
        keeps_files: Whether a submission runs in a folder whose files it finds again.
        levels: Steps of correctness, in order.
        measures: Costs that are compared.
        not_allowed: What the exercise does without.
    """

    title: Text
    difficulty: Difficulty
    category: Text
    limited_by: Text
    prerequisites: Annotated[
        tuple[Text, ...], Meta(min_length=1, description="Name at least one.")
    ]
    minutes: Span
    topics: Annotated[
        tuple[Slug, ...],
        Meta(min_length=1, description="Name at least one topic of the roadmap."),
    ]
    system: Slug | None = None
    size_of: Identifier | None = None
    order_matters: bool = True
    keeps_files: bool = False
    levels: tuple[Level, ...] = ()
    measures: tuple[Measure, ...] = ()
    not_allowed: tuple[NotAllowed, ...] = ()


class Question(QuestionFacts, frozen=True, kw_only=True):
    """A question's facts and its files.

    Attributes:
        folder: The question's folder.
    """

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name, such as ``21_exclusive_time``."""
        return self.folder.name

    @property
    def number(self) -> str:
        """The two digits that the name begins with, such as ``"21"``."""
        return self.name[:2]

    @property
    def slug(self) -> str:
        """The name without its number, such as ``exclusive_time``."""
        return self.name[3:]

    @property
    def points(self) -> int:
        """Points of all levels and measures."""
        of_levels = sum(level.points for level in self.levels)
        return of_levels + sum(measure.points for measure in self.measures)

    @property
    def is_here(self) -> bool:
        """Whether it can be worked on; if not, only its facts are known."""
        return has_file(self.statement)

    @property
    def facts_file(self) -> Path:
        """question.toml, the home of the facts."""
        return self.folder / FACTS_FILE

    @property
    def statement(self) -> Path:
        """question.md, what the learner is asked."""
        return self.folder / _STATEMENT_FILE

    @property
    def given(self) -> Path | None:
        """given.py, what the question hands out, or None if it hands out nothing."""
        return _if_there(self.folder / "given.py")

    @property
    def starter(self) -> Path:
        """starter.py, where the learner begins."""
        return self.folder / "starter.py"

    @property
    def examples(self) -> Path:
        """examples.py, the tests that the learner sees."""
        return self.folder / "examples.py"

    @property
    def interviewer(self) -> Path:
        """The folder of all that a learner should not read first."""
        return self.folder / "interviewer"

    @property
    def grader(self) -> Path:
        """interviewer/grader.py, the levels and measures."""
        return self.interviewer / "grader.py"

    @property
    def oracle(self) -> Path | None:
        """interviewer/oracle.py, the slow truth, or None if rung 1 is that."""
        return _if_there(self.interviewer / "oracle.py")

    @property
    def workloads(self) -> Path | None:
        """interviewer/workloads.py, or None if no measure needs one."""
        return _if_there(self.interviewer / "workloads.py")

    @property
    def hints(self) -> Path:
        """interviewer/hints.md, three for each level."""
        return self.interviewer / "hints.md"

    @property
    def followups(self) -> Path:
        """interviewer/followups.md, what an interviewer asks next."""
        return self.interviewer / "followups.md"

    @property
    def rubric(self) -> Path:
        """interviewer/rubric.md, the grades and their criteria."""
        return self.interviewer / "rubric.md"

    def rungs(self) -> tuple[Path, ...]:
        """The ladder of right answers, the plain one first, the model answer last."""
        rungs = _python_files(self.interviewer / "rungs")
        return tuple(sorted(rungs, key=lambda path: (_leading_number(path), path.name)))

    def wrong_answers(self) -> tuple[Path, ...]:
        """The wrong answers that the grader must reject, by name."""
        return tuple(sorted(_python_files(self.interviewer / "wrong")))


def read_question(folder: Path, *, file: str) -> Question:
    """The question of a folder.

    Args:
        folder: Its folder, named ``NN_slug``.
        file: How errors name its question.toml.

    Raises:
        UnreadableFileError: question.toml is missing, unreadable or not TOML.
        InvalidContentError: It breaks the schema or a rule; `others` has the rest.
    """
    facts = read(folder / FACTS_FILE, QuestionFacts, file=file)
    question = Question(folder=folder, **msgspec.structs.asdict(facts))
    problems = list(_broken_rules(question, file))
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return question


def _broken_rules(question: Question, file: str) -> Iterator[CatalogError]:
    """Breaches of rules that a schema of types cannot say."""

    def broken(key: str, message: str, hint: str) -> CatalogError:
        return InvalidContentError(message, file=file, key=key, hint=hint)

    shortest, longest = question.minutes
    if shortest > longest:
        yield broken(
            "minutes",
            f"the shortest time, {shortest}, is above the longest, {longest}",
            "Write [shortest, longest].",
        )
    for key, names in (
        ("topics", question.topics),
        ("prerequisites", question.prerequisites),
        ("measures", tuple(measure.name for measure in question.measures)),
        ("not_allowed", tuple(banned.name for banned in question.not_allowed)),
    ):
        for name in _repeated(names):
            yield broken(key, f"{name!r} stands there twice", "Remove or rename one.")
    for index, measure in enumerate(question.measures):
        yield from _broken_measure(question, f"measures[{index}]", measure, broken)
    numbers = [level.number for level in question.levels]
    if numbers != list(range(1, len(numbers) + 1)):
        yield broken(
            "levels",
            f"the numbers are {numbers}, not 1 to {len(numbers)} in order",
            "Number them from 1, in the order in which they are graded.",
        )
    for title in _repeated(level.title for level in question.levels):
        yield broken("levels", f"two have the title {title!r}", "Rename one.")
    if question.is_here and not question.levels:
        yield broken(
            "levels",
            "there are none, but question.md is here",
            "Add [[levels]], or remove question.md until they exist.",
        )
    if question.levels and question.points != _ALL_POINTS:
        yield broken(
            "levels",
            f"levels and measures have {question.points} points together,"
            f" not {_ALL_POINTS}",
            "Change the points of [[levels]] and [[measures]].",
        )


def _broken_measure(
    question: Question,
    key: str,
    measure: Measure,
    broken: Callable[[str, str, str], CatalogError],
) -> Iterator[CatalogError]:
    if list(measure.sizes) != sorted(set(measure.sizes)):
        yield broken(
            f"{key}.sizes",
            f"{list(measure.sizes)} do not ascend",
            "Write each size once, the smallest first.",
        )
    earned = sum(bar.points for bar in measure.bars)
    if earned != measure.points:
        yield broken(
            f"{key}.bars",
            f"they have {earned} points together, the measure {measure.points}",
            "Change the points of one.",
        )
    ladder = [path.stem for path in question.rungs()]
    named = [bar.rung for bar in measure.bars]
    unknown = [name for name in named if name not in ladder]
    if not question.is_here:
        return
    if unknown:
        yield broken(
            f"{key}.bars",
            f"there is no rung {unknown[0]!r}",
            f"Name one of {', '.join(ladder) or 'the files in interviewer/rungs'}.",
        )
    elif named != sorted(set(named), key=ladder.index):
        yield broken(
            f"{key}.bars",
            f"the rungs {named} do not ascend",
            "Write one bar for a rung, in the order of the ladder.",
        )


def _repeated(names: Iterable[Hashable]) -> list[Hashable]:
    return [name for name, count in Counter(names).items() if count > 1]


def _if_there(path: Path) -> Path | None:
    return path if has_file(path) else None


def _python_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if has_file(path)]


def _leading_number(path: Path) -> float:
    digits = re.match(r"[0-9]+", path.name)
    return int(digits[0]) if digits else float("inf")
