"""The grader's language, asked of a scripted submission in place of a worker."""

from __future__ import annotations

import contextlib
import queue
import random
from collections.abc import Iterator
from typing import Any

import pytest

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.comparison import Kind
from perfkata.judge.errors import GraderError
from perfkata.judge.grading import (
    Call,
    Case,
    CaseFailedError,
    Draw,
    Gives,
    Raises,
    Solution,
    Step,
    Workload,
    assert_equal,
    call,
    check,
    current_solution,
    generated,
    level,
    measure,
    note_name,
    run,
    written,
    written_sources,
)
from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError
from perfkata.judge.wire import WORKLOADS_PREFIX


def _raised(name: str = "ValueError", text: str = "", *bases: str) -> Raised:
    return Raised(name, (name, *bases, "Exception", "BaseException"), text, "traceback")


_STOPPED = StoppedError(LevelVerdict.TOO_SLOW, "it had no answer after more than 5 s")
_NO_MEMORY = _raised("MemoryError")


class _Script:
    """Answers calls with what a test wrote, in order."""

    def __init__(self, *answers: Answer | StoppedError) -> None:
        self.calls: list[Call] = []
        self._answers = iter(answers)

    def __call__(self, asked: Call) -> Answer:
        self.calls.append(asked)
        answer = next(self._answers)
        if isinstance(answer, StoppedError):
            raise answer
        return answer


@contextlib.contextmanager
def _case(*answers: Answer | StoppedError) -> Iterator[Solution]:
    """Run the block as a case whose calls are answered like this."""
    solution = Solution(_Script(*answers))
    token = current_solution.set(solution)
    try:
        yield solution
    finally:
        current_solution.reset(token)


def test_a_call_becomes_a_step_by_what_is_expected() -> None:
    """`gives` and `raises` put an expectation beside the call."""
    asked = call("f", 1, [2], name=3)
    assert asked == Call("f", (1, [2]), {"name": 3})
    assert asked.gives(4) == Step(asked, Gives(4))
    assert asked.raises(KeyError) == Step(asked, Raises(KeyError, ()))
    assert asked.raises(KeyError, naming="a") == Step(asked, Raises(KeyError, ("a",)))
    assert asked.raises(KeyError, naming=(0, "a")).expectation.naming == (0, "a")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("naming", "text", "missing"),
    [
        ((), "anything", None),
        (("log",), "a log", None),
        (("log",), "a line", "log"),
        ((3,), "position 3", None),
        ((3,), "position 13", 3),
        ((3,), "position 03 of 9", None),
        ((3,), "positions 0 1 2 3 4", 3),
        ((0,), "position 0", None),
        ((3, 5), "position 3 in line 5", None),
        ((5, 3), "position 3 in line 5", 5),
        ((3,), "position 30", 3),
        ((3,), "v3", None),
        ((-3,), "at -3", None),
        ((-3,), "at 3", -3),
        ((3, "0:end:3"), "0:end:3", 3),
        ((3, "0:end:3"), "position 3: 0:end:3", None),
        ((3, "0:end:3"), "0:end:3 at 3", None),
        ((2, 3), "2 and 4", 3),
        (("a", "b"), "b", "a"),
    ],
)
def test_a_text_names_texts_as_they_are_and_whole_numbers_outside_them(
    naming: tuple[int | str, ...], text: str, missing: int | str | None
) -> None:
    """A number counts where it stands alone, and not as a part of a named text."""
    assert Raises(ValueError, naming).missing_name(text) == missing


def test_an_expected_exception_is_told_with_what_it_names() -> None:
    """The sentence holds the exception's name and each thing that it must name."""
    assert str(Raises(ValueError)) == "ValueError"
    told = "ValueError that names 0 and 'a'"
    assert str(Raises(ValueError, (0, "a"))) == told


def test_only_exceptions_that_an_answer_can_name_are_expected() -> None:
    """What is neither Python's own nor of given.py would never be met: our error."""
    local = type("Local", (ValueError,), {"__module__": "given"})
    assert Raises(local).kind is local
    with pytest.raises(GraderError, match="Empty of _queue is expected"):
        Raises(queue.Empty)


