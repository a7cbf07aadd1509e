"""Profiles: what a worker counted is read within bounds, or is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.profile import (
    CallCount,
    LineCount,
    Profile,
    Work,
    WorkKind,
    read_profile,
)
from perfkata.judge.wire import WireError, encode
from tests.judge.conftest import PLAIN

_NAMES = st.text(max_size=80).filter(str.isprintable)
_COUNTS = (st.integers(1, 2**62 - 1), st.integers(0, 2**62 - 1))
_LINES = st.tuples(st.integers(1, 99), *_COUNTS)
_CALLS = st.tuples(st.integers(1, 99), _NAMES, *_COUNTS)
_KINDS = st.sampled_from([kind.value for kind in WorkKind])
_WORK = st.tuples(st.integers(1, 99), _KINDS, _NAMES, *_COUNTS)
_PROFILES = st.tuples(
    st.booleans(),
    st.integers(0, 9**9),
    st.lists(_LINES, max_size=4),
    st.lists(_CALLS, max_size=4),
    st.lists(_WORK, max_size=4),
)


@given(_PROFILES)
def test_a_profile_is_read_as_it_was_counted(counted: tuple[Any, ...]) -> None:
    """Rows of lines, calls and work become what they say, in order."""
    is_complete, num_own_calls, lines, calls, work = counted
    profile = read_profile(encode(counted))
    assert profile == Profile(
        is_complete,
        num_own_calls,
        tuple(LineCount(*row) for row in lines),
        tuple(CallCount(*row) for row in calls),
        tuple(Work(line, WorkKind(kind), *rest) for line, kind, *rest in work),
    )
    assert profile.num_calls == num_own_calls + sum(row[2] for row in calls)


@given(st.binary(max_size=60) | PLAIN.map(encode))
def test_other_bytes_are_no_profile(payload: bytes) -> None:
    """Bytes that were not counted are refused, whatever they are."""
    with pytest.raises(WireError):
        read_profile(payload)


@pytest.mark.parametrize(
    "counted",
    [
        None,
        (True, 1, [], []),
        (1, 1, [], [], []),
        (True, True, [], [], []),
        (True, -1, [], [], []),
        (True, 2**62, [], [], []),
        (True, 1, (), [], []),
        (True, 1, [[1, 1, 1]], [], []),
        (True, 1, [(1, 1)], [], []),
        (True, 1, [(0, 1, 1)], [], []),
        (True, 1, [(2**20, 1, 1)], [], []),
        (True, 1, [(True, 1, 1)], [], []),
        (True, 1, [(1, 1.0, 1)], [], []),
        (True, 1, [(1, -1, 1)], [], []),
        (True, 1, [(1, 0, 1)], [], []),
        (True, 1, [], [(1, b"len", 1, 1)], []),
        (True, 1, [], [(1, "\x1b[2J", 1, 1)], []),
        (True, 1, [], [(1, "\ud800", 1, 1)], []),
        (True, 1, [], [(1, "n" * 81, 1, 1)], []),
        (True, 1, [], [(1, "len", 1, 1, 1)], []),
        (True, 1, [], [], [(1, "steals", "x", 1, 1)]),
        (True, 1, [], [], [(1, ["front"], "x", 1, 1)]),
        (True, 1, [(1, 1, 1)] * 2**15, [], []),
    ],
)
def test_a_profile_that_is_odd_in_one_place_is_none(counted: Any) -> None:
    """Types are exact, counts have bounds and a row has its length."""
    with pytest.raises(WireError):
        read_profile(encode(counted))
