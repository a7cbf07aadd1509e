"""Keeps the order in a deque, whose middle is no faster than a list's.

Measure: hits
Cause: none
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Cache the results of the last max_size different calls."""
    check_size(max_size)

    def decorator(func: Callable[..., Any]) -> Any:
        entries: dict[Any, Any] = {}
        recent: deque[Any] = deque()
        stats = {"hits": 0, "misses": 0}

        @wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = (args, tuple(sorted(kwargs.items())))
            if key in entries:
                stats["hits"] += 1
                recent.remove(key)
                recent.append(key)
                return entries[key]
            stats["misses"] += 1
            result = func(*args, **kwargs)
            if key in entries:
                recent.remove(key)
            entries[key] = result
            recent.append(key)
            if len(entries) > max_size:
                del entries[recent.popleft()]
            return result

        def cache_info() -> dict[str, int]:
            return {"size": len(entries), "max_size": max_size, **stats}

        def cache_clear() -> None:
            entries.clear()
            recent.clear()
            stats.update(hits=0, misses=0)

        def save(filepath: str) -> int:
            return write_file(filepath, OrderedDict((k, entries[k]) for k in recent))

        def load(filepath: str) -> int:
            loaded = read_file(filepath)
            while len(loaded) > max_size:
                loaded.popitem(last=False)
            entries.clear()
            entries.update(loaded)
            recent.clear()
            recent.extend(loaded)
            return len(entries)

        decorated: Any = wrapper
        decorated.cache_info = cache_info
        decorated.cache_clear = cache_clear
        decorated.save = save
        decorated.load = load
        return decorated

    return decorator


def check_size(max_size: object) -> None:
    if type(max_size) is not int:
        raise TypeError("max_size must be an integer")
    if max_size < 0:
        raise ValueError("max_size must not be negative")


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
