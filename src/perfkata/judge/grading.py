"""The language of graders: levels, cases, draws and what a submission is asked.

A grader is a file of plain test functions that runs on the trusted side:

    @level(1)
    def one_call(solution: Solution) -> None:
        \"\"\"A call from 0 to 0 takes one unit.\"\"\"
        assert solution.exclusive_time(1, ["0:start:0", "0:end:0"]) == [1]

    @generated(3, count=300)
    def nested_logs(draw: Draw) -> list[Step]:
        \"\"\"Random logs against an account of every unit.\"\"\"
        n, logs = draw_logs(draw)
        return [call("exclusive_time", n, logs).gives(exclusive_time(n, logs))]

    @measure("flat")
    def one_after_the_other(size: int, source: random.Random) -> Step:
        \"\"\"A log costs the same among many logs as among few.\"\"\"
        n, logs, units = draw_flat(size, source)
        return call("exclusive_time", n, logs).gives(units)

``assert`` has the judge's meaning here: what came stands left, what is expected right,
and they are compared by exact type (see `comparison`). A *case* is one such function;
its name is its identity for ever, its docstring's first sentence says what it shows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.comparison import Difference, difference, shown
from perfkata.judge.drawing import Draw
from perfkata.judge.errors import GraderError
from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import WORKLOADS_PREFIX

__all__ = [
    "Call",
    "Case",
    "CaseFailedError",
    "Draw",
    "Expectation",
    "Gives",
    "Raises",
    "Solution",
    "Step",
    "Workload",
    "call",
    "generated",
    "level",
    "measure",
    "run",
    "written",
]

# Longer ones are no positions, and int() has a limit.
_NUMBER = re.compile("-?[0-9]{1,4000}")
Naming = int | str | tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the submission.

    Attributes:
        name: The function's name.
        arguments: Its arguments by position.
        keywords: Its arguments by name.
    """

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    def gives(self, value: Any) -> Step:
        """Expect this value, by exact type."""
        return Step(self, Gives(value))

    def raises(self, kind: type[Exception], naming: Naming = ()) -> Step:
        """Expect this exception; see `Raises`."""
        return Step(self, Raises(kind, _naming(naming)))


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


