"""The worker's side of a conversation: calls that come, and calls that go back.

This file is sent to the sandbox as code, beside `wire` and `worker`. A conversation is
a call of the submission and all calls within it, in both directions. What the judge
hands over that is no plain value stands here as a function, or as an object with the
names that it was given; to use one is a *callback*, from any thread.

Frames are a letter, a number of eight bytes, and a body. They come for a callback that
is waiting, by its number, or for the main thread, by 0:

    C   a call, made on the thread that waits: (call, target, arguments, keywords,
        whether inputs are kept), marshal behind ``m``, the wire behind ``w``
    V   the callback's value
    E   its exception: (type name, arguments), or (number of an exception of ours, ())

and go:

    a   what a call gave: the number of the exception, if it raised one that may come
        back, and an answer as `worker` describes it
    k   a callback: the number of the call that it is made in, and (number of the thing,
        name, arguments, keywords)
    l   a callback was refused, since no call is open

A target is ("name", name), ("method", object, name), ("attribute", object, name),
("signature", object) or ("files", most bytes, whether it is fatal).
"""

from __future__ import annotations

import _socket
import _thread
import builtins
import marshal
import sys
from collections.abc import Callable
from typing import Any

from perfkata.judge.wire import (
    NUMBER,
    Owner,
    WireError,
    decode,
    encode,
    frame,
    name_and_text,
)

__all__ = ["MAX_CALLS", "MAX_NESTING", "Conversations"]

# Calls within calls on one thread, and on all threads together.
MAX_NESTING = 100
MAX_CALLS = 350
# Python's own limit is what a learner's program has; our frames come on top of it.
_FRAMES_PER_CALLBACK = 24
_ASK = "__ask__"

# Answers a call of what is found, with its arguments and whether they are kept; returns
# an answer's bytes and the exception, if one was raised.
Answerer = Callable[
    [Callable[[], Any], tuple[Any, ...], dict[str, Any], bool],
    tuple[bytes, BaseException | None],
]


