"""Conversations under chance: drawn programs, and peers that say whatever they like.

A drawn *program* is a tree of calls, callbacks, threads and exceptions. It runs once
through a sandbox, one half on each side, and once as plain Python; both must give the
same. A hostile *peer* holds the other end of a conversation and answers with frames
that are wrong in every way that we could think of.
"""

from __future__ import annotations

import marshal
import os
import random
import select
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.channel import Channel
from perfkata.judge.conversation import MAX_RUNNING, Conversation
from perfkata.judge.objects import Held, Remote, SubmissionRaisedError, given, hold
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Job, Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import (
    HEADER,
    NUMBER,
    Foreign,
    Owner,
    WireError,
    decode,
    encode,
    frame,
)
from tests.judge.conftest import PLAIN, RECORDS, is_identical
from tests.judge.conversing import Peer, deep, peer_of
from tests.judge.layers import session_of

# Each half of a program runs nodes: (kind, value, children). `other` runs one in the
# other half; what is not plain Python's business alone stands in `half`.
_HALF = """
import threading

def run(node, other, half):
    kind, value, children = node
    if kind == "value":
        return value
    if kind == "list":
        return [run(child, other, half) for child in children]
    if kind == "cross":
        return [value, *map(other, children)]
    if kind == "raise":
        found = [run(child, other, half) for child in children]
        raise half["kinds"][value % len(half["kinds"])](value, len(found))
    if kind == "catch":
        return [attempt(child, other, half) for child in children]
    if kind == "threads":
        found = [None] * len(children)
        def ask(index):
            found[index] = attempt(children[index], other, half)
        if half["has_threads"]:
            threads = [
                threading.Thread(target=ask, args=(index,))
                for index in range(len(children))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        else:
            for index in range(len(children)):
                ask(index)
        return found
    if kind == "function":
        def function(child):
            return run(child, other, half)
        return other(["call", value, children], function)
    raise AssertionError(kind)

def attempt(node, other, half):
    try:
        return ["gave", run(node, other, half)]
    except half["caught"] as error:
        return ["raised", *half["describe"](error)]

def answered(node, function, other, half):
    if node[0] == "call":
        return [node[1], *map(function, node[2])]
    return run(node, other, half)
"""
_THEIRS = (
    _HALF
    + """
class OwnError(LookupError):
    pass

THEIRS = {
    "kinds": [KeyError, OwnError, IndexError],
    "caught": LookupError,
    "describe": lambda error: [type(error).__name__, str(error)],
    "has_threads": True,
}

def theirs(node, other, function=None):
    return answered(node, function, other, THEIRS)
"""
)
_KINDS = ["list", "cross", "cross", "raise", "catch", "threads", "function"]
_NODES = st.recursive(
    st.tuples(st.just("value"), PLAIN | st.integers(), st.just([])),
    lambda inner: st.tuples(
        st.sampled_from(_KINDS), st.integers(0, 9), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)
_GIVEN = b"""
from dataclasses import dataclass

@dataclass(frozen=True)
class Point:
    x: object
    y: object
"""


def _halves() -> tuple[dict[str, Any], dict[str, Any]]:
    """The names of their half, and what is ours."""
    names: dict[str, Any] = {"__name__": "half"}
    exec(compile(_THEIRS, "<half>", "exec", dont_inherit=True), names)
    ours = {
        "kinds": [KeyError, IndexError, LookupError],
        "caught": (LookupError, SubmissionRaisedError),
        "describe": _described,
        "has_threads": False,
    }
    return names, ours


def _described(error: Exception) -> list[str]:
    if isinstance(error, SubmissionRaisedError):
        return [error.raised.type_name, error.raised.text]
    return [type(error).__name__, str(error)]


def _in_one_process(node: Any) -> Any:
    """What a program gives as plain Python, with real exceptions all the way."""
    names, half = _halves()
    half["caught"] = LookupError

    def ours(node: Any, function: Any = None) -> Any:
        return names["answered"](node, function, theirs, half)

    def theirs(node: Any, function: Any = None) -> Any:
        return names["theirs"](node, ours, function)

    try:
        return ["gave", theirs(node)]
    except LookupError as error:
        return ["raised", *_described(error)]


def _in_two(peer: Peer, node: Any) -> Any:
    """What it gives with one half in the sandbox."""
    names, half = _halves()

    def ours(node: Any, function: Any = None) -> Any:
        return names["answered"](node, function, theirs, half)

    def theirs(node: Any, function: Any = None) -> Any:
        return peer("theirs", node, ours, function)

    answer = peer.answer("theirs", node, ours)
    if isinstance(answer, Raised):
        return ["raised", answer.type_name, answer.text]
    assert isinstance(answer, Returned)
    return ["gave", answer.value]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """The half of the submission."""
    deep()
    with session_of(_THEIRS, given=_GIVEN, records=RECORDS) as made:
        yield made


@settings(max_examples=150)
@drawn(nodes=st.lists(_NODES, min_size=1, max_size=3))
def test_a_program_gives_the_same_in_two_processes(
    session: Session, nodes: list[Any]
) -> None:
    """Calls, callbacks, functions, threads and exceptions mean the same as in one."""
    # The programs of one example share one conversation.
    with peer_of(session) as peer:
        for node in nodes:
            assert is_identical(_in_two(peer, node), _in_one_process(node))


def test_a_difference_would_be_found(session: Session) -> None:
    """A half that answers otherwise gives another result than plain Python."""
    node: Any = ("cross", 1, [("catch", 0, [("cross", 2, [("raise", 1, [])])])])
    expected = ["gave", [1, [["raised", "OwnError", "(1, 0)"]]]]
    assert _in_one_process(node) == expected
    with peer_of(session) as peer:
        assert _in_two(peer, node) == expected
        assert _in_two(peer, ("cross", 2, [])) != _in_one_process(("cross", 1, []))


# What may become of a call of a peer that says anything.
_ENDS = {
    LevelVerdict.BROKE_PROTOCOL,
    LevelVerdict.CALLED_BACK_LATE,
    LevelVerdict.CRASHED,
    LevelVerdict.DEADLOCKED,
    LevelVerdict.TOO_SLOW,
}
_HOSTILE_LIMITS = Limits(cpu_s=0.05, patience=1)
_PATIENT = Limits(cpu_s=30, patience=1)
_NUM_CALLS = 3
_JOIN_TIMEOUT_S = 60.0
_PEER_TIMEOUT_S = 20.0
_VALUES = [None, True, 0, -1, 2**70, 1.5, "text", b"bytes", [], [1, 2], (), {}, {1: 2}]


class _Alone(Session):
    """A session without a sandbox, for a conversation with a peer of this process."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(Job(b""), limits)

    def read_output(self) -> bool:
        return False

    def _aftermath(self) -> StoppedError:
        return StoppedError(LevelVerdict.CRASHED, "the peer is gone")


@dataclass(frozen=True, eq=False)
class _Handle:
    owner: bytes
    number: int


class _Numbers:
    """What the other side knows of handles; it has no objects, only their numbers.

    Attributes:
        names: What each of ours is called: a function's name, or a given object's.
    """

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self._handles: dict[tuple[bytes, int], _Handle] = {}

    def number_of(self, value: object) -> Any:
        if isinstance(value, _Handle):
            described = None if value.owner == Owner.JUDGE else ("Thing", "a thing")
            return value.owner, value.number, described
        return None

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        """Return a handle, under the same conditions as the judge."""
        if owner == Owner.JUDGE:
            if number not in self.names:
                raise WireError("never handed out")
        elif (owner, number) not in self._handles:
            match described:
                case (str(), str()):
                    pass
                case _:
                    raise WireError("none")
        return self._handles.setdefault((owner, number), _Handle(owner, number))


class _Learning:
    """Handles as they come from the judge: each is learnt."""

    def __init__(self, numbers: _Numbers) -> None:
        self.numbers = numbers

    def number_of(self, value: object) -> Any:
        raise AssertionError("it only reads")

    def object_of(self, owner: bytes, number: int, described: Any) -> Any:
        if owner == Owner.JUDGE:
            self.numbers.names[number] = described[1]
        return _Handle(owner, number)


class _Ours:
    """Our side: functions that note what is asked of them, and one that is not given.

    Attributes:
        asked: What was carried out, in order: its name, and how much it was handed.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.ask: Callable[[Any], Any] = lambda function: None
        self._held: list[Held] = []
        functions = (self.plain, self.again, self.keeping, self.failing)
        names = ("plain", "again", "keeping", "failing")
        self.things = [*functions, given(self, methods=names, values=("value",))]
        self.asked.clear()  # that it has the value was seen by reading it

    def plain(self, /, *arguments: Any, **keywords: Any) -> Any:
        """Give back what was handed over."""
        self.asked.append(("plain", len(arguments)))
        return arguments[0] if arguments else keywords

    def again(self, /, *arguments: Any, **_: Any) -> Any:
        """Call the other side."""
        self.asked.append(("again", len(arguments)))
        return self.ask(self.again)

    def keeping(self, /, *arguments: Any, **_: Any) -> Any:
        """Be answered later, when two more have come."""
        self.asked.append(("keeping", len(arguments)))
        self._held.append(hold())
        mine = self._held[-1]
        if len(self._held) > 2:
            self._held.pop(0).release(arguments)
        return mine

    def failing(self, /, *arguments: Any, **_: Any) -> Any:
        """Raise what was handed over."""
        self.asked.append(("failing", len(arguments)))
        raise KeyError(*arguments)

    @property
    def value(self) -> int:
        """Something to read."""
        self.asked.append(("value", 0))
        return 5

    def secret(self) -> None:
        """Be called by nobody."""
        self.asked.append(("secret", 0))


_GIVEN_NAMES = {"plain", "again", "keeping", "failing", "value"}


class _Peer:
    """The other end of a conversation, in a thread; it keeps account of what is legal.

    Attributes:
        legal: The callbacks that it sent in good order, so that they may be carried
            out: name, and number of arguments.
        calls: The calls that came and are not answered.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(_PEER_TIMEOUT_S)
        self.connection = connection
        self.numbers = _Numbers()
        self.legal: list[tuple[str, int]] = []
        self.calls: list[int] = []
        self._num_legal = 0
        self._is_in_order = True

    def hear(self) -> bytes | None:
        """Return the next message, and learn from it; None if there is none."""
        size = self._exactly(HEADER.size)
        message = None if size is None else self._exactly(HEADER.unpack(size)[0])
        if message is not None and message[:1] == b"C":
            self._learn(message[1 + NUMBER.size :])
        elif message is not None and message[:1] == b"V":
            decode(message[1 + NUMBER.size :], handles=_Learning(self.numbers))
        return message

    def _exactly(self, num_bytes: int) -> bytes | None:
        data = b""
        while len(data) < num_bytes:
            part = self.connection.recv(num_bytes - len(data))
            if not part:
                return None
            data += part
        return data

    def _learn(self, body: bytes) -> None:
        if body[:1] == b"m":
            order = marshal.loads(body[1:])
        else:
            order = decode(body[1:], handles=_Learning(self.numbers))
        self.calls.append(order[0])

    def things(self, name: str) -> list[int]:
        """The numbers of ours that are called so."""
        return [each for each, called in self.numbers.names.items() if called == name]

    def callback(
        self, thing: int, name: str = "", /, *arguments: Any, **keywords: Any
    ) -> bytes:
        """A callback as it should be, in the newest call."""
        call = self.calls[-1] if self.calls else 0
        what = encode((thing, name, arguments, keywords), handles=self.numbers)
        return b"k" + NUMBER.pack(self._num_legal + 1) + NUMBER.pack(call) + what

    def answer(self, call: int, reply: bytes, raised: int = 0) -> bytes:
        """An answer to a call."""
        return b"a" + NUMBER.pack(call) + NUMBER.pack(raised) + reply

    def say(self, message: bytes) -> None:
        """Send a message, and note whether it is a callback in good order."""
        if self._is_in_order:
            self._note(message)
        self.connection.sendall(frame(message))

    def say_raw(self, data: bytes) -> None:
        """Send bytes that are no message; from then on nothing is in order."""
        self._is_in_order = False
        self.connection.sendall(data)

    def _note(self, message: bytes) -> None:
        if message[:1] != b"k" or len(message) < 1 + 2 * NUMBER.size:
            return
        if NUMBER.unpack_from(message, 1) != (self._num_legal + 1,):
            return
        try:
            asked = decode(message[1 + 2 * NUMBER.size :], handles=self.numbers)
        except WireError:
            return
        match asked:
            case (int(thing), str(name), tuple(arguments), dict(keywords)):
                called = self.numbers.names.get(thing)
            case _:
                return
        if called is None or not all(type(key) is str for key in keywords):
            return
        if name not in (_GIVEN_NAMES if called == "_Ours" else {""}):
            return
        self._num_legal += 1
        if name != "value":
            self.legal.append((name or called, len(arguments)))
        elif not arguments and not keywords:
            self.legal.append((name, 0))


@dataclass(frozen=True)
class _Confrontation:
    """What came of a conversation with a peer.

    Attributes:
        ends: For each call its answer, or at last what stopped it.
        asked: What was carried out on our side.
        legal: What may have been.
    """

    ends: list[Answer | LevelVerdict]
    asked: list[tuple[str, int]]
    legal: list[tuple[str, int]]

    @property
    def verdict(self) -> LevelVerdict | None:
        """What stopped it, if something did."""
        last = self.ends[-1]
        return last if isinstance(last, LevelVerdict) else None


def _confront(
    behave: Callable[[_Peer], None], limits: Limits = _HOSTILE_LIMITS
) -> _Confrontation:
    """Hold a conversation with a peer that behaves so."""
    deep()
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    peer, us, session = _Peer(theirs), _Ours(), _Alone(limits)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            behave(peer)
        except OSError:
            pass  # the judge has closed the connection, or waits for us
        except BaseException as error:
            errors.append(error)
        theirs.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        ends = _talked(ours, reading, us, session)
    finally:
        ours.close()
        thread.join(_JOIN_TIMEOUT_S)
        os.close(reading)
        os.close(writing)
    assert not thread.is_alive()
    assert not errors, errors
    return _Confrontation(ends, us.asked, peer.legal)


def _talked(
    connection: socket.socket,
    output: int,
    us: _Ours,
    session: Session,
) -> list[Answer | LevelVerdict]:
    ends: list[Answer | LevelVerdict] = []
    max_bytes = session.bounds.max_bytes + 2**18
    channel = Channel(connection, output, lambda: False, lambda: None, max_bytes)

    def ask_remote(on: Remote, name: str, arguments: Any, keywords: Any) -> Any:
        raise AssertionError("our side calls no remote")

    try:
        conversation = Conversation(channel, session, ask_remote)
        us.ask = lambda function: _within(conversation, function)
        for _ in range(_NUM_CALLS):
            target = ("name", "f")
            ends.append(conversation.call(target, tuple(us.things), {})[0])
        conversation.settle()
    except StoppedError as error:
        ends.append(error.verdict)
    return ends


def _within(conversation: Conversation, function: Any) -> Any:
    answer, number = conversation.call(("name", "g"), (function,), {})
    if isinstance(answer, Raised):
        raise SubmissionRaisedError(answer, number)
    if isinstance(answer, Unsendable):
        raise ValueError(answer.why)
    return answer.value


_GAVE = b"v" + encode(1)


def test_an_honest_peer_is_answered() -> None:
    """Callbacks in good order are carried out, and answers are answers."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        for number in range(3):
            peer.hear()
            if number == 0:
                (plain,), (thing,) = peer.things("plain"), peer.things("_Ours")
                for asked in (
                    peer.callback(plain, "", 7),
                    peer.callback(thing, "failing", 1, 2),
                    peer.callback(thing, "value"),
                ):
                    peer.say(_renumbered(asked, peer))
                    peer.hear()
            peer.say(peer.answer(peer.calls[-1], _GAVE))

    found = _confront(behave, _PATIENT)
    assert found.ends == [Returned(1)] * 3
    assert found.asked == found.legal == [("plain", 1), ("failing", 2), ("value", 0)]


def _renumbered(asked: bytes, peer: _Peer) -> bytes:
    """A callback with the number that is due."""
    number = NUMBER.pack(peer._num_legal + 1)
    return asked[:1] + number + asked[1 + NUMBER.size :]


def test_a_peer_that_nests_without_end_is_ended() -> None:
    """Calls within calls are bounded here too, where the worker does not bound them."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        while peer.hear() is not None:
            peer.say(peer.callback(peer.things("again")[0]))

    found = _confront(behave, _PATIENT)
    assert found.verdict is LevelVerdict.BROKE_PROTOCOL
    assert len(found.asked) == MAX_RUNNING


def test_a_peer_that_waits_for_everything_is_ended() -> None:
    """Callbacks that are open at once are bounded."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        peer.hear()
        (never,) = peer.things("keeping")
        while True:
            peer.say(peer.callback(never))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("perfkata.judge.conversation.MAX_OPEN", 1)
        found = _confront(behave, _PATIENT)
    assert found.verdict is LevelVerdict.BROKE_PROTOCOL
    assert found.asked == [("keeping", 0)]


@pytest.mark.parametrize("num_bytes", [0, 4_083, 4_084, 70_000])
@pytest.mark.parametrize("letter", [b"k", b"l"])
def test_a_flood_of_messages_ends(letter: bytes, num_bytes: int) -> None:
    """Who is always there with one more message uses up the time as well."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        peer.hear()
        (plain,) = peer.things("plain")
        while True:
            if letter == b"l":
                peer.say(b"l" + NUMBER.pack(0) + bytes(num_bytes))
            else:
                peer.say(peer.callback(plain, "", bytes(max(num_bytes - 60, 0))))
                peer.hear()

    found = _confront(behave)
    assert found.verdict in (LevelVerdict.TOO_SLOW, LevelVerdict.CALLED_BACK_LATE)
    assert found.asked == found.legal[: len(found.asked)]


def _first(peer: _Peer, name: str) -> int:
    return peer.things(name)[0]


_BREACHES: dict[str, Callable[[_Peer], bytes]] = {
    "a guess": lambda peer: peer.callback(_first(peer, "plain") ^ 1),
    "0": lambda peer: peer.callback(0),
    "no number": lambda peer: peer.callback("plain"),  # type: ignore[arg-type]
    "private": lambda peer: peer.callback(_first(peer, "_Ours"), "__class__"),
    "not given": lambda peer: peer.callback(_first(peer, "_Ours"), "secret"),
    "a name too much": lambda peer: peer.callback(_first(peer, "plain"), "__call__"),
    "no name": lambda peer: peer.callback(_first(peer, "_Ours"), ""),
    "no letter": lambda peer: b"",
    "a letter": lambda peer: b"k",
    "another letter": lambda peer: b"z" + bytes(8),
    "its own answer": lambda peer: b"V" + bytes(8) + encode(1),
    "no open call": lambda peer: peer.answer(99, _GAVE),
    "no answer": lambda peer: peer.answer(1, b""),
    "half an answer": lambda peer: b"a" + NUMBER.pack(1) + b"v",
    "out of turn": lambda peer: b"k" + NUMBER.pack(2) + peer.callback(0)[9:],
    "in no call": lambda peer: (
        b"k"
        + NUMBER.pack(1)
        + NUMBER.pack(9)
        + peer.callback(_first(peer, "plain"))[17:]
    ),
    "keywords": lambda peer: (
        peer.callback(0)[:17] + encode((_first(peer, "plain"), "", (), {1: 2}))
    ),
    "a handle of ours": lambda peer: peer.callback(
        _first(peer, "plain"), "", _Handle(Owner.JUDGE, 5)
    ),
    "a handle within": lambda peer: (
        peer.callback(0)[:17] + b"o" + NUMBER.pack(1) + b"o" + NUMBER.pack(2)
    ),
}


@pytest.mark.parametrize("breach", _BREACHES.values(), ids=_BREACHES)
def test_what_is_not_in_order_is_a_breach(breach: Callable[[_Peer], bytes]) -> None:
    """A number that was not handed out, a name that was not given: nothing runs."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        peer.hear()
        peer.say(breach(peer))

    found = _confront(behave, _PATIENT)
    assert found.ends == [LevelVerdict.BROKE_PROTOCOL]
    assert found.asked == []


@pytest.mark.parametrize("what", ["answer", "callback"])
def test_a_call_that_was_answered_is_over(what: str) -> None:
    """A second answer to it is a breach, and so is a callback within it."""

    def behave(peer: _Peer) -> None:
        peer.hear()
        peer.hear()
        second = peer.callback(_first(peer, "plain"))
        peer.say(peer.answer(1, _GAVE))
        peer.hear()
        peer.say(peer.answer(1, _GAVE) if what == "answer" else second)

    found = _confront(behave, _PATIENT)
    assert found.ends == [Returned(1), LevelVerdict.BROKE_PROTOCOL]
    assert found.asked == []


class _Liar:
    """Behaves by chance: mostly well, or hardly ever."""

    def __init__(self, seed: int, honesty: float) -> None:
        self._source = random.Random(f"{seed} {honesty}")
        self._honesty = honesty
        self._said: list[bytes] = []

    def __call__(self, peer: _Peer) -> None:
        """Talk until the judge has had enough, or we have."""
        source = self._source
        peer.hear()
        for _ in range(300):
            while self._hears(peer):
                if peer.hear() is None:
                    return
            num_messages = source.choice([1, 1, 1, 3])
            if source.random() < self._honesty:
                for _ in range(num_messages):
                    self._send(peer, self._message(peer))
            else:
                messages = [self._message(peer) for _ in range(num_messages)]
                for message in reversed(messages):
                    self._send(peer, message)

    def _hears(self, peer: _Peer) -> bool:
        """Whether something comes at once, or nothing is to be said before it does."""
        ready, _, _ = select.select([peer.connection], [], [], 0.001)
        return bool(ready) or not peer.calls

    def _send(self, peer: _Peer, message: bytes) -> None:
        source = self._source
        if source.random() < self._honesty:
            self._said.append(message)
            peer.say(message)
            return
        way = source.randrange(9)
        if way < 4:
            peer.say(self._mutated(message))
        elif way == 4:
            peer.say(source.choice(self._said or [message]))
        elif way == 5:
            peer.say_raw(frame(message)[: source.randrange(len(message) + 4)])
        elif way == 6:
            peer.say_raw(HEADER.pack(source.randrange(2**32)) + message)
        elif way == 7:
            peer.say(source.randbytes(source.randrange(40)))
        else:
            peer.connection.shutdown(source.choice([0, 1, 2]))

    def _mutated(self, message: bytes) -> bytes:
        source, data = self._source, bytearray(message)
        for _ in range(source.choice([1, 1, 2, 5])):
            place = source.randrange(len(data) + 1)
            match source.randrange(4):
                case 0 if place < len(data):
                    data[place] ^= 1 << source.randrange(8)
                case 1:
                    del data[place : place + source.randrange(1, 9)]
                case 2:
                    data[place:place] = source.randbytes(source.randrange(1, 9))
                case _:
                    data[place : place + 1] = source.choice(
                        [b"o", b"h", b"l", b"\xff", b"\0", b"t", b"I"]
                    )
        return bytes(data)

    def _message(self, peer: _Peer) -> bytes:
        source = self._source
        if not peer.calls or source.random() < 0.005:
            return b"l" + NUMBER.pack(0)
        if source.random() < 0.25:
            # The newest call, or one around it: a thread of its own may be first.
            call = peer.calls.pop(source.choice([-1, -1, -1, 0]))
            return peer.answer(call, self._reply(peer), source.choice([0, 0, 1, 7]))
        thing = source.choice(list(peer.numbers.names))
        is_object = peer.numbers.names[thing] == "_Ours"
        name = source.choice(sorted(_GIVEN_NAMES)) if is_object else ""
        arguments = [self._value(peer) for _ in range(source.randrange(3))]
        keywords = {"key": 1, "self": 2} if source.random() < 0.2 else {}
        return peer.callback(thing, name, *arguments, **keywords)

    def _value(self, peer: _Peer) -> Any:
        source = self._source
        match source.randrange(4):
            case 0:
                return _Handle(Owner.SUBMISSION, source.randrange(5))
            case 1:
                number = source.choice(list(peer.numbers.names))
                return [peer.numbers.object_of(Owner.JUDGE, number, None)]
            case 2:
                return Foreign("a", "b")
        return source.choice(_VALUES)

    def _reply(self, peer: _Peer) -> bytes:
        value = encode(self._value(peer), handles=peer.numbers)
        raised = encode(("OwnError", ["OwnError", "LookupError"], "text", "traceback"))
        pair = encode((1, ((), {})))
        return self._source.choice(
            [
                b"v" + value,
                b"v" + value,
                b"r" + raised,
                b"u" + encode("why"),
                b"i" + pair,
            ]
        )


@pytest.mark.parametrize("honesty", [0.5, 0.9, 0.98, 1.0])
@pytest.mark.parametrize("seed", range(40))
def test_a_conversation_with_a_liar_ends(seed: int, honesty: float) -> None:
    """Each call has an answer or a verdict, and only what was asked in order ran."""
    found = _confront(_Liar(seed, honesty))
    for end in found.ends[:-1]:
        assert not isinstance(end, LevelVerdict)
    assert found.verdict is None or found.verdict in _ENDS
    if honesty == 1.0:
        assert found.verdict is not LevelVerdict.BROKE_PROTOCOL
    assert found.asked == found.legal[: len(found.asked)]


def test_liars_come_far() -> None:
    """The chance above reaches all our functions, answers and breaches."""
    limits = Limits(cpu_s=0.2, patience=1)
    found = [_confront(_Liar(seed, 0.98), limits) for seed in range(40, 80)]
    asked = {name for each in found for name, _ in each.asked}
    assert asked == _GIVEN_NAMES
    assert sum(len(each.asked) for each in found) > 100
    answers = {type(end) for each in found for end in each.ends}
    assert answers >= {Returned, Raised}
    assert {each.verdict for each in found} >= {LevelVerdict.BROKE_PROTOCOL}
