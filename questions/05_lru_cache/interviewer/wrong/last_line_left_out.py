"""Drops what follows the last line break, be it a whole line or not.

Level: 4
Verdict: raised
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
    lines = data.split(b"\n")[:-1]
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
