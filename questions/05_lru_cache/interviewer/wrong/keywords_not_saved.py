"""Saves the arguments by position and forgets those by name.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import json
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
                except NotSaveableError:
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


MAX_NESTING = 200
BAD_ENTRY = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    RecursionError,
    AttributeError,
)


class NotSaveableError(Exception):
    """The value cannot be written."""


def dump(entry: tuple[Any, ...]) -> str:
    args, named, value = entry
    packed = {
        "args": [pack(arg, MAX_NESTING) for arg in args],
        "named": [
            [pack(name, 1), pack(arg, MAX_NESTING)] for name, arg in named.items()
        ],
        "value": pack(value, MAX_NESTING),
    }
    return json.dumps(packed)


def parse(text: str) -> tuple[Any, Any, Any]:
    packed = json.loads(text)
    args = tuple(unpack(arg) for arg in packed["args"])
    named = {unpack(name): unpack(arg) for name, arg in packed["named"]}
    return args, named, unpack(packed["value"])


def pack(value: Any, room: int) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        return {"int": hex(value)}
    if kind is float:
        return {"float": value.hex()}
    if kind is bytes:
        return {"bytes": value.hex()}
    if kind is str:
        return {"str": value.encode("utf-8", "surrogatepass").hex()}
    if room == 0:
        raise NotSaveableError
    if kind is tuple:
        return {"tuple": [pack(item, room - 1) for item in value]}
    if kind is list:
        return [pack(item, room - 1) for item in value]
    if kind is dict:
        pairs = [[pack(k, room - 1), pack(v, room - 1)] for k, v in value.items()]
        return {"dict": pairs}
    raise NotSaveableError


def unpack(packed: Any) -> Any:
    if packed is None or isinstance(packed, bool):
        return packed
    if isinstance(packed, list):
        return [unpack(item) for item in packed]
    ((tag, content),) = packed.items()
    if tag == "int":
        return int(content, 16)
    if tag == "float":
        return float.fromhex(content)
    if tag == "bytes":
        return bytes.fromhex(content)
    if tag == "str":
        return bytes.fromhex(content).decode("utf-8", "surrogatepass")
    if tag == "tuple":
        return tuple(unpack(item) for item in content)
    if tag == "dict":
        return {unpack(k): unpack(v) for k, v in content}
    raise ValueError(f"unknown tag {tag}")