Expectation = Gives | Raises


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
        num_calls: How many of the case's calls lead to it; None for all.
    """

    def __init__(
        self,
        verdict: LevelVerdict,
        message: str,
        expectation: Expectation | None = None,
        answer: Answer | None = None,
        found: Difference | None = None,
        num_calls: int | None = None,
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.expectation = expectation
        self.answer = answer
        self.found = found
        self.num_calls = num_calls


class _SubmissionRaisedError(Exception):
    """The submission raised in a place where the grader may expect it."""

    def __init__(self, raised: Raised) -> None:
        super().__init__(raised.type_name)
        self.raised = raised


@dataclass(frozen=True, slots=True)
class Case:
    """One named test of a level.

    Attributes:
        level: The level's number.
        name: Its identity for ever.
        purpose: What it shows, one sentence.
        run: Asks the submission, if the case is written by hand.
        draw: Makes steps from choices, if it is generated.
        count: How many times it is drawn.
    """

    level: int
    name: str
    purpose: str
    run: Callable[[Solution], None] | None = None
    draw: Callable[[Draw], list[Step]] | None = None
    count: int = 1


def level(number: int) -> Callable[[Callable[[Solution], None]], Case]:
    """Make a function a case of a level."""

    def made(function: Callable[[Solution], None]) -> Case:
        return Case(number, function.__name__, _purpose(function), run=function)

    return made


def generated(
    number: int, *, count: int
) -> Callable[[Callable[[Draw], list[Step]]], Case]:
    """Make a function that draws steps a case of a level, drawn `count` times."""

    def made(function: Callable[[Draw], list[Step]]) -> Case:
        purpose = _purpose(function)
        return Case(number, function.__name__, purpose, draw=function, count=count)

    return made


@dataclass(frozen=True, slots=True)
class Workload:
    """What one measure runs.

    Attributes:
        name: The measure's name in question.toml.
        purpose: What it shows, one sentence.
        draw: Makes the one step of a run from a size and a source of choices. The
            expected answer must be one that only doing the work gives.
    """

    name: str
    purpose: str
    draw: Callable[[int, random.Random], Step]

    def drawn(self, size: int, source: random.Random, *, where: str = "") -> Step:
        """Draw a step.

        Args:
            size: Its size.
            source: Where all chance comes from.
            where: What an error says behind the measure's name.

        Raises:
            GraderError: The function fails, or returns no step.
        """
        try:
            step = self.draw(size, source)
        except Exception as error:
            raise GraderError(
                f"the measure {self.name} cannot be drawn{where}:"
                f" {type(error).__name__}: {error}"
            ) from error
        if not isinstance(step, Step):
            raise GraderError(
                f"the measure {self.name} draws no step",
                "return 'call(…).gives(…)' or 'run(…).gives(…)'",
            )
        return step


def measure(
    name: str,
) -> Callable[[Callable[[int, random.Random], Step]], Workload]:
    """Make a function that draws a step of a size the workload of a measure.

    All answers that are measured beside each other get the same step, and another at
    every repeat.
    """

    def made(function: Callable[[int, random.Random], Step]) -> Workload:
        return Workload(name, _purpose(function), function)

    return made


def run(name: str, /, *arguments: Any, **keywords: Any) -> Call:
    """Describe a call of a function of workloads.py, which runs beside the submission.

    It finds the submission as the module ``solution``.
    """
    return Call(WORKLOADS_PREFIX + name, arguments, keywords)


def call(name: str, /, *arguments: Any, **keywords: Any) -> Call:
    """Describe a call; `Call.gives` and `Call.raises` make it a step."""
    return Call(name, arguments, keywords)


_written: ContextVar[dict[int, tuple[Any, str]] | None] = ContextVar(
    "written", default=None
)


def written(source: str) -> Any:
    """Return the value of an expression that reproductions print in its place.

    For inputs too large for a literal. The expression needs the builtins alone.
    """
    value = eval(source, {})
    known = _written.get()
    if known is not None:
        known[id(value)] = (value, source)
    return value


def written_sources() -> dict[int, tuple[Any, str]]:
    """Begin a case: forget what was written, and return what will be, by id."""
    known: dict[int, tuple[Any, str]] = {}
    _written.set(known)
    return known


@dataclass(slots=True)
class Solution:
    """The submission as a grader sees it: its functions can be called.

    A call crosses to the worker and returns a plain value; what is not plain comes as
    a `wire.Foreign`, which equals nothing.
    """

    _ask: Callable[[Call], Answer]
    _calls: list[Call] = field(default_factory=list)
    _returned: list[tuple[int, Any]] = field(default_factory=list)
    _last: Answer | None = None
    _is_expecting: Raises | None = None
    _named: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **keywords: self._call(
            Call(name, arguments, keywords)
        )

    def raises(self, kind: type[Exception], naming: Naming = ()) -> _Expecting:
        """Expect the call in a ``with`` block to raise; see `Raises`."""
        return _Expecting(self, Raises(kind, _naming(naming)))

    def _call(self, asked: Call) -> Any:
        self._calls.append(asked)
        self._last = None
        self._last = answer = self._ask(asked)
        if isinstance(answer, Raised) and self._is_expecting is not None:
            raise _SubmissionRaisedError(answer)
        check_returned(answer, self._is_expecting)
        assert isinstance(answer, Returned)
        self._returned.append((len(self._calls), answer.value))
        return answer.value


class _Expecting:
    """The ``with`` block around a call that should raise."""

    def __init__(self, solution: Solution, expectation: Raises) -> None:
        self._solution = solution
        self._expectation = expectation

    def __enter__(self) -> None:
        self._solution._is_expecting = self._expectation
        self._solution._last = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> bool:
        self._solution._is_expecting = None
        if error is None:
            if self._solution._last is None:
                raise GraderError("a 'with solution.raises' block made no call")
            check(self._solution._last, self._expectation)
        if isinstance(error, _SubmissionRaisedError):
            check(error.raised, self._expectation)
            return True
        if isinstance(error, StoppedError):
            raise CaseFailedError(
                error.verdict, error.message, self._expectation
            ) from None
        return False


def check(answer: Answer, expectation: Expectation) -> None:
    """Compare an answer with what is expected.

    Raises:
        CaseFailedError: It is not what is expected.
    """
    if isinstance(expectation, Gives):
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


current_solution: ContextVar[Solution | None] = ContextVar("solution", default=None)


def note_name(name: str, value: Any) -> None:
    """Remember under which name a grader keeps the answer that has just come."""
    solution = current_solution.get()
    if solution is not None and solution._returned:
        place, last = solution._returned[-1]
        if last is value:
            solution._named[name] = place


def assert_equal(
    get_came: Callable[[], Any],
    get_expected: Callable[[], Any],
    name: str | None = None,
) -> None:
    """Carry out ``assert came == expected`` of a grader.

    Args:
        get_came: What stands left.
        get_expected: What stands right.
        name: What stands left, if it is a name.

    Raises:
        CaseFailedError: They differ, or there is nothing to compare.
        GraderError: No case runs, or what stands left is no answer.
    """
    solution = current_solution.get()
    if solution is None:
        raise GraderError(
            "an assert outside a case", "put it into a function with @level"
        )
    try:
        came = get_came()
    except StoppedError as error:
        num_calls = len(solution._calls)
        raise CaseFailedError(
            error.verdict,
            error.message,
            _expected_if_known(get_expected),
            num_calls=num_calls,
        ) from None
    except CaseFailedError as error:
        if error.expectation is None:
            error.num_calls = len(solution._calls)
            error.expectation = _expected_if_known(get_expected)
        raise
    num_calls = _num_calls_to(solution, came, name)
    expected = get_expected()
    found = difference(came, expected)
    if found is not None:
        raise CaseFailedError(
            LevelVerdict.WRONG_ANSWER,
            found.message,
            Gives(expected),
            Returned(came),
            found,
            num_calls,
        )


def _expected_if_known(get_expected: Callable[[], Any]) -> Gives | None:
    """Return what stands right, unless that too is an answer, which does not come."""
    try:
        return Gives(get_expected())
    except Exception:
        return None


def _num_calls_to(solution: Solution, came: Any, name: str | None) -> int:
    """Return how many calls lead to an answer; small values are one object to Python.

    Raises:
        GraderError: No call returned it.
    """
    places = [place for place, value in solution._returned if value is came]
    if not places:
        raise GraderError(
            f"an assert has {shown(came)} on its left, which no call returned",
            "compare what a call of the solution returned, as it is",
        )
    named = None if name is None else solution._named.get(name)
    return named if named is not None and named in places else places[-1]


def _naming(naming: Naming) -> tuple[int | str, ...]:
    return naming if isinstance(naming, tuple) else (naming,)


def _purpose(function: Callable[..., object]) -> str:
    lines: Sequence[str] = (function.__doc__ or "").strip().split("\n\n")
    purpose = " ".join(lines[0].split())
    if not purpose:
        raise GraderError(
            f"the case {function.__name__} has no docstring",
            "say in one sentence what it shows",
        )
    return purpose
