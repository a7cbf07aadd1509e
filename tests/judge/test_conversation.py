"""Conversations: calls go both ways, and each ends with an answer or with a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from perfkata.judge import conversation
from perfkata.judge.answer import Raised, Returned, Unsendable
from perfkata.judge.errors import GraderError
from perfkata.judge.objects import Held, Remote, SubmissionRaisedError, given, hold
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Session
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import Bounds
from tests.judge.conftest import PLAIN, RECORDS, is_identical
from tests.judge.conversing import Peer, conversing, deep, num_threads, peer_of
from tests.judge.layers import session_of

_NUM_OPEN = 256
_MAX_BYTES = Bounds().max_bytes
# Where waiting is the limit, a call may still burn.
_IMPATIENT = Limits(cpu_s=2, patience=0.1)
_GIVEN = '''
from dataclasses import dataclass

@dataclass(frozen=True)
class Point:
    x: object
    y: object

class LostError(ValueError):
    """One of what the question hands out."""

    def __init__(self, name):
        super().__init__(f"{name} is lost")
'''
_SOURCE = '''
import sys, threading, time

import given

def apply(function, *arguments, **keywords):
    return function(*arguments, **keywords)

def identity(value):
    return value

def are_same(left, right):
    return left is right

def outcome(function, *arguments):
    """What a call gave, or the name of what it raised and its text."""
    try:
        return function(*arguments)
    except Exception as error:
        return [type(error).__name__, type(error).__module__, str(error)]

def outcomes(function, arguments):
    """The same of many calls, each on a thread of its own."""
    found = [None] * len(arguments)
    def ask(index):
        found[index] = outcome(function, arguments[index])
    threads = [
        threading.Thread(target=ask, args=(index,)) for index in range(len(arguments))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found

def num_different_results(function, num_threads):
    """How many different objects come out of calls on as many threads."""
    found = outcomes(lambda index: [function()], range(num_threads))
    return len({id(answer[0]) for answer in found})

class Thing:
    """Something that does not cross."""

def num_strangers(function, num_threads, times):
    """How many objects came back as others, from calls on many threads at once."""
    sys.setswitchinterval(1e-6)
    def count(_):
        things = [Thing() for _ in range(times)]
        return sum(function(thing) is not thing for thing in things)
    return sum(outcomes(count, range(num_threads)))

def changes_its_result(function):
    first = function()
    first.append("changed")
    return [first, function()]

def keeps_its_argument(function):
    mine = [1, 2]
    function(mine)
    return mine

class OwnError(LookupError):
    """An exception of the submission."""

KINDS = [ValueError, KeyError, OwnError, given.LostError, SystemExit, StopIteration]

def comes_back(function, kind):
    """Whether what is raised within a call within a call comes out as it was."""
    error = KINDS[kind]("of its own")
    def raises():
        raise error
    try:
        function(raises)
    except BaseException as caught:
        return [caught is error, caught.__traceback__ is not None]

def goes_through(function, depth):
    """The same through many calls within calls."""
    error = OwnError(depth)
    def descend(left):
        if left == 0:
            raise error
        function(descend, left - 1)
    try:
        function(descend, depth)
    except OwnError as caught:
        return caught is error

IDENTITIES = []

def note_thread():
    IDENTITIES.append(threading.get_ident())

def threads_of(function):
    """Where calls within calls ran: in the threads that waited, or not."""
    IDENTITIES.clear()
    found = []
    def ask():
        mine = len(IDENTITIES)
        function()
        found.append(IDENTITIES[mine:] == [threading.get_ident()])
    ask()
    for _ in range(3):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    return found

LOCKS = {"Lock": threading.Lock(), "RLock": threading.RLock()}

def locked(kind, function, *arguments):
    with LOCKS[kind]:
        return function(*arguments)

def in_turns(wait, function, number):
    """Call on several threads, each when it may."""
    return outcomes(lambda index: [wait(index), function(index)][1], range(number))

def sleeps_beside(function):
    """Ask on one thread, and wait for the clock on another."""
    threading.Thread(target=function, daemon=True).start()
    time.sleep(60)

def sleeps_behind(function):
    """Wait for the clock on one thread, and for an answer on another."""
    threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
    return function()

def calls_on(function):
    while True:
        function()

REFUSED = []
THREADS = []

def leaves_a_thread(function):
    """Leave a thread that calls until it is refused."""
    def ask():
        while True:
            try:
                function()
            except RuntimeError as error:
                REFUSED.append(str(error))
                return
    THREADS.append(threading.Thread(target=ask))
    THREADS[0].start()

def refused():
    THREADS[0].join()
    return REFUSED

def too_large(function, num_bytes):
    """Hand over more than crosses, then what does."""
    return [outcome(function, bytes(num_bytes)), function(b"small")]

def nested_list(depth):
    made = []
    for _ in range(depth):
        made = [made]
    return made

def further_down(num_frames, function, *arguments):
    if num_frames == 0:
        return function(*arguments)
    return further_down(num_frames - 1, function, *arguments)

def hands_a_nest(function, depth):
    try:
        return function(nested_list(depth))
    except TypeError as error:
        return str(error)

def large(num_bytes):
    return bytes(num_bytes)

def fails(message):
    raise OwnError(message)
'''


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session that lives through all tests of this file."""
    deep()
    limits = Limits(cpu_s=2, patience=30)
    with session_of(
        _SOURCE, None, limits, given=_GIVEN.encode(), records=RECORDS
    ) as made:
        yield made


