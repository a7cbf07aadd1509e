"""Calls, what is expected of them, and how an answer falls short of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.comparison import Difference, difference
from perfkata.judge.errors import GraderError
from perfkata.judge.objects import Given, Remote
from perfkata.judge.report import LevelVerdict
from perfkata.judge.wire import WORKLOADS_PREFIX

__all__ = [
    "Asked",
    "Call",
    "CaseFailedError",
    "Claim",
    "Event",
    "Expectation",
    "FilesChanged",
    "FilesLimited",
    "Gives",
    "Naming",
    "NotGives",
    "Raises",
    "Restarted",
    "Step",
    "ValueChanged",
    "call",
    "check",
    "check_returned",
    "run",
]

# Longer ones are no positions, and int() has a limit.
_NUMBER = re.compile("-?[0-9]{1,4000}")
Naming = int | str | tuple[int | str, ...]


class Asked(Enum):
    """What is asked of an object of the submission."""

    CALL = "method"
    ATTRIBUTE = "attribute"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the submission, or of an object of it.

    Attributes:
        name: The function's name, or the method's; empty if the object itself is
            called.
        arguments: Its arguments by position.
        keywords: Its arguments by name.
        on: The object, if it is one of an object.
        asked: What is asked of that.
        may_die: Whether the process may end in it.
    """

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    on: Remote | None = None
    asked: Asked = Asked.CALL
    may_die: bool = False

    @property
    def target(self) -> tuple[Any, ...]:
        """What is called, as `callbacks` takes it."""
        if self.on is None:
            return "name", self.name
        if self.asked is Asked.SIGNATURE:
            return "signature", self.on
        return self.asked.value, self.on, self.name

    @property
    def is_plain(self) -> bool:
        """Whether it needs nothing but values, so that it can be made by itself."""
        values = (*self.arguments, *self.keywords.values())
        return self.on is None and not self.may_die and not any(map(_holds, values))

    def gives(self, value: Any) -> Step:
        """Expect this value, by exact type."""
        return Step(self, Gives(value))

    def raises(self, kind: type[Exception], naming: Naming = ()) -> Step:
        """Expect this exception; see `Raises`."""
        return Step(self, Raises.of(kind, naming))

    def does_not_give(self, value: Any, rule: str) -> Step:
        """Expect anything but this value; see `NotGives`."""
        return Step(self, NotGives(value, rule))


def _holds(value: Any) -> bool:
    """Whether a value holds a function or an object of either side."""
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_holds, value))
    if isinstance(value, dict):
        return any(map(_holds, (*value, *value.values())))
    return isinstance(value, Given | Remote) or callable(value)


def run(name: str, /, *arguments: Any, **keywords: Any) -> Call:
    """Describe a call of a function of workloads.py, which runs beside the submission.

    It finds the submission as the module ``solution``.
    """
    return Call(WORKLOADS_PREFIX + name, arguments, keywords)


def call(name: str, /, *arguments: Any, **keywords: Any) -> Call:
    """Describe a call; `Call.gives` and `Call.raises` make it a step."""
    return Call(name, arguments, keywords)


@dataclass(frozen=True, slots=True)
class Restarted:
    """The submission's process ended, and a new one began."""


