"""Objects on both sides: a remote can be called, a given object has its names alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from perfkata.judge.errors import GraderError
from perfkata.judge.objects import Given, Held, OpaqueError, Remote, Things, given, hold
from perfkata.judge.session import Session
from perfkata.judge.wire import Foreign, Owner, WireError, decode, encode
from tests.judge.conversing import Peer, peer_of
from tests.judge.layers import session_of

_SOURCE = '''
import inspect

class Counter:
    """Counts."""

    step = 2

    def __init__(self):
        self.count = 0

    def __call__(self, times=1):
        self.count += times
        return self.count

    def name(self, *, loud=False):
        return "COUNTER" if loud else "counter"

    def itself(self):
        return self

    def fails(self):
        raise LookupError("it fails")

def counter():
    return Counter()

def counters(number):
    return {"all": [Counter() for _ in range(number)]}

def adder(first):
    def add(second, /, third=0, *rest, key=None, **more):
        """Add."""
        return [first, second, third, *rest, key, more]
    return add

def lines(number):
    for line in range(number):
        yield line

def following(generator):
    return next(generator)

def outcome(function):
    try:
        return function()
    except Exception as error:
        return [type(error).__name__, str(error)]

def calls(thing, name, *arguments, **keywords):
    return outcome(lambda: getattr(thing, name)(*arguments, **keywords))

def reads(thing, name):
    return outcome(lambda: getattr(thing, name))

def sets(thing, name, value):
    return outcome(lambda: setattr(thing, name, value))

def deletes(thing, name):
    return outcome(lambda: delattr(thing, name))

def names_of(thing):
    return [name for name in dir(thing) if name[:1] != "_"]

def type_of(thing):
    return [type(thing).__name__, type(thing).__module__, callable(thing)]

def has_dict(thing):
    return hasattr(thing, "__dict__")

def identity(value):
    return value
'''


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session that lives through all tests of this file."""
    with session_of(_SOURCE) as made:
        yield made


@pytest.fixture
def peer(session: Session) -> Iterator[Peer]:
    """A fork to speak with."""
    with peer_of(session) as made:
        yield made


@pytest.fixture
def remote(peer: Peer) -> Remote:
    """An object of the submission."""
    made = peer("counter")
    assert isinstance(made, Remote)
    return made


def test_a_remote_can_be_called_and_remembers(remote: Remote) -> None:
    """Calls reach the object itself, by position and by name."""
    assert [remote(), remote(5), remote(times=10)] == [1, 6, 16]


def test_the_methods_of_a_remote_can_be_called(remote: Remote) -> None:
    """A method takes its arguments, and its answer may be a remote."""
    assert remote.name() == "counter"
    assert remote.name(loud=True) == "COUNTER"
    assert remote.itself() is remote


def test_attributes_and_signatures_are_asked_for(peer: Peer, remote: Remote) -> None:
    """They are read over there, and come as plain values."""
    remote(3)
    assert peer.asked("attribute", remote, "count") == 3
    assert peer.asked("attribute", remote, "step") == 2
    assert peer.asked("attribute", remote, "__doc__") == "Counts."
    add = peer("adder", 1)
    assert peer.asked("attribute", add, "__name__") == "add"
    expected = "(second, /, third=0, *rest, key=None, **more)"
    assert peer.asked("signature", add) == expected


def test_functions_of_the_submission_take_what_they_take(peer: Peer) -> None:
    """All kinds of parameters work through a remote."""
    add = peer("adder", 1)
    assert add(2) == [1, 2, 0, None, {}]
    assert add(2, 3, 4, key=5, second=6) == [1, 2, 3, 4, 5, {"second": 6}]


def test_remotes_lie_within_answers_and_arguments(peer: Peer) -> None:
    """A container of objects crosses both ways, and each stays what it is."""
    found = peer("counters", 3)["all"]
    assert [each(index) for index, each in enumerate(found)] == [0, 1, 2]
    back = peer("identity", {"some": (found[0], [found[2]])})
    assert back["some"][0] is found[0]
    assert back["some"][1][0] is found[2]


def test_what_is_not_plain_goes_on_over_there(peer: Peer) -> None:
    """A generator is opaque here, and can be handed back to who knows what it is."""
    generator = peer("lines", 3)
    assert [peer("following", generator) for _ in range(3)] == [0, 1, 2]


def test_remotes_are_told_apart_in_sets(peer: Peer) -> None:
    """They are hashed by identity, and so may be keys."""
    one, other = peer("counters", 2)["all"]
    assert len({one, other, one}) == 2
    assert peer("identity", {one: 1})[one] == 1


_USES: dict[str, Callable[[Any], object]] = {
    "==": lambda remote: remote == 1,
    "== another": lambda remote: remote == remote.itself,
    "!=": lambda remote: remote != 1,
    "<": lambda remote: remote < 1,
    "<=": lambda remote: remote <= 1,
    ">": lambda remote: remote > 1,
    ">=": lambda remote: remote >= 1,
    "len": len,
    "iter": iter,
    "list": list,
    "in": lambda remote: 1 in remote,
    "bool": bool,
    "not": lambda remote: not remote,
    "str": str,
    "format": lambda remote: f"{remote}",
    "[]": lambda remote: remote[0],
    "[:]": lambda remote: remote[1:],
}


