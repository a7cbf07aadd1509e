"""What a traced call did, as the worker counted it: checked, and still not believed.

`tracing` counts in the process of the submission, so a profile explains a cost and
decides nothing. What is read here has the right shape and size, and is no more than
what the submission's process says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from perfkata.judge.wire import Bounds, WireError, decode

__all__ = ["CallCount", "LineCount", "Profile", "Work", "WorkKind", "read_profile"]

_BOUNDS = Bounds(2**20, max_depth=4, max_items=2**15, max_integer_bytes=8)
_MAX_COUNT = 2**62
_MAX_LINES = 2**20
_MAX_NAME_CHARACTERS = 80


class WorkKind(Enum):
    """What is done with many items at once.

    Items move when something before them is put into a list or taken from it: at its
    front, or further on. Of a plain dict its first item is sought, and the one that
    was found there before may have been deleted since.
    """

    FRONT = "front"
    MIDDLE = "middle"
    SCANS = "scans"
    COPIES = "copies"
    FIRST = "first"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class LineCount:
    """How often a line was reached, and how long it ran."""

    line: int
    times: int
    nanoseconds: int


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often a line called a function of Python or of its library.

    Attributes:
        line: The line.
        name: The function's name, such as ``list.insert`` or ``re.compile``.
        times: How often.
        length: The lengths of what it was called on, added up.
    """

    line: int
    name: str
    times: int
    length: int


@dataclass(frozen=True, slots=True)
class Work:
    """How many items a line moved, looked at, copied, or sought the first one of.

    Attributes:
        line: The line.
        kind: Which of these.
        name: What did it, such as ``list.insert``, ``in`` or ``slice``.
        times: How often.
        num_items: The items, added up; where the first one is sought, all of the dict.
    """

    line: int
    kind: WorkKind
    name: str
    times: int
    num_items: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What one call did.

    Attributes:
        is_complete: Whether it was counted to its end.
        num_own_calls: Calls of functions of its own.
        lines: The lines that were reached most.
        calls: The calls that were made most, of functions not its own.
        work: What was done most with many items at once.
    """

    is_complete: bool
    num_own_calls: int
    lines: tuple[LineCount, ...]
    calls: tuple[CallCount, ...]
    work: tuple[Work, ...]

    @property
    def num_calls(self) -> int:
        """All calls, those of its own functions and others."""
        return self.num_own_calls + sum(call.times for call in self.calls)


def read_profile(payload: bytes) -> Profile:
    """Read a profile off the wire.

    Raises:
        WireError: It is none.
    """
    match decode(payload, _BOUNDS):
        case (bool(is_complete), own_calls, list(lines), list(calls), list(work)):
            _check_count(own_calls)
            return Profile(
                is_complete,
                own_calls,
                tuple(LineCount(*row) for row in _rows(lines, 0)),
                tuple(CallCount(*row) for row in _rows(calls, 1)),
                tuple(
                    Work(line, _kind(kind), *rest)
                    for line, kind, *rest in _rows(work, 2)
                ),
            )
    raise WireError("a profile that is none")


def _rows(rows: list[Any], num_names: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows of a line, names and two counts."""
    for row in rows:
        if type(row) is not tuple or len(row) != num_names + 3:
            raise WireError("a row of a profile that is none")
        line, *names, times, amount = row
        if type(line) is not int or not 0 < line < _MAX_LINES:
            raise WireError("a line of a profile that is none")
        for name in names:
            _check_name(name)
        _check_count(times, least=1)
        _check_count(amount)
        yield row


def _check_name(name: Any) -> None:
    # It will be shown.
    is_text = type(name) is str and len(name) <= _MAX_NAME_CHARACTERS
    if not is_text or not name.isprintable():
        raise WireError("a name of a profile that is none")


def _check_count(count: Any, least: int = 0) -> None:
    if type(count) is not int or not least <= count < _MAX_COUNT:
        raise WireError("a count of a profile that is none")


def _kind(name: str) -> WorkKind:
    try:
        return WorkKind(name)
    except ValueError:
        raise WireError("a kind of work that is none") from None
