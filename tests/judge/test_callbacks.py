"""The worker's side of a conversation: functions that look and behave like ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from perfkata.judge.callbacks import MAX_CALLS, MAX_NESTING
from perfkata.judge.errors import GraderError
from perfkata.judge.session import Session
from tests.judge.conversing import Peer, deep, peer_of
from tests.judge.layers import session_of

_SOURCE = '''
import functools, inspect, sys, threading

def apply(function, *arguments, **keywords):
    return function(*arguments, **keywords)

def outcome(function, arguments, keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return [type(error).__name__, str(error)]

def looks(function):
    return [
        type(function).__name__,
        function.__name__,
        function.__qualname__,
        function.__doc__,
        str(inspect.signature(function)),
        {function: 1}[function],
    ]

def default_of(function, name):
    return inspect.signature(function).parameters[name].default

def wrapped(function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        return function(*arguments, **keywords)
    return [wrapper.__name__, str(inspect.signature(wrapper)), wrapper(1)]

def described(value):
    return [repr(value), type(value).__name__]

def limit():
    return sys.getrecursionlimit()

def depth_of(function):
    """How deep plain recursion goes with a callback at every step."""
    def descend(depth):
        try:
            function()
            return descend(depth + 1)
        except RecursionError:
            return depth
    return descend(0)

def chooses_a_limit(function, limit, depth):
    """Choose a limit of recursion, call back, and be as deep as was chosen."""
    sys.setrecursionlimit(limit)
    def descend(left):
        return function() if left == 0 else descend(left - 1)
    return [descend(0), descend(depth), sys.getrecursionlimit()]

LEVELS = []

def nests(function):
    """Call what calls this again, without end; the innermost call catches."""
    LEVELS.append(0)
    try:
        return function(nests)
    except RecursionError as error:
        return [len(LEVELS), str(error)]

def nests_and_fails(function):
    return function(nests_and_fails)

def catches(function):
    """Survive an endless nesting, and go on as if nothing had been."""
    found = []
    for _ in range(3):
        try:
            nests_and_fails(function)
        except RecursionError as error:
            found.append(str(error))
    return found

def nests_in_threads(function):
    """Nest without end, each call on a thread of its own."""
    found = []
    def ask():
        try:
            found.append(function(nests_in_threads))
        except RecursionError as error:
            found.append(str(error))
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]

def from_a_thread_pool(function, values):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(function, values))

def from_a_generator(function, number):
    return list(map(function, (each for each in range(number))))

def from_a_coroutine(function, number):
    import asyncio
    async def ask(value):
        await asyncio.sleep(0)
        return function(value)
    async def main():
        return list(await asyncio.gather(*map(ask, range(number))))
    return asyncio.run(main())

class Shown:
    """Something whose text is asked for as it leaves."""
    def __init__(self, function):
        self.function = function
    def __repr__(self):
        return self.function()

def shows(function):
    return Shown(function)

class Silent:
    def __repr__(self):
        raise SystemExit

def hands_over_what_has_no_text(function):
    return function(Silent())
'''


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session that lives through all tests of this file."""
    deep()
    with session_of(_SOURCE) as made:
        yield made


@pytest.fixture
def peer(session: Session) -> Iterator[Peer]:
    """A fork to speak with."""
    with peer_of(session) as made:
        yield made


def _function(parameters: str, name: str = "function") -> Callable[..., Any]:
    """A function that returns all that it was handed, by name."""
    namespace: dict[str, Any] = {}
    source = f'def {name}({parameters}):\n    """Tell."""\n    return locals()\n'
    exec(compile(source, "<drawn>", "exec", dont_inherit=True), namespace)
    made: Callable[..., Any] = namespace[name]
    return made


# Names that the worker's side uses for itself, among others.
_NAMES = ["self", "a", "number", "name", "arguments", "function", "ask", "_p", "match"]


@st.composite
def _parameters(draw: st.DrawFn) -> str:
    """The parameters of a function: all kinds, with and without defaults."""
    names = draw(st.permutations(_NAMES))
    kinds = ["only", "either", "star", "key", "stars"]
    counts = {kind: draw(st.integers(0, 2)) for kind in kinds}
    texts: list[str] = []
    has_default = False

    def named(count: int, *, is_free: bool) -> None:
        nonlocal has_default
        for _ in range(count):
            given_one = draw(st.booleans())
            has_default = given_one if is_free else has_default or given_one
            default = draw(st.sampled_from(["0", "None", "'x'", "[1]", "()"]))
            texts.append(names.pop() + (f"={default}" if has_default else ""))

    named(counts["only"], is_free=False)
    if texts:
        texts.append("/")
    named(counts["either"], is_free=False)
    if counts["star"] == 1:
        texts.append(f"*{names.pop()}")
    if counts["key"]:
        if counts["star"] != 1:
            texts.append("*")
        named(counts["key"], is_free=True)
    if counts["stars"] == 1:
        texts.append(f"**{names.pop()}")
    return ", ".join(texts)


@settings(max_examples=150)
@drawn(
    parameters=_parameters(),
    arguments=st.lists(st.integers(0, 3), max_size=5),
    keywords=st.dictionaries(st.sampled_from(_NAMES), st.integers(4, 9), max_size=3),
)
def test_a_function_is_called_as_in_one_process(
    session: Session, parameters: str, arguments: list[int], keywords: dict[str, int]
) -> None:
    """Whatever its parameters, it takes and refuses the same calls as here."""
    function = _function(parameters)
    try:
        expected: Any = function(*arguments, **keywords)
    except TypeError as error:
        expected = ["TypeError", str(error)]
    with peer_of(session) as peer:
        assert peer("outcome", function, arguments, keywords) == expected
        looks = peer("looks", function)
    signature = str(inspect.signature(function))
    assert looks == ["function", "function", "function", "Tell.", signature, 1]