@pytest.fixture
def peer(session: Session) -> Iterator[Peer]:
    """A fork to speak with."""
    with peer_of(session) as made:
        yield made


def _impatient() -> Any:
    return conversing(_SOURCE, _IMPATIENT, given=_GIVEN.encode(), records=RECORDS)


def _stopped(peer: Peer, name: str, *arguments: Any) -> StoppedError:
    with pytest.raises(StoppedError) as caught:
        peer(name, *arguments)
    return caught.value


def _echo(value: Any) -> Any:
    return value


@settings(max_examples=60)
@drawn(value=PLAIN)
def test_plain_values_cross_in_callbacks_as_they_are(
    session: Session, value: Any
) -> None:
    """An argument and a result of a callback arrive by exact type, to the last bit."""
    seen = []

    def see(argument: Any) -> Any:
        seen.append(argument)
        return argument

    with peer_of(session) as peer:
        assert is_identical(peer("apply", see, value), value)
    assert is_identical(seen, [value])


def test_results_are_fresh_copies(peer: Peer) -> None:
    """Who changes the result of a callback changes neither ours nor the next one."""
    ours = [1, [2]]
    assert peer("changes_its_result", lambda: ours) == [[1, [2], "changed"], [1, [2]]]
    assert ours == [1, [2]]


def test_arguments_are_copies(peer: Peer) -> None:
    """A function of ours that changes its argument changes nothing over there."""

    def change(argument: list[int]) -> None:
        argument.append(3)

    assert peer("keeps_its_argument", change) == [1, 2]


@settings(max_examples=8)
@drawn(
    order=st.permutations(range(_NUM_OPEN)),
    failing=st.sets(st.integers(0, _NUM_OPEN - 1)),
)
def test_256_callbacks_are_open_at_once(
    session: Session, order: list[int], failing: set[int]
) -> None:
    """All are answered in any order, with values and exceptions, and take no thread."""
    held: dict[int, Held] = {}
    num_before = num_threads()
    seen = []

    def ask(index: int) -> Held:
        held[index] = hold()
        mine = held[index]
        if len(held) == _NUM_OPEN:
            seen.append(num_threads())
            for place in order:
                if place in failing:
                    held[place].fail(KeyError(place))
                else:
                    held[place].release([place])
        return mine

    with peer_of(session) as peer:
        found = peer("outcomes", ask, list(range(_NUM_OPEN)))
    assert seen == [num_before]
    assert found == [
        ["KeyError", "builtins", str(index)] if index in failing else [index]
        for index in range(_NUM_OPEN)
    ]


def test_callbacks_are_answered_at_once_or_later(peer: Peer) -> None:
    """Values, exceptions and held calls may be mixed; a thread waits for its own."""
    held: list[Held] = []

    def ask(index: int) -> Any:
        if index % 3 == 0:
            held.append(hold())
            if len(held) == 4:
                for each in held:
                    each.release("later")
            return held[-1]
        if index % 3 == 1:
            raise LookupError(index)
        return "at once"

    found = peer("outcomes", ask, list(range(12)))
    assert found == [
        "later"
        if index % 3 == 0
        else ["LookupError", "builtins", str(index)]
        if index % 3 == 1
        else "at once"
        for index in range(12)
    ]


