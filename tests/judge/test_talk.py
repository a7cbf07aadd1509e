"""The talk of a case: one submission through restarts, files, and several cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from perfkata.judge.answer import Raised, Returned
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import Solution, attribute, current_solution, signature
from perfkata.judge.objects import Held, Remote, hold
from perfkata.judge.report import LevelVerdict
from perfkata.judge.sandbox import Limits
from perfkata.judge.session import Session
from perfkata.judge.steps import Call, CaseFailedError, Restarted
from perfkata.judge.stopped import StoppedError
from perfkata.judge.talk import CaseTalk
from tests.judge.layers import session_of

_LIMITS = Limits(cpu_s=2, patience=30)
_SOURCE = '''
import os, threading

NUM_CALLS = 0
KEPT = {}

def count():
    global NUM_CALLS
    NUM_CALLS += 1
    return NUM_CALLS

def identity(value):
    return value

def apply(function, *arguments):
    return function(*arguments)

def process():
    return os.getpid()

def hash_of(text):
    return hash(text)

def folder():
    return os.getcwd()

def save(name, data):
    with open(name, "wb") as file:
        file.write(data)
    return len(data)

def load(name):
    with open(name, "rb") as file:
        return file.read()

def outcome(name, *arguments):
    try:
        return globals()[name](*arguments)
    except Exception as error:
        return type(error).__name__

def dies():
    os._exit(3)

def keep(key, function):
    KEPT[key] = function

def use(key, *arguments):
    return KEPT[key](*arguments)

def sorts(values, function):
    values.sort()
    return function(values)

def adder(first):
    def add(second=1):
        return first + second
    return add

def all_of(functions):
    found = [None] * len(functions)
    def ask(index):
        found[index] = functions[index]()
    threads = [
        threading.Thread(target=ask, args=(index,)) for index in range(len(functions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found

THREADS = []
FOUND = []

def begin_on_a_thread(function, number):
    """Ask on a thread, and return when that has asked and waits."""
    THREADS.append(threading.Thread(target=lambda: FOUND.append(function())))
    THREADS[0].start()
    while number() == 0:
        pass

def end_of_thread():
    THREADS[0].join()
    return FOUND

def fails(text):
    raise LookupError(text)
'''


@contextmanager
def _talking(**options: Any) -> Iterator[CaseTalk]:
    """The talk with a submission that has files."""
    with (
        session_of(_SOURCE, None, _LIMITS, has_scratch=True) as session,
        CaseTalk(session, **options) as talk,
    ):
        yield talk


@pytest.fixture
def talk() -> Iterator[CaseTalk]:
    """The talk of a case."""
    with _talking() as made:
        yield made


@pytest.fixture
def solution(talk: CaseTalk) -> Iterator[Solution]:
    """The submission as a case sees it."""
    begun = talk.begin()
    token = current_solution.set(begun)
    yield begun
    current_solution.reset(token)


def test_a_case_speaks_with_one_process(solution: Solution) -> None:
    """What the submission remembers is there in the next call."""
    assert [solution.count() for _ in range(3)] == [1, 2, 3]
    assert len({solution.process() for _ in range(3)}) == 1


def test_a_restart_is_another_process_with_other_hashes(solution: Solution) -> None:
    """All that it knew is gone, and texts have other hashes; its folder is the same."""
    solution.count()
    before = [solution.process(), solution.hash_of("text")]
    folder = solution.folder()
    solution.restart()
    after = [solution.process(), solution.hash_of("text")]
    assert before[1] != after[1]
    assert solution.count() == 1
    assert solution.folder() == folder


def test_files_survive_a_restart(solution: Solution) -> None:
    """What was written before can be read after, over there and here."""
    assert solution.scratch.names() == []
    solution.save("kept", b"data")
    solution.restart()
    assert solution.load("kept") == b"data"
    assert solution.scratch.read("kept") == b"data"
    solution.scratch.flip("kept", 0)
    assert solution.load("kept") == b"eata"
    solution.scratch.write("new", b"ours")
    assert solution.load("new") == b"ours"
    solution.save("new", b"theirs")
    assert solution.scratch.names() == ["kept", "new"]


def test_a_remote_of_before_a_restart_is_an_error_of_the_grader(
    solution: Solution,
) -> None:
    """It can be neither called nor handed over, though its number is another's now."""
    add = solution.adder(5)
    assert add(2) == 7
    solution.restart()
    uses: list[Callable[[], Any]] = [
        lambda: add(2),
        lambda: solution.apply(add, 2),
        add.name,
    ]
    for use in uses:
        with pytest.raises(GraderError, match="of before its restart"):
            use()
    other = solution.adder(6)
    assert other(2) == 8
    with pytest.raises(GraderError, match="of before its restart"):
        add(2)