class Conversations:
    """All conversations of one fork, one after the other."""

    def __init__(
        self,
        connection: _socket.socket,
        receive: Callable[[_socket.socket], bytes | None],
        bounds: Any,
        records: dict[str, type],
        find: Callable[[str], Any],
        answer: Answerer,
        given: Any,
    ) -> None:
        """Begin with nothing said.

        Args:
            connection: Speaks with the judge.
            receive: Receives a frame from it.
            bounds: The bounds of what is said.
            records: The dataclasses that cross by field.
            find: Finds a function of the submission by its name.
            answer: Calls something and describes what came of it.
            given: The module of what the question hands out, or None.
        """
        self._connection = connection
        self._receive = receive
        self._bounds = bounds
        self._records = records
        self._find = find
        self._answer = answer
        self._given = given
        self.things = _Things(self)
        self._own = _thread._local()
        self._base_limit = self._limit = sys.getrecursionlimit()
        # Guards what is sent, its order, and which calls are open meanwhile.
        self._sending = _thread.allocate_lock()
        self._num_callbacks = 0
        self._depths: dict[int, int] = {}
        # Guards who waits, who reads for them, and how many are asking.
        self._lock = _thread.allocate_lock()
        self._waiting: dict[int, _Slot] = {}
        self._is_read = False
        self._num_asking = 0

    def serve(self) -> None:
        """Answer calls until the judge closes the connection."""
        slot = self._waiting[0] = _Slot()
        while True:
            letter, body = self._next(slot)
            if letter == b"":
                return
            self._perform(body)

    def ask(
        self, number: int, name: str, arguments: Any, keywords: dict[str, Any]
    ) -> Any:
        """Use a thing of the judge's and return what it gives, or raise what it raises.

        Raises:
            RecursionError: Calls within calls are nested too deep.
            RuntimeError: No call is open that it could belong to.
        """
        self._make_room(1)
        try:
            what = self._encoded((number, name, arguments, keywords))
            if len(what) > self._bounds.max_bytes:
                raise WireError(f"a message of {len(what):,} bytes")
            slot = _Slot()
            with self._sending:
                call, depth = self._open_call()
                self._num_callbacks += 1
                own_number = self._num_callbacks
                with self._lock:
                    self._waiting[own_number] = slot
                self._send(b"k", own_number, NUMBER.pack(call) + what)
            return self._outcome(own_number, slot, depth + 1)
        except WireError as error:
            raise TypeError(f"an argument does not cross: {error}") from None
        finally:
            self._make_room(-1)

    def _open_call(self) -> tuple[int, int]:
        """Return the call that this thread answers, and its depth.

        A thread that answers none belongs to the newest one, and begins at the top:
        how deep others are at that moment is no business of its own.
        """
        own = getattr(self._own, "calls", None)
        calls = own or list(self._depths)
        if not calls:
            self._send(b"l", 0, b"")
            raise RuntimeError("called back after the call had returned")
        call = calls[-1]
        depth = self._depths[call] if own else 0
        if depth >= MAX_NESTING:
            raise RecursionError(f"more than {MAX_NESTING} calls within calls")
        if len(self._depths) > MAX_CALLS:
            raise RecursionError(f"more than {MAX_CALLS} calls at once")
        return call, depth

    def _outcome(self, number: int, slot: _Slot, depth: int) -> Any:
        """Wait for what a callback gives; meanwhile make the calls within it."""
        while True:
            letter, body = self._next(slot)
            if letter == b"C":
                self._perform(body, depth)
                continue
            with self._lock:
                del self._waiting[number]
            if letter == b"V":
                return self._decoded(body)
            if letter == b"E":
                raise self._exception(*self._decoded(body))
            _end_process()

    def _decoded(self, body: bytes) -> Any:
        return decode(body, self._bounds, self._records, self.things)

    def _exception(self, kind: Any, arguments: Any) -> BaseException:
        if type(kind) is int:
            error = self.things.own(kind)
            assert isinstance(error, BaseException)
            return error
        found: Any = getattr(self._given, kind, None) or getattr(builtins, kind, None)
        try:
            made: BaseException = found(*arguments)
            # Who makes a text of what it is given has made it already, over there.
            made.args = arguments
        except Exception:
            return RuntimeError(f"{kind}{arguments!r}")
        return made

    def _make_room(self, change: int) -> None:
        with self._lock:
            now = sys.getrecursionlimit()
            if now != self._limit:  # the submission has chosen another
                self._base_limit = now - _FRAMES_PER_CALLBACK * self._num_asking
            self._num_asking += change
            self._limit = self._base_limit + _FRAMES_PER_CALLBACK * self._num_asking
            try:
                sys.setrecursionlimit(self._limit)
            except RecursionError:  # this thread is as deep as it had been allowed
                self._limit = now

    def _perform(self, body: bytes, depth: int = 0) -> None:
        """Make a call, and send what it gives."""
        call, target, arguments, keywords, keeps_inputs = self._order(body)
        calls = self._own.__dict__.setdefault("calls", [])
        calls.append(call)
        with self._sending:
            self._depths[call] = depth
        try:
            reply, error = self._answer(
                lambda: self._found(target), arguments, keywords, keeps_inputs
            )
        finally:
            calls.pop()
        raised = self.things.number(error) if error is not None and depth else 0
        with self._sending:
            del self._depths[call]
            self._send(b"a", call, NUMBER.pack(raised) + reply)

    def _order(self, body: bytes) -> Any:
        if body[:1] == b"m":
            return marshal.loads(memoryview(body)[1:])
        return self._decoded(body[1:])

    def _found(self, target: Any) -> Any:
        """Return what a call with this target calls."""
        match target:
            case ("name", name):
                return self._find(name)
            case ("method", found, ""):
                return found
            case ("method", found, name):
                return getattr(found, name)
            case ("attribute", found, name):
                return lambda: getattr(found, name)
            case ("signature", found):
                # Imported here: only a few questions pay for it.
                import inspect

                return lambda: str(inspect.signature(found))
            case ("files", most_bytes, is_fatal):
                return lambda: _limit_files(most_bytes, is_fatal)
        raise AssertionError(target)

    def _encoded(self, value: object) -> bytes:
        kinds = self._records.values()
        return encode(value, self._bounds, kinds, handles=self.things)

    def _send(self, letter: bytes, number: int, body: bytes) -> None:
        try:
            self._connection.sendall(frame(letter + NUMBER.pack(number) + body))
        except OSError:
            _end_process()

    def _next(self, slot: _Slot) -> tuple[bytes, bytes]:
        """Return what comes for a waiting thread: a letter and a body.

        One of the threads that wait reads for all; with its own it passes that on.
        """
        while True:
            with self._lock:
                if slot.frames:
                    return slot.frames.pop(0)
                reads, self._is_read = not self._is_read, True
                slot.is_asleep = not reads
            if not reads:
                slot.lock.acquire()
                continue
            message = self._receive(self._connection)
            with self._lock:
                self._is_read = False
                if message is None:
                    for other in self._waiting.values():
                        other.frames.append((b"", b""))
                        other.wake()
                    continue
                (reader,) = NUMBER.unpack_from(message, 1)
                found = self._waiting[reader]
                found.frames.append((message[:1], message[1 + NUMBER.size :]))
                if found is not slot:
                    found.wake()
                    continue
                # Somebody else reads from now on.
                for other in self._waiting.values():
                    if other.is_asleep:
                        other.wake()
                        break


class _Slot:
    """What has come for a thread that waits, and what wakes it."""

    def __init__(self) -> None:
        self.frames: list[tuple[bytes, bytes]] = []
        self.is_asleep = False
        self.lock = _thread.allocate_lock()
        self.lock.acquire()

    def wake(self) -> None:
        """Wake the thread if it sleeps, or is about to; guarded by the same lock."""
        if self.is_asleep:
            self.is_asleep = False
            self.lock.release()