def test_a_call_that_is_released_before_it_is_returned_is_answered(peer: Peer) -> None:
    """A held call may know its answer already when our function returns it."""

    def ask() -> Held:
        held = hold()
        held.release("known")
        return held

    assert peer("apply", ask) == "known"


def test_one_held_call_answers_one_callback(peer: Peer) -> None:
    """A function that returns it a second time is at fault, and nobody waits for it."""
    held = hold()
    with pytest.raises(GraderError, match="a held call is returned twice"):
        peer("outcomes", lambda _: held, [1, 2])


def test_a_call_within_a_call_runs_on_the_thread_that_waits(peer: Peer) -> None:
    """What our function calls is called by the thread that called our function."""
    assert peer("threads_of", lambda: peer("note_thread")) == [True] * 4


def test_a_reentrant_lock_is_one_across_both_sides(peer: Peer) -> None:
    """A thread that holds an RLock takes it again in a call within its call."""

    def ask(depth: int) -> int:
        if depth == 0:
            return 0
        inner: int = peer("locked", "RLock", ask, depth - 1)
        return inner + 1

    assert peer("locked", "RLock", ask, 20) == 20


def test_recursion_through_both_sides_gives_what_it_gives_in_one(peer: Peer) -> None:
    """A recursive function of ours that calls itself through the submission works."""

    def fibonacci(n: int) -> int:
        if n < 2:
            return n
        return int(peer("apply", fibonacci, n - 1) + peer("apply", fibonacci, n - 2))

    assert peer("apply", fibonacci, 10) == 55


def test_nesting_is_counted_for_each_thread(peer: Peer) -> None:
    """Calls within calls on several threads at once may be more than on one."""
    at_bottom: list[Held] = []
    waiting: dict[int, Held] = {index: hold() for index in range(4)}
    waiting[0].release()

    def descend(index: int, left: int = 70) -> Any:
        if left:
            return peer("apply", descend, index, left - 1)
        at_bottom.append(hold())
        mine = at_bottom[-1]
        # The next one begins while this one stays where it is.
        if len(at_bottom) < 4:
            waiting[len(at_bottom)].release()
        else:
            for each in at_bottom:
                each.release("met")
        return mine

    found = peer("in_turns", lambda index: waiting[index], descend, 4)
    assert found == ["met"] * 4


def test_a_lock_round_a_recursive_callback_is_a_deadlock() -> None:
    """A lock that is no RLock, taken again in a call within, is named as such."""
    with _impatient() as peer:
        ask = lambda: peer("locked", "Lock", _echo, 1)  # noqa: E731
        error = _stopped(peer, "locked", "Lock", ask)
    assert error.verdict is LevelVerdict.DEADLOCKED
    assert "a lock" in error.message


def test_waiting_for_what_is_never_released_is_a_deadlock() -> None:
    """Where every thread waits for a held call, that is said, and how many they are."""
    with _impatient() as peer:
        error = _stopped(peer, "outcomes", lambda _: hold(), [1, 2, 3])
    assert error.verdict is LevelVerdict.DEADLOCKED
    assert error.message.startswith("all wait for each other: 3 of the calls")


def test_sleeping_is_too_slow() -> None:
    """Who sleeps by the clock, with nothing asked, is not deadlocked."""
    with _impatient() as peer:
        error = _stopped(peer, "sleeps_beside", lambda: 1)
    assert error.verdict is LevelVerdict.TOO_SLOW


def test_sleeping_beside_an_open_callback_is_too_slow() -> None:
    """One thread waits for us and one for the clock: not all wait for each other."""
    places: set[str] = set()
    with _impatient() as peer:
        threads = Path(f"/proc/{peer.fork.process_id}/task")

        def look() -> None:
            for thread in threads.iterdir():
                places.add((thread / "wchan").read_text())

        peer.conversation.when_waiting(look)
        error = _stopped(peer, "sleeps_behind", hold)
    if not any("nanosleep" in place for place in places):
        pytest.skip("this kernel does not tell what a thread sleeps in")
    assert error.verdict is LevelVerdict.TOO_SLOW