def test_a_result_that_is_a_remote_of_before_is_one_too(solution: Solution) -> None:
    """So it is where a function of the grader gives it back."""
    add = solution.adder(5)
    solution.restart()
    with pytest.raises(GraderError, match="of before its restart"):
        solution.apply(lambda: add)


def test_functions_of_ours_are_handed_over_anew(solution: Solution) -> None:
    """The same function may be handed over before and after, and is called."""
    seen: list[int] = []

    def see(number: int) -> int:
        seen.append(number)
        return number

    solution.apply(see, 1)
    solution.restart()
    assert solution.apply(see, 2) == 2
    assert seen == [1, 2]


def test_what_was_asked_is_kept_through_a_restart(
    talk: CaseTalk, solution: Solution
) -> None:
    """Callbacks of both processes are told in order, until the next case begins."""
    for number in range(2):
        solution.apply(lambda value: value, number)
        solution.restart()
    solution.apply(lambda value: value, 2)
    assert [each.arguments for each in talk.callbacks] == [(0,), (1,), (2,)]
    talk.begin()
    assert talk.callbacks == []


def test_no_restart_within_a_call(solution: Solution) -> None:
    """A function of the grader that restarts the submission is its grader's error."""
    with pytest.raises(GraderError, match="a restart within a call"):
        solution.apply(solution.restart)


def test_several_cases_share_a_process_and_no_file(talk: CaseTalk) -> None:
    """The next case finds what the submission remembers, and an empty folder."""
    first = talk.begin()
    first.save("kept", b"data")
    assert first.count() == 1
    second = talk.begin()
    assert second.count() == 2
    assert second.scratch.names() == []
    assert second.outcome("load", "kept") == "FileNotFoundError"


def test_a_held_call_may_be_released_in_the_next_case(talk: CaseTalk) -> None:
    """What is recorded of the new case is not touched by it."""
    held: list[Held] = []

    def keep() -> Held:
        held.append(hold())
        return held[-1]

    solution = talk.begin()
    solution.begin_on_a_thread(keep, lambda: len(held))
    solution = talk.begin()
    held[0].release(7)
    assert solution.apply(lambda value: value, 1) == 1
    assert [each.arguments for each in talk.callbacks] == [(1,)]
    assert solution.end_of_thread() == [7]


def test_what_waits_for_one_case_does_not_for_the_next(talk: CaseTalk) -> None:
    """A function that is called while nothing happens belongs to its case."""
    waited: list[int] = []

    def note() -> None:
        waited.append(1)

    solution = talk.begin()
    held = hold()

    def release() -> None:
        note()
        if held.is_open:
            held.release(1)

    solution.when_waiting(release)
    assert solution.apply(lambda: held) == 1
    assert waited
    waited.clear()
    solution = talk.begin()
    again = hold()

    def release_again() -> None:
        if again.is_open:
            again.release(2)

    solution.when_waiting(release_again)
    assert solution.apply(lambda: again) == 2
    solution = talk.begin()
    assert solution.identity(3) == 3
    assert waited == []


def test_what_waits_goes_on_waiting_after_a_restart(solution: Solution) -> None:
    """What is called while nothing happens is the case's, not the process's."""
    held: list[Held] = []

    def release() -> None:
        for each in held:
            if each.is_open:
                each.release("released")

    def keep() -> Held:
        held.append(hold())
        return held[-1]

    solution.when_waiting(release)
    solution.restart()
    assert solution.apply(keep) == "released"


def test_files_can_be_limited(solution: Solution) -> None:
    """Writing more than that raises OSError, until the limit is lifted."""
    solution.limit_files(10)
    assert solution.save("short", bytes(10)) == 10
    assert solution.outcome("save", "long", bytes(11)) == "OSError"
    assert len(solution.scratch.read("long")) <= 10
    solution.limit_files(None)
    assert solution.save("long", bytes(1_000)) == 1_000


def test_a_limit_of_files_ends_with_its_case(talk: CaseTalk) -> None:
    """The next case of the same process, and a new process, know nothing of it."""
    solution = talk.begin()
    solution.limit_files(10)
    solution = talk.begin()
    assert solution.save("long", bytes(100)) == 100
    solution.limit_files(10)
    solution.restart()
    assert solution.save("long", bytes(100)) == 100


def test_a_limit_of_files_may_end_the_process(solution: Solution) -> None:
    """It ends in the middle of writing, and what was written stays."""
    solution.limit_files(10, is_fatal=True)
    with solution.may_die():
        solution.save("cut", bytes(range(100)))
    solution.restart()
    found = solution.scratch.read("cut")
    assert len(found) <= 10
    assert found == bytes(range(len(found)))
    assert solution.load("cut") == found


