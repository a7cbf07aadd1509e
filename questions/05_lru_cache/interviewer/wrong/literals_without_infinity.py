"""Reads what repr wrote as literals, of which infinity and NaN are none.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import ast
import zlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Cache the results of the last max_size different calls."""
    if type(max_size) is not int:
        raise TypeError("max_size must be an integer")
    if max_size < 0:
        raise ValueError("max_size must not be negative")

    def decorator(func: Callable[..., Any]) -> Any:
        entries: OrderedDict[Any, Any] = OrderedDict()
        stats = {"hits": 0, "misses": 0}

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = (args, tuple(sorted(kwargs.items())))
            if key in entries:
                stats["hits"] += 1
                entries.move_to_end(key)
                return entries[key]
            stats["misses"] += 1
            result = func(*args, **kwargs)
            entries[key] = result
            entries.move_to_end(key)
            if len(entries) > max_size:
                entries.popitem(last=False)
            return result

        def cache_info() -> dict[str, int]:
            return {"size": len(entries), "max_size": max_size, **stats}

        def cache_clear() -> None:
            entries.clear()
            stats.update(hits=0, misses=0)

        def save(filepath: str) -> int:
            return write_file(filepath, entries)

        def load(filepath: str) -> int:
            loaded = read_file(filepath)
            while len(loaded) > max_size:
                loaded.popitem(last=False)
            entries.clear()
            entries.update(loaded)
            return len(entries)

        decorated: Any = wrapper
        decorated.cache_info = cache_info
        decorated.cache_clear = cache_clear
        decorated.save = save
        decorated.load = load
        return decorated

    return decorator


HEADER = "memoize 1"


def write_file(filepath: str, entries: OrderedDict[Any, Any]) -> int:
    lines = []
    for (args, named), value in entries.items():
        try:
            text = dump((args, dict(named), value))
        except NotSaveableError:
            continue
        lines.append(f"{zlib.crc32(text.encode()):08x} {text}")
    content = "\n".join([HEADER, *lines]) + "\n"
    target = Path(filepath)
    temporary = target.with_name(target.name + ".tmp")
    try:
        temporary.write_bytes(content.encode())
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return len(lines)


def read_file(filepath: str) -> OrderedDict[Any, Any]:
    header, *lines = Path(filepath).read_bytes().split(b"\n")
    if header != HEADER.encode():
        raise ValueError(f"{filepath} is not a memoize file")
    entries: OrderedDict[Any, Any] = OrderedDict()
    for line in lines:
        crc, _, payload = line.partition(b" ")
        if crc != b"%08x" % zlib.crc32(payload):
            continue
        try:
            args, named, value = parse(payload.decode())
            key = (args, tuple(sorted(named.items())))
            entries[key] = value
        except BAD_ENTRY:
            continue
    return entries


BAD_ENTRY = (
    *(ValueError, TypeError, AttributeError, OverflowError),
    *(SyntaxError, RecursionError, MemoryError),
)


class NotSaveableError(Exception):
    """What Python's literals cannot express."""


def dump(entry: tuple[Any, ...]) -> str:
    args, named, value = entry
    coded_args = tuple(to_literal(arg) for arg in args)
    coded_named = {name: to_literal(arg) for name, arg in named.items()}
    return ascii((coded_args, coded_named, to_literal(value)))


def parse(text: str) -> tuple[Any, Any, Any]:
    args, named, value = ast.literal_eval(text)
    return (
        tuple(from_literal(arg) for arg in args),
        {name: from_literal(arg) for name, arg in named.items()},
        from_literal(value),
    )


def to_literal(value: Any, level: int = 0) -> Any:
    """Replace integers by texts, since a literal may have 4,300 digits at most."""
    kind = type(value)
    if value is None or kind in (bool, str, bytes, float):
        return value
    if kind is int:
        return {"int": hex(value)}
    if level == 200:
        raise NotSaveableError
    if kind is tuple:
        return tuple(to_literal(item, level + 1) for item in value)
    if kind is list:
        return [to_literal(item, level + 1) for item in value]
    if kind is dict:
        return {
            "dict": [
                (to_literal(key, level + 1), to_literal(item, level + 1))
                for key, item in value.items()
            ]
        }
    raise NotSaveableError


def from_literal(coded: Any) -> Any:
    if isinstance(coded, tuple):
        return tuple(from_literal(item) for item in coded)
    if isinstance(coded, list):
        return [from_literal(item) for item in coded]
    if not isinstance(coded, dict):
        return coded
    if "int" in coded:
        return int(coded["int"], 0)
    return {from_literal(key): from_literal(item) for key, item in coded["dict"]}
