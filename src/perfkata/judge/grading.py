"""The language of graders: levels, cases, draws and what a submission is asked.

A grader is a file of plain test functions that runs on the trusted side:

    @level(3)
    def one_computation(solution: Solution) -> None:
        \"\"\"A second call of the same key computes nothing.\"\"\"
        calls = []

        def square(number):
            calls.append(number)
            return number * number

        cached = solution.memoize(max_size=2)(square)
        assert cached(3) == 9
        assert len(calls) == 1

``assert`` has the judge's meaning here: what came stands left, what is expected right,
and they are compared by exact type (see `comparison`); or a count stands left, and what
it may be at most right. A *case* is one such function; its name is its identity for
ever, its docstring's first sentence says what it shows. docs/adding_a_question.md tells
the rest: generated cases, steps, and what measures run and count.
"""

from __future__ import annotations

import inspect
import operator
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType, TracebackType
from typing import Any, Protocol

from perfkata.judge.answer import Answer, Raised, Returned
from perfkata.judge.comparison import difference, shown
from perfkata.judge.drawing import Draw
from perfkata.judge.errors import GraderError, JudgeError
from perfkata.judge.objects import (
    Given,
    Held,
    Home,
    Remote,
    SubmissionRaisedError,
    given,
    hold,
)
from perfkata.judge.report import LevelVerdict
from perfkata.judge.scratch import Scratch
from perfkata.judge.steps import (
    Asked,
    Call,
    CaseFailedError,
    Claim,
    Event,
    Expectation,
    FilesChanged,
    FilesLimited,
    Gives,
    Naming,
    NotGives,
    Raises,
    Restarted,
    Step,
    ValueChanged,
    call,
    check,
    check_returned,
    run,
)
from perfkata.judge.stopped import StoppedError
from perfkata.judge.story import Handed
from perfkata.judge.surroundings import (
    Surroundings,
    copied,
    functions_in,
    place_of,
    surroundings,
    value_at,
)
from perfkata.judge.wire import WORKLOADS_PREFIX

__all__ = [
    "TAKEN_NAMES",
    "Call",
    "Case",
    "CaseFailedError",
    "Count",
    "Counted",
    "Draw",
    "Expectation",
    "Gives",
    "Held",
    "NotGives",
    "Raises",
    "Remote",
    "Solution",
    "Step",
    "SubmissionRaisedError",
    "Talk",
    "Workload",
    "attribute",
    "call",
    "check",
    "check_returned",
    "counted",
    "generated",
    "given",
    "hold",
    "level",
    "measure",
    "require",
    "run",
    "signature",
    "written",
]

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One named test of a level.

    Attributes:
        level: The level's number.
        name: Its identity for ever.
        purpose: What it shows, one sentence.
        run: Asks the submission, if the case is written by hand.
        draw: Makes steps from choices, if it is generated.
        live: Asks the submission while it draws, if it is generated so.
        count: How many times it is drawn.
    """

    level: int
    name: str
    purpose: str
    run: Callable[[Solution], None] | None = None
    draw: Callable[[Draw], list[Step]] | None = None
    live: Callable[[Solution, Draw], None] | None = None
    count: int = 1


def level(number: int) -> Callable[[Callable[[Solution], None]], Case]:
    """Make a function a case of a level."""

    def made(function: Callable[[Solution], None]) -> Case:
        return Case(number, function.__name__, _purpose(function), run=function)

    return made


Drawing = Callable[[Draw], list[Step]] | Callable[["Solution", Draw], None]


def generated(number: int, *, count: int) -> Callable[[Drawing], Case]:
    """Make a function that draws a case of a level, drawn `count` times.

    It takes a draw and returns steps; or it takes the solution and a draw, and asks the
    solution itself.
    """

    def made(function: Any) -> Case:
        asks = len(inspect.signature(function).parameters) > 1
        return Case(
            number,
            function.__name__,
            _purpose(function),
            draw=None if asks else function,
            live=function if asks else None,
            count=count,
        )

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


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted, and why it is so much.

    Attributes:
        amount: The count.
        cause: What the reason is called, if one can be told.
        sentence: The same as a sentence.
    """

    amount: float
    cause: str | None = None
    sentence: str = ""