@pytest.mark.parametrize("use", _USES.values(), ids=_USES)
def test_a_remote_is_opaque(remote: Remote, use: Callable[[Any], object]) -> None:
    """What would need the object here is refused, and names its type."""
    with pytest.raises(OpaqueError, match="an object of type Counter stays"):
        use(remote)


@pytest.mark.parametrize(
    "use",
    [
        lambda remote: remote + 1,
        lambda remote: -remote,
        int,
        lambda remote: remote.__enter__(),
        lambda remote: remote._private(),
        next,
        lambda remote: setattr(remote, "count", 3),
        lambda remote: remote.__setitem__(0, 1),
    ],
    ids=["+", "-", "int", "with", "private", "next", "set", "set item"],
)
def test_nothing_else_can_be_done_with_a_remote(
    remote: Remote, use: Callable[[Any], object]
) -> None:
    """Private names, arithmetic and assignment fail as for any object without them."""
    with pytest.raises((AttributeError, TypeError)):
        use(remote)


def test_a_remote_is_shown_by_its_own_words(peer: Peer) -> None:
    """`repr` gives what the object called itself when it first came, cut."""
    assert repr(peer("adder", 1)).startswith("<function adder.<locals>.add at ")


class _Cluster:
    """An object of ours with some names that are given, and others."""

    secret = "of ours"

    def __init__(self) -> None:
        self.num_nodes = 3
        self.sent: list[Any] = []

    def send(self, node: int, *, text: str = "") -> int:
        self.sent.append((node, text))
        return len(self.sent)

    def fails(self) -> None:
        raise KeyError("of ours")

    def hidden(self) -> None:
        raise AssertionError("it is not given")

    def later(self) -> Held:
        held = hold()
        held.release(self.num_nodes)
        return held


@pytest.fixture
def cluster() -> _Cluster:
    """An object of ours."""
    return _Cluster()


@pytest.fixture
def thing(cluster: _Cluster) -> Any:
    """The same, as a submission gets it."""
    methods = ("send", "fails", "later")
    return given(cluster, methods=methods, values=("num_nodes",))


def test_the_methods_of_a_given_object_are_ours(
    peer: Peer, thing: Any, cluster: _Cluster
) -> None:
    """They take arguments by position and by name, and raise what they raise."""
    assert peer("calls", thing, "send", 1) == 1
    assert peer("calls", thing, "send", 2, text="two") == 2
    assert cluster.sent == [(1, ""), (2, "two")]
    assert peer("calls", thing, "fails") == ["KeyError", "'of ours'"]
    assert peer("calls", thing, "later") == 3
    kind, _ = peer("calls", thing, "send")
    assert kind == "TypeError"


def test_the_values_of_a_given_object_are_read_anew(
    peer: Peer, thing: Any, cluster: _Cluster
) -> None:
    """A value that changes here is another one over there."""
    assert peer("reads", thing, "num_nodes") == 3
    cluster.num_nodes = 4
    assert peer("reads", thing, "num_nodes") == 4


@pytest.mark.parametrize(
    "name", ["hidden", "secret", "sent", "thing", "methods", "__dict__", "_private"]
)
def test_no_other_name_of_a_given_object_is_there(
    peer: Peer, thing: Any, name: str
) -> None:
    """It is an AttributeError over there, and we are not asked at all."""
    kind, _ = peer("reads", thing, name)
    assert kind == "AttributeError"
    assert peer.conversation.callbacks == []


@pytest.mark.parametrize("name", ["num_nodes", "send", "new"])
def test_nothing_of_a_given_object_can_be_set(
    peer: Peer, thing: Any, cluster: _Cluster, name: str
) -> None:
    """Neither what was given nor what was not; nor can it be deleted."""
    assert peer("sets", thing, name, 5)[0] == "AttributeError"
    assert peer("deletes", thing, name)[0] == "AttributeError"
    assert cluster.num_nodes == 3


def test_a_given_object_looks_like_ours(peer: Peer, thing: Any) -> None:
    """It has the name of its type, is of the module given, and has no names beside."""
    assert peer("type_of", thing) == ["_Cluster", "given", False]
    assert peer("names_of", thing) == ["fails", "later", "num_nodes", "send"]
    assert peer("has_dict", thing) is False


@pytest.mark.parametrize("name", ["nothing", "_private", "__init__", "__class__"])
def test_only_public_names_are_given(cluster: _Cluster, name: str) -> None:
    """What the object has not, or what is private, is an error of the grader."""
    with pytest.raises(GraderError, match=f"{name!r} of a _Cluster cannot be given"):
        given(cluster, methods=(name,))
    with pytest.raises(GraderError):
        given(cluster, values=(name,))