_FIVE = Gives(5)
_VALUE_ERROR = Raises(ValueError, ("bad", 3))
_CHECKS: dict[str, tuple[Answer, Gives | Raises, LevelVerdict | None, str]] = {
    "right": (Returned(5), _FIVE, None, ""),
    "wrong": (Returned(6), _FIVE, LevelVerdict.WRONG_ANSWER, "it is 6, expected 5"),
    "type": (Returned(5.0), _FIVE, LevelVerdict.WRONG_ANSWER, "it is of type float"),
    "raised": (_raised(), _FIVE, LevelVerdict.RAISED, "it raised ValueError"),
    "unsendable": (
        Unsendable("nested more than 64 deep"),
        _FIVE,
        LevelVerdict.WRONG_ANSWER,
        "its answer cannot be read: nested more than 64 deep",
    ),
    "memory": (
        _NO_MEMORY,
        _FIVE,
        LevelVerdict.TOO_MUCH_MEMORY,
        "it asked for more memory than it may use",
    ),
    "as expected": (_raised(text="bad 3"), _VALUE_ERROR, None, ""),
    "a subclass": (_raised("BadLog", "bad 3", "ValueError"), _VALUE_ERROR, None, ""),
    "unnamed": (
        _raised(text="bad 4"),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "the first number in the text of its ValueError is not 3",
    ),
    "another": (
        _raised("KeyError"),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "it raised KeyError, and should have raised ValueError that names 'bad' and 3",
    ),
    "a name alone": (
        Raised("ValueError", ("Exception",), "bad 3", ""),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "it raised ValueError, and should have raised",
    ),
    "returned": (
        Returned(None),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "it returned, and should have raised ValueError",
    ),
    "memory in place of it": (
        _NO_MEMORY,
        _VALUE_ERROR,
        LevelVerdict.TOO_MUCH_MEMORY,
        "it asked for more memory",
    ),
    "memory as expected": (_NO_MEMORY, Raises(MemoryError), None, ""),
    "unsendable in place of it": (
        Unsendable("too long"),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "its answer cannot be read",
    ),
}


@pytest.mark.parametrize(
    ("answer", "expectation", "verdict", "message"), _CHECKS.values(), ids=_CHECKS
)
def test_an_answer_meets_its_expectation_or_has_a_verdict(
    answer: Answer,
    expectation: Gives | Raises,
    verdict: LevelVerdict | None,
    message: str,
) -> None:
    """Each way of not meeting an expectation has a verdict and a sentence."""
    if verdict is None:
        check(answer, expectation)
        return
    with pytest.raises(CaseFailedError) as caught:
        check(answer, expectation)
    error = caught.value
    assert error.verdict is verdict
    assert error.message.startswith(message)
    assert (error.expectation, error.answer) == (expectation, answer)


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
    script = _Script(Returned([1]), Returned(None))
    solution = Solution(script)
    assert solution.first(1, key=2) == [1]
    assert solution.second() is None
    assert script.calls == [call("first", 1, key=2), call("second")]


def test_private_names_of_a_solution_are_no_functions() -> None:
    """What begins with an underscore is no call, so that a typing error shows."""
    with pytest.raises(AttributeError, match="_hidden"):
        _ = Solution(_Script())._hidden


def test_an_assert_compares_by_exact_type() -> None:
    """An assert that holds does nothing, and one that does not says how."""
    with _case(Returned(1), Returned(True)) as solution:
        assert_equal(lambda: solution.f(1), lambda: 1)
        with pytest.raises(CaseFailedError) as caught:
            assert_equal(lambda: solution.f(2), lambda: 1)
    error = caught.value
    assert error.verdict is LevelVerdict.WRONG_ANSWER
    assert error.message == "it is of type bool, expected int"
    assert error.expectation == Gives(1)
    assert error.found is not None and error.found.kind is Kind.TYPE
    assert error.num_calls == 2


def test_an_assert_outside_a_case_is_an_error_of_the_question() -> None:
    """Without a running case there is nothing to compare."""
    with pytest.raises(GraderError, match="an assert outside a case"):
        assert_equal(lambda: 1, lambda: 1)


def test_an_assert_on_what_no_call_returned_is_an_error_of_the_question() -> None:
    """What stands left must be an answer, as it came."""
    with (
        _case(Returned([1, 2])) as solution,
        pytest.raises(GraderError, match=r"has \[1\] on its left"),
    ):
        assert_equal(lambda: solution.f()[:1], lambda: [1])


def _failed_with_name(asserted: str) -> CaseFailedError:
    """Ask twice, get 0 both times under two names, and assert on one of them."""
    with _case(Returned(0), Returned(0)) as solution:
        first = solution.f()
        note_name("first", first)
        second = solution.g()
        note_name("second", second)
        with pytest.raises(CaseFailedError) as caught:
            assert_equal(lambda: first, lambda: 5, asserted)
    return caught.value


def test_an_assert_on_a_name_knows_which_call_it_came_from() -> None:
    """Two equal small answers are one object to Python, and still two answers."""
    assert _failed_with_name("first").num_calls == 1
    assert _failed_with_name("second").num_calls == 2
    assert _failed_with_name("unknown").num_calls == 2


