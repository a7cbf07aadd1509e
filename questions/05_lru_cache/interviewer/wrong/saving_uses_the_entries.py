"""Looks every entry up as a call does when it saves, and so turns hits into use.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

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
        values = {key: self.call(key[0], dict(key[1])) for key in list(self.data)}
        return write_file(filepath, OrderedDict(values))

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
                    data = dump((key[0], dict(key[1]), value)).encode("ascii")
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


# Errors of int(), float(), fromhex() and of words that run out.
BAD_ENTRY = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
DEEPEST = 200


class NotSaveableError(Exception):
    """There is no word for a value."""


def dump(entry: tuple[Any, ...]) -> str:
    args, named, value = entry
    words = [f"args={len(args)}", f"named={len(named)}"]
    for arg in args:
        add_words(arg, words, DEEPEST)
    for name, arg in named.items():
        add_words(name, words, DEEPEST)
        add_words(arg, words, DEEPEST)
    add_words(value, words, DEEPEST)
    return " ".join(words)


def parse(text: str) -> tuple[Any, Any, Any]:
    words = text.split(" ")[::-1]
    num_args = int(words.pop().removeprefix("args="))
    num_named = int(words.pop().removeprefix("named="))
    args = tuple(take(words) for _ in range(num_args))
    named = {}
    for _ in range(num_named):
        name = take(words)
        named[name] = take(words)
    value = take(words)
    if words:
        raise ValueError("words are left")
    return args, named, value


def add_words(value: Any, words: list[str], depth: int) -> None:
    """Say a value in words: its type, an equals sign, its content or its length."""
    kind = type(value)
    if value is None or kind is bool:
        words.append(f"{value}=")
    elif kind is int:
        words.append(f"int={value:x}")
    elif kind is float:
        words.append(f"float={value.hex()}")
    elif kind is str:
        words.append(f"str={value.encode('utf-8', 'surrogatepass').hex()}")
    elif kind is bytes:
        words.append(f"bytes={value.hex()}")
    elif kind in (list, tuple, dict) and depth:
        words.append(f"{kind.__name__}={len(value)}")
        for item in value:
            add_words(item, words, depth - 1)
            if kind is dict:
                add_words(value[item], words, depth - 1)
    else:
        raise NotSaveableError


def take(words: list[str]) -> Any:
    kind, _, content = words.pop().partition("=")
    match kind:
        case "None" | "True" | "False":
            return {"None": None, "True": True, "False": False}[kind]
        case "int":
            return int(content, 16)
        case "float":
            return float.fromhex(content)
        case "str":
            return bytes.fromhex(content).decode("utf-8", "surrogatepass")
        case "bytes":
            return bytes.fromhex(content)
        case "list":
            return [take(words) for _ in range(int(content))]
        case "tuple":
            return tuple(take(words) for _ in range(int(content)))
        case "dict":
            found = {}
            for _ in range(int(content)):
                key = take(words)
                found[key] = take(words)
            return found
    raise ValueError(f"{kind} is no type")
