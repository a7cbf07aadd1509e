"""Remembers what was saved under a name, and loads it from there.

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

# Spares the reading if the same process has written the file.
saved_files: dict[str, OrderedDict[Any, Any]] = {}


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
            num_saved = write_file(filepath, entries)
            saved_files[filepath] = read_file(filepath)
            return num_saved

        def load(filepath: str) -> int:
            loaded = OrderedDict(saved_files.get(filepath) or read_file(filepath))
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
