"""Calls, what is expected of them, and how answers fall short of it."""

from __future__ import annotations

import math
import queue
from typing import Any

import pytest
from hypothesis import given as given_values
from hypothesis import strategies as st

from perfkata.judge.answer import Answer, Raised, Returned, Unsendable
from perfkata.judge.errors import GraderError
from perfkata.judge.objects import Remote, given
from perfkata.judge.report import LevelVerdict
from perfkata.judge.steps import (
    Asked,
    Call,
    CaseFailedError,
    Gives,
    NotGives,
    Raises,
    Step,
    call,
    check,
    run,
)
from perfkata.judge.wire import WORKLOADS_PREFIX
from tests.judge.conftest import PLAIN
from tests.judge.scripted import raised

_NO_MEMORY = raised("MemoryError")


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
    "raised": (raised(), _FIVE, LevelVerdict.RAISED, "it raised ValueError"),
    "unsendable": (
        Unsendable("nested more than 256 deep"),
        _FIVE,
        LevelVerdict.WRONG_ANSWER,
        "its answer cannot be read: nested more than 256 deep",
    ),
    "memory": (
        _NO_MEMORY,
        _FIVE,
        LevelVerdict.TOO_MUCH_MEMORY,
        "it asked for more memory than it may use",
    ),
    "as expected": (raised(text="bad 3"), _VALUE_ERROR, None, ""),
    "a subclass": (raised("BadLog", "bad 3", "ValueError"), _VALUE_ERROR, None, ""),
    "unnamed": (
        raised(text="bad 4"),
        _VALUE_ERROR,
        LevelVerdict.WRONG_ANSWER,
        "the first number in the text of its ValueError is not 3",
    ),
    "another": (
        raised("KeyError"),
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


def test_a_function_of_the_workloads_is_another_than_the_submissions() -> None:
    """`run` names what no call of the submission names, with all arguments."""
    asked = run("digest", 1, [2], name=3)
    assert (asked.arguments, asked.keywords) == ((1, [2]), {"name": 3})
    assert asked.name == WORKLOADS_PREFIX + "digest"
    assert not asked.name.isidentifier()
    assert asked.gives(4) == Step(asked, Gives(4))


_RULE = "it served what it had promised not to serve"
_NEVER = NotGives(5, _RULE)
_NOT_GIVEN: dict[str, Answer] = {
    "another value": Returned(6),
    "an equal value of another type": Returned(5.0),
    "True in the place of 1": Returned(True),
    "an exception": raised("KeyError"),
    "no memory": _NO_MEMORY,
    "what cannot be read": Unsendable("too long"),
}


@pytest.mark.parametrize("answer", _NOT_GIVEN.values(), ids=_NOT_GIVEN)
def test_what_must_not_be_given_may_be_anything_else(answer: Answer) -> None:
    """Every other outcome is fine: values, exceptions, and what cannot be read."""
    check(answer, _NEVER)


def test_what_must_not_be_given_breaks_a_rule_where_it_is() -> None:
    """The sentence of the rule is the message, and the verdict names no answer."""
    with pytest.raises(CaseFailedError) as caught:
        check(Returned(5), _NEVER)
    error = caught.value
    assert error.verdict is LevelVerdict.NOT_BY_THE_RULES
    assert (error.message, error.expectation) == (_RULE, _NEVER)
    assert error.answer == Returned(5)
    assert error.found is None


@given_values(PLAIN)
def test_a_value_is_given_or_is_not(value: Any) -> None:
    """Of the two expectations that name one value, an answer meets exactly one."""
    met = []
    for expectation in (Gives(value), NotGives(value, _RULE)):
        try:
            check(Returned(value), expectation)
        except CaseFailedError:
            continue
        met.append(expectation)
    assert len(met) == 1


def _remote() -> Remote:
    return Remote(1, "function", "<function>", lambda *asked: None)


def test_a_call_names_what_it_calls() -> None:
    """A function goes by its name; an object's parts by the object and theirs."""
    remote = _remote()
    assert call("f", 1).target == ("name", "f")
    assert Call("", (1,), {}, remote).target == ("method", remote, "")
    assert Call("send", (1,), {}, remote).target == ("method", remote, "send")
    named = Call("__name__", (), {}, remote, Asked.ATTRIBUTE)
    assert named.target == ("attribute", remote, "__name__")
    asked = Call("", (), {}, remote, Asked.SIGNATURE)
    assert asked.target == ("signature", remote)


@given_values(st.lists(PLAIN, max_size=3), st.dictionaries(st.text(), PLAIN))
def test_a_call_of_values_can_be_made_by_itself(
    arguments: list[Any], keywords: dict[str, Any]
) -> None:
    """Plain values need nothing of the case in which they were made."""
    assert Call("f", tuple(arguments), keywords).is_plain


_WITHIN: dict[str, Any] = {
    "itself": lambda value: value,
    "list": lambda value: [1, value],
    "tuple": lambda value: (value,),
    "list in a dict": lambda value: {1: [value]},
    "set in a dict": lambda value: {"key": {value}},
    "key": lambda value: {value: 1},
    "frozenset": lambda value: frozenset([value]),
}


@pytest.mark.parametrize(
    "value",
    [len, lambda: 1, given(math, values=("pi",)), _remote()],
    ids=["builtin", "lambda", "given", "remote"],
)
@pytest.mark.parametrize("within", _WITHIN.values(), ids=_WITHIN)
def test_a_call_that_hands_over_a_thing_cannot_be_made_by_itself(
    value: Any, within: Any
) -> None:
    """Functions and objects belong to the case, at whatever depth they stand."""
    assert not call("f", within(value)).is_plain
    assert not call("f", name=within(value)).is_plain


def test_a_call_of_an_object_or_one_that_may_die_is_not_made_by_itself() -> None:
    """What it is called on, or that its process may end, belongs to the case."""
    assert not Call("f", (), {}, _remote()).is_plain
    assert not Call("f", (), {}, may_die=True).is_plain
