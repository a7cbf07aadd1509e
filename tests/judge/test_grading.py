"""The grader's language, asked of a scripted submission in place of a worker."""

from __future__ import annotations

import contextlib
import operator
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.answer import Answer, Returned, Unsendable
from perfkata.judge.comparison import Kind
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import (
    TAKEN_NAMES,
    Case,
    Counted,
    Draw,
    Remote,
    Solution,
    SubmissionRaisedError,
    Workload,
    assert_compared,
    attribute,
    count_answers,
    counted,
    generated,
    level,
    measure,
    note_name,
    require,
    signature,
    written,
    written_sources,
)
from perfkata.judge.report import LevelVerdict
from perfkata.judge.scratch import Scratch
from perfkata.judge.steps import (
    Asked,
    Call,
    CaseFailedError,
    Claim,
    FilesChanged,
    FilesLimited,
    Gives,
    Raises,
    Restarted,
    Step,
    call,
)
from perfkata.judge.stopped import StoppedError
from tests.judge.scripted import Script, case_of, case_with, raised

_STOPPED = StoppedError(LevelVerdict.TOO_SLOW, "it had no answer after more than 5 s")
_DIED = StoppedError(LevelVerdict.CRASHED, "its process ended before it answered")
_NO_MEMORY = raised("MemoryError")


def test_a_function_becomes_a_case_that_its_docstring_explains() -> None:
    """The name is the case's, and the first paragraph of the docstring its purpose."""

    @level(2)
    def one(solution: Solution) -> None:
        """Says why.

        And more.
        """

    @generated(3, count=7)
    def many(draw: Draw) -> list[Step]:
        """Draws."""
        return []

    assert {type(one), type(many)} == {Case}
    assert (one.level, one.name, one.purpose, one.count) == (2, "one", "Says why.", 1)
    assert (many.level, many.name, many.purpose, many.count) == (3, "many", "Draws.", 7)
    assert one.run is not None and one.draw is None
    assert many.run is None and many.draw is not None


def test_a_case_without_a_docstring_is_an_error() -> None:
    """A case must say what it shows."""

    def silent(anything: Any) -> Any:
        return None

    for make in (level(1), generated(1, count=1)):
        with pytest.raises(GraderError, match="case silent has no docstring"):
            make(silent)


def test_the_functions_of_a_solution_are_asked_by_name() -> None:
    """A call reaches the submission with its arguments and gives the value back."""
    script = Script(Returned([1]), Returned(None))
    solution = Solution(script)
    assert solution.first(1, key=2) == [1]
    assert solution.second() is None
    assert script.calls == [call("first", 1, key=2), call("second")]


def test_private_names_of_a_solution_are_no_functions() -> None:
    """What begins with an underscore is no call, so that a typing error shows."""
    with pytest.raises(AttributeError, match="_hidden"):
        _ = Solution(Script())._hidden


def test_an_assert_compares_by_exact_type() -> None:
    """An assert that holds does nothing, and one that does not says how."""
    with case_of(Returned(1), Returned(True)) as solution:
        assert_compared(lambda: solution.f(1), lambda: 1, "==", "solution.f(1)")
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(lambda: solution.f(2), lambda: 1, "==", "solution.f(2)")
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.message == "it is of type bool, expected int"
    assert error.expectation == Gives(1)
    assert error.found is not None and error.found.kind is Kind.TYPE
    assert error.num_events == 2


def test_an_assert_outside_a_case_is_an_error_of_the_question() -> None:
    """Without a running case there is nothing to compare."""
    with pytest.raises(GraderError, match="an assert outside a case"):
        assert_compared(lambda: 1, lambda: 1, "==", "1")


def test_an_assert_on_what_no_call_returned_is_a_claim() -> None:
    """What a case makes of an answer, or counts itself, is told by its own text."""
    with (
        case_of(Returned([1, 2])) as solution,
        pytest.raises(CaseFailedError) as caught,
    ):
        assert_compared(lambda: solution.f()[:1], lambda: [2], "==", "solution.f()[:1]")
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.message == "of solution.f()[:1], at [0] it is 1, expected 2"
    assert error.claim == Claim("solution.f()[:1]", "==", [1])
    assert error.expectation == Gives([2])
    assert error.found is not None and error.found.kind is Kind.VALUE


