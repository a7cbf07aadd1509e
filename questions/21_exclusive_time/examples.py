"""Examples of question 21; add your own."""

from __future__ import annotations

import re

import pytest

from solution import exclusive_time


def test_a_callee_s_time_is_not_its_caller_s() -> None:
    """Function 1 owns units 2 to 5, function 0 what is left of 0 to 6."""
    logs = ["0:start:0", "1:start:2", "1:end:5", "0:end:6"]
    assert exclusive_time(2, logs) == [3, 4]


def test_recursion_adds_up() -> None:
    """Both calls are function 0's, so all seven units are."""
    logs = ["0:start:0", "0:start:2", "0:end:5", "0:end:6"]
    assert exclusive_time(1, logs) == [7]


def test_nothing_happened() -> None:
    """Without logs, nobody ran."""
    assert exclusive_time(3, []) == [0, 0, 0]


def test_idle_time_belongs_to_nobody() -> None:
    """Units 5 to 7 lie between two outermost calls."""
    logs = ["0:start:3", "0:end:4", "1:start:8", "1:end:8"]
    assert exclusive_time(2, logs) == [2, 1]


def test_zeros_in_front_are_digits() -> None:
    """A timestamp of 007 is a 7."""
    assert exclusive_time(1, ["0:start:007", "0:end:010"]) == [4]


def test_a_call_may_take_no_units() -> None:
    """The end of unit 4 is the beginning of unit 5."""
    assert exclusive_time(1, ["0:start:5", "0:end:4"]) == [0]


@pytest.mark.parametrize(
    "log",
    [
        *("0:begin:4", "0:START:4", "0:start", "0:start:4:4", "rubbish"),
        *("0:start: 4", "0:start:+4", "0:start:1_0", "0:start:4\n"),
        "0:start:\N{ARABIC-INDIC DIGIT FOUR}",
        "2:start:4",
        "1:end:4",
        *("1:start:2", "0:end:1"),
    ],
)
def test_a_log_at_fault_is_named(log: str) -> None:
    """After a start of function 0 at 3, each of these logs is at fault."""
    with pytest.raises(ValueError, match=r"[0-9]") as caught:
        exclusive_time(2, ["0:start:3", log, "0:end:20"])
    assert_names(str(caught.value), 1, log)


@pytest.mark.parametrize(
    ("logs", "position"),
    [
        (["0:end:3"], 0),
        (["0:start:0", "0:end:5", "0:start:5", "0:end:6"], 2),
        (["0:start:0", "1:start:2", "0:end:5", "1:end:6"], 2),
        (["0:start:0", "1:start:4"], 1),
        (["0:start:0", "1:start:1", "1:end:2"], 0),
    ],
)
def test_a_log_that_does_not_fit_is_named(logs: list[str], position: int) -> None:
    """Each log can be read, and one of them does not fit the others."""
    with pytest.raises(ValueError, match=r"[0-9]") as caught:
        exclusive_time(2, logs)
    assert_names(str(caught.value), position, logs[position])


def assert_names(message: str, position: int, log: str) -> None:
    """Check that a message holds a log's text, and apart from it the position first."""
    text = log if log in message else repr(log)[1:-1]
    assert text in message
    numbers = re.findall("[0-9]+", message.replace(text, " "))
    assert numbers and int(numbers[0]) == position, message