def test_a_process_may_die_where_that_is_said(solution: Solution) -> None:
    """Its end is no failure then; elsewhere it is, and a restart goes on."""
    with solution.may_die():
        solution.dies()
    solution.restart()
    assert solution.count() == 1
    with pytest.raises(StoppedError) as caught:
        solution.dies()
    assert caught.value.verdict is LevelVerdict.CRASHED
    solution.restart()
    assert solution.count() == 1


def test_a_callback_within_its_case_may_be_kept(solution: Solution) -> None:
    """A function that the submission keeps is called in later calls of the case."""
    solution.keep("double", lambda value: 2 * value)
    assert solution.use("double", 21) == 42
    remote: Any = solution.adder(1)
    solution.keep("add", remote)
    assert solution.use("add", 4) == 5


def test_attributes_and_signatures_are_asked_of_remotes(solution: Solution) -> None:
    """They are plain values; what is no remote has none to ask for."""
    add = solution.adder(1)
    assert isinstance(add, Remote)
    assert attribute(add, "__name__") == "add"
    assert signature(add) == "(second=1)"
    with pytest.raises(AttributeError):
        attribute(5, "__name__")  # type: ignore[arg-type]


def test_an_answer_that_raises_fails_the_case(solution: Solution) -> None:
    """At the top it is the failure; where it is expected, it is checked."""
    with pytest.raises(CaseFailedError) as caught:
        solution.fails("text")
    assert caught.value.verdict is LevelVerdict.RAISED
    with solution.raises(LookupError, naming="text"):
        solution.fails("some text")
    add = solution.adder("a")
    with solution.raises(TypeError):
        add(2)


def test_changed_inputs_are_seen_beside_functions() -> None:
    """A level that keeps inputs sees a change, whatever else is handed over."""
    with _talking(keeps_inputs=True) as talk:
        solution = talk.begin()
        assert solution.sorts([1, 2], len) == 2
        with pytest.raises(CaseFailedError) as caught:
            solution.sorts([2, 1], len)
    assert caught.value.verdict is LevelVerdict.CHANGED_INPUT
    assert "argument 1" in caught.value.message


def test_what_is_called_is_told(solution: Solution) -> None:
    """Calls and restarts are noted in order, for reproductions."""
    add = solution.adder(1)
    add(3)
    solution.restart()
    kinds = [type(event) for event in solution._events]
    assert kinds == [Call, Call, Restarted]


def test_the_observer_hears_of_every_call() -> None:
    """It hears of calls within calls too, before they are answered."""
    names: list[str] = []
    with _talking(observe=lambda call: names.append(call.name)) as talk:
        solution = talk.begin()
        solution.apply(lambda: solution.identity(1))
    assert names == ["apply", "identity"]


def test_the_model_is_of_this_side(solution: Solution) -> None:
    """It is a module where the question has one, and else the grader's error."""
    with pytest.raises(GraderError, match="no model answer"):
        _ = solution.model
    module = ModuleType("model")
    with _talking(load_model=lambda: module) as talk:
        assert talk.begin().model is module


def test_a_submission_without_a_folder_has_no_files() -> None:
    """Asking for them is an error of the grader, who can ask for a folder."""
    with session_of(_SOURCE) as session, CaseTalk(session) as talk:
        solution = talk.begin()
        with pytest.raises(GraderError, match="no scratch folder"):
            _ = solution.scratch


def test_a_talk_that_ends_leaves_no_process() -> None:
    """The fork ends with the talk; the session goes on, and so does the next talk."""
    with session_of(_SOURCE, has_scratch=True) as session:
        found = [_process_of(session), _process_of(session)]
        assert session.num_starts == 1
    assert found[0] != found[1]


def _process_of(session: Session) -> Any:
    with CaseTalk(session) as talk:
        return talk.begin().process()


_ANSWERS: dict[str, Callable[[CaseTalk], Any]] = {
    "returned": lambda talk: talk.ask(Call("identity", (5,), {})),
    "raised": lambda talk: talk.ask(Call("fails", ("text",), {})),
}


def test_asking_gives_answers_and_no_more(talk: CaseTalk) -> None:
    """What a case makes of an answer is not the talk's business."""
    talk.begin()
    assert _ANSWERS["returned"](talk) == (Returned(5), 0)
    answer, number = _ANSWERS["raised"](talk)
    assert isinstance(answer, Raised) and (answer.text, number) == ("text", 0)
