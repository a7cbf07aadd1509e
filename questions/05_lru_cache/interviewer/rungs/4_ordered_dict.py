"""Memoize with an OrderedDict, in a wrapper that calls nothing but C.

The idea over the rung before: an OrderedDict is the dict and the linked list in one,
and C moves its links. `move_to_end` takes an entry out and puts it last, `popitem`
takes the first one, both O(1). So little is left to do that a hit needs no function of
its own: key, lookup and refreshing stand in the wrapper, and the two methods that it
uses are looked up once, when it is made.

Cost: O(1) for a hit and for a miss; a hit is two calls into C.
"""

from __future__ import annotations

import json
import os
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any

__all__ = ["memoize"]

_FIRST_LINE = b"memoize 1"
_MAX_DEPTH = 200
# What is found where nothing is kept; None may be kept.
_MISSING = object()

# Begins a key that has arguments by name; no caller can have it among its own.
_NAMED = object()
# The arguments by position alone; else `_NAMED`, these, and those by name.
_Key = tuple[Any, ...]


class _UnrepresentableError(Exception):
    """A value cannot be written down so that it comes back as it was."""


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that keeps the results of a function's last calls.

    The function that it returns has four more: ``cache_info() -> dict[str, int]``,
    ``cache_clear() -> None``, ``save(filepath: str) -> int`` and
    ``load(filepath: str) -> int``.

    Args:
        max_size: How many results are kept at most.

    Raises:
        TypeError: `max_size` is no integer.
        ValueError: It is negative.
    """
    _check(max_size)

    def decorate(function: Callable[..., Any]) -> Any:
        cache: OrderedDict[_Key, Any] = OrderedDict()
        find, refresh = cache.get, cache.move_to_end
        hits = misses = 0

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            # As `_key` does, without calling it.
            key = (_NAMED, args, frozenset(kwargs.items())) if kwargs else args
            value = find(key, _MISSING)
            if value is not _MISSING:
                refresh(key)
                hits += 1
                return value
            misses += 1
            value = function(*args, **kwargs)
            cache[key] = value
            # The call may have cached its own result before it returned.
            refresh(key)
            if len(cache) > max_size:
                cache.popitem(last=False)
            return value

        def cache_info() -> dict[str, int]:
            return {
                "size": len(cache),
                "max_size": max_size,
                "hits": hits,
                "misses": misses,
            }

        def cache_clear() -> None:
            nonlocal hits, misses
            hits = misses = 0
            cache.clear()

        def save(filepath: str) -> int:
            return _save(filepath, cache.items())

        def load(filepath: str) -> int:
            found = _read(filepath)
            cache.clear()
            cache.update(islice(found.items(), max(len(found) - max_size, 0), None))
            return len(cache)

        with_cache: Any = wrapper
        with_cache.cache_info = cache_info
        with_cache.cache_clear = cache_clear
        with_cache.save = save
        with_cache.load = load
        return with_cache

    return decorate


def _check(max_size: int) -> None:
    if type(max_size) is not int:
        raise TypeError(f"max_size is {max_size!r}: give a whole number")
    if max_size < 0:
        raise ValueError(f"max_size is {max_size}: give 0 or more")


def _key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Key:
    return (_NAMED, args, frozenset(kwargs.items())) if kwargs else args


def _arguments(key: _Key) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if key and key[0] is _NAMED:
        _, args, named = key
        return args, dict(named)
    return key, {}


def _save(filepath: str, items: Iterable[tuple[_Key, Any]]) -> int:
    """Write a file in place of the old one, which stays until the new one is whole."""
    lines = [_FIRST_LINE]
    for key, value in items:
        with suppress(_UnrepresentableError):
            lines.append(_line(key, value))
    # In the same folder, since a file cannot be renamed to another file system.
    temporary = Path(f"{filepath}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(b"\n".join(lines) + b"\n")
            file.flush()
            # Or a power cut may leave a new name with nothing behind it.
            os.fsync(file.fileno())
        temporary.replace(filepath)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return len(lines) - 1


def _read(filepath: str) -> dict[_Key, Any]:
    """Return what a file holds, the least recent first."""
    first_line, *lines = Path(filepath).read_bytes().split(b"\n")
    if first_line != _FIRST_LINE:
        raise ValueError(
            f"{filepath} is no saved cache: its first line is {first_line[:40]!r},"
            f" not {_FIRST_LINE!r}"
        )
    found: dict[_Key, Any] = {}
    for line in lines:
        checksum, _, coded = line.partition(b" ")
        if checksum != _checksum(coded):
            continue
        # Its sum is right, and still nothing says that it is one of ours.
        with suppress(ValueError, TypeError, OverflowError, RecursionError):
            key, value = _entry(coded)
            found[key] = value
    return found


def _line(key: _Key, value: Any) -> bytes:
    args, kwargs = _arguments(key)
    parts = (
        [_coded(arg) for arg in args],
        [[_coded(name), _coded(arg)] for name, arg in kwargs.items()],
        _coded(value),
    )
    coded = json.dumps(parts, separators=(",", ":")).encode()
    return _checksum(coded) + b" " + coded


def _entry(coded: bytes) -> tuple[_Key, Any]:
    match json.loads(coded):
        case [list(args), list(kwargs), value]:
            named = {_decoded(name): _decoded(arg) for name, arg in kwargs}
            return _key(tuple(map(_decoded, args)), named), _decoded(value)
    raise ValueError("it is no entry")


def _checksum(coded: bytes) -> bytes:
    return b"%08x" % zlib.crc32(coded)


def _coded(value: Any, depth: int = _MAX_DEPTH) -> Any:
    """Return a value as JSON can hold it, with the name of its type.

    Args:
        value: What is to be coded.
        depth: How many containers it may have within each other.

    Raises:
        _UnrepresentableError: It holds something of another type, or too deep.
    """
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        # Decimal digits are limited to 4,300, and take quadratic time.
        return ["int", f"{value:x}"]
    if kind is float:
        return ["float", value.hex()]
    if kind is str:
        # JSON makes one character of two surrogates that stand side by side.
        return ["str", value.encode("unicode_escape").decode("ascii")]
    if kind is bytes:
        return ["bytes", value.hex()]
    if kind not in (tuple, list, dict) or depth == 0:
        raise _UnrepresentableError
    if kind is dict:
        pairs = [(_coded(k, depth - 1), _coded(v, depth - 1)) for k, v in value.items()]
        return ["dict", pairs]
    return [kind.__name__, [_coded(item, depth - 1) for item in value]]


def _decoded(coded: Any) -> Any:
    """Return the value that was coded so; nothing in it is ever executed.

    Raises:
        ValueError: Nothing is coded so; also TypeError and OverflowError.
    """
    match coded:
        case None | True | False:
            return coded
        case ["int", str(digits)]:
            return int(digits, 16)
        case ["float", str(digits)]:
            return float.fromhex(digits)
        case ["str", str(escaped)]:
            return escaped.encode("ascii").decode("unicode_escape")
        case ["bytes", str(digits)]:
            return bytes.fromhex(digits)
        case ["tuple", list(items)]:
            return tuple(map(_decoded, items))
        case ["list", list(items)]:
            return list(map(_decoded, items))
        case ["dict", list(pairs)]:
            return {_decoded(key): _decoded(value) for key, value in pairs}
    raise ValueError("nothing is coded so")
