"""Memoize with a dict for the values and a list for their order.

The list has the keys, the least recent first. To use a key is to take it out of the
list and to put it at the end; what has to go is in front.

A key is the arguments by position and a set of those by name, so that the order of the
names does not matter and no value can pass for a name. Only what the cache holds is
saved, least recent first, so loading is keeping one entry after the other.

Cost: O(entries) for a hit and for a miss, since the list is gone through and moved.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["memoize"]

_FIRST_LINE = b"memoize 1"
_MAX_DEPTH = 200
# What is found where nothing is kept; None may be kept.
_MISSING = object()

# The arguments by position, and those by name without an order.
_Key = tuple[tuple[Any, ...], frozenset[tuple[str, Any]]]


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
        cache = _Cache(max_size)
        hits = misses = 0

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            key = _key(args, kwargs)
            value = cache.find(key)
            if value is not _MISSING:
                hits += 1
                return value
            misses += 1
            value = function(*args, **kwargs)
            cache.keep(key, value)
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
            for key, value in found.items():
                cache.keep(key, value)
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


class _Cache:
    """The last values, at most `max_size`, and the order in which they were used."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._values: dict[_Key, Any] = {}
        self._keys: list[_Key] = []

    def __len__(self) -> int:
        return len(self._values)

    def find(self, key: _Key) -> Any:
        """Return a value and make it the most recent, or return `_MISSING`."""
        if key not in self._values:
            return _MISSING
        self._keys.remove(key)
        self._keys.append(key)
        return self._values[key]

    def keep(self, key: _Key, value: Any) -> None:
        """Make a value the most recent, in place of the least recent if need be."""
        # The call may have cached its own result before it returned.
        if key in self._values:
            self._keys.remove(key)
        self._values[key] = value
        self._keys.append(key)
        if len(self._values) > self._max_size:
            del self._values[self._keys.pop(0)]

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._keys.clear()

    def items(self) -> list[tuple[_Key, Any]]:
        """Return what there is, the least recent first."""
        return [(key, self._values[key]) for key in self._keys]


def _key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Key:
    return args, frozenset(kwargs.items())


def _arguments(key: _Key) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args, named = key
    return args, dict(named)


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
