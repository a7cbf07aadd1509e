"""A failure as Python that the learner can run beside ``solution.py``.

What was expected and what came stand in it as literals, inputs too large for one as
the expression that makes them. It fails when it is run as long as the failure is there,
by the same strict comparison as the judge's.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from perfkata.judge.comparison import Difference, Kind
from perfkata.judge.grading import Call, CaseFailedError, Gives, Raises
from perfkata.judge.report import LevelVerdict
from perfkata.judge.wire import Foreign

__all__ = ["Sources", "literal", "reproduction"]

_WIDTH = 88
_MAX_PRINTED_DIGITS = 4_000

Sources = dict[int, tuple[Any, str]]


def reproduction(
    calls: Sequence[Call], failed: CaseFailedError, sources: Sources
) -> str:
    """Write the program that shows a failure.

    Args:
        calls: What was called, in order; the last call is the one that failed.
        failed: How it failed.
        sources: Values that are written as expressions, by id.
    """
    names = dict.fromkeys(call.name for call in calls)
    values = [value for call in calls for value in _arguments(call)]
    if isinstance(failed.expectation, Gives):
        values.append(failed.expectation.value)
    needs_given = any(_holds_record(value) for value in values)
    lines = ["import given"] if needs_given else []
    lines += [f"from solution import {', '.join(names)}", ""]
    for call in calls[:-1]:
        lines += ["try:", *_indented(_called(call, sources)), "except Exception:"]
        lines.append("    pass")
    last = _called(calls[-1], sources)
    expectation = failed.expectation
    if failed.verdict is LevelVerdict.CHANGED_INPUT:
        lines += _changed_input(calls[-1], sources)
    elif isinstance(expectation, Raises):
        lines += _should_raise(last, expectation)
    else:
        lines += ["came = " + last[0], *last[1:]]
        if isinstance(expectation, Gives):
            lines += _should_give(expectation.value, failed.found, sources)
    return "\n".join([*_imports(lines), *lines]) + "\n"


def literal(value: Any, sources: Sources) -> str:
    """Write a value as a Python expression."""
    known = sources.get(id(value))
    if known is not None:
        return known[1]
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f'float("{value}")'
    if kind is int and abs(value).bit_length() > 3 * _MAX_PRINTED_DIGITS:
        return hex(value)
    if kind is Foreign:
        return f"...  # {value.text}"
    if kind in (list, tuple, set, frozenset):
        return _bracketed(value, kind, [literal(item, sources) for item in value])
    if kind is dict:
        items = [
            f"{literal(key, sources)}: {literal(item, sources)}"
            for key, item in value.items()
        ]
        return "{" + ", ".join(items) + "}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [
            f"{field.name}={literal(getattr(value, field.name), sources)}"
            for field in dataclasses.fields(value)
        ]
        return f"given.{kind.__name__}({', '.join(fields)})"
    return repr(value)


def _bracketed(value: Any, kind: type, items: list[str]) -> str:
    inside = ", ".join(items)
    if kind is list:
        return f"[{inside}]"
    if kind is tuple:
        return f"({inside},)" if len(items) == 1 else f"({inside})"
    if kind is set:
        return f"{{{inside}}}" if items else "set()"
    return f"frozenset({{{inside}}})" if value else "frozenset()"


def _called(call: Call, sources: Sources) -> list[str]:
    """Write a call, an argument a line if it does not fit into one."""
    arguments = [literal(value, sources) for value in call.arguments]
    arguments += [
        f"{name}={literal(value, sources)}" for name, value in call.keywords.items()
    ]
    line = f"{call.name}({', '.join(arguments)})"
    if len(line) + len("came = ") <= _WIDTH:
        return [line]
    inside: list[str] = []
    for argument, value in zip(arguments, _arguments(call), strict=True):
        inside += _wrapped(argument, value, sources)
    return [f"{call.name}(", *_indented(inside), ")"]


def _wrapped(argument: str, value: Any, sources: Sources) -> list[str]:
    """Write an argument, its items on lines of their own if it is long."""
    is_plain_list = type(value) is list and id(value) not in sources
    if len(argument) + 5 <= _WIDTH or not is_plain_list:
        return [argument + ","]
    prefix = argument[: argument.index("[")]
    return [f"{prefix}[", *_filled(value, sources), "],"]


def _filled(items: list[Any], sources: Sources) -> list[str]:
    lines: list[str] = []
    line = ""
    for item in items:
        text = literal(item, sources) + ","
        if line and len(line) + len(text) + 1 > _WIDTH - 8:
            lines.append(line)
            line = ""
        line = f"{line} {text}" if line else text
    return _indented([*lines, line])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _should_give(value: Any, found: Difference | None, sources: Sources) -> list[str]:
    text = literal(value, sources)
    if len(text) + len("expected = ") > _WIDTH and type(value) is list:
        lines = ["expected = [", *_filled(value, sources), "]"]
    else:
        lines = [f"expected = {text}"]
    if found is not None and found.kind is Kind.TYPE:
        place = f"came{found.path}"
        name = type(found.expected).__name__
        kind = "type(None)" if found.expected is None else name
        lines.append(f"assert type({place}) is {kind}, type({place})")
    elif found is not None and found.came == found.expected:
        # Equal to Python, but not to us: True in the place of 1 in a set, say.
        lines.append("assert repr(came) == repr(expected), came")
    else:
        lines.append("assert came == expected, came")
    return lines


def _should_raise(last: list[str], expectation: Raises) -> list[str]:
    kind = expectation.kind
    name = kind.__name__ if kind.__module__ == "builtins" else f"given.{kind.__name__}"
    lines = ["try:", *_indented(["came = " + last[0], *last[1:]])]
    lines += [f"except {name} as error:", "    said = str(error)"]
    for wanted in expectation.naming:
        if isinstance(wanted, str):
            lines.append(f"    assert {wanted!r} in said, said")
    for wanted in expectation.naming:
        if isinstance(wanted, str):
            lines.append(f"    said = said.replace({wanted!r}, ' ')")
    for wanted in expectation.naming:
        if isinstance(wanted, int):
            search = rf"re.search(r'(?<!\d){wanted}(?!\d)', said)"
            lines.append(f"    assert {search}, said")
    lines += ["else:", f'    raise AssertionError(f"no {name}, but {{came!r}}")']
    return lines


def _changed_input(call: Call, sources: Sources) -> list[str]:
    arguments = [literal(value, sources) for value in call.arguments]
    line = f"arguments = ({', '.join(arguments)},)"
    lines = [line]
    if len(line) > _WIDTH:
        inside: list[str] = []
        for argument, value in zip(arguments, call.arguments, strict=True):
            inside += _wrapped(argument, value, sources)
        lines = ["arguments = (", *_indented(inside), ")"]
    return [
        *lines,
        "before = copy.deepcopy(arguments)",
        "try:",
        f"    {call.name}(*arguments)",
        "finally:",
        "    assert arguments == before, arguments",
    ]


def _imports(lines: list[str]) -> list[str]:
    needed = [
        f"import {name}"
        for name in ("copy", "re")
        if any(f"{name}." in line for line in lines)
    ]
    return [*needed, ""] if needed else []


def _arguments(call: Call) -> tuple[Any, ...]:
    return (*call.arguments, *call.keywords.values())


def _holds_record(value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return any(_holds_record(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_record(item) for pair in value.items() for item in pair)
    return dataclasses.is_dataclass(value) and type(value) is not Foreign