def test_a_claim_is_told_without_what_it_asks_itself() -> None:
    """What it asks stands in its text; only the calls before lead to it."""
    answers = map(Returned, (7, 1, 2))
    with case_of(*answers) as solution:
        solution.f()
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(
                lambda: [solution.g(), solution.h()],
                lambda: [1, 1],
                "==",
                "[solution.g(), solution.h()]",
            )
    error = caught.value
    assert error.num_events == 1
    assert error.claim is not None and error.claim.came == [1, 2]
    assert solution._events == [call("f"), call("g"), call("h")]


@pytest.mark.parametrize(
    ("came", "expected", "is_found"),
    [(1, 1, True), (1, 1.0, False), (True, 1, False), ([], (), False)],
)
def test_a_claim_is_compared_by_exact_type(
    came: Any, expected: Any, is_found: bool
) -> None:
    """A count of the case's own is held to the same rule as an answer."""
    outcome = contextlib.nullcontext() if is_found else pytest.raises(CaseFailedError)
    with case_of(), outcome:
        assert_compared(lambda: came, lambda: expected, "==", "count")


_OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@given(st.sampled_from(sorted(_OPERATORS)), st.integers(0, 9), st.integers(0, 9))
def test_a_count_is_held_to_its_bound(compared: str, count: int, bound: int) -> None:
    """Each operator means what it does in Python; what it says is in the message."""
    if _OPERATORS[compared](count, bound):
        with case_of():
            assert_compared(lambda: count, lambda: bound, compared, "len(calls)")
        return
    with case_of(), pytest.raises(CaseFailedError) as caught:
        assert_compared(lambda: count, lambda: bound, compared, "len(calls)")
    error = caught.value
    assert error.verdict is LevelVerdict.OVER_COUNT
    told = f"len(calls) is {count}, and should be {compared} {bound}"
    assert error.message == told
    assert error.claim == Claim("len(calls)", compared, count)
    assert (error.expectation, error.answer) == (Gives(bound), Returned(count))


def test_an_answer_beyond_its_bound_is_a_wrong_answer() -> None:
    """Only what the case counts itself can be over a stated count."""
    with case_of(Returned(1), Returned(8)) as solution:
        assert_compared(solution.f, lambda: 5, "<=", "solution.f()")
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(solution.f, lambda: 5, "<=", "solution.f()")
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.message == "solution.f() is 8, and should be <= 5"
    assert error.num_events == 2


def test_a_claim_that_asks_and_gets_no_answer_has_the_verdict_of_that() -> None:
    """What stands right belongs to the whole claim, not to a call within it."""
    with case_of(Returned(1), raised()) as solution:
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(
                lambda: [solution.f(), solution.g()], lambda: [1, 1], "==", "[…]"
            )
        assert caught.value.verdict is LevelVerdict.RAISED
        assert caught.value.expectation is None
        assert caught.value.num_events == 2


def test_an_answer_that_cannot_be_used_is_a_wrong_one() -> None:
    """What Python says of it is told, with what the case did as a claim."""
    with case_of(Returned(None)) as solution, pytest.raises(CaseFailedError) as caught:
        assert_compared(lambda: solution.f()[0], lambda: 1, "==", "solution.f()[0]")
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.message == (
        "its answer cannot be used as the question says:"
        " 'NoneType' object is not subscriptable"
    )
    assert error.claim == Claim("solution.f()[0]", "==", None)
    assert isinstance(error.misused, TypeError)
    assert error.num_events == 0