def test_a_lambda_is_one(peer: Peer) -> None:
    """It is named as Python names it, and has no docstring."""
    function = lambda left, right=2: [left, right]  # noqa: E731
    name = "<lambda>"
    expected = ["function", name, name, None, "(left, right=2)", 1]
    assert peer("looks", function) == expected
    assert peer("apply", function, 1) == [1, 2]


class _Machine:
    """An object with a method that is handed over alone."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    def step(self, size: int, *, back: bool = False) -> int:
        """Go on."""
        self.steps.append(-size if back else size)
        return sum(self.steps)


def test_a_bound_method_is_a_function_without_self(peer: Peer) -> None:
    """It reaches its object, and nothing else does."""
    machine = _Machine()
    name, text = "step", "(size, *, back=False)"
    assert peer("looks", machine.step) == ["function", name, name, "Go on.", text, 1]
    assert peer("apply", machine.step, 5) == 5
    assert peer("apply", machine.step, 2, back=True) == 3
    assert machine.steps == [5, -2]


def test_a_builtin_function_is_one(peer: Peer) -> None:
    """It crosses where Python knows its signature, and else is the grader's error."""
    assert peer("apply", len, [1, 2]) == 2
    with pytest.raises(GraderError, match="max"):
        peer("apply", max, 1, 2)


def test_a_function_can_be_wrapped(peer: Peer) -> None:
    """`functools.wraps` finds a name and a signature as of any function."""
    assert peer("wrapped", lambda value: value) == ["<lambda>", "(value)", 1]


@pytest.mark.parametrize("default", [(), [], {}, None, (1, [2]), "text", b"b", 1.5])
def test_defaults_cross_by_value(peer: Peer, default: Any) -> None:
    """A default is the same value over there, an empty one and None too."""

    def by_position(value: Any = default) -> Any:
        return value

    def by_name(*, value: Any = default) -> Any:
        return value

    for function in (by_position, by_name):
        found = peer("default_of", function, "value")
        assert (found, type(found)) == (default, type(default))
        assert peer("apply", function) == default


def test_endless_nesting_is_a_recursion_error_there(peer: Peer) -> None:
    """It ends at the stated depth; who catches it answers all the calls around it."""
    text = f"more than {MAX_NESTING} calls within calls"
    assert peer("nests", _calling()) == [MAX_NESTING + 1, text]


def _calling() -> Callable[[Any], Any]:
    """A function of ours that calls what it is handed with itself, without end."""

    def again(function: Any) -> Any:
        return function(again)

    return again


def test_endless_nesting_may_be_caught_and_gone_on_from(peer: Peer) -> None:
    """The error passes all the calls up to who catches it, any number of times."""
    limit = peer("limit")
    text = f"more than {MAX_NESTING} calls within calls"
    assert peer("catches", _calling()) == [text] * 3
    assert peer("limit") == limit
    assert peer("apply", len, "go on") == 5


def test_endless_nesting_over_threads_is_a_recursion_error_too(peer: Peer) -> None:
    """Where each call is made on a new thread, all of them together are bounded."""
    text = f"more than {MAX_CALLS} calls at once"
    assert peer("nests_in_threads", _calling()) == text
    assert peer("apply", len, "go on") == 5


def test_recursion_with_callbacks_ends_where_it_would_without(peer: Peer) -> None:
    """A callback gives room for itself and for no more of the submission's frames."""
    limit = peer("limit")
    depth = peer("depth_of", lambda: None)
    assert limit * 0.9 < depth < limit * 1.1
    assert peer("apply", len, "go on") == 5
    assert peer("limit") == limit


def test_a_limit_that_the_submission_chose_is_kept(peer: Peer) -> None:
    """A callback does not take back the depth that the submission allowed itself."""
    assert peer("chooses_a_limit", lambda: 1, 20_000, 10_000) == [1, 1, 20_000]
    assert peer("chooses_a_limit", lambda: 1, 700, 100) == [1, 1, 700]
    assert peer("limit") == 700


def test_callbacks_come_from_pools_generators_and_coroutines(peer: Peer) -> None:
    """Wherever the submission runs, it may call."""
    doubled = [0, 2, 4, 6, 8]
    double = lambda value: 2 * value  # noqa: E731
    assert peer("from_a_thread_pool", double, [0, 1, 2, 3, 4]) == doubled
    assert peer("from_a_generator", double, 5) == doubled
    assert peer("from_a_coroutine", double, 5) == doubled


def test_the_text_of_an_object_may_call_back(peer: Peer) -> None:
    """It is asked for as the object leaves, within the call that answers it."""
    assert repr(peer("shows", lambda: "shown")) == "shown"
    assert repr(peer("shows", lambda: 5)) == "(its repr raises)"


def test_an_object_whose_text_ends_the_program_does_not(peer: Peer) -> None:
    """The call raises then, and the next one is answered."""
    answer = peer.answer("hands_over_what_has_no_text", lambda value: 1)
    assert getattr(answer, "type_name", None) == "SystemExit"
    assert peer("apply", len, "go on") == 5
