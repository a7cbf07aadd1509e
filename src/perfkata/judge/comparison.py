"""How an answer is compared with what was expected: by exact type, then by value.

``True`` is not ``1``, a tuple is not a list, and NaN equals nothing; so it is at every
depth: in sets, in the keys of dicts and in the fields of records (those that the record
itself compares). Lengths come first, since that is what a person looks at first; then
the first place that differs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from perfkata.judge.objects import Home, Remote
from perfkata.judge.wire import Foreign, name_of_type

__all__ = ["Difference", "Kind", "difference", "shown"]

_MAX_SHOWN_CHARACTERS = 200
# What stays on the other side is equal to nothing here.
_OPAQUE = (Foreign, Remote)


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
        path: The place as Python after the value's name, such as ``[2].low``.
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
        where = f"at {_shortened(self.path)} it is " if self.path else "it is "
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
    return _shortened(_represented(value))


def _shortened(text: str) -> str:
    if len(text) <= _MAX_SHOWN_CHARACTERS:
        return text
    half = _MAX_SHOWN_CHARACTERS // 2
    return f"{text[:half]} … {text[-half:]}"


def _represented(value: Any) -> str:
    try:
        return repr(value)
    except ValueError:  # an integer of more digits than Python prints
        return hex(value) if type(value) is int else "(too long to show)"
    except RecursionError:  # records within records
        return "(too deep to show)"


def _difference(came: Any, expected: Any, path: str) -> Difference | None:
    if isinstance(came, Home):
        came = came.function
    if isinstance(expected, Home):
        expected = expected.function
    kind = type(expected)
    if type(came) is not kind:
        return Difference(Kind.TYPE, path, came, expected)
    if kind in (list, tuple):
        return _in_sequences(came, expected, path)
    if kind is dict:
        return _in_mappings(came, expected, path)
    if _is_record(expected):
        return _in_records(came, expected, path)
    if kind in (set, frozenset):
        is_same = set(_exact_items(came)) == set(_exact_items(expected))
    else:
        is_same = kind not in _OPAQUE and came == expected
    return None if is_same else Difference(Kind.VALUE, path, came, expected)


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
    by_key = dict(zip(_exact_items(came), came.values(), strict=True))
    for key, exact in zip(expected, _exact_items(expected), strict=True):
        if exact not in by_key:
            return Difference(Kind.VALUE, path, came, expected)
        place = f"{path}[{_represented(key)}]"
        found = _difference(by_key[exact], expected[key], place)
        if found is not None:
            return found
    return None


def _in_records(came: Any, expected: Any, path: str) -> Difference | None:
    for field in fields(expected):
        if field.compare:
            left, right = getattr(came, field.name), getattr(expected, field.name)
            found = _difference(left, right, f"{path}.{field.name}")
            if found is not None:
                return found
    return None


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and type(value) is not Foreign


def _exact_items(items: Collection[Any]) -> list[Any]:
    """Return stand-ins for items, in order, that are equal only if we call them so.

    To Python's sets and dicts 1 and True are one item, and so are (1,) and (True,).
    """
    kinds = set(map(type, items))
    if len(kinds) == 1 and kinds < {int, str, bytes}:
        return list(items)
    return [_exact(item) for item in items]


def _exact(item: Any) -> Any:
    kind = type(item)
    if kind in (list, tuple):
        return kind, tuple(map(_exact, item))
    if kind in (set, frozenset):
        return kind, frozenset(map(_exact, item))
    if kind is dict:
        pairs = zip(_exact_items(item), map(_exact, item.values()), strict=True)
        return kind, frozenset(pairs)
    if _is_record(item):
        compared = [field.name for field in fields(item) if field.compare]
        return kind, tuple(_exact(getattr(item, name)) for name in compared)
    is_equal_to_itself = kind not in _OPAQUE and item == item
    return (kind, item) if is_equal_to_itself else object()


def _type_name(value: Any) -> str:
    if isinstance(value, Remote):
        return value._type_name
    return value.type_name if type(value) is Foreign else name_of_type(type(value))