def test_a_case_that_was_answered_nothing_fails_itself() -> None:
    """Before an answer there is nothing that could be used wrongly."""
    with case_of(), pytest.raises(ZeroDivisionError):
        assert_compared(lambda: 1 // 0, lambda: 1, "==", "1 // 0")


def test_a_file_that_a_claim_reads_belongs_to_the_claim(scratch: Scratch) -> None:
    """That it is not there is told with what should have stood in it."""
    script = Script(Returned(None), scratch=scratch)
    with case_with(script) as solution:
        solution.save("a")
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(
                lambda: solution.scratch.read("a"),
                lambda: b"1",
                "==",
                "solution.scratch.read('a')",
            )
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.claim == Claim("solution.scratch.read('a')", "==", None)
    assert error.num_events == 1


def test_a_counter_is_not_mistaken_for_an_equal_answer() -> None:
    """A variable of a function that was handed over is the case's own."""
    num_calls = 2

    def note() -> int:
        return num_calls

    with case_of(Returned(2)) as solution:
        assert_compared(lambda: solution.f(note), lambda: 2, "==", "solution.f(note)")
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(lambda: num_calls, lambda: 1, "==", "num_calls")
    error = caught.value
    assert error.claim == Claim("num_calls", "==", 2)
    assert error.message == "of num_calls, it is 2, expected 1"


def test_a_rule_that_is_kept_says_nothing() -> None:
    """What holds is let pass, in whatever form it is true."""
    with case_of():
        for holds in (True, 1, [0]):
            require(holds, "it forgot")


@pytest.mark.parametrize("holds", [False, 0, [], None])
@pytest.mark.parametrize("text", [None, "seen == []"])
def test_a_rule_that_is_broken_is_told_by_its_sentence(
    holds: object, text: str | None
) -> None:
    """The verdict is of rules, and a reproduction knows how to see it broken."""
    with case_of(Returned(1)) as solution:
        solution.f()
        with pytest.raises(CaseFailedError) as caught:
            require(holds, "it forgot", written=text)
    error = caught.value
    assert error.verdict is LevelVerdict.NOT_BY_THE_RULES
    assert (error.message, error.num_events) == ("it forgot", 1)
    assert error.claim == Claim(text or "", "", holds, "it forgot")


def test_a_rule_outside_a_case_is_an_error_of_the_question() -> None:
    """Nobody could break it."""
    require(True, "it forgot")
    with pytest.raises(GraderError, match="outside a case"):
        require(False, "it forgot")


def test_a_step_is_done_in_a_case() -> None:
    """`does` makes the call and holds what is expected, an exception among it."""
    with case_of(Returned(1), raised("KeyError", "a"), Returned(2)) as solution:
        solution.does(call("f", 1).gives(1))
        solution.does(call("g").raises(KeyError, naming="a"))
        with pytest.raises(CaseFailedError) as caught:
            solution.does(call("h").gives(3))
    assert caught.value.message == "it is 2, expected 3"
    assert solution._events == [call("f", 1), call("g"), call("h")]


def test_a_step_that_is_stopped_tells_what_was_expected() -> None:
    """No answer is the verdict that it is, beside the expectation."""
    with case_of(_STOPPED) as solution, pytest.raises(CaseFailedError) as caught:
        solution.does(call("f").gives(1))
    assert caught.value.verdict is LevelVerdict.TOO_SLOW
    assert caught.value.expectation == Gives(1)


@pytest.mark.parametrize(
    "answer", [Returned(6), raised(), Unsendable("why"), _NO_MEMORY, _STOPPED, _DIED]
)
def test_what_must_not_be_given_may_also_never_come(
    answer: Answer | StoppedError,
) -> None:
    """An exception, no time left or a crash is no broken rule; a new process begins."""
    script = Script(answer, Returned(1))
    with case_with(script) as solution:
        solution.does(call("f").does_not_give(5, rule="it lied"))
        assert solution.g() == 1
    assert script.num_restarts == int(isinstance(answer, StoppedError))


def test_what_must_not_be_given_breaks_the_rule_in_a_case_too() -> None:
    """`does` reports the sentence of the rule."""
    with case_of(Returned(5)) as solution, pytest.raises(CaseFailedError) as caught:
        solution.does(call("f").does_not_give(5, rule="it lied"))
    assert caught.value.verdict is LevelVerdict.NOT_BY_THE_RULES
    assert caught.value.message == "it lied"


def test_a_call_that_may_end_the_process_is_let_end_it() -> None:
    """The block ends there, and what it asked is noted as such."""
    script = Script(Returned(1), _DIED, Returned(2))
    with case_with(script) as solution:
        with solution.may_die():
            assert solution.f() == 1
            solution.g()
            solution.never_asked()
        solution.restart()
        assert solution.h() == 2
    assert script.calls == [
        Call("f", (), {}, may_die=True),
        Call("g", (), {}, may_die=True),
        call("h"),
    ]
    assert Restarted() in solution._events


def test_what_may_end_may_not_do_anything_else() -> None:
    """Other verdicts, and wrong answers, are those that they are everywhere."""
    with case_of(_STOPPED) as solution:
        with pytest.raises(StoppedError) as caught, solution.may_die():
            solution.f()
        assert caught.value is _STOPPED
    with (
        case_of(Returned(1)) as solution,
        pytest.raises(CaseFailedError),
        solution.may_die(),
    ):
        assert_compared(solution.f, lambda: 2, "==", "solution.f()")


def test_a_call_after_the_block_may_not_end_the_process() -> None:
    """What may die is the calls of the block, however it ended."""
    script = Script(_STOPPED, _DIED)
    with case_with(script) as solution:
        with contextlib.suppress(StoppedError), solution.may_die():
            solution.f()
        with pytest.raises(StoppedError) as caught:
            solution.g()
    assert caught.value is _DIED
    assert not script.calls[-1].may_die


def test_what_is_done_to_a_process_is_noted_in_order() -> None:
    """A reproduction does again what the case did: calls, limits and restarts."""
    script = Script(Returned(1), Returned(2))
    with case_with(script) as solution:
        solution.f()
        solution.limit_files(10)
        solution.limit_files(20, is_fatal=True)
        solution.restart()
        solution.limit_files(None)
        solution.g()
        solution.when_waiting(solution.restart)
    assert solution._events == [
        call("f"),
        FilesLimited(10, False),
        FilesLimited(20, True),
        Restarted(),
        FilesLimited(None, False),
        call("g"),
    ]
    assert script.limits == [(10, False), (20, True), (None, False)]
    assert script.waiting == solution.restart


def test_files_that_are_not_there_are_an_error_of_the_question() -> None:
    """A question that keeps files says so in question.toml."""
    with case_of() as solution, pytest.raises(GraderError, match="no scratch folder"):
        _ = solution.scratch


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    """Files of a submission."""
    scratch = Scratch()
    yield scratch
    scratch.close()


def _changes(solution: Solution) -> None:
    """Do to files all that a case can do."""
    files = solution.scratch
    files.write("a", b"one\ntwo\nthree\n")
    files.write("b", b"12345")
    files.write("c", b"")
    files.write("d\u00e9", b"x")
    files.cut("b", 3)
    files.flip("b", -1)
    files.replace_line("a", 1, b"\xff'2'")
    files.remove("c")


def test_files_are_changed_as_they_are_told(scratch: Scratch, tmp_path: Path) -> None:
    """What is noted of a change does the same again, and every change is noted."""
    with case_with(Script(scratch=scratch)) as solution:
        _changes(solution)
        assert solution.scratch.names() == ["a", "b", "d\u00e9"]
        assert solution.scratch.read("a") == b"one\n\xff'2'\nthree\n"
        assert solution.scratch.read("b") == b"122"
    lines = [
        line
        for event in solution._events
        if isinstance(event, FilesChanged)
        for line in event.lines
    ]
    program = "import os, pathlib\n" + "\n".join(lines)
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {name: scratch.read(name) for name in scratch.names()}
    assert len(solution._events) == 8


def test_a_file_that_is_not_there_is_the_submissions_failure(scratch: Scratch) -> None:
    """It should have written it; what was tried is noted, to be tried again."""
    with case_with(Script(scratch=scratch)) as solution:
        files = solution.scratch
        uses: list[Callable[[], object]] = [
            lambda: files.read("a"),
            lambda: files.cut("a", 1),
            lambda: files.flip("a", 0),
            lambda: files.replace_line("a", 0, b""),
            lambda: files.remove("a"),
        ]
        for use in uses:
            with pytest.raises(StoppedError) as caught:
                use()
            assert caught.value.verdict is LevelVerdict.WRONG_ANSWER
            assert caught.value.message.startswith("a cannot be used: ")
    tried = [event for event in solution._events if isinstance(event, FilesChanged)]
    assert len(tried) == len(solution._events) == len(uses) - 1


def test_names_that_a_submission_cannot_have_are_known() -> None:
    """What the solution itself is called cannot be a function of an exercise."""
    names = "does limit_files may_die model raises restart scratch when_waiting"
    assert set(names.split()) <= TAKEN_NAMES
    assert all(hasattr(Solution, name) for name in TAKEN_NAMES)
    assert not any(name.startswith("_") for name in TAKEN_NAMES)


def _remote(ask: Any = None) -> Remote:
    return Remote(1, "function", "<function f>", ask or (lambda *asked: asked))


def test_what_is_asked_of_an_object_crosses_to_it() -> None:
    """Attributes and the signature are asked for as calls are."""
    script = Script(Returned("f"), Returned("(a, b=1)"))
    remote = _remote()
    with case_with(script):
        assert attribute(remote, "__name__") == "f"
        assert signature(remote) == "(a, b=1)"
    assert script.calls == [
        Call("__name__", (), {}, remote, Asked.ATTRIBUTE),
        Call("", (), {}, remote, Asked.SIGNATURE),
    ]


@pytest.mark.parametrize("value", [None, 3, "text", {}, print])
def test_what_is_no_object_of_the_submission_has_no_attributes(value: Any) -> None:
    """A plain value where an object should come is told by its type."""
    with case_of():
        with pytest.raises(AttributeError, match=type(value).__name__):
            attribute(value, "real")
        with pytest.raises(AttributeError, match=type(value).__name__):
            signature(value)


def test_a_call_within_a_call_is_no_event_of_its_own() -> None:
    """What a function of the grader asks is asked again by that function."""
    script = Script(Returned(1), raised("KeyError"))
    with case_with(script) as solution:
        script.is_nested = True
        assert solution.f() == 1
        with pytest.raises(SubmissionRaisedError, match="KeyError"):
            solution.g()
    assert solution._events == []
    assert script.calls == [call("f"), call("g")]


def test_a_function_is_noted_as_it_was_when_it_was_handed_over() -> None:
    """What it uses changes later, and a reproduction begins where the case did."""
    seen: list[int] = []

    def note(number: int) -> int:
        seen.append(number)
        return number

    with case_of(Returned(1), Returned(1)) as solution:
        solution.f([note])
        seen.append(3)
        solution.f(key={"a": (note,)})
    assert solution._functions == {(id(note), 0): (note, {"seen": []})}


def test_a_function_is_noted_anew_in_a_new_process() -> None:
    """What it uses went on, and the new process begins with that."""
    seen: list[int] = []

    def note(number: int) -> None:
        seen.append(number)

    def note_both(number: int) -> None:
        note(number)

    with case_of(Returned(1), Returned(1)) as solution:
        solution.f(note_both)
        seen.append(3)
        solution.restart()
        solution.f(note_both)
    noted = {
        (function.__name__, process): uses
        for (_, process), (function, uses) in solution._functions.items()
    }
    assert noted == {
        ("note_both", 0): {"note": note},
        ("note", 0): {"seen": []},
        ("note_both", 1): {"note": note},
        ("note", 1): {"seen": [3]},
    }


def test_what_is_no_value_is_noted_as_it_is() -> None:
    """Locks and objects stand in a copy as themselves, and are not copied."""
    lock = threading.Lock()
    held = [lock, {"a": (lock,)}]

    def size() -> int:
        return len(held)

    with case_of(Returned(1)) as solution:
        solution.f(size)
    ((_, uses),) = solution._functions.values()
    assert uses["held"] == held
    assert uses["held"] is not held
    assert uses["held"][0] is lock


def test_a_case_that_asks_while_it_draws_is_told_by_its_parameters() -> None:
    """A function of a draw alone gives steps; one of two asks for itself."""

    @generated(1, count=3)
    def asks(solution: Solution, draw: Draw) -> None:
        """Asks."""

    assert (asks.run, asks.draw, asks.count) == (None, None, 3)
    assert asks.live is not None


def test_a_function_becomes_what_a_measure_counts() -> None:
    """It has the measure's name, a purpose and the function."""

    def sent(solution: Solution, size: int, source: random.Random) -> int:
        """Few bytes are sent.

        Not more.
        """
        return size

    assert counted("sent")(sent) == Counted("sent", "Few bytes are sent.", sent)


def _failed_with_name(asserted: str) -> CaseFailedError:
    """Ask twice, get 0 both times under two names, and assert on one of them."""
    with case_of(Returned(0), Returned(0)) as solution:
        first = solution.f()
        note_name("first", first)
        second = solution.g()
        note_name("second", second)
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(lambda: first, lambda: 5, "==", asserted)
    return caught.value


def test_an_assert_on_a_name_knows_which_call_it_came_from() -> None:
    """Two equal small answers are one object to Python, and still two answers."""
    assert _failed_with_name("first").num_events == 1
    assert _failed_with_name("second").num_events == 2
    assert _failed_with_name("unknown").num_events == 2


def test_a_name_that_was_bound_anew_is_not_mistaken() -> None:
    """A name counts for a call only as long as it holds what that call returned."""
    with case_of(Returned(1000), Returned(2000)) as solution:
        first = solution.f()
        note_name("value", first)
        second = solution.f()
        note_name("value", "something else")
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(lambda: second, lambda: 5, "==", "value")
    assert caught.value.num_events == 2


def test_a_name_outside_a_case_is_nothing() -> None:
    """Names are noted in every function of a grader, a case running or not."""
    note_name("value", 1)
    with case_of() as solution:
        note_name("value", 1)
    assert solution._named == {"value": 0}


def test_a_name_of_a_number_that_equals_an_answer_is_none_of_it() -> None:
    """What is evaluated without a new answer is the case's own."""
    with case_of(Returned(2)) as solution:
        assert_compared(solution.f, lambda: 2, "==", "solution.f()")
        note_name("num_calls", 2, count_answers())
        with pytest.raises(CaseFailedError) as caught:
            assert_compared(lambda: 2, lambda: 1, "==", "num_calls")
    assert caught.value.claim == Claim("num_calls", "==", 2)
    assert count_answers() == 0


@pytest.mark.parametrize("answer", [_STOPPED, raised(), Unsendable("why"), _NO_MEMORY])
def test_what_was_expected_is_known_when_no_answer_comes(
    answer: Answer | StoppedError,
) -> None:
    """A call that raises or is stopped in an assert keeps what stands right."""
    with case_of(answer) as solution, pytest.raises(CaseFailedError) as caught:
        assert_compared(solution.f, lambda: [5], "==", "solution.f()")
    assert caught.value.expectation == Gives([5])


@pytest.mark.parametrize("answer", [_STOPPED, raised()])
def test_an_expectation_that_asks_a_stopped_submission_is_not_known(
    answer: Answer | StoppedError,
) -> None:
    """Where both sides are calls, the one that failed is the one that is told."""
    with (
        case_of(answer, _STOPPED) as solution,
        pytest.raises(CaseFailedError) as caught,
    ):
        assert_compared(
            lambda: solution.f(1), lambda: solution.f(2), "==", "solution.f(1)"
        )
    error = caught.value
    assert error.expectation is None
    assert solution._events[: error.num_events] == [call("f", 1)]


def test_a_call_outside_an_assert_must_return_what_can_be_read() -> None:
    """A bare call that raises fails the case, whatever comes after."""
    with case_of(raised()) as solution, pytest.raises(CaseFailedError) as caught:
        solution.f()
    assert caught.value.verdict is LevelVerdict.RAISED
    assert caught.value.expectation is None


def test_a_raises_block_is_met_by_the_exception() -> None:
    """The block ends where the expected exception comes."""
    with case_of(Returned(1), raised(text="no 7")) as solution:
        with solution.raises(ValueError, naming=7):
            solution.f()
            solution.g()
            raise AssertionError("not reached")
        assert len(solution._events) == 2


def test_a_raises_block_around_an_assert_is_met_too() -> None:
    """An assert in the block does not take the exception for itself."""
    with case_of(raised()) as solution, solution.raises(ValueError):
        assert_compared(solution.f, lambda: 1, "==", "solution.f()")


@pytest.mark.parametrize("num_before", [0, 1])
def test_a_raises_block_without_a_call_is_an_error_of_the_question(
    num_before: int,
) -> None:
    """Nothing can raise in it, whatever was called before."""
    with case_of(Returned(1)) as solution:
        for _ in range(num_before):
            solution.f()
        with (
            pytest.raises(GraderError, match="block made no call"),
            solution.raises(ValueError),
        ):
            pass


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Returned(1), LevelVerdict.WRONG_ANSWER),
        (raised("KeyError"), LevelVerdict.WRONG_ANSWER),
        (raised(text="without it"), LevelVerdict.WRONG_ANSWER),
        (Unsendable("why"), LevelVerdict.WRONG_ANSWER),
        (_NO_MEMORY, LevelVerdict.TOO_MUCH_MEMORY),
        (_STOPPED, LevelVerdict.TOO_SLOW),
    ],
)
def test_a_raises_block_that_is_not_met_tells_what_was_expected(
    answer: Answer | StoppedError, verdict: LevelVerdict
) -> None:
    """Whatever comes instead has its verdict, with the expectation beside it."""
    with (
        case_of(answer) as solution,
        pytest.raises(CaseFailedError) as caught,
        solution.raises(ValueError, naming="it is"),
    ):
        solution.f()
    assert caught.value.verdict is verdict
    assert caught.value.expectation == Raises(ValueError, ("it is",))


