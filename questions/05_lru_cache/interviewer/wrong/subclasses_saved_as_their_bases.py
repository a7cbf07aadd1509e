"""Asks with isinstance, and saves a named tuple as a tuple.

Level: 5
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


class Node:
    """One cached call in a doubly linked list."""

    __slots__ = ("key", "next", "prev", "value")

    prev: Node
    next: Node

    def __init__(self, key: Any = None, value: Any = None) -> None:
        self.key = key
        self.value = value


class LRU:
    """A dict for the lookup, a linked list for the order."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.nodes: dict[Any, Node] = {}
        self.head, self.tail = Node(), Node()
        self.clear()

    def clear(self) -> None:
        self.nodes.clear()
        self.head.next = self.tail
        self.tail.prev = self.head

    def _unlink(self, node: Node) -> None:
        node.prev.next = node.next
        node.next.prev = node.prev

    def _append(self, node: Node) -> None:
        last = self.tail.prev
        last.next = node
        node.prev = last
        node.next = self.tail
        self.tail.prev = node

    def touch(self, key: Any) -> Node | None:
        node = self.nodes.get(key)
        if node is not None:
            self._unlink(node)
            self._append(node)
        return node

    def put(self, key: Any, value: Any) -> None:
        old = self.nodes.pop(key, None)
        if old is not None:
            self._unlink(old)
        node = Node(key, value)
        self.nodes[key] = node
        self._append(node)
        if len(self.nodes) > self.capacity:
            first = self.head.next
            self._unlink(first)
            del self.nodes[first.key]

    def in_order(self) -> OrderedDict[Any, Any]:
        found: OrderedDict[Any, Any] = OrderedDict()
        node = self.head.next
        while node is not self.tail:
            found[node.key] = node.value
            node = node.next
        return found


def memoize(max_size: int) -> Callable[[Callable[..., Any]], Any]:
    """Remember the results of up to max_size calls, least recently used out first."""
    if max_size.__class__ is not int:
        raise TypeError("expected an integer size")
    if max_size < 0:
        raise ValueError("expected a size of at least 0")

    def decorator(fn: Callable[..., Any]) -> Any:
        lru = LRU(max_size)
        hits, misses = 0, 0

        @wraps(fn)
        def inner(*args: Any, **kwargs: Any) -> Any:
            nonlocal hits, misses
            key = (args, tuple(sorted(kwargs.items())))
            node = lru.touch(key)
            if node is not None:
                hits += 1
                return node.value
            misses += 1
            value = fn(*args, **kwargs)
            lru.put(key, value)
            return value

        def cache_info() -> dict[str, int]:
            return {
                "size": len(lru.nodes),
                "max_size": max_size,
                "hits": hits,
                "misses": misses,
            }

        def cache_clear() -> None:
            nonlocal hits, misses
            lru.clear()
            hits = misses = 0

        def save(filepath: str) -> int:
            return write_file(filepath, lru.in_order())

        def load(filepath: str) -> int:
            loaded = read_file(filepath)
            lru.clear()
            for key, value in loaded.items():
                lru.put(key, value)
            return len(lru.nodes)

        wrapped: Any = inner
        wrapped.cache_info, wrapped.cache_clear = cache_info, cache_clear
        wrapped.save, wrapped.load = save, load
        return wrapped

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
    plain = (bool, int, float, str, bytes, list, tuple, dict)
    kind = next((one for one in plain if isinstance(value, one)), None)
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
    elif kind is not None and depth:
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
