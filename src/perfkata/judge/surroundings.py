"""What a grader's functions use beside their parameters: variables and their values.

A *place* tells apart variables of one name: that of a cell, or of a module.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import FunctionType
from typing import Any

__all__ = [
    "Surroundings",
    "copied",
    "functions_in",
    "place_of",
    "surroundings",
    "value_at",
]

# How names begin that `loading` puts into a grader.
_LOADED = "__judge_"
# What a function of a case uses beside its parameters, as it was when it crossed.
Surroundings = dict[str, Any]


def surroundings(function: FunctionType) -> Surroundings:
    """Return what a function uses, values as copies."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found: Surroundings = {}
    for name, cell in cells:
        try:
            found[name] = cell.cell_contents
        except ValueError:  # it is assigned later
            continue
    for name in _global_names(function.__code__):
        if name in function.__globals__ and not name.startswith(_LOADED):
            found[name] = function.__globals__[name]
    return {name: copied(value) for name, value in found.items()}


def copied(value: Any) -> Any:
    """Copy plain values at every depth, and nothing else that stands in them."""
    return _copied(value, {})


def _copied(value: Any, known: dict[int, Any]) -> Any:
    kind = type(value)
    if kind not in (list, dict, tuple, set, frozenset):
        return value
    if id(value) in known:
        return known[id(value)]
    if kind is list:
        items = known[id(value)] = []
        items += [_copied(item, known) for item in value]
        return items
    if kind is dict:
        pairs = known[id(value)] = {}
        pairs.update({key: _copied(item, known) for key, item in value.items()})
        return pairs
    return kind([_copied(item, known) for item in value])


def _global_names(code: Any) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "STORE_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from _global_names(constant)


def functions_in(value: Any) -> Iterator[FunctionType]:
    """Return the functions in a value, at every depth."""
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from functions_in(item)
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from functions_in(item)


def place_of(function: FunctionType | None, name: str) -> int:
    """Tell apart the variables of one name: each has a place of its own."""
    if function is None:
        return 0
    if name in function.__code__.co_freevars and function.__closure__ is not None:
        index = function.__code__.co_freevars.index(name)
        return id(function.__closure__[index])
    return id(function.__globals__)


def value_at(function: FunctionType | None, name: str) -> Any:
    """Return what a name of a function means now."""
    if function is None:
        return None
    if name in function.__code__.co_freevars and function.__closure__ is not None:
        index = function.__code__.co_freevars.index(name)
        try:
            return function.__closure__[index].cell_contents
        except ValueError:
            return None
    return function.__globals__.get(name)
