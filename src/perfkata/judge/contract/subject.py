"""The question under check, and what was seen of it when its model answer was tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perfkata.catalog import Question
from perfkata.judge.contract.declaration import Declaration, read_declaration
from perfkata.judge.counting import Counts
from perfkata.judge.grading import Call, Case
from perfkata.judge.interface import Interface
from perfkata.judge.loading import Grader
from perfkata.judge.session import Job

__all__ = ["DEFAULT_SEEDS", "FIRST_SEED", "Seen", "Subject"]

FIRST_SEED = 1
DEFAULT_SEEDS = 3
_MAX_KEPT_CALLS = 3
_MAX_KEPT_ITEMS = 100
# Such a case alone takes longer than all the others of a level.
_HEAVY_ITEMS = 100_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A question whose grader loads.

    Attributes:
        question: The question.
        grader: Its grader.
        interface: What an answer defines.
        num_seeds: On how many seeds generated cases are drawn.
        share: The part of them that is drawn.
        beside_model: How each reproduction failed beside the model answer, by text.
        counts: What the rungs take in measures that count, by the measure's name.
    """

    question: Question
    grader: Grader
    interface: Interface
    num_seeds: int
    share: float
    beside_model: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, Counts]] = field(default_factory=dict)

    @property
    def seeds(self) -> range:
        """The seeds, the same each time, so that a finding can be seen again."""
        return range(FIRST_SEED, FIRST_SEED + self.num_seeds)

    @property
    def is_thorough(self) -> bool:
        """Whether more is asked for than a check that is waited for."""
        return self.num_seeds > DEFAULT_SEEDS

    @property
    def levels(self) -> frozenset[int]:
        """The numbers of all levels."""
        return frozenset(level.number for level in self.question.levels)

    @property
    def measures(self) -> frozenset[str]:
        """The names of all measures."""
        return frozenset(measure.name for measure in self.question.measures)

    def job(self, source: bytes, rules: tuple[str, ...] = ()) -> Job:
        """Return what a worker loads to answer the question.

        Args:
            source: The bytes of the answer.
            rules: What it is not allowed.
        """
        return self.grader.job(source, self.interface.names, rules=rules)

    def declared(self, path: Path) -> Declaration:
        """Return what the docstring of an answer declares.

        Raises:
            DeclarationError: It cannot be read or does not fit the question.
        """
        counted = frozenset(self.grader.counted)
        return read_declaration(path, self.levels, self.measures, counted)

    def where(self, path: Path) -> str:
        """Name a file of the question."""
        return f"{self.question.name}/{path.relative_to(self.question.folder)}"


@dataclass(slots=True)
class Seen:
    """What the calls of the levels looked like while the model answer was tried.

    Attributes:
        interface: What an answer defines.
        size_of: The parameter that question.toml calls the size, if it has one.
        sizes: The sizes of that argument.
        calls: The first small calls of each function.
        heavy: The names of cases with a very large input.
        is_model_right: Whether the model answer was right.
    """

    interface: Interface
    size_of: str | None
    sizes: set[int] = field(default_factory=set)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    heavy: set[str] = field(default_factory=set)
    is_model_right: bool = False

    def note(self, case: Case, call: Call) -> None:
        """Take note of a call in a case."""
        if self.size_of is not None:
            sized = _argument_of(self.interface, call, self.size_of)
            if hasattr(sized, "__len__"):
                self.sizes.add(len(sized))
        values = [*call.arguments, *call.keywords.values()]
        if _num_items(values, _HEAVY_ITEMS) > _HEAVY_ITEMS:
            self.heavy.add(case.name)
            return
        if not call.is_plain:
            return
        kept = self.calls.setdefault(call.name, [])
        is_small = _num_items(values, _MAX_KEPT_ITEMS) <= _MAX_KEPT_ITEMS
        if len(kept) < _MAX_KEPT_CALLS and is_small:
            kept.append(call)


def _argument_of(interface: Interface, call: Call, parameter: str) -> Any:
    """Return what a call passes for a parameter, or None if it passes nothing."""
    if parameter in call.keywords:
        return call.keywords[parameter]
    position = interface.position(call.name, parameter)
    if position is None or position >= len(call.arguments):
        return None
    return call.arguments[position]


def _num_items(value: Any, enough: int) -> int:
    """Count the items in a value, at least up to the number that is enough."""
    if isinstance(value, dict):
        value = [item for pair in value.items() for item in pair]
    if isinstance(value, str | bytes):
        return 1 + len(value) // 8
    if not isinstance(value, list | tuple | set | frozenset):
        return 1
    count = 1 + len(value)
    for item in value:
        if count > enough:
            break
        count += _num_items(item, enough - count)
    return count
