"""Saves the arguments by position and forgets those by name.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import ast
import os
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


class Memo:
    """The cache of one function, and the function itself."""

    def __init__(self, function: Callable[..., Any], limit: int) -> None:
        self.function = function
        self.limit = limit
        self.data: OrderedDict[Any, Any] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def call(self, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        key = (args, tuple(sorted(named.items())))
        if key in self.data:
            self.hits += 1
            self.data.move_to_end(key)
            return self.data[key]
        self.misses += 1
        value = self.function(*args, **named)
        self.store(key, value)
        return value

    def store(self, key: Any, value: Any) -> None:
        self.data.pop(key, None)
        self.data[key] = value
        if len(self.data) > self.limit:
            self.data.popitem(last=False)

    def info(self) -> dict[str, int]:
        return {
            "size": len(self.data),
            "max_size": self.limit,
            "hits": self.hits,
            "misses": self.misses,
        }

    def clear(self) -> None:
        self.data.clear()
        self.hits = self.misses = 0

    def save(self, filepath: str) -> int:
        return write_file(filepath, self.data)

    def load(self, filepath: str) -> int:
        loaded = read_file(filepath)
        self.data.clear()
        for key, value in loaded.items():
            self.store(key, value)
        return len(self.data)


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a function with an LRU cache of max_size entries."""
    if type(max_size) is not int:
        raise TypeError(f"max_size is {max_size!r}, which is no int")
    if max_size < 0:
        raise ValueError(f"max_size is {max_size}, which is below 0")

    def decorate(function: Callable[..., Any]) -> Any:
        memo = Memo(function, max_size)

        @wraps(function)
        def cached(*args: Any, **named: Any) -> Any:
            return memo.call(args, named)

        result: Any = cached
        result.cache_info = memo.info
        result.cache_clear = memo.clear
        result.save = memo.save
        result.load = memo.load
        return result

    return decorate


def write_file(filepath: str, entries: OrderedDict[Any, Any]) -> int:
    folder = Path(filepath).parent
    count = 0
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"memoize 1\n")
            for key, value in entries.items():
                try:
                    data = dump((key[0], {}, value)).encode("ascii")
                except NotSaveable:
                    continue
                file.write(checksum(data) + b" " + data + b"\n")
                count += 1
        Path(name).replace(filepath)
    except BaseException:
        Path(name).unlink()
        raise
    return count


def checksum(data: bytes) -> bytes:
    return format(zlib.crc32(data), "08x").encode()


def read_file(filepath: str) -> OrderedDict[Any, Any]:
    data = Path(filepath).read_bytes()
    lines = data.split(b"\n")
    if lines.pop(0) != b"memoize 1":
        raise ValueError(f"cannot load {filepath!r}: unknown format")
    result: OrderedDict[Any, Any] = OrderedDict()
    for line in lines:
        entry = read_line(line)
        if entry is not None:
            args, named, value = entry
            key = (args, tuple(sorted(named.items())))
            result[key] = value
    return result


def read_line(line: bytes) -> tuple[Any, Any, Any] | None:
    """Return the arguments, the keywords and the value, or None if it is damaged."""
    if line[:9] != checksum(line[9:]) + b" ":
        return None
    try:
        args, named, value = parse(line[9:].decode("ascii"))
        hash((args, tuple(sorted(named.items()))))
    except BAD_ENTRY:
        return None
    return args, named, value


BAD_ENTRY = (
    *(ValueError, TypeError, AttributeError, OverflowError),
    *(SyntaxError, RecursionError, MemoryError),
)


class NotSaveable(Exception):  # noqa: N818
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
    """Replace numbers by texts, since literals have no infinity and few digits."""
    kind = type(value)
    if value is None or kind in (bool, str, bytes):
        return value
    if kind is int:
        return {"int": hex(value)}
    if kind is float:
        return {"float": repr(value)}
    if level == 50:
        raise NotSaveable
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
    raise NotSaveable


def from_literal(coded: Any) -> Any:
    if isinstance(coded, tuple):
        return tuple(from_literal(item) for item in coded)
    if isinstance(coded, list):
        return [from_literal(item) for item in coded]
    if not isinstance(coded, dict):
        return coded
    if "int" in coded:
        return int(coded["int"], 0)
    if "float" in coded:
        return float(coded["float"])
    return {from_literal(key): from_literal(item) for key, item in coded["dict"]}
