"""The judge's side of a conversation: a call, and all calls within it, both ways.

`callbacks` has the other side, and the letters of what is said. A call of ours waits
here for its answer, and meanwhile carries out what the submission asks of our things;
a held call is answered later. None of that takes a thread, and all of it happens one
after the other: a function of ours that calls the submission again does so on the
submission's thread that waits for that function.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfkata.judge.answer import Answer
from perfkata.judge.channel import Channel
from perfkata.judge.errors import GraderError
from perfkata.judge.objects import (
    Given,
    Held,
    OpaqueError,
    Remote,
    SubmissionRaisedError,
    Things,
)
from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError, WaitedError
from perfkata.judge.wire import NUMBER, WireError, decode

if TYPE_CHECKING:
    from perfkata.judge.session import Session

__all__ = ["MAX_OPEN", "MAX_RUNNING", "Callback", "Conversation"]

MAX_OPEN = 4_096
# More than the worker lets be, on all threads together.
MAX_RUNNING = 400
_MAX_RECORDED = 4_096
_MAX_RECORDED_BYTES = 64 * 2**20
# A grader may keep what its functions are handed.
_MAX_HANDED_BYTES = 128 * 2**20
_MAY_BE_PASSED = "pass plain values, records of given.py, functions, or 'given(…)'"
# The frames of calls within calls, as deep as the worker lets them be, and of what
# looks at a value that is nested as deep as one may be.
_RECURSION_LIMIT = 7_000
_EXCEPTION_MODULES = ("builtins", "given")
# What a thread sleeps in that waits for another of its process, or for us; where the
# kernel does not tell, it says 0.
_WAITING_IN = ("futex", "skb", "unix", "sock", "0")


@dataclass(frozen=True, slots=True)
class Callback:
    """A call of one of our things, for reproductions.

    Attributes:
        thing: The function, or the given object.
        name: The method or value of the object; empty for a function.
        arguments: What it was handed, by position.
        keywords: The same, by name.
        outcome: Gives what it gave, or raises what it raised; None while it is open.
        num_open: How many were open when it came, itself among them.
    """

    thing: Any
    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    outcome: Callable[[], Any] | None
    num_open: int


class Conversation:
    """All that is said with one fork.

    Args:
        channel: Speaks with the fork.
        session: Its session.
        ask: Makes a call of a remote, for the case that holds it.
    """

    def __init__(
        self,
        channel: Channel,
        session: Session,
        ask: Callable[[Remote, str, tuple[Any, ...], dict[str, Any]], Any],
    ) -> None:
        self._channel = channel
        self._session = session
        self._things = Things(ask)
        self._num_calls = 0
        self._open_calls: list[int] = []
        self._answers: dict[int, tuple[Answer, int]] = {}
        self._num_callbacks = 0
        self._open_callbacks: dict[int, Held | None] = {}
        self._running: list[int] = []
        self._is_late = False
        self._num_refused = 0
        self._recorded: dict[int, Callback] = {}
        self._num_handed_bytes = 0
        if sys.getrecursionlimit() < _RECURSION_LIMIT:
            sys.setrecursionlimit(_RECURSION_LIMIT)
        with session.watching():
            channel.send(b"c")

    @property
    def callbacks(self) -> list[Callback]:
        """What was asked of our things, in order, the first of it if it is much."""
        return list(self._recorded.values())

    def forget(self) -> None:
        """Begin to record anew, for another case."""
        self._recorded.clear()
        self._num_handed_bytes = 0
        self._channel.when_waiting = None

    @property
    def is_nested(self) -> bool:
        """Whether a function of ours is being carried out."""
        return bool(self._running)

    def call(
        self,
        target: tuple[Any, ...],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        *,
        keeps_inputs: bool = False,
        cpu_limit_s: float | None = None,
    ) -> tuple[Answer, int]:
        """Make a call and wait for its answer; meanwhile answer what it asks.

        Cost: about 50 µs beside the call itself, and as much for each callback.

        Args:
            target: What is called; see `callbacks`.
            arguments: By position.
            keywords: By name.
            keeps_inputs: Whether changed arguments come back.
            cpu_limit_s: CPU time of the outermost call with all calls within it.

        Returns:
            The answer, and the number of the exception if it raised one that can go on.

        Raises:
            StoppedError: No answer came.
            GraderError: An argument does not cross.
        """
        self._num_calls += 1
        number = self._num_calls
        order = (number, target, arguments, keywords, keeps_inputs)
        body = self._session.packed_order(order, self._encoded, _MAY_BE_PASSED)
        if self._running:
            return self._carried_out(number, body)
        limit_s = cpu_limit_s or self._session.limits.cpu_s
        with self._session.watching():
            self._session.begin(self._channel, limit_s)
            outcome = self._carried_out(number, body)
            self._session.read_output()
            self._session.check_scratch()
        self._check_late()
        return outcome

    def when_waiting(self, function: Callable[[], None]) -> None:
        """Have a function called, again and again, while the submission does nothing.

        It may release what is held; that nothing runs is what was seen a moment ago.
        """
        self._channel.when_waiting = function

    def settle(self) -> None:
        """Read what has come since the last answer, at the end of a case.

        Raises:
            StoppedError: The submission called back after its calls had returned.
        """
        with self._session.watching():
            if self._channel.has_frame():
                self._session.begin(self._channel, self._session.limits.cpu_s)
            while self._channel.has_frame():
                self._take(self._channel.receive())
        self._check_late()

    def _check_late(self) -> None:
        if self._is_late:
            self._is_late = False
            raise StoppedError(
                LevelVerdict.CALLED_BACK_LATE,
                "it called what it was given after its own call had returned",
            )

    def _encoded(self, value: Any) -> bytes:
        data = self._session.encoded(value, self._things)
        if len(data) > self._session.bounds.max_bytes:
            raise WireError(f"{len(data):,} bytes")
        return data

    def _carried_out(self, number: int, body: bytes) -> tuple[Answer, int]:
        waiting = self._running[-1] if self._running else 0
        self._open_calls.append(number)
        self._send(b"C", waiting, body)
        try:
            while number not in self._answers:
                self._take(self._channel.receive())
        except WaitedError as error:
            raise self._named(error) from None
        return self._answers.pop(number)

    def _send(self, letter: bytes, number: int, body: bytes) -> None:
        self._channel.send(letter + NUMBER.pack(number) + body)

    def _take(self, message: bytes) -> None:
        """Take in what the submission says.

        Raises:
            WireError: It is nothing that can be said now.
        """
        letter = message[:1]
        if len(message) < 1 + NUMBER.size:
            raise WireError("a message without a number")
        (number,) = NUMBER.unpack_from(message, 1)
        body = message[1 + NUMBER.size :]
        if letter == b"k":
            self._take_callback(number, body)
        elif letter == b"a":
            self._take_answer(number, body)
        elif letter == b"l":
            self._is_late = True
            self._num_refused += 1
            if self._num_refused > MAX_OPEN:
                self._check_late()
        else:
            raise WireError("a message of no known kind")

    def _take_answer(self, number: int, body: bytes) -> None:
        if number not in self._open_calls or len(body) < NUMBER.size:
            raise WireError("an answer to no open call")
        (raised,) = NUMBER.unpack_from(body)
        answer = self._session.decoded(body[NUMBER.size :], self._things)
        self._open_calls.remove(number)
        self._answers[number] = answer, raised

    def _take_callback(self, number: int, body: bytes) -> None:
        if number != self._num_callbacks + 1 or len(body) < NUMBER.size:
            raise WireError("a callback out of turn")
        self._num_callbacks = number
        (call,) = NUMBER.unpack_from(body)
        if call not in self._open_calls:
            raise WireError("a callback of no open call")
        if len(self._open_callbacks) >= MAX_OPEN:
            raise WireError(f"more than {MAX_OPEN:,} callbacks at once")
        if len(self._running) >= MAX_RUNNING:
            raise WireError(f"more than {MAX_RUNNING:,} callbacks within each other")
        self._num_handed_bytes += len(body)
        if self._num_handed_bytes > _MAX_HANDED_BYTES:
            raise StoppedError(
                LevelVerdict.TOO_MUCH_OUTPUT,
                f"it handed over more than {_MAX_HANDED_BYTES // 2**20} MiB to what"
                " it was given",
            )
        bounds, records = self._session.bounds, self._session.job.records
        match decode(body[NUMBER.size :], bounds, records, self._things):
            case (int(thing), str(name), tuple(arguments), dict(keywords)):
                pass
            case _:
                raise WireError("a callback that is none")
        if not all(type(keyword) is str for keyword in keywords):
            raise WireError("a keyword that is no text")
        function = _function(self._things.thing(thing), name)
        self._open_callbacks[number] = None
        self._running.append(number)
        if self._has_room():
            num_open = len(self._open_callbacks)
            self._recorded[number] = Callback(
                self._things.thing(thing), name, arguments, keywords, None, num_open
            )
        try:
            outcome = _outcome(function, arguments, keywords)
        finally:
            self._running.pop()
            self._channel.resume()
        if isinstance(outcome, Held):
            self._open_callbacks[number] = outcome
            outcome._open(lambda later: self._answer(number, later))
        else:
            self._answer(number, outcome, was_handed=bool(arguments or keywords))

    def _has_room(self) -> bool:
        """Whether one more callback is kept, with what it was handed."""
        return (
            len(self._recorded) < _MAX_RECORDED
            and self._num_handed_bytes <= _MAX_RECORDED_BYTES
        )

    def _answer(
        self, number: int, outcome: Callable[[], Any], *, was_handed: bool = False
    ) -> None:
        """Answer a callback with what a function gives, or with what it raises.

        Args:
            number: The callback's number.
            outcome: Gives or raises it.
            was_handed: Whether the submission had a say in it, by an argument.
        """
        del self._open_callbacks[number]
        if number in self._recorded:
            self._recorded[number] = replace(self._recorded[number], outcome=outcome)
        try:
            value = outcome()
        except SubmissionRaisedError as error:
            raised: tuple[Any, Any] = (error.number, ())
            self._send(b"E", number, self._encoded(raised))
            return
        except Exception as error:
            self._send(b"E", number, self._error(error))
            return
        try:
            body = self._encoded(value)
        except WireError as error:
            if was_handed:
                told = f"what it gives for that does not cross: {error}"
                self._send(b"E", number, self._encoded(("TypeError", (told,))))
                return
            raise GraderError(
                f"a function of the grader gives what does not cross: {error}",
                "give plain values, functions, or 'given(…)'",
            ) from None
        self._send(b"V", number, body)

    def _error(self, error: Exception) -> bytes:
        name = type(error).__name__
        try:
            return self._encoded((name, error.args))
        except WireError:
            return self._encoded((name, (str(error),)))

    def _named(self, error: WaitedError) -> StoppedError:
        """Say that all wait for each other, where that is why nothing came."""
        if not self._open_callbacks or not _all_wait(self._channel.process_id):
            return error
        held = [each for each in self._open_callbacks.values() if each is not None]
        if held:
            what = (
                f"{len(held)} of the calls that it made are not answered before it"
                " does something else, and it waits for them"
            )
        else:
            what = (
                "a call within a call waits for what the outer one holds, such as"
                " a lock"
            )
        return StoppedError(LevelVerdict.DEADLOCKED, f"all wait for each other: {what}")


def _function(thing: Any, name: str) -> Callable[..., Any]:
    """Return what a callback calls.

    Raises:
        WireError: The submission was not given that.
    """
    if not isinstance(thing, Given):
        if name:
            raise WireError("a name of a function")
        function: Callable[..., Any] = thing
        return function
    if name in thing.methods:
        method: Callable[..., Any] = getattr(thing.thing, name)
        return method
    if name in thing.values:
        return lambda: getattr(thing.thing, name)
    raise WireError("a name that was not given")


def _outcome(
    function: Callable[..., Any], arguments: Any, keywords: Any
) -> Held | Callable[[], Any]:
    """Carry out a function of ours; return what gives its value or raises again."""
    try:
        value = function(*arguments, **keywords)
    except OpaqueError as raised:
        # The submission handed over an object of its own where a value belongs.
        error: Exception = TypeError(str(raised))
    except Exception as raised:
        is_known = type(raised).__module__ in _EXCEPTION_MODULES
        if not is_known and not isinstance(raised, SubmissionRaisedError):
            raise
        error = raised
    else:
        return value if isinstance(value, Held) else lambda: value

    def raise_again() -> Any:
        raise error

    return raise_again


def _all_wait(process_id: int | None) -> bool:
    """Whether no thread sleeps by the clock. Source: proc(5), *wchan*."""
    try:
        places = [
            (thread / "wchan").read_text()
            for thread in Path(f"/proc/{process_id}/task").iterdir()
        ]
    except OSError:
        return True
    return all(any(name in place for name in _WAITING_IN) for place in places)
