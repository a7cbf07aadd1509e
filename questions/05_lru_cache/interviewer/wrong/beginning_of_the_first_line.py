"""Looks only at how the first line begins.

Level: 4
Verdict: wrong answer
"""

from __future__ import annotations

import json
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
    header, *lines = Path(filepath).read_bytes().split(b"\n")
    if not header.startswith(HEADER.encode()):
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
