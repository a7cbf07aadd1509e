"""Functions and objects that cross, as a grader holds them.

A *remote* is an object of the submission: it can be called, and so can its methods; for
all else it is opaque. A *given* object is one of ours that the submission sees by some
names alone. A *held* call is one of the submission's that is answered later.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, NoReturn

from perfkata.judge.answer import Raised
from perfkata.judge.errors import GraderError
from perfkata.judge.wire import Foreign, Owner, WireError, encode, name_of_type

__all__ = [
    "Given",
    "Held",
    "Home",
    "OpaqueError",
    "Remote",
    "SubmissionRaisedError",
    "Things",
    "given",
    "hold",
]

_FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType)
_MAX_REMOTES = 2**17
_MAX_NAME_CHARACTERS = 200
_MAX_TEXT_CHARACTERS = 500


class OpaqueError(TypeError):
    """What a grader did with an object of the submission cannot be done from here."""


class SubmissionRaisedError(Exception):
    """The submission raised within a function of the grader, or where one expects it.

    Attributes:
        raised: What it raised, in its own words.
        number: The exception's number over there, by which it can go on there; or 0.
    """

    def __init__(self, raised: Raised, number: int = 0) -> None:
        super().__init__(raised.type_name)
        self.raised = raised
        self.number = number


class Remote:
    """An object of the submission: calls cross to it, and nothing else does."""

    __slots__ = ("_ask", "_number", "_text", "_type_name")

    def __init__(
        self,
        number: int,
        type_name: str,
        text: str,
        ask: Callable[[Remote, str, tuple[Any, ...], dict[str, Any]], Any],
    ) -> None:
        self._number = number
        self._type_name = type_name
        self._text = text
        self._ask = ask

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Call it, if it is a function, and return what it gives."""
        return self._ask(self, "", arguments, keywords)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **keywords: self._ask(self, name, arguments, keywords)

    def __repr__(self) -> str:
        return self._text

    def _is_opaque(self, *_: object) -> NoReturn:
        raise OpaqueError(f"an object of type {self._type_name} stays where it is")

    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _is_opaque
    __str__ = __format__ = __lt__ = __le__ = __gt__ = __ge__ = _is_opaque
    __eq__ = _is_opaque
    __hash__ = object.__hash__


class Home(Remote):
    """A function of ours that the submission answered with.

    A call of it crosses and comes back, like one of any function that it answers with:
    so it is seen among what the submission was asked.

    Attributes:
        function: That function.
    """

    __slots__ = ("function",)

    def __init__(
        self,
        function: FunctionType,
        ask: Callable[[Remote, str, tuple[Any, ...], dict[str, Any]], Any],
    ) -> None:
        super().__init__(0, "function", repr(function), ask)
        self.function = function


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """An object of ours that crosses by some of its names.

    Attributes:
        thing: The object.
        methods: Names that can be called.
        values: Names that can be read.
        written: The expression that makes one like it, for reproductions.
    """

    thing: Any
    methods: tuple[str, ...]
    values: tuple[str, ...]
    written: str | None


def given(
    thing: object,
    *,
    methods: tuple[str, ...] = (),
    values: tuple[str, ...] = (),
    written: str | None = None,
) -> Any:
    """Return what stands for an object in the calls of a submission.

    Args:
        thing: The object. What its methods are handed comes from the submission, by
            exact type plain values, and is to be checked there.
        methods: Names that the submission can call.
        values: Names that it can read; each time anew.
        written: The expression that makes one like it, printed in reproductions. The
            type of the object is imported there.

    Raises:
        GraderError: The object has no such name, or the name is private.
    """
    for name in (*methods, *values):
        if name.startswith("_") or not hasattr(thing, name):
            raise GraderError(
                f"{name!r} of a {type(thing).__name__} cannot be given",
                "name what it has and what is public",
            )
    return Given(thing, methods, values, written)