Counting = Callable[["Solution", int, random.Random], "int | float | Count"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one measure counts.

    Attributes:
        name: The measure's name in question.toml.
        purpose: What it shows, one sentence.
        count: Asks the submission with inputs of a size, and returns what it took.
    """

    name: str
    purpose: str
    count: Counting


def counted(name: str) -> Callable[[Counting], Counted]:
    """Make a function that asks a submission and counts on this side a measure.

    All answers that are compared get the same choices.
    """

    def made(function: Counting) -> Counted:
        return Counted(name, _purpose(function), function)

    return made


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


class Talk(Protocol):
    """What a solution asks through; it belongs to the case that runs."""

    @property
    def is_nested(self) -> bool:
        """Whether a function of the grader is being carried out."""

    @property
    def scratch(self) -> Scratch | None:
        """The folder in which the submission keeps its files, if it has one."""

    @property
    def model(self) -> ModuleType:
        """The model answer, on this side."""

    def ask(self, asked: Call) -> tuple[Answer, int]:
        """Make a call; see `Conversation.call`."""

    def restart(self) -> None:
        """End the process and begin in a new one."""

    def limit_files(self, num_bytes: int | None, *, is_fatal: bool) -> None:
        """Let no file grow beyond a length."""

    def when_waiting(self, function: Callable[[], None]) -> None:
        """Have a function called while the submission does nothing."""


@dataclass(slots=True)
class Solution:
    """The submission as a grader sees it: its functions can be called.

    A call crosses to the worker and returns a plain value; what is not plain comes as
    a `Remote`, which can be called in turn.
    """

    _talk: Talk
    _events: list[Event] = field(default_factory=list)
    _returned: list[tuple[int, Any]] = field(default_factory=list)
    _last: Answer | None = None
    _is_expecting: Raises | None = None
    _named: dict[str, int] = field(default_factory=dict)
    # By id, with the object, which keeps the id its own.
    _names: dict[int, tuple[object, str]] = field(default_factory=dict)
    _may_die: bool = False
    _watched: dict[tuple[str, int], tuple[FunctionType, Any]] = field(
        default_factory=dict
    )
    _functions: dict[Handed, tuple[FunctionType, Surroundings]] = field(
        default_factory=dict
    )
    _num_restarts: int = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **keywords: self._call(
            Call(name, arguments, keywords)
        )

    @property
    def has_answers(self) -> bool:
        """Whether the submission has answered anything."""
        return self._last is not None

    def raises(self, kind: type[Exception], naming: Naming = ()) -> _Expecting:
        """Expect the call in a ``with`` block to raise; see `Raises`."""
        return _Expecting(self, Raises.of(kind, naming))

    def does(self, step: Step) -> None:
        """Make the call of a step, and expect what it expects."""
        asked = replace(step.call, may_die=self._may_die)
        self._record(asked)
        try:
            answer, _ = self._talk.ask(asked)
        except StoppedError as error:
            if isinstance(step.expectation, NotGives):
                self._talk.restart()
                return
            raise CaseFailedError(
                error.verdict, error.message, step.expectation
            ) from None
        finally:
            self._look_again()
        check(answer, step.expectation)

    def restart(self) -> None:
        """End the process, with all that it knows, and begin in a new one.

        What lies in its scratch folder is there again; hashes of texts are others.
        """
        self._events.append(Restarted())
        self._num_restarts += 1
        self._talk.restart()

    @property
    def scratch(self) -> Files:
        """The files of the submission, in the folder in which it runs."""
        if self._talk.scratch is None:
            raise GraderError(
                "the submission has no scratch folder",
                "set 'keeps_files' in question.toml",
            )
        return Files(self._talk.scratch, self._events)

    @property
    def model(self) -> ModuleType:
        """The model answer as a module of this side, to count what it needs."""
        return self._talk.model

    def limit_files(self, num_bytes: int | None, *, is_fatal: bool = False) -> None:
        """Let no file of the submission grow beyond a length.

        Args:
            num_bytes: That length; None lifts the limit.
            is_fatal: Whether the process ends where it would grow further, in the
                middle of its work; else writing raises OSError.
        """
        self._events.append(FilesLimited(num_bytes, is_fatal))
        self._talk.limit_files(num_bytes, is_fatal=is_fatal)

    @contextmanager
    def may_die(self) -> Iterator[None]:
        """Let the process end in the ``with`` block; then it can only be restarted."""
        self._may_die = True
        try:
            yield
        except StoppedError as error:
            if error.verdict is not LevelVerdict.CRASHED:
                raise
        finally:
            self._may_die = False

    def when_waiting(self, function: Callable[[], None]) -> None:
        """Have a function called, again and again, while the submission does nothing.

        For held calls: it may release one. That nothing runs is what was seen a moment
        ago, and is no promise.
        """
        self._talk.when_waiting(function)

    def _record(self, asked: Call) -> None:
        """Note a call, and how its functions are written, before they do anything.

        Raises:
            GraderError: It is one of workloads.py, which no program beside an answer
                can make.
        """
        if asked.name.startswith(WORKLOADS_PREFIX):
            raise GraderError(
                f"a case asks for 'run({asked.name.removeprefix(WORKLOADS_PREFIX)!r})'",
                "workloads run for measures alone; let the answer have the function",
            )
        self._note_changes()
        self._events.append(asked)
        for value in (*asked.arguments, *asked.keywords.values()):
            for function in functions_in(value):
                self._note_function(function)

    def _note_changes(self) -> None:
        """Note what the case itself did to what its functions use."""
        for (name, place), (function, known) in self._watched.items():
            value = value_at(function, name)
            if isinstance(value, _PLAIN) and difference(value, known) is not None:
                value = copied(value)
                self._watched[name, place] = function, value
                self._events.append(ValueChanged(name, place, value))

    def _look_again(self) -> None:
        """Learn what calls did to what functions use, which happens again by itself."""
        for (name, place), (function, _) in self._watched.items():
            self._watched[name, place] = function, copied(value_at(function, name))

    def _note_function(self, function: FunctionType) -> None:
        handed = id(function), self._num_restarts
        if handed in self._functions:
            return
        uses = surroundings(function)
        self._functions[handed] = function, uses
        for name, value in uses.items():
            if isinstance(value, _PLAIN):
                self._watched[name, place_of(function, name)] = function, value
        for value in uses.values():
            for used in functions_in(value):
                self._note_function(used)

    def _call(self, asked: Call) -> Any:
        if self._talk.is_nested:
            return self._call_within(asked)
        asked = replace(asked, may_die=self._may_die) if self._may_die else asked
        self._record(asked)
        self._last = None
        try:
            answer, number = self._talk.ask(asked)
        finally:
            self._look_again()
        self._last = answer
        if isinstance(answer, Raised) and self._is_expecting is not None:
            raise SubmissionRaisedError(answer, number)
        check_returned(answer, self._is_expecting)
        assert isinstance(answer, Returned)
        value = answer.value
        if isinstance(value, FunctionType):
            value = Home(value, self._call_of)
        self._returned.append((len(self._events), value))
        return value

    def _call_within(self, asked: Call) -> Any:
        """Make a call within a call; what it raises may go on through both sides."""
        answer, number = self._talk.ask(asked)
        if isinstance(answer, Raised):
            raise SubmissionRaisedError(answer, number)
        check_returned(answer)
        assert isinstance(answer, Returned)
        return answer.value

    def _call_of(
        self, on: Remote, name: str, arguments: tuple[Any, ...], keywords: Any
    ) -> Any:
        return self._call(Call(name, arguments, keywords, on))


TAKEN_NAMES = frozenset(name for name in vars(Solution) if not name.startswith("_"))


class Files:
    """The files in the folder of the submission, as a case uses them."""

    def __init__(self, scratch: Scratch, events: list[Event]) -> None:
        self._scratch = scratch
        self._events = events

    def read(self, name: str) -> bytes:
        """Return what a file holds.

        Raises:
            CaseFailedError: There is no such file, or it is none that can be read.
        """
        return self._scratch.read(name)

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return self._scratch.names()

    def write(self, name: str, data: bytes) -> None:
        """Replace a file, or make it."""
        self._note(f"pathlib.Path({name!r}).write_bytes({data!r})")
        self._scratch.write(name, data)

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._note(f"os.remove({name!r})")
        self._scratch.remove(name)

    def cut(self, name: str, num_bytes: int) -> None:
        """Leave of a file so many of its first bytes."""
        self._note(f"os.truncate({name!r}, {num_bytes})")
        self._scratch.write(name, self.read(name)[:num_bytes])

    def flip(self, name: str, position: int) -> None:
        """Change the lowest bit of one byte of a file."""
        self._note(
            f"data = bytearray(pathlib.Path({name!r}).read_bytes())",
            f"data[{position}] ^= 1",
            f"pathlib.Path({name!r}).write_bytes(data)",
        )
        data = bytearray(self.read(name))
        data[position] ^= 1
        self._scratch.write(name, bytes(data))

    def replace_line(self, name: str, index: int, line: bytes) -> None:
        """Replace one line of a file; lines end in a line feed and count from 0."""
        self._note(
            f'lines = pathlib.Path({name!r}).read_bytes().split(b"\\n")',
            f"lines[{index}] = {line!r}",
            f'pathlib.Path({name!r}).write_bytes(b"\\n".join(lines))',
        )
        lines = self.read(name).split(b"\n")
        lines[index] = line
        self._scratch.write(name, b"\n".join(lines))

    def _note(self, *lines: str) -> None:
        self._events.append(FilesChanged(lines))


def attribute(remote: Remote, name: str) -> Any:
    """Return an attribute of an object of the submission."""
    return _asked(remote, name, Asked.ATTRIBUTE)


def signature(remote: Remote) -> Any:
    """Return the signature of a function of the submission, as `inspect` writes it."""
    return _asked(remote, "", Asked.SIGNATURE)


def _asked(remote: Any, name: str, asked: Asked) -> Any:
    solution = _current()
    if not isinstance(remote, Remote):
        raise AttributeError(f"a {type(remote).__name__} came where an object should")
    return solution._call(Call(name, (), {}, remote, asked))


def _current() -> Solution:
    solution = current_solution.get()
    if solution is None:
        raise GraderError(
            "an assert outside a case", "put it into a function with @level"
        )
    return solution


def require(holds: object, rule: str, *, written: str | None = None) -> None:
    """Require that a rule of the question is kept.

    Args:
        holds: Whether it is.
        rule: A sentence that says how it is broken, if it is.
        written: An expression that says whether it is kept, for reproductions, of what
            the case has assigned to names.

    Raises:
        CaseFailedError: It is broken.
    """
    if not holds:
        raise CaseFailedError(
            LevelVerdict.NOT_BY_THE_RULES,
            rule,
            num_events=len(_current()._events),
            claim=Claim(written or "", "", holds, rule),
        )


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
        if isinstance(error, SubmissionRaisedError):
            check(error.raised, self._expectation)
            return True
        if isinstance(error, StoppedError):
            raise CaseFailedError(
                error.verdict, error.message, self._expectation
            ) from None
        return False


current_solution: ContextVar[Solution | None] = ContextVar("solution", default=None)


def count_answers() -> int:
    """Return how many answers the case that runs has had."""
    solution = current_solution.get()
    return 0 if solution is None else len(solution._returned)


def note_name(name: str, value: Any, num_before: int = 0) -> None:
    """Remember under which name a grader keeps what it has just been given.

    Args:
        name: The name.
        value: What it is given.
        num_before: How many answers there were before that was evaluated.
    """
    solution = current_solution.get()
    if solution is None:
        return
    if isinstance(value, Remote | Given) or not isinstance(value, _PLAIN):
        solution._names.setdefault(id(value), (value, name))
    solution._named[name] = _OWN
    if len(solution._returned) > num_before:
        place, last = solution._returned[-1]
        if last is value:
            solution._named[name] = place


# The place of what is no answer, though it may be the same small number as one.
_OWN = 0
_PLAIN = (int, float, str, bytes, list, tuple, dict, set, frozenset, type(None))


def assert_compared(
    get_came: Callable[[], Any],
    get_expected: Callable[[], Any],
    compared: str,
    text: str,
) -> None:
    """Carry out ``assert came == expected`` of a grader, or one with another operator.

    Args:
        get_came: What stands left.
        get_expected: What stands right.
        compared: The operator.
        text: What stands left, as Python.

    Raises:
        CaseFailedError: It does not hold.
        GraderError: No case runs, or both sides stand the wrong way round.
    """
    solution = _current()
    solution._note_changes()
    num_before = len(solution._events)
    try:
        came = get_came()
    except (StoppedError, CaseFailedError) as error:
        failed = _failed_within(error, solution, num_before, get_expected)
        if failed.claim is None and len(solution._events) == num_before:
            failed.claim = _claim(get_came, compared, text, None)
        raise failed from None
    except (JudgeError, SubmissionRaisedError):
        raise
    except Exception as error:
        if not solution.has_answers:
            raise
        raise CaseFailedError(
            LevelVerdict.WRONG_ANSWER,
            f"its answer cannot be used as the question says: {error}",
            _expected_if_known(get_expected),
            solution._last,
            num_events=num_before,
            claim=_claim(get_came, compared, text, None),
            misused=error,
        ) from error
    place = _place_of(solution, came, text, num_before)
    # What a claim asks is asked again where the claim is written.
    num_events = num_before if place is None else place
    num_asked = len(solution._events)
    expected = get_expected()
    if place is None and len(solution._events) > num_asked:
        raise GraderError(
            f"an assert has an answer on its right, and {text} on its left, which no"
            " call returned",
            "put what came on the left, and what is expected on the right",
        )
    claim = None
    if place is None or compared != "==":
        claim = _claim(get_came, compared, text, came)
    if compared != "==":
        if _OPERATORS[compared](came, expected):
            return
        verdict = LevelVerdict.OVER_COUNT if place is None else None
        raise CaseFailedError(
            verdict or LevelVerdict.WRONG_ANSWER,
            f"{text} is {shown(came)}, and should be {compared} {shown(expected)}",
            Gives(expected),
            Returned(came),
            num_events=num_events,
            claim=claim,
        )
    found = difference(came, expected)
    if found is not None:
        message = found.message if claim is None else f"of {text}, {found.message}"
        raise CaseFailedError(
            LevelVerdict.WRONG_ANSWER,
            message,
            Gives(expected),
            Returned(came),
            found,
            num_events,
            claim,
        )


def _claim(get_came: Callable[[], Any], compared: str, text: str, came: Any) -> Claim:
    assert isinstance(get_came, FunctionType)
    uses = surroundings(get_came)
    return Claim(text, compared, came, uses=uses, asks=get_came)


def _failed_within(
    error: StoppedError | CaseFailedError,
    solution: Solution,
    num_before: int,
    get_expected: Callable[[], Any],
) -> CaseFailedError:
    """Say of a call that failed on the left of an assert what was expected of it."""
    if isinstance(error, StoppedError):
        error = CaseFailedError(error.verdict, error.message)
    if error.expectation is None and error.claim is None:
        error.num_events = len(solution._events)
        if error.num_events == num_before + 1:
            error.expectation = _expected_if_known(get_expected)
    return error


def _expected_if_known(get_expected: Callable[[], Any]) -> Gives | None:
    """Return what stands right, unless that too is an answer, which does not come."""
    try:
        return Gives(get_expected())
    except Exception:
        return None


def _place_of(solution: Solution, came: Any, text: str, num_before: int) -> int | None:
    """Return how much of what a case did leads to an answer; None if it is none.

    Small values are one object to Python, so a name or a call that has just been made
    says which answer is meant.
    """
    places = [place for place, value in solution._returned if value is came]
    num_events = len(solution._events)
    if num_events > num_before:
        is_answer = num_events == num_before + 1 and num_events in places
        return num_events if is_answer else None
    if text.isidentifier() and places:
        named = solution._named.get(text)
        if named == _OWN:
            return None
        if named in places:
            return named
        # A variable of a function that was handed over is the case's own.
        if not any(text in uses for _, uses in solution._functions.values()):
            return places[-1]
    return None


def _purpose(function: Callable[..., object]) -> str:
    lines: Sequence[str] = (function.__doc__ or "").strip().split("\n\n")
    purpose = " ".join(lines[0].split())
    if not purpose:
        raise GraderError(
            f"the case {function.__name__} has no docstring",
            "say in one sentence what it shows",
        )
    return purpose