def test_after_a_raises_block_an_exception_is_none_that_was_expected() -> None:
    """The expectation ends with its block."""
    with case_of(raised(), raised()) as solution:
        with solution.raises(ValueError):
            solution.f()
        with pytest.raises(CaseFailedError) as caught:
            solution.f()
    assert caught.value.verdict is LevelVerdict.RAISED


def test_a_mistake_of_the_grader_passes_through_a_raises_block() -> None:
    """An exception of the grader's own is not taken for the submission's."""
    with (
        case_of(Returned(1)) as solution,
        pytest.raises(ZeroDivisionError),
        solution.raises(ZeroDivisionError),
    ):
        solution.f(1 // 0)


def test_a_written_value_is_remembered_with_its_source_until_the_nextcase_of() -> None:
    """What `written` gives is known by identity, for the case that runs."""
    known = written_sources()
    value = written("list(range(3))")
    assert value == [0, 1, 2]
    assert known[id(value)] == (value, "list(range(3))")
    assert written_sources() == {}
    with pytest.raises(NameError):
        written("undefined_name")


def test_a_function_becomes_a_workload_that_its_docstring_explains() -> None:
    """What a measure runs has the measure's name, a purpose and the function."""

    def many(size: int, source: random.Random) -> Step:
        """A number costs the same in a long list.

        Not so a text.
        """
        return call("f", size).gives(source.random())

    made = measure("flat")(many)
    purpose = "A number costs the same in a long list."
    assert made == Workload("flat", purpose, many)
    drawn = made.draw(5, random.Random(1))
    assert drawn == call("f", 5).gives(random.Random(1).random())


def test_a_workload_without_a_docstring_is_an_error() -> None:
    """A measure's function says what it shows, like a case."""

    def silent(size: int, source: random.Random) -> Step:
        return call("f").gives(None)

    with pytest.raises(GraderError, match="silent has no docstring"):
        measure("flat")(silent)
