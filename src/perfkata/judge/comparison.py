"""How an answer is compared with what was expected: by exact type, then by value.

``True`` is not ``1``, a tuple is not a list, and NaN equals nothing. Lengths come
first, since that is what a person looks at first; then the first place that differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from perfkata.judge.wire import Foreign, name_of_type

__all__ = ["Difference", "Kind", "difference", "shown"]

_MAX_SHOWN_CHARACTERS = 200


class Kind(Enum):
    """What differs."""

    TYPE = "type"
    LENGTH = "length"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which two values differ.

    Attributes:
        kind: What differs there.
        path: The place as Python after the value's name, such as ``[2]['x']``.
        came: What came there.
        expected: What was expected there.
    """

    kind: Kind
    path: str
    came: Any
    expected: Any

    @property
    def message(self) -> str:
        """Say it in one sentence."""
        where = f"at {self.path} it is " if self.path else "it is "
        if self.kind is Kind.TYPE:
            came, expected = _type_name(self.came), _type_name(self.expected)
            return f"{where}of type {came}, expected {expected}"
        if self.kind is Kind.LENGTH:
            return f"{where}{len(self.came):,} long, expected {len(self.expected):,}"
        return f"{where}{shown(self.came)}, expected {shown(self.expected)}"


def difference(came: Any, expected: Any) -> Difference | None:
    """Find the first place at which what came differs from what was expected.

    Cost: O(size of both).
    """
    return _difference(came, expected, "")


def shown(value: Any) -> str:
    """Show a value in a sentence, its middle left out if it is long."""
    try:
        text = value.text if type(value) is Foreign else repr(value)
    except ValueError:  # an integer of more digits than Python prints
        text = hex(value) if type(value) is int else "(too long to show)"
    if len(text) <= _MAX_SHOWN_CHARACTERS:
        return text
    half = _MAX_SHOWN_CHARACTERS // 2
    return f"{text[:half]} … {text[-half:]}"


def _difference(came: Any, expected: Any, path: str) -> Difference | None:
    kind = type(expected)
    if type(came) is not kind:
        return Difference(Kind.TYPE, path, came, expected)
    if kind in (list, tuple):
        return _in_sequences(came, expected, path)
    if kind is dict:
        return _in_mappings(came, expected, path)
    if kind in (set, frozenset):
        # 1 and True are one item to a set, but not to us.
        if {(type(item), item) for item in came} == {
            (type(item), item) for item in expected
        }:
            return None
        return Difference(Kind.VALUE, path, came, expected)
    return None if came == expected else Difference(Kind.VALUE, path, came, expected)


def _in_sequences(came: Any, expected: Any, path: str) -> Difference | None:
    if len(came) != len(expected):
        return Difference(Kind.LENGTH, path, came, expected)
    for index, (left, right) in enumerate(zip(came, expected, strict=True)):
        if type(left) is int is type(right) and left == right:
            continue
        found = _difference(left, right, f"{path}[{index}]")
        if found is not None:
            return found
    return None


def _in_mappings(came: Any, expected: Any, path: str) -> Difference | None:
    if len(came) != len(expected):
        return Difference(Kind.LENGTH, path, came, expected)
    kinds = {key: type(key) for key in came}
    for key, right in expected.items():
        if kinds.get(key) is not type(key):
            return Difference(Kind.VALUE, path, came, expected)
        found = _difference(came[key], right, f"{path}[{key!r}]")
        if found is not None:
            return found
    return None


def _type_name(value: Any) -> str:
    return value.type_name if type(value) is Foreign else name_of_type(type(value))
