"""Takes a damaged line for the end of the file.

Level: 5
Verdict: wrong answer
"""

from __future__ import annotations

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
            break
        try:
            args, named, value = parse(payload.decode())
            key = (args, tuple(sorted(named.items())))
            entries[key] = value
        except BAD_ENTRY:
            continue
    return entries


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
