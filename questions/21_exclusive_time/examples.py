"""Examples of question 21; add your own."""

from __future__ import annotations

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


def test_an_impossible_log_is_named() -> None:
    """Function 0 cannot end while function 1 runs: log 2 is at fault."""
    logs = ["0:start:0", "1:start:2", "0:end:5", "1:end:6"]
    with pytest.raises(ValueError, match=r"\b2\b.*0:end:5|0:end:5.*\b2\b"):
        exclusive_time(2, logs)