class _Things:
    """What the judge handed over, and what it was handed, by number."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._judges: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._own: dict[int, Any] = {}
        self._own_numbers: dict[int, int] = {}
        # Threads share what is known, and each number stands for one thing.
        self._lock = _thread.allocate_lock()

    def number_of(self, value: object) -> tuple[bytes, int, Any]:
        """Return a value's number; see `wire.Handles`."""
        judges = self._numbers.get(id(value))
        if judges is not None:
            return Owner.JUDGE, judges, None
        return Owner.SUBMISSION, self.number(value), name_and_text(value, type(value))

    def number(self, value: object) -> int:
        """Return the number of an object of the submission; a new one gets one."""
        with self._lock:
            known = self._own_numbers.get(id(value))
            if known is None:
                known = self._own_numbers[id(value)] = len(self._own) + 1
                self._own[known] = value
        return known

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        """Return what a number stands for; see `wire.Handles`."""
        if owner == Owner.SUBMISSION:
            return self._own[number]
        with self._lock:
            if number not in self._judges:
                made = _made(self._conversations.ask, number, described)
                self._judges[number] = made
                self._numbers[id(made)] = number
            return self._judges[number]

    def own(self, number: int) -> Any:
        """Return an object of the submission."""
        return self._own[number]


def _made(ask: Callable[..., Any], number: int, described: Any) -> Any:
    match described:
        case ("function", name, documentation, parameters):
            return _function(ask, number, name, documentation, parameters)
        case ("object", name, methods, values):
            return _object(ask, number, name, methods, values)
    raise AssertionError(described)


def _function(
    ask: Callable[..., Any],
    number: int,
    name: str,
    documentation: str | None,
    parameters: list[tuple[str, int, Any]],
) -> Any:
    """Make a function of a name and signature that asks the judge.

    Args:
        ask: Asks it.
        number: What stands for the function over there.
        name: Its name.
        documentation: Its docstring.
        parameters: For each its name, its kind as `inspect` numbers them, and its
            default in a tuple; an empty one if it has none.
    """
    positional, keyword = (0, 1), 3
    passed = "".join(
        f"{'*' * (kind - 1)}{each}," for each, kind, _ in parameters if kind < keyword
    )
    named = [f"{each!r}: {each}" for each, kind, _ in parameters if kind == keyword]
    named += [f"**{each}" for each, kind, _ in parameters if kind > keyword]
    source = (
        f"def function({_written_parameters(parameters)}):\n"
        f"    return {_ASK}({number}, '', ({passed}), {{{', '.join(named)}}})\n"
    )
    namespace: dict[str, Any] = {"__name__": "grader", _ASK: ask}
    exec(compile(source, "<perfkata>", "exec"), namespace)
    made = namespace["function"]
    made.__name__ = made.__qualname__ = name
    made.__doc__ = documentation
    defaults = [
        default[0] for _, kind, default in parameters if default and kind in positional
    ]
    made.__defaults__ = tuple(defaults) or None
    named_defaults = {
        each: default[0]
        for each, kind, default in parameters
        if default and kind == keyword
    }
    made.__kwdefaults__ = named_defaults or None
    return made


def _written_parameters(parameters: list[tuple[str, int, Any]]) -> str:
    only_positional, only_keyword = 0, 3
    texts: list[str] = []
    kinds = [kind for _, kind, _ in parameters]
    for index, (name, kind, default) in enumerate(parameters):
        if kind == only_keyword and not {2, 3} & set(kinds[:index]):
            texts.append("*")
        stars = {2: "*", 4: "**"}.get(kind, "")
        texts.append(f"{stars}{name}" + ("=None" if default else ""))
        if kind == only_positional and only_positional not in kinds[index + 1 :]:
            texts.append("/")
    return ", ".join(texts)


def _object(
    ask: Callable[..., Any],
    number: int,
    name: str,
    methods: list[str],
    values: list[str],
) -> Any:
    """Make an object that has the methods and values of these names, and no others."""

    def method(called: str) -> Any:
        def function(_: Any, /, *arguments: Any, **keywords: Any) -> Any:
            return ask(number, called, arguments, keywords)

        function.__name__ = called
        function.__qualname__ = f"{name}.{called}"
        return function

    def value(read: str) -> Any:
        return property(lambda self: ask(number, read, (), {}))

    names: dict[str, Any] = {"__slots__": (), "__module__": "given"}
    names |= {called: method(called) for called in methods}
    names |= {read: value(read) for read in values}
    return type(name, (), names)()


def _limit_files(most_bytes: int | None, is_fatal: bool) -> None:
    """Let no file grow beyond a length; None lifts that. Source: setrlimit(2)."""
    import resource
    import signal

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    soft = hard if most_bytes is None else most_bytes
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if is_fatal else signal.SIG_IGN)


def _end_process() -> None:
    import os

    os._exit(1)  # the judge has heard enough