def test_a_name_that_was_bound_anew_is_not_mistaken() -> None:
    """A name counts for a call only as long as it holds what that call returned."""
    with _case(Returned(1000), Returned(2000)) as solution:
        first = solution.f()
        note_name("value", first)
        second = solution.f()
        note_name("value", "something else")
        with pytest.raises(CaseFailedError) as caught:
            assert_equal(lambda: second, lambda: 5, "value")
    assert caught.value.num_calls == 2


def test_a_name_outside_a_case_is_nothing() -> None:
    """Names are noted in every function of a grader, a case running or not."""
    note_name("value", 1)
    with _case() as solution:
        note_name("value", 1)
    assert solution._named == {}


@pytest.mark.parametrize("answer", [_STOPPED, _raised(), Unsendable("why"), _NO_MEMORY])
def test_what_was_expected_is_known_when_no_answer_comes(
    answer: Answer | StoppedError,
) -> None:
    """A call that raises or is stopped in an assert keeps what stands right."""
    with _case(answer) as solution, pytest.raises(CaseFailedError) as caught:
        assert_equal(solution.f, lambda: [5])
    assert caught.value.expectation == Gives([5])


@pytest.mark.parametrize("answer", [_STOPPED, _raised()])
def test_an_expectation_that_asks_a_stopped_submission_is_not_known(
    answer: Answer | StoppedError,
) -> None:
    """Where both sides are calls, the one that failed is the one that is told."""
    with _case(answer, _STOPPED) as solution, pytest.raises(CaseFailedError) as caught:
        assert_equal(lambda: solution.f(1), lambda: solution.f(2))
    error = caught.value
    assert error.expectation is None
    assert solution._calls[: error.num_calls] == [call("f", 1)]


def test_a_call_outside_an_assert_must_return_what_can_be_read() -> None:
    """A bare call that raises fails the case, whatever comes after."""
    with _case(_raised()) as solution, pytest.raises(CaseFailedError) as caught:
        solution.f()
    assert caught.value.verdict is LevelVerdict.RAISED
    assert caught.value.expectation is None


def test_a_raises_block_is_met_by_the_exception() -> None:
    """The block ends where the expected exception comes."""
    with _case(Returned(1), _raised(text="no 7")) as solution:
        with solution.raises(ValueError, naming=7):
            solution.f()
            solution.g()
            raise AssertionError("not reached")
        assert len(solution._calls) == 2


def test_a_raises_block_around_an_assert_is_met_too() -> None:
    """An assert in the block does not take the exception for itself."""
    with _case(_raised()) as solution, solution.raises(ValueError):
        assert_equal(solution.f, lambda: 1)


@pytest.mark.parametrize("num_before", [0, 1])
def test_a_raises_block_without_a_call_is_an_error_of_the_question(
    num_before: int,
) -> None:
    """Nothing can raise in it, whatever was called before."""
    with _case(Returned(1)) as solution:
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
        (_raised("KeyError"), LevelVerdict.WRONG_ANSWER),
        (_raised(text="without it"), LevelVerdict.WRONG_ANSWER),
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
        _case(answer) as solution,
        pytest.raises(CaseFailedError) as caught,
        solution.raises(ValueError, naming="it is"),
    ):
        solution.f()
    assert caught.value.verdict is verdict
    assert caught.value.expectation == Raises(ValueError, ("it is",))


def test_after_a_raises_block_an_exception_is_none_that_was_expected() -> None:
    """The expectation ends with its block."""
    with _case(_raised(), _raised()) as solution:
        with solution.raises(ValueError):
            solution.f()
        with pytest.raises(CaseFailedError) as caught:
            solution.f()
    assert caught.value.verdict is LevelVerdict.RAISED


def test_a_mistake_of_the_grader_passes_through_a_raises_block() -> None:
    """An exception of the grader's own is not taken for the submission's."""
    with (
        _case(Returned(1)) as solution,
        pytest.raises(ZeroDivisionError),
        solution.raises(ZeroDivisionError),
    ):
        solution.f(1 // 0)


def test_a_written_value_is_remembered_with_its_source_until_the_next_case() -> None:
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


def test_a_function_of_the_workloads_is_another_than_the_submissions() -> None:
    """`run` names what no call of the submission names, with all arguments."""
    asked = run("digest", 1, [2], name=3)
    assert (asked.arguments, asked.keywords) == ((1, [2]), {"name": 3})
    assert asked.name == WORKLOADS_PREFIX + "digest"
    assert not asked.name.isidentifier()
    assert asked.gives(4) == Step(asked, Gives(4))
