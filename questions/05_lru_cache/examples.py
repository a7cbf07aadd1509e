"""Examples of question 05; add your own."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest

from solution import memoize


def numbered(max_size: int) -> Any:
    """A cached function that returns how often the function itself was called."""
    calls: list[object] = []

    @memoize(max_size)
    def number(*args: object, **kwargs: object) -> int:
        calls.append(args)
        return len(calls)

    return number


def test_a_second_call_is_a_hit() -> None:
    """The function is called once, and both calls are counted."""
    number = numbered(4)
    assert [number("a"), number("a"), number("b")] == [1, 1, 2]
    assert number.cache_info() == {"size": 2, "max_size": 4, "hits": 1, "misses": 2}


def test_the_least_recent_goes() -> None:
    """The hit of "a" makes "b" the least recent."""
    number = numbered(2)
    assert [number(key) for key in "abac"] == [1, 2, 1, 3]
    assert [number(key) for key in "ab"] == [1, 4]


def test_keywords_are_part_of_the_key() -> None:
    """Names and values count, their order does not."""
    number = numbered(4)
    assert [number(x=1, y=2), number(y=2, x=1), number(x=2, y=1)] == [1, 1, 2]
    assert [number("x", 1), number(x=1)] == [3, 4]


def test_none_is_a_result() -> None:
    """It is cached like any other."""
    calls = []

    @memoize(4)
    def forget(name: str) -> None:
        calls.append(name)

    assert [forget("Ada"), forget("Ada")] == [None, None]
    assert calls == ["Ada"]


def test_an_error_is_not_cached() -> None:
    """It passes on, and the next call tries again."""
    calls = []

    @memoize(4)
    def fail(x: int) -> int:
        calls.append(x)
        raise ValueError("not today")

    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            fail(3)
    assert calls == [3, 3]
    assert fail.cache_info() == {"size": 0, "max_size": 4, "hits": 0, "misses": 2}


def test_the_function_keeps_its_name() -> None:
    """So tools that look at it see the function and not the cache."""

    @memoize(4)
    def area(width: int, height: int = 1) -> int:
        """Return how much it covers."""
        return width * height

    assert (area.__name__, area.__doc__) == ("area", "Return how much it covers.")


def test_a_file_has_a_line_an_entry(tmp_path: Path) -> None:
    """Each begins with the sum of what follows its first blank."""
    file = tmp_path / "cache.txt"
    number = numbered(4)
    assert [number("a"), number(("b", 2), c=None)] == [1, 2]
    assert number.save(str(file)) == 2
    first, *lines, last = file.read_bytes().split(b"\n")
    assert (first, len(lines), last) == (b"memoize 1", 2, b"")
    for line in lines:
        assert line[:9] == b"%08x " % zlib.crc32(line[9:])


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    """A smaller cache keeps the most recent ones."""
    file = str(tmp_path / "cache.txt")
    number = numbered(4)
    assert [number(key) for key in "abca"] == [1, 2, 3, 1]
    assert number.save(file) == 3
    smaller = numbered(2)
    assert smaller.load(file) == 2
    assert [smaller("a"), smaller("c"), smaller("b")] == [1, 3, 1]
    assert smaller.cache_info() == {"size": 2, "max_size": 2, "hits": 2, "misses": 1}


def test_a_damaged_line_is_skipped(tmp_path: Path) -> None:
    """The other entries are loaded."""
    file = tmp_path / "cache.txt"
    number = numbered(4)
    assert [number(key) for key in "abc"] == [1, 2, 3]
    assert number.save(str(file)) == 3
    lines = file.read_bytes().split(b"\n")
    lines[2] = lines[2][:-1]
    file.write_bytes(b"\n".join(lines))
    assert number.load(str(file)) == 2
    assert [number("a"), number("c"), number("b")] == [1, 3, 4]


def test_another_file_is_refused(tmp_path: Path) -> None:
    """The message names it, and the cache stays as it was."""
    file = tmp_path / "other.txt"
    file.write_text("something else\n", encoding="utf-8")
    number = numbered(4)
    assert number("a") == 1
    with pytest.raises(ValueError, match=r"other\.txt"):
        number.load(str(file))
    with pytest.raises(FileNotFoundError):
        number.load(str(tmp_path / "missing.txt"))
    assert number("a") == 1