def test_a_submission_that_only_calls_back_is_stopped() -> None:
    """An endless loop of callbacks uses up its CPU time, however soon we answer."""
    with conversing(_SOURCE, Limits(cpu_s=0.2), given=_GIVEN.encode()) as peer:
        error = _stopped(peer, "calls_on", lambda: None)
    assert error.verdict is LevelVerdict.TOO_SLOW


def test_time_in_which_we_work_is_not_theirs() -> None:
    """A function of ours may take longer than the submission may wait."""

    def burn() -> str:
        until_s = time.process_time() + 0.8
        while time.process_time() < until_s:
            pass
        return "done"

    limits = Limits(cpu_s=5, patience=0.1)
    with conversing(_SOURCE, limits, given=_GIVEN.encode()) as peer:
        assert peer("apply", burn) == "done"


def test_a_held_call_is_released_while_nothing_happens(peer: Peer) -> None:
    """A function that is called while all wait releases one call after the other."""
    held: list[Held] = []
    released: list[Held] = []

    def release() -> None:
        waiting = [each for each in held if each.is_open]
        if waiting:
            released.append(waiting[-1])
            waiting[-1].release(len(released))

    def ask(_: int) -> Held:
        held.append(hold())
        return held[-1]

    peer.conversation.when_waiting(release)
    assert sorted(peer("outcomes", ask, list(range(5)))) == [1, 2, 3, 4, 5]
    assert len(released) == 5


def test_a_late_callback_is_refused_and_told(peer: Peer) -> None:
    """A thread that a call left behind gets a RuntimeError, and we hear of it."""
    num_calls = 0

    def count() -> None:
        nonlocal num_calls
        num_calls += 1

    def settle_until_it_is_late() -> None:
        while True:
            peer.conversation.settle()

    peer("leaves_a_thread", count)
    with pytest.raises(StoppedError) as caught:
        settle_until_it_is_late()
    assert caught.value.verdict is LevelVerdict.CALLED_BACK_LATE
    before = num_calls
    assert peer("refused") == ["called back after the call had returned"]
    assert num_calls == before


def test_a_case_that_is_over_settles_in_peace(peer: Peer) -> None:
    """Nothing is said of a submission that did all within its calls."""
    assert peer("apply", _echo, 1) == 1
    peer.conversation.settle()
    assert peer("apply", _echo, 2) == 2


@pytest.mark.parametrize("kind", range(6))
def test_an_exception_passes_through_both_sides(peer: Peer, kind: int) -> None:
    """What is raised in a call within comes out of the callback as the same object."""
    assert peer("comes_back", lambda function: function(), kind) == [True, True]


def test_an_exception_passes_through_many_calls(peer: Peer) -> None:
    """However deep it is raised, it is the same object at the top."""
    assert peer("goes_through", lambda function, left: function(left), 20) is True


def test_an_exception_of_the_submission_can_be_caught_on_the_way(peer: Peer) -> None:
    """A function of ours sees what is raised within, and may answer all the same."""

    def ask() -> list[str]:
        with pytest.raises(SubmissionRaisedError) as caught:
            peer("fails", "so it is")
        raised = caught.value.raised
        return [raised.type_name, raised.text, *raised.bases[:2]]

    found = peer("apply", ask)
    assert found == ["OwnError", "so it is", "LookupError", "Exception"]


