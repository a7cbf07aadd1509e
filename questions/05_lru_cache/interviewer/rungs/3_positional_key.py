"""Memoize with a key that is made only where there are keywords.

The idea over the rung before: most of a hit was spent on making its key. The tuple of
arguments that Python has made for the call is a key already, if nothing is passed by
name. A call with keywords gets a key of another form, which begins with an object that
no caller has, so the two can never be taken for each other.

Cost: O(1) for a hit and for a miss; no object is made for a hit without keywords.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import wraps
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


class _Node:
    """An entry, between the one used before it and the one used after it."""

    __slots__ = ("after", "before", "key", "value")

    before: _Node
    after: _Node

    def __init__(self, key: _Key, value: Any) -> None:
        self.key = key
        self.value = value
        self.before = self.after = self


class _Cache:
    """The last values, at most `max_size`, and the order in which they were used."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._nodes: dict[_Key, _Node] = {}
        self._ring = _Node((), None)

    def __len__(self) -> int:
        return len(self._nodes)

    def find(self, key: _Key) -> Any:
        """Return a value and make it the most recent, or return `_MISSING`."""
        node = self._nodes.get(key)
        if node is None:
            return _MISSING
        self._take_out(node)
        self._put_last(node)
        return node.value

    def keep(self, key: _Key, value: Any) -> None:
        """Make a value the most recent, in place of the least recent if need be."""
        # The call may have cached its own result before it returned.
        if key in self._nodes:
            self._take_out(self._nodes[key])
        node = self._nodes[key] = _Node(key, value)
        self._put_last(node)
        if len(self._nodes) > self._max_size:
            oldest = self._ring.after
            self._take_out(oldest)
            del self._nodes[oldest.key]

    def clear(self) -> None:
        """Forget everything."""
        self._nodes.clear()
        self._ring.before = self._ring.after = self._ring

    def items(self) -> Iterator[tuple[_Key, Any]]:
        """Yield what there is, the least recent first."""
        node = self._ring.after
        while node is not self._ring:
            yield node.key, node.value
            node = node.after

    def _take_out(self, node: _Node) -> None:
        node.before.after = node.after
        node.after.before = node.before

    def _put_last(self, node: _Node) -> None:
        node.before, node.after = self._ring.before, self._ring
        self._ring.before.after = self._ring.before = node


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
