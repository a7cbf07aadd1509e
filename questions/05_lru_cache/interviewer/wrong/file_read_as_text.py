"""Reads the file as UTF-8, and one byte that is none hides all of it.

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
    text = Path(filepath).read_bytes().decode()
    header, *lines = text.split("\n")
    if header != HEADER:
        raise ValueError(f"{filepath} is not a memoize file")
    entries: OrderedDict[Any, Any] = OrderedDict()
    for line in lines:
        crc, _, payload = line.partition(" ")
        if crc != f"{zlib.crc32(payload.encode()):08x}":
            continue
        try:
            args, named, value = parse(payload)
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