class Held:
    """A call of the submission's that stays open until it is released."""

    __slots__ = ("_answer", "_outcome")

    def __init__(self) -> None:
        self._answer: Callable[[Callable[[], Any]], None] | None = None
        self._outcome: Callable[[], Any] | None = None

    def release(self, value: Any = None) -> None:
        """Answer the call with a value."""
        self._settle(lambda: value)

    def fail(self, error: Exception) -> None:
        """Answer the call with an exception."""

        def outcome() -> NoReturn:
            raise error

        self._settle(outcome)

    @property
    def is_open(self) -> bool:
        """Whether it has not been released."""
        return self._outcome is None

    def _settle(self, outcome: Callable[[], Any]) -> None:
        if self._outcome is not None:
            raise GraderError("a held call is released twice", "ask is_open first")
        self._outcome = outcome
        if self._answer is not None:
            self._answer(outcome)

    def _open(self, answer: Callable[[Callable[[], Any]], None]) -> None:
        """Learn how it is answered; it may be released before it is returned."""
        if self._answer is not None:
            raise GraderError("a held call is returned twice", "hold() each by itself")
        self._answer = answer
        if self._outcome is not None:
            answer(self._outcome)


def hold() -> Held:
    """Return what keeps a call open, where a function of the grader returns it."""
    return Held()


class Things:
    """What crossed in the conversations of one process, by number; see `wire.Handles`.

    Numbers of ours are random, so that none is guessed.
    """

    def __init__(
        self, ask: Callable[[Remote, str, tuple[Any, ...], dict[str, Any]], Any]
    ) -> None:
        self._ask = ask
        self._numbers: dict[int, int] = {}
        self._descriptions: dict[int, Any] = {}
        self._things: dict[int, Any] = {}
        self._remotes: dict[int, Remote] = {}

    def number_of(self, value: object) -> tuple[bytes, int, Any] | None:
        """Return whose a value is, its number, and what one of ours looks like.

        That is said each time: of several threads that hear of it, any may be first.

        Raises:
            WireError: It is nothing that crosses.
        """
        if isinstance(value, Home):
            value = value.function
        if isinstance(value, Remote):
            if self._remotes.get(value._number) is not value:
                raise WireError("an object of the submission of before its restart")
            return Owner.SUBMISSION, value._number, None
        if isinstance(value, Foreign):
            return None
        known = self._numbers.get(id(value))
        if known is not None:
            return Owner.JUDGE, known, self._descriptions[known]
        described = _described(value)
        number = secrets.randbits(63)
        self._numbers[id(value)] = number
        self._descriptions[number] = described
        self._things[number] = value
        return Owner.JUDGE, number, described

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        """Return what a number stands for.

        Raises:
            WireError: It stands for nothing.
        """
        if owner == Owner.JUDGE:
            return self.thing(number)
        known = self._remotes.get(number)
        if known is None:
            match described:
                case (str(name), str(text)) if len(self._remotes) < _MAX_REMOTES:
                    name = name[:_MAX_NAME_CHARACTERS]
                    text = text[:_MAX_TEXT_CHARACTERS]
                    known = Remote(number, name, text, self._ask)
                    self._remotes[number] = known
                case _:
                    raise WireError("an object that is none")
        return known

    def thing(self, number: int) -> Any:
        """Return the function or given object of ours that a number stands for.

        Raises:
            WireError: It was never handed out.
        """
        try:
            return self._things[number]
        except KeyError:
            raise WireError("a number that was never handed out") from None


def _described(value: object) -> Any:
    if isinstance(value, Given):
        name = type(value.thing).__name__
        return ("object", name, list(value.methods), list(value.values))
    if isinstance(value, _FUNCTIONS):
        return ("function", value.__name__, value.__doc__, _parameters(value))
    raise WireError(f"a value of type {name_of_type(type(value))}")


def _parameters(function: Callable[..., Any]) -> list[tuple[str, int, Any]]:
    """Return names, kinds and defaults as `callbacks` takes them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError as error:
        raise WireError(str(error)) from None
    described = [
        (
            each.name,
            int(each.kind),
            () if each.default is each.empty else (each.default,),
        )
        for each in parameters
    ]
    # What cannot cross as a default is said here, where the function can be named.
    encode(described, is_all_plain=True)
    return described