def test_a_held_call_is_released_once() -> None:
    """A second release or failure is an error of the grader; it can be asked before."""
    releases: list[Callable[[Held], None]] = [
        lambda held: held.release(1),
        lambda held: held.fail(ValueError()),
    ]
    for first, second in itertools.product(releases, releases):
        held = hold()
        is_open = [held.is_open]
        first(held)
        assert [*is_open, held.is_open] == [True, False]
        with pytest.raises(GraderError, match="released twice"):
            second(held)


def _never(*_: object) -> None:
    raise AssertionError("nothing was called")


def test_the_numbers_of_ours_are_random_and_stay() -> None:
    """Each conversation draws others; the same thing keeps its number in one."""

    def function() -> None:
        """Do nothing."""

    one, other = Things(_never), Things(_never)
    first, second = one.number_of(function), other.number_of(function)
    assert first is not None and second is not None
    assert first[1] != second[1]
    assert one.number_of(function) == first
    assert one.thing(first[1]) is function


def test_only_numbers_that_were_handed_out_stand_for_something() -> None:
    """Any other is a breach, in a callback as within an answer."""
    things = Things(_never)
    found = things.number_of(_never)
    assert found is not None
    owner, number, _ = found
    assert things.object_of(owner, number, None) is _never
    for wrong in (0, 1, number ^ 1):
        with pytest.raises(WireError, match="never handed out"):
            things.object_of(Owner.JUDGE, wrong, None)


@pytest.mark.parametrize("described", [None, (), ("a",), ("a", 1), [1, "a"], "ab"])
def test_an_object_must_be_described_at_first(described: Any) -> None:
    """By its type's name and its text; later its number is enough."""
    things = Things(_never)
    with pytest.raises(WireError, match="an object that is none"):
        things.object_of(Owner.SUBMISSION, 1, described)
    remote = things.object_of(Owner.SUBMISSION, 1, ("a", "b"))
    assert things.object_of(Owner.SUBMISSION, 1, described) is remote


def test_what_an_object_says_of_itself_is_cut() -> None:
    """Its name and text are the submission's own words, and may be long."""
    things = Things(_never)
    remote = things.object_of(Owner.SUBMISSION, 7, ("n" * 1_000, "t" * 1_000))
    assert len(repr(remote)) == 500
    with pytest.raises(OpaqueError) as caught:
        len(remote)
    assert "n" * 200 in str(caught.value)
    assert "n" * 201 not in str(caught.value)


def test_the_number_of_remotes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that makes objects without end fills no memory of ours."""
    monkeypatch.setattr("perfkata.judge.objects._MAX_REMOTES", 3)
    things = Things(_never)
    for number in range(3):
        things.object_of(Owner.SUBMISSION, number, ("a", "b"))
    with pytest.raises(WireError, match="an object that is none"):
        things.object_of(Owner.SUBMISSION, 3, ("a", "b"))
    assert isinstance(things.object_of(Owner.SUBMISSION, 2, None), Remote)


def test_a_remote_of_another_conversation_does_not_cross() -> None:
    """The same number stands for another object there."""
    one, other = Things(_never), Things(_never)
    remote = one.object_of(Owner.SUBMISSION, 1, ("a", "b"))
    assert one.number_of(remote) == (Owner.SUBMISSION, 1, None)
    with pytest.raises(WireError, match="of before its restart"):
        other.number_of(remote)
    other.object_of(Owner.SUBMISSION, 1, ("a", "b"))
    with pytest.raises(WireError, match="of before its restart"):
        other.number_of(remote)


@pytest.mark.parametrize("value", [object(), int, 3 + 4j, range(3), Things(_never)])
def test_what_is_neither_function_nor_given_does_not_cross(value: object) -> None:
    """A class or an object of ours is no handle; its type is named."""
    with pytest.raises(WireError, match="a value of type"):
        encode([value], handles=Things(_never))


def test_what_came_as_foreign_goes_back_as_that() -> None:
    """A value that did not cross is no handle."""
    things = Things(_never)
    assert things.number_of(Foreign("a", "b")) is None
    back = decode(encode([Foreign("a", "b")], handles=things), handles=things)
    assert (back[0].type_name, back[0].text) == ("a", "b")


def test_functions_methods_and_builtins_cross(cluster: _Cluster) -> None:
    """Whatever of ours can be called and has a signature crosses as a function."""
    things = Things(_never)
    functions: list[Any] = [_never, cluster.send, len, [].append, lambda: 1]
    for function in functions:
        found = things.number_of(function)
        assert found is not None and found[0] == Owner.JUDGE
        assert things.thing(found[1]) is function


def test_a_default_that_is_not_plain_does_not_cross() -> None:
    """A default crosses by its value, so that the signature is the same there."""

    def function(value: object = object()) -> None:
        """Take an object."""

    with pytest.raises(WireError, match="a value of type object"):
        Things(_never).number_of(function)


def test_what_is_given_is_no_more_than_its_names(thing: Given) -> None:
    """Its description holds the type's name and the given names, and no value."""
    found = Things(_never).number_of(thing)
    assert found is not None
    methods, values = ["send", "fails", "later"], ["num_nodes"]
    assert found[2] == ("object", "_Cluster", methods, values)