@dataclass(frozen=True, slots=True)
class FilesLimited:
    """From now on no file grows beyond a length, or the process ends at it."""

    num_bytes: int | None
    is_fatal: bool = False


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Something was done to the files of the scratch folder; `lines` do it again."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A case gave a variable that functions of it use another value.

    Attributes:
        name: The variable's name.
        place: Which of that name; see `surroundings`.
        value: A copy of the value.
    """

    name: str
    place: int
    value: Any


Event = Call | Restarted | FilesLimited | FilesChanged | ValueChanged


@dataclass(frozen=True, slots=True)
class Gives:
    """An expected value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raises:
    """An expected exception.

    Attributes:
        kind: The exception or a base of it.
        naming: What its text must hold: texts as they are; and integers, which must
            be the first whole numbers outside those texts, in this order.
    """

    kind: type[Exception]
    naming: tuple[int | str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind.__module__ not in ("builtins", "given"):
            raise GraderError(
                f"{self.kind.__name__} of {self.kind.__module__} is expected, and"
                " answers name no exception but those of Python and of given.py",
                "expect its base there",
            )

    @classmethod
    def of(cls, kind: type[Exception], naming: Naming) -> Raises:
        """Expect an exception whose text holds one thing or several."""
        return cls(kind, naming if isinstance(naming, tuple) else (naming,))

    def __str__(self) -> str:
        named = " and ".join(repr(name) for name in self.naming)
        return self.kind.__name__ + (f" that names {named}" if named else "")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The integers of `naming`, in order."""
        return tuple(name for name in self.naming if isinstance(name, int))

    def missing_name(self, text: str) -> int | str | None:
        """Return the first thing that a text should name and does not."""
        rest = text
        for name in self.naming:
            if isinstance(name, str):
                if name not in text:
                    return name
                rest = rest.replace(name, " ")
        wanted = self.numbers
        # A text that names every number names none: the first ones count.
        found = [int(digits) for digits in _NUMBER.findall(rest)[: len(wanted)]]
        for index, name in enumerate(wanted):
            if index >= len(found) or not _is_number(found[index], name):
                return name
        return None


def _is_number(found: int, wanted: int) -> bool:
    """Whether a number is meant; in "log-3" the sign is a hyphen."""
    return found == wanted or (wanted >= 0 and found == -wanted)


@dataclass(frozen=True, slots=True)
class NotGives:
    """A value that only breaking a rule gives; whatever else comes is right.

    Attributes:
        value: That value.
        rule: The rule, as a sentence that says how it was broken.
    """

    value: Any
    rule: str


Expectation = Gives | Raises | NotGives


@dataclass(frozen=True, slots=True)
class Claim:
    """What a case says of its own things, such as how often a function was called.

    Attributes:
        text: What is claimed, as Python; it is read where the case's names are known.
        operator: How it is compared, such as ``<=``; empty if it is true by itself.
        came: What it was.
        rule: The rule that it keeps, if it is one.
        uses: What it names, as that was when it did not hold.
        asks: The function that is claimed, where those names are known.
    """

    text: str
    operator: str
    came: Any
    rule: str | None = None
    uses: dict[str, Any] = field(default_factory=dict, compare=False)
    asks: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A call and what is expected of it."""

    call: Call
    expectation: Expectation


class CaseFailedError(Exception):
    """A case failed: what a report needs to say of it.

    Attributes:
        verdict: What became of the case.
        message: The same as a sentence.
        expectation: What was expected of the last call, if that is known.
        answer: What the last call answered, if it did.
        found: Where the values differ, if they do.
        num_events: How much of what the case did leads to it; None for all.
        claim: What was claimed, where it is no answer of the submission.
        misused: What Python said of the answer, where it cannot be used as it should.
    """

    def __init__(
        self,
        verdict: LevelVerdict,
        message: str,
        expectation: Expectation | None = None,
        answer: Answer | None = None,
        found: Difference | None = None,
        num_events: int | None = None,
        claim: Claim | None = None,
        misused: Exception | None = None,
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.expectation = expectation
        self.answer = answer
        self.found = found
        self.num_events = num_events
        self.claim = claim
        self.misused = misused


def check(answer: Answer, expectation: Expectation) -> None:
    """Compare an answer with what is expected.

    Raises:
        CaseFailedError: It is not what is expected.
    """
    if isinstance(expectation, NotGives):
        is_same = isinstance(answer, Returned) and (
            difference(answer.value, expectation.value) is None
        )
        if is_same:
            raise CaseFailedError(
                LevelVerdict.NOT_BY_THE_RULES, expectation.rule, expectation, answer
            )
    elif isinstance(expectation, Gives):
        check_returned(answer, expectation)
        assert isinstance(answer, Returned)
        found = difference(answer.value, expectation.value)
        if found is not None:
            raise CaseFailedError(
                LevelVerdict.WRONG_ANSWER, found.message, expectation, answer, found
            )
    elif isinstance(answer, Raised):
        _check_raised(answer, expectation)
    else:
        check_returned(answer, expectation)
        raise CaseFailedError(
            LevelVerdict.WRONG_ANSWER,
            f"it returned, and should have raised {expectation.kind.__name__}",
            expectation,
            answer,
        )


def check_returned(answer: Answer, expectation: Expectation | None = None) -> None:
    """Check that a call returned a value that crosses.

    Raises:
        CaseFailedError: It did not.
    """
    if isinstance(answer, Raised):
        _check_memory(answer, expectation)
        what = f"it raised {answer.type_name}"
        raise CaseFailedError(LevelVerdict.RAISED, what, expectation, answer)
    if isinstance(answer, Unsendable):
        raise CaseFailedError(
            LevelVerdict.WRONG_ANSWER,
            f"its answer cannot be read: {answer.why}",
            expectation,
            answer,
        )


def _check_raised(answer: Raised, expectation: Raises) -> None:
    if expectation.kind.__name__ not in answer.bases:
        _check_memory(answer, expectation)
        message = f"it raised {answer.type_name}, and should have raised {expectation}"
    else:
        missing = expectation.missing_name(answer.text)
        if missing is None:
            return
        named = f"the text of its {answer.type_name}"
        message = (
            f"the first number in {named} is not {missing}"
            if isinstance(missing, int) and len(expectation.numbers) == 1
            else f"{named} does not name {missing!r}"
        )
    raise CaseFailedError(LevelVerdict.WRONG_ANSWER, message, expectation, answer)


def _check_memory(answer: Raised, expectation: Expectation | None) -> None:
    if "MemoryError" in answer.bases:
        raise CaseFailedError(
            LevelVerdict.TOO_MUCH_MEMORY,
            "it asked for more memory than it may use",
            expectation,
            answer,
        )