def _raising(error: Exception) -> Callable[[], NoReturn]:
    def raises() -> NoReturn:
        raise error

    return raises


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a", 1),
        KeyError("key"),
        IndexError(),
        FileNotFoundError(2, "no such file"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        StopIteration(3),
        RecursionError("deep"),
        ZeroDivisionError("by 0"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_of_ours_cross_by_class(peer: Peer, error: Exception) -> None:
    """A built-in exception is raised over there with its class and its arguments."""
    expected = [type(error).__name__, "builtins", str(error)]
    assert peer("outcome", _raising(error)) == expected
    assert peer("outcomes", lambda _: _failed(error), [0]) == [expected]


def _failed(error: Exception) -> Held:
    held = hold()
    held.fail(error)
    return held


class LostError(ValueError):
    """The exception of given.py, as it is on this side."""

    __module__ = "given"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is lost")


def test_an_exception_of_what_is_handed_out_crosses_as_it_is(peer: Peer) -> None:
    """Its class comes from given.py over there; it is not made anew."""
    found = peer("outcome", _raising(LostError("it")))
    assert found == ["LostError", "given", "it is lost"]


def test_what_an_exception_holds_may_not_cross(peer: Peer) -> None:
    """Its text crosses then, and what was named on the way crosses still."""

    def inner() -> int:
        return 5

    found = peer("outcome", _raising(ValueError(inner, object())))
    assert found[:2] == ["ValueError", "builtins"]
    assert peer("apply", inner) == 5


class _OwnError(Exception):
    """A class that nobody knows over there."""


def test_an_unknown_exception_of_ours_is_an_error_of_the_grader(peer: Peer) -> None:
    """It ends the case as it is; a held call that fails with one fails otherwise."""
    with pytest.raises(_OwnError, match="unexpected"):
        peer("outcome", _raising(_OwnError("unexpected")))


def test_a_held_call_that_fails_with_an_unknown_exception_raises(peer: Peer) -> None:
    """Over there it is a RuntimeError that names it."""
    found = peer("outcome", lambda: _failed(_OwnError("odd")))
    assert found == ["RuntimeError", "builtins", "_OwnError('odd',)"]


def test_a_function_that_comes_home_is_itself(peer: Peer) -> None:
    """Directly or within lists, as argument or answer, it is the very same object."""
    home: list[Any] = []

    def function(value: Any) -> Any:
        home.append(value)
        return value

    assert peer("identity", function) is function
    (listed,) = peer("identity", [function])
    assert listed is function
    assert peer("apply", function, function) is function
    assert home == [function]


def test_the_same_function_is_the_same_over_there(peer: Peer) -> None:
    """Handed over twice, now or in another call, it is one object."""
    assert peer("are_same", _echo, _echo) is True
    assert peer("apply", lambda function: [function], _echo)[0] is _echo
    remote = peer("identity", _echo)
    assert peer("are_same", remote, _echo) is True
    assert peer("are_same", _echo, lambda: 1) is False


def test_a_given_object_that_comes_home_is_itself(peer: Peer) -> None:
    """What stands for an object of ours comes back as what was handed over."""
    thing = given([1], methods=("append",))
    assert peer("identity", thing) is thing
    assert peer("are_same", thing, thing) is True


def test_an_object_of_the_submission_comes_home_as_itself(peer: Peer) -> None:
    """Over there it is the very same object, and here it is one remote."""
    namespace = peer("identity", [])
    assert namespace == []
    seen: list[Any] = []

    def see(thing: Any) -> Any:
        seen.append(thing)
        return thing

    assert peer("num_strangers", see, 1, 3) == 0
    assert all(isinstance(thing, Remote) for thing in seen)
    assert len(set(map(id, seen))) == 3
    for thing in seen:
        assert peer("identity", thing) is thing
        assert peer("are_same", thing, thing) is True
    assert peer("are_same", seen[0], seen[1]) is False


def test_objects_keep_their_numbers_among_threads(peer: Peer) -> None:
    """Many threads hand over many objects at once; each gets its own ones back."""
    assert peer("num_strangers", _echo, 40, 20) == 0


def test_a_new_function_may_reach_many_threads_at_once(peer: Peer) -> None:
    """Whoever hears of it first, all threads get one and the same function."""
    for _ in range(40):
        assert peer("num_different_results", _giving_a_new_function(20), 20) == 1


def _giving_a_new_function(num_calls: int) -> Callable[[], Held]:
    held: list[Held] = []

    def new() -> None:
        """Be a function that was never handed over."""

    def ask() -> Held:
        held.append(hold())
        mine = held[-1]
        if len(held) == num_calls:
            for each in reversed(held):
                each.release(new)
        return mine

    return ask


def test_an_argument_above_the_bounds_is_a_type_error_there(peer: Peer) -> None:
    """A callback that cannot be sent raises where it is made; the next one is made."""
    (kind, _, text), small = peer("too_large", _echo, _MAX_BYTES)
    assert (kind, small) == ("TypeError", b"small")
    assert text.startswith("an argument does not cross: ")


@pytest.mark.parametrize("num_less", [0, 5, 6, 7, 40])
def test_an_answer_about_as_long_as_the_bound_is_one(peer: Peer, num_less: int) -> None:
    """It crosses, or is said not to; the next one crosses."""
    answer = peer.answer("large", _MAX_BYTES - num_less)
    assert isinstance(answer, Returned if num_less > 5 else Unsendable)
    assert peer("large", 3) == bytes(3)


def test_an_answer_that_is_nested_too_deep_does_not_cross(peer: Peer) -> None:
    """That is told of it, as of any answer that does not cross."""
    assert peer.answer("nested_list", 300) == Unsendable("nested more than 256 deep")
    assert peer.answer("nested_list", 3) == Returned([[[[]]]])


def _nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth - 1):
        made = [made]
    return made


@pytest.mark.parametrize("num_frames", [0, 900])
def test_what_is_nested_250_deep_crosses_both_ways(peer: Peer, num_frames: int) -> None:
    """As an answer, and in a callback there and back, however deep one asks."""
    assert peer.answer("nested_list", 249) == Returned(_nested(250))
    seen: list[Any] = []

    def ask(value: Any) -> Any:
        seen.append(value)
        return [value]

    assert peer("further_down", num_frames, ask, _nested(249)) == _nested(250)
    assert seen == [_nested(249)]


def test_what_is_nested_300_deep_crosses_in_no_callback(peer: Peer) -> None:
    """The one who hands it over hears of it, and the conversation goes on."""
    seen: list[Any] = []
    said = peer("hands_a_nest", seen.append, 300)
    assert said == "an argument does not cross: nested more than 256 deep"
    assert seen == []
    assert peer("hands_a_nest", seen.append, 249) is None
    assert seen == [_nested(250)]
    with pytest.raises(GraderError, match="nested more than 256 deep"):
        peer("outcome", lambda: _nested(300))


@pytest.mark.parametrize(
    "value",
    [bytes(_MAX_BYTES + 1), 1 << (8 * 2_048), object(), [{1: object}]],
    ids=["too long", "too large", "an object", "a class"],
)
def test_a_result_that_does_not_cross_is_an_error_of_the_grader(
    peer: Peer, value: Any
) -> None:
    """A function of ours that gives one is at fault, and not who called it."""
    with pytest.raises(GraderError, match="gives what does not cross"):
        peer("outcome", lambda: value)


def test_an_argument_that_does_not_cross_is_an_error_of_the_grader(peer: Peer) -> None:
    """What the case hands over is plain, a function, or given."""
    with pytest.raises(GraderError, match="of type object"):
        peer("identity", object())
    with pytest.raises(GraderError, match="bytes"):
        peer("identity", [_echo, bytes(_MAX_BYTES)])


def test_what_was_asked_is_recorded(peer: Peer) -> None:
    """Each callback is kept with its arguments, its outcome and how many were open."""
    held: list[Held] = []

    def ask(value: Any, *, key: Any = 1) -> Any:
        if value == "raises":
            raise KeyError(key)
        return value

    def keep() -> Held:
        held.append(hold())
        return held[0]

    thing = given(held, methods=("count",))
    peer("apply", ask, [1], key="k")
    peer("outcome", ask, "raises")
    peer("apply", lambda given: None, thing)
    peer("outcomes", lambda index: [held, keep()][1] if not index else None, [1])
    first, second, *_ = peer.conversation.callbacks
    assert (first.thing, first.name, first.num_open) == (ask, "", 1)
    assert (first.arguments, first.keywords) == (([1],), {"key": "k"})
    assert first.outcome is not None and first.outcome() == [1]
    assert second.outcome is not None
    with pytest.raises(KeyError):
        second.outcome()


def test_what_is_recorded_is_bounded(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A submission that asks often, or with much, fills no memory of ours."""
    monkeypatch.setattr(conversation, "_MAX_RECORDED", 5)
    for _ in range(9):
        peer("apply", _echo, 1)
    assert len(peer.conversation.callbacks) == 5
    peer.conversation.forget()
    monkeypatch.setattr(conversation, "_MAX_RECORDED_BYTES", 1_000)
    for _ in range(9):
        assert peer("apply", len, bytes(400)) == 400
    assert len(peer.conversation.callbacks) == 2


def test_a_call_that_raises_at_the_top_is_an_answer(peer: Peer) -> None:
    """It carries no number: nothing of ours stands between it and the case."""
    answer, number = peer.conversation.call(("name", "fails"), ("so",), {})
    assert isinstance(answer, Raised)
    assert (answer.type_name, answer.text, number) == ("OwnError", "so", 0)
