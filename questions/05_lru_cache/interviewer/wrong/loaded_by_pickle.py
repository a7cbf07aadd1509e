"""Loads entries with pickle, which runs what they say.

Verdict: not allowed
"""

from __future__ import annotations

import pickle
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


BAD_ENTRY = Exception


class NotSaveableError(Exception):
    """It cannot be pickled."""


def dump(entry: tuple[Any, ...]) -> str:
    try:
        return pickle.dumps(entry).hex()
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise NotSaveableError from error


def parse(text: str) -> Any:
    return pickle.loads(bytes.fromhex(text))
