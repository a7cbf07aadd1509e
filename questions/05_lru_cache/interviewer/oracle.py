"""The slow truth of question 05, which shares no idea with the rungs.

A cache is the list of all calls that were ever made of it, and nothing is ever taken
out: what it holds is read off the calls, backwards, each time that it is asked. Keys
are compared one by one, so no hash and no form of a key is needed.

Which lines of a file can be loaded is told by their bytes alone, since a grader does
not know how an entry is coded: a line that was saved is whole or it is not there.

Cost: O(calls squared) for each question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Cache", "Entry", "Key", "whole_lines"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a cached function is called with."""

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A call and what it gave."""

    key: Key
    value: Any


@dataclass(slots=True)
class Cache:
    """All calls since the cache was made or cleared, and how many were hits.

    Attributes:
        max_size: How many entries it has at most.
        hits: Calls that found their entry.
        misses: Calls that did not.
        calls: Every call, the last one last.
    """

    max_size: int
    hits: int = 0
    misses: int = 0
    calls: list[Entry] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        """Return what the cache holds, the least recent first."""
        last: list[Entry] = []
        for call in reversed(self.calls):
            is_new = all(call.key != other.key for other in last)
            if is_new and len(last) < self.max_size:
                last.append(call)
        return last[::-1]

    def find(self, key: Key) -> Entry | None:
        """Return the entry that a call would find, and change nothing."""
        for entry in self.entries():
            if entry.key == key:
                return entry
        return None

    def call(self, key: Key, value: Any) -> Any:
        """Return what a call gives.

        Args:
            key: What it is called with.
            value: What the function returns if it is called.
        """
        found = self.find(key)
        if found is None:
            self.misses += 1
            self.calls.append(Entry(key, value))
            return value
        self.hits += 1
        self.calls.append(Entry(key, found.value))
        return found.value

    def clear(self) -> None:
        """Forget all calls."""
        self.calls.clear()
        self.hits = self.misses = 0

    def load(self, entries: Sequence[Entry]) -> int:
        """Hold these entries instead, the least recent first; return how many stay."""
        self.calls[:] = entries
        return len(self.entries())

    def info(self) -> dict[str, int]:
        """Return what `cache_info` does."""
        return {
            "size": len(self.entries()),
            "max_size": self.max_size,
            "hits": self.hits,
            "misses": self.misses,
        }


def whole_lines(saved: bytes, damaged: bytes) -> list[int] | None:
    """Return which entries a damaged file still has, by their places in the saved one.

    No two entries of the saved file may be the same.

    Returns:
        Numbers from 0, in the order of the damaged file; None if it is no file of a
        cache any more.
    """
    first_line, *lines = saved.split(b"\n")
    first_left, *left = damaged.split(b"\n")
    if first_left != first_line:
        return None
    return [lines.index(line) for line in left if line and line in lines]
