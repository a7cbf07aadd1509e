"""Values and calls as Python, wrapped at the width of a line."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from perfkata.judge.objects import Remote
from perfkata.judge.wire import Foreign

__all__ = [
    "WIDTH",
    "Sources",
    "called",
    "filled",
    "indented",
    "literal",
    "written_tuple",
]

WIDTH = 88
_MAX_PRINTED_DIGITS = 4_000
# Python reads 200 brackets within each other, and a frozenset has two.
_MAX_NESTING = 80

# Values that are written as an expression of their own, or by a name, by their ids.
Sources = dict[int, tuple[Any, str]]


def literal(value: Any, sources: Sources) -> str:
    """Write a value as a Python expression.

    What is nested deeper than Python reads at once is handed to a lambda, which has
    the value around it.
    """
    deeper: list[Any] = []
    text = _literal(value, sources, _MAX_NESTING, deeper)
    if not deeper:
        return text
    names = [_name_of_deeper(number) for number in range(1, len(deeper) + 1)]
    inside = [literal(item, sources) for item in deeper]
    return f"(lambda {', '.join(names)}: {text})({', '.join(inside)})"


def _name_of_deeper(number: int) -> str:
    return f"deeper_{number}"


def _literal(value: Any, sources: Sources, depth: int, deeper: list[Any]) -> str:
    """Write a value down to a depth; name what is deeper, and add it to `deeper`."""
    known = sources.get(id(value))
    if known is not None:
        return known[1]
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f'float("{value}")'
    if kind is int and abs(value).bit_length() > 3 * _MAX_PRINTED_DIGITS:
        return hex(value)
    if kind is Foreign or isinstance(value, Remote):
        return "..."
    is_record = dataclasses.is_dataclass(value) and not isinstance(value, type)
    if kind not in (list, tuple, set, frozenset, dict) and not is_record:
        return repr(value)
    if depth == 0:
        deeper.append(value)
        return _name_of_deeper(len(deeper))
    if kind is dict:
        items = [
            f"{_literal(key, sources, depth - 1, deeper)}:"
            f" {_literal(item, sources, depth - 1, deeper)}"
            for key, item in value.items()
        ]
        return "{" + ", ".join(items) + "}"
    if is_record:
        names = [field.name for field in dataclasses.fields(value)]
        fields = [
            f"{name}={_literal(getattr(value, name), sources, depth - 1, deeper)}"
            for name in names
        ]
        return f"given.{kind.__name__}({', '.join(fields)})"
    items = [_literal(item, sources, depth - 1, deeper) for item in value]
    return _bracketed(value, kind, items)


def _bracketed(value: Any, kind: type, items: list[str]) -> str:
    inside = ", ".join(items)
    if kind is list:
        return f"[{inside}]"
    if kind is tuple:
        return f"({inside},)" if len(items) == 1 else f"({inside})"
    if kind is set:
        return f"{{{inside}}}" if items else "set()"
    return f"frozenset({{{inside}}})" if value else "frozenset()"


def called(
    name: str, arguments: Sequence[Any], keywords: dict[str, Any], sources: Sources
) -> list[str]:
    """Write a call, an argument a line if it does not fit into one."""
    prefixes = [""] * len(arguments) + [f"{key}=" for key in keywords]
    values = (*arguments, *keywords.values())
    texts = [
        f"{prefix}{literal(value, sources)}"
        for prefix, value in zip(prefixes, values, strict=True)
    ]
    line = f"{name}({', '.join(texts)})"
    if len(line) + len("came = ") <= WIDTH:
        return [line]
    inside: list[str] = []
    for text, prefix, value in zip(texts, prefixes, values, strict=True):
        inside += _wrapped(text, prefix, value, sources)
    return [f"{name}(", *indented(inside), ")"]


def _wrapped(argument: str, prefix: str, value: Any, sources: Sources) -> list[str]:
    """Write an argument, its items on lines of their own if it is long."""
    is_plain_list = type(value) is list and id(value) not in sources
    if len(argument) + 5 <= WIDTH or not is_plain_list:
        return [argument + ","]
    return [f"{prefix}[", *filled(value, sources), "],"]


def filled(items: list[Any], sources: Sources) -> list[str]:
    """Write items, as many a line as fit."""
    lines: list[str] = []
    line = ""
    for item in items:
        text = literal(item, sources) + ","
        if line and len(line) + len(text) + 1 > WIDTH - 8:
            lines.append(line)
            line = ""
        line = f"{line} {text}" if line else text
    return indented([*lines, line])


def indented(lines: Sequence[str]) -> list[str]:
    """Move lines to the right by one step."""
    return [f"    {line}" for line in lines]


def written_tuple(name: str, values: tuple[Any, ...], sources: Sources) -> list[str]:
    """Assign a tuple to a name."""
    texts = [literal(value, sources) for value in values]
    line = f"{name} = {_bracketed(values, tuple, texts)}"
    if len(line) <= WIDTH:
        return [line]
    inside: list[str] = []
    for text, value in zip(texts, values, strict=True):
        inside += _wrapped(text, "", value, sources)
    return [f"{name} = (", *indented(inside), ")"]
