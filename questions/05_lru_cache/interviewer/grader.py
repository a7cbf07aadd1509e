"""The levels and measures of question 05: hits, recency, keys, files, damage, cost.

A cached function returns serial numbers wherever it can: how many calls there have
been, this one included. So every answer shows which call filled the entry, and whether
one was made at all. Drawn calls are held against `oracle`.

Nothing here knows how an answer codes an entry. Files are taken apart at their line
breaks, where the statement fixes them, and put together again.
"""

from __future__ import annotations

import random
import zlib
from collections import OrderedDict
from typing import Any

from perfkata.judge.grading import (
    Draw,
    Solution,
    Step,
    attribute,
    generated,
    level,
    measure,
    run,
    signature,
)

import given
from oracle import Cache, Key, whole_lines

_FILE = "cache.txt"
_FIRST_LINE = b"memoize 1"
_SERIALS = range(10**6, 10**9)
_KEYS = range(10**6, 10**9)
# A working set that stays in the processor's caches, however large the cache is.
_MOST_KEYS_IN_USE = 1_000

# Numbers, texts and tuples that a careless key takes for each other.
_ARGUMENTS = (
    *(0, 1, 2, -1, -2, 2**61 - 1, 1.0, 0.5, True, False, None),
    *("", "0", "1", "1, 2", "x", "y", "x=1", b"1", b"x"),
    *((), (1,), (1, 2), ("x",), ("x", 1), (("x", 1),), frozenset({("x", 1)})),
)
_NAMES = ("x", "y", "self", "key")

_TEXTS = (
    *("", "a", "two words", "'\"\\", "line\nbreak", "\r", "\r\n", "\t", "\0"),
    *("\x0b\x0c\x1c\x1e\x85", "\N{LINE SEPARATOR}", "é", "\N{SNOWMAN}", "\N{OCTOPUS}"),
    *("\ud800", "\udfff", "\ud83d\udc19", "null", "[1]", "nan", "1.0", "\\ud83d"),
)
_NUMBERS = (
    *(0, 1, -1, 2, 255, 2**31, 2**53 + 1, -(2**63), 2**64, 10**30),
    *(1 << 15_000, -(1 << 14_500)),
)
_FLOATS = (0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 1e16, float("inf"), -float("inf"))
_BYTES = (b"", b"a", b"\0\n\r\xff", bytes(range(256)))

# Texts that nothing makes much shorter.
_LONG_TEXTS = (
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
)

# Lines that hold no entry in any coding, each to be given a sum that is right.
_NONSENSE = (
    *(b"", b" ", b"rubbish", b"0", b"[]", b"{}", b"null", b"()", b"[0]", b"[[], {}]"),
    *(b"[null, null, null]", b"((), {})", b'"text"', b"\xff\xfe\x00", b"\xc3"),
    *(b"1" * 5_000, b"[" * 100_000, b"(" * 100_000, b"1 / 0", b"undefined", b"\x00"),
)

# Expressions that make a file; the second needs no builtins.
_HARMFUL = (
    b"open('executed.txt', 'w').close()",
    (
        b"[new for one in ().__class__.__mro__[-1].__subclasses__()"
        b" if one.__name__ == '_IOBase' for two in one.__subclasses__()"
        b" for new in two.__subclasses__() if new.__name__ == 'FileIO'"
        b"][0]('executed.txt', 'w').close()"
    ),
)


# Level 1


@level(1)
def second_call_is_a_hit(solution: Solution) -> None:
    """A second call with the same argument calls nothing and gives the same."""
    calls = []

    def square(x: int) -> int:
        calls.append(x)
        return x * x

    cached = solution.memoize(5)(square)
    assert cached(3) == 9
    assert cached(3) == 9
    assert calls == [3]


@level(1)
def other_arguments_are_other_entries(solution: Solution) -> None:
    """Each argument has an entry of its own."""
    calls = []

    def square(x: int) -> int:
        calls.append(x)
        return x * x

    cached = solution.memoize(5)(square)
    assert [cached(x) for x in (3, 4, 3, 5, 4)] == [9, 16, 9, 25, 16]
    assert calls == [3, 4, 5]


@level(1)
def two_arguments(solution: Solution) -> None:
    """The order of the arguments matters."""
    calls = []

    def power(base: int, exponent: int) -> int:
        calls.append((base, exponent))
        return int(base**exponent)

    cached = solution.memoize(5)(power)
    assert [cached(2, 3), cached(3, 2), cached(2, 3)] == [8, 9, 8]
    assert calls == [(2, 3), (3, 2)]


@level(1)
def no_arguments(solution: Solution) -> None:
    """A function without arguments has one entry."""
    calls = []

    def roll() -> int:
        calls.append("roll")
        return 4

    cached = solution.memoize(5)(roll)
    assert cached() == 4
    assert cached() == 4
    assert calls == ["roll"]


@level(1)
def none_is_a_value(solution: Solution) -> None:
    """A result of None is cached like any other."""
    calls = []

    def find(name: str) -> None:
        calls.append(name)

    cached = solution.memoize(5)(find)
    assert cached("Ada") is None
    assert cached("Ada") is None
    assert calls == ["Ada"]
    assert cached.cache_info() == {"size": 1, "max_size": 5, "hits": 1, "misses": 1}


@level(1)
def false_values_are_values(solution: Solution) -> None:
    """A result that is false, zero or empty is cached too."""
    calls = []
    results = [False, 0, 0.0, "", b"", [], (), {}]

    def result(index: int) -> object:
        calls.append(index)
        return results[index]

    cached = solution.memoize(10)(result)
    assert [cached(index) for index in range(8)] == results
    assert [cached(index) for index in range(8)] == results
    assert calls == [0, 1, 2, 3, 4, 5, 6, 7]


@level(1)
def value_that_equals_everything(solution: Solution) -> None:
    """A result is cached, whatever it says that it is equal to."""
    calls = []

    def anything(name: str) -> given.Anything:
        calls.append(name)
        return given.Anything(name)

    cached = solution.memoize(5)(anything)
    assert cached("Ada") == given.Anything("Ada")
    assert cached("Ada") == given.Anything("Ada")
    assert calls == ["Ada"]


@level(1)
def info_of_a_new_cache(solution: Solution) -> None:
    """A function that was just decorated has an empty cache."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(7)(square)
    assert cached.cache_info() == {"size": 0, "max_size": 7, "hits": 0, "misses": 0}


@level(1)
def info_counts(solution: Solution) -> None:
    """Every call is either a hit or a miss, and each miss leaves an entry."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(7)(square)
    assert [cached(x) for x in (1, 2, 1, 1, 3)] == [1, 4, 1, 1, 9]
    assert cached.cache_info() == {"size": 3, "max_size": 7, "hits": 2, "misses": 3}
    assert cached(2) == 4
    assert cached.cache_info() == {"size": 3, "max_size": 7, "hits": 3, "misses": 3}


@level(1)
def asking_for_info_changes_nothing(solution: Solution) -> None:
    """Asking for the counters counts nothing."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(7)(square)
    assert cached(1) == 1
    first = cached.cache_info()
    second = cached.cache_info()
    assert first == {"size": 1, "max_size": 7, "hits": 0, "misses": 1}
    assert second == {"size": 1, "max_size": 7, "hits": 0, "misses": 1}


@level(1)
def clearing(solution: Solution) -> None:
    """Clearing forgets the entries and sets the counters to zero."""
    calls = []

    def count(x: int) -> int:
        calls.append(x)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(7), cached(7), cached(8)] == [1, 1, 2]
    assert cached.cache_clear() is None
    assert cached.cache_info() == {"size": 0, "max_size": 5, "hits": 0, "misses": 0}
    assert [cached(7), cached(8), cached(8)] == [3, 4, 4]
    assert cached.cache_info() == {"size": 2, "max_size": 5, "hits": 1, "misses": 2}


@level(1)
def functions_have_their_own_caches(solution: Solution) -> None:
    """Two functions share nothing, even if one decorator made both caches."""

    def double(x: int) -> int:
        return 2 * x

    def square(x: int) -> int:
        return x * x

    decorate = solution.memoize(5)
    doubled = decorate(double)
    squared = decorate(square)
    assert [doubled(5), squared(5), doubled(5)] == [10, 25, 10]
    assert doubled.cache_info() == {"size": 1, "max_size": 5, "hits": 1, "misses": 1}
    assert squared.cache_info() == {"size": 1, "max_size": 5, "hits": 0, "misses": 1}
    squared.cache_clear()
    assert doubled.cache_info() == {"size": 1, "max_size": 5, "hits": 1, "misses": 1}


@level(1)
def one_function_in_two_caches(solution: Solution) -> None:
    """A function that is decorated twice has two caches."""
    calls = []

    def count(x: int) -> int:
        calls.append(x)
        return len(calls)

    first = solution.memoize(5)(count)
    second = solution.memoize(5)(count)
    assert [first(7), second(7), first(7), second(7)] == [1, 2, 1, 2]


@level(1)
def size_by_name(solution: Solution) -> None:
    """The size can be given by its name."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(max_size=3)(square)
    assert cached(4) == 16
    assert cached.cache_info() == {"size": 1, "max_size": 3, "hits": 0, "misses": 1}


# Level 2


@level(2)
def least_recent_goes(solution: Solution) -> None:
    """When the cache is full, a new entry takes the place of the least recent."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(2)(count)
    assert [cached("a"), cached("b"), cached("c")] == [1, 2, 3]
    assert cached.cache_info() == {"size": 2, "max_size": 2, "hits": 0, "misses": 3}
    assert [cached("c"), cached("b"), cached("a")] == [3, 2, 4]


@level(2)
def hit_refreshes(solution: Solution) -> None:
    """A hit makes its entry the most recent."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(2)(count)
    assert [cached("a"), cached("b"), cached("a"), cached("c")] == [1, 2, 1, 3]
    assert [cached("a"), cached("b")] == [1, 4]


@level(2)
def hits_in_the_middle_refresh(solution: Solution) -> None:
    """Hits of the first, a middle and the last entry leave the others in order."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(4)(count)
    assert [cached(key) for key in "abcd"] == [1, 2, 3, 4]
    assert [cached(key) for key in "bda"] == [2, 4, 1]
    assert [cached(key) for key in "ef"] == [5, 6]
    assert [cached(key) for key in "adfe"] == [1, 4, 6, 5]
    assert [cached(key) for key in "cb"] == [7, 8]


@level(2)
def full_is_not_too_full(solution: Solution) -> None:
    """As many entries as the cache may have are kept."""
    calls = []

    def count(key: int) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(3)(count)
    assert [cached(key) for key in (1, 2, 3, 1, 2, 3)] == [1, 2, 3, 1, 2, 3]
    assert cached.cache_info() == {"size": 3, "max_size": 3, "hits": 3, "misses": 3}


@level(2)
def one_entry(solution: Solution) -> None:
    """A cache of one entry keeps the last call."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(1)(count)
    assert [cached(key) for key in "aabbab"] == [1, 1, 2, 2, 3, 4]
    assert cached.cache_info() == {"size": 1, "max_size": 1, "hits": 2, "misses": 4}


@level(2)
def no_entries(solution: Solution) -> None:
    """A cache of no entries calls the function each time, which is a miss."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(0)(count)
    assert [cached(key) for key in "aab"] == [1, 2, 3]
    assert cached.cache_info() == {"size": 0, "max_size": 0, "hits": 0, "misses": 3}
    cached.cache_clear()
    assert cached.cache_info() == {"size": 0, "max_size": 0, "hits": 0, "misses": 0}


@level(2)
def a_round_through_too_many(solution: Solution) -> None:
    """Sixty-five keys in turn never hit a cache of sixty-four."""
    calls = []

    def count(key: int) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(64)(count)
    assert [cached(key) for key in range(65)] == list(range(1, 66))
    assert [cached(key) for key in range(65)] == list(range(66, 131))
    assert cached.cache_info() == {"size": 64, "max_size": 64, "hits": 0, "misses": 130}


@level(2)
def cleared_and_filled_again(solution: Solution) -> None:
    """After it was cleared, a cache holds as many entries as before, in new order."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(2)(count)
    assert [cached(key) for key in "abc"] == [1, 2, 3]
    cached.cache_clear()
    assert [cached(key) for key in "cbdb"] == [4, 5, 6, 5]
    assert [cached(key) for key in "ac"] == [7, 8]


@level(2)
def negative_size(solution: Solution) -> None:
    """A negative size is refused when decorating."""

    def square(x: int) -> int:
        return x * x

    with solution.raises(ValueError):
        solution.memoize(-1)(square)


@level(2)
def size_of_another_type(solution: Solution) -> None:
    """What is no integer is refused when decorating, and so is a bool."""

    def square(x: int) -> int:
        return x * x

    with solution.raises(TypeError):
        solution.memoize(2.0)(square)
    with solution.raises(TypeError):
        solution.memoize("2")(square)
    with solution.raises(TypeError):
        solution.memoize(None)(square)
    with solution.raises(TypeError):
        solution.memoize(True)(square)
    with solution.raises(TypeError):
        solution.memoize(False)(square)


@generated(2, count=50)
def any_calls(solution: Solution, draw: Draw) -> None:
    """Random calls, with the counters looked at and the cache cleared between them."""
    calls = []

    def count(key: int) -> int:
        calls.append(key)
        return len(calls)

    max_size = draw.size(0, 8)
    num_keys = max_size + draw.integer(1, 4)
    cached = solution.memoize(max_size)(count)
    truth = Cache(max_size)
    for _ in range(draw.size(0, 32)):
        action = draw.integer(0, 15)
        if action == 15:
            cached.cache_clear()
            truth.clear()
        elif action == 14:
            assert cached.cache_info() == truth.info()
        else:
            key = draw.integer(0, num_keys)
            expected = truth.call(Key((key,)), len(calls) + 1)
            assert cached(key) == expected
    assert cached.cache_info() == truth.info()


# Level 3


@level(3)
def keyword_values_are_part_of_the_key(solution: Solution) -> None:
    """Two calls that differ only in a keyword's value are two entries."""
    calls = []

    def greet(name: str, greeting: str = "hello") -> str:
        calls.append(name)
        return f"{greeting}, {name}!"

    cached = solution.memoize(5)(greet)
    assert cached("Ada", greeting="good day") == "good day, Ada!"
    assert cached("Ada", greeting="hi") == "hi, Ada!"
    assert cached("Ada", greeting="good day") == "good day, Ada!"
    assert calls == ["Ada", "Ada"]


@level(3)
def keyword_names_are_part_of_the_key(solution: Solution) -> None:
    """Two calls that differ only in a keyword's name are two entries."""
    calls = []

    def count(**named: int) -> int:
        calls.append(named)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(x=1), cached(y=1), cached(x=1, y=1), cached()] == [1, 2, 3, 4]
    assert [cached(x=1), cached(y=1), cached(x=1, y=1), cached()] == [1, 2, 3, 4]


@level(3)
def keywords_have_no_order(solution: Solution) -> None:
    """Keywords in another order are the same call."""
    calls = []

    def count(**named: int) -> int:
        calls.append(named)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(x=1, y=2, z=3), cached(z=3, x=1, y=2)] == [1, 1]
    assert [cached(x=2, y=1, z=3), cached(y=2, z=3, x=1)] == [2, 1]


@level(3)
def keywords_of_mixed_types(solution: Solution) -> None:
    """Values that cannot be compared with each other can be passed by name."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(named)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(x=1, y="a"), cached(y="a", x=1), cached(x="a", y=1)] == [1, 1, 2]
    assert [cached(None, x=None), cached(False, x=b"a")] == [3, 4]
    assert [cached(None, x=None), cached(False, x=b"a")] == [3, 4]


@level(3)
def positions_and_keywords_do_not_collide(solution: Solution) -> None:
    """No value by position can pass for an argument by name."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert cached(1, x=2) == 1
    assert cached(1, "x", 2) == 2
    assert cached(1, ("x", 2)) == 3
    assert cached(1, (("x", 2),)) == 4
    assert cached((1,), ("x", 2)) == 5
    assert cached((1,), (("x", 2),)) == 6
    assert cached((1,), frozenset({("x", 2)})) == 7
    assert cached(((1,), (("x", 2),))) == 8
    assert cached(1, None, ("x", 2)) == 9
    assert cached(1, None, "x", 2) == 10
    assert cached(1, (), ("x", 2)) == 11
    assert cached(1, "x=2") == 12
    assert cached(1, x=2) == 1


@level(3)
def no_two_calls_read_alike(solution: Solution) -> None:
    """Calls that look alike when they are written out are different calls."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert [cached("a", "b"), cached("a, b"), cached("a,b"), cached("ab")] == [
        1,
        2,
        3,
        4,
    ]
    assert [cached("a|b"), cached("a b"), cached("a', 'b"), cached("a:b")] == [
        5,
        6,
        7,
        8,
    ]
    assert [cached("1"), cached(1), cached(b"1"), cached("b'1'")] == [9, 10, 11, 12]
    assert [cached("None"), cached(None), cached(), cached("")] == [13, 14, 15, 16]
    assert [cached("a", "b"), cached("a, b"), cached("1"), cached(1)] == [1, 2, 9, 10]


@level(3)
def tuples_are_not_taken_apart(solution: Solution) -> None:
    """A tuple is one argument."""
    calls = []

    def count(*args: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert [cached(1), cached((1,)), cached(((1,),))] == [1, 2, 3]
    assert [cached(1, 2), cached((1, 2)), cached(1, (2,))] == [4, 5, 6]
    assert [cached(()), cached(), cached((), ())] == [7, 8, 9]
    assert [cached((1,)), cached(1), cached((1, 2)), cached(1, 2)] == [2, 1, 5, 4]


@level(3)
def equal_arguments_share_an_entry(solution: Solution) -> None:
    """Arguments that are equal, with equal hashes, are the same call."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert [cached(1), cached(1.0), cached(True)] == [1, 1, 1]
    assert [cached(0.0), cached(-0.0), cached(False)] == [2, 2, 2]
    assert [cached(x=2), cached(x=2.0), cached((1, 0)), cached((True, 0.0))] == [
        *(3, 3),
        *(4, 4),
    ]


@level(3)
def equal_hashes_are_not_enough(solution: Solution) -> None:
    """Different arguments are different calls, even if their hashes are equal."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert [cached(-1), cached(-2), cached(-1), cached(-2)] == [1, 2, 1, 2]
    # Hashes of integers are taken modulo this number on every 64-bit Python.
    assert [cached(0), cached(2**61 - 1), cached(0), cached(2**61 - 1)] == [3, 4, 3, 4]
    assert [cached(x=-1), cached(x=-2), cached((-1,)), cached((-2,))] == [5, 6, 7, 8]


@level(3)
def unhashable_arguments(solution: Solution) -> None:
    """An argument without a hash is a TypeError that calls and counts nothing."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(1), cached(1)] == [1, 1]
    with solution.raises(TypeError):
        cached([1])
    with solution.raises(TypeError):
        cached(1, {"x": 2})
    with solution.raises(TypeError):
        cached((1, [2]))
    with solution.raises(TypeError):
        cached(x={3})
    assert calls == [(1,)]
    assert cached.cache_info() == {"size": 1, "max_size": 5, "hits": 1, "misses": 1}
    assert [cached(1), cached(2)] == [1, 2]


@level(3)
def unhashable_without_a_cache(solution: Solution) -> None:
    """So it is with a cache of no entries."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(0)(count)
    with solution.raises(TypeError):
        cached([1])
    with solution.raises(TypeError):
        cached(x=[1])
    assert calls == []
    assert cached.cache_info() == {"size": 0, "max_size": 0, "hits": 0, "misses": 0}


@level(3)
def errors_are_not_cached(solution: Solution) -> None:
    """A call that raises is a miss, its error passes, and nothing is kept."""
    calls = []

    def root(x: int) -> int:
        calls.append(x)
        if x < 0:
            raise ValueError(f"no root of {x}")
        return int(x**0.5)

    cached = solution.memoize(2)(root)
    with solution.raises(ValueError, naming=-4):
        cached(-4)
    with solution.raises(ValueError, naming=-4):
        cached(-4)
    assert calls == [-4, -4]
    assert cached.cache_info() == {"size": 0, "max_size": 2, "hits": 0, "misses": 2}
    assert [cached(9), cached(9)] == [3, 3]


@level(3)
def error_that_passes_later(solution: Solution) -> None:
    """A call that raised once and then returns is cached from then on."""
    calls = []

    def fetch(name: str) -> int:
        calls.append(name)
        if len(calls) < 3:
            raise OSError("no answer yet")
        return len(calls)

    cached = solution.memoize(2)(fetch)
    with solution.raises(OSError):
        cached("page")
    with solution.raises(OSError):
        cached("page")
    assert [cached("page"), cached("page")] == [3, 3]
    assert cached.cache_info() == {"size": 1, "max_size": 2, "hits": 1, "misses": 3}


@level(3)
def errors_of_the_function_are_its_own(solution: Solution) -> None:
    """A KeyError, TypeError or AttributeError of the function calls it only once."""
    calls = []

    def fail(kind: str) -> None:
        calls.append(kind)
        if kind == "key":
            raise KeyError("no such name")
        if kind == "type":
            raise TypeError("unhashable type: 'list'")
        raise AttributeError("no such attribute")

    cached = solution.memoize(2)(fail)
    with solution.raises(KeyError, naming="no such name"):
        cached("key")
    with solution.raises(TypeError, naming="unhashable"):
        cached("type")
    with solution.raises(AttributeError, naming="no such attribute"):
        cached("attribute")
    assert calls == ["key", "type", "attribute"]
    assert cached.cache_info() == {"size": 0, "max_size": 2, "hits": 0, "misses": 3}


@level(3)
def error_in_a_full_cache(solution: Solution) -> None:
    """A call that raises takes no other entry's place."""
    calls = []

    def count(key: int) -> int:
        calls.append(key)
        if key < 0:
            raise ValueError("below zero")
        return len(calls)

    cached = solution.memoize(2)(count)
    assert [cached(1), cached(2)] == [1, 2]
    with solution.raises(ValueError):
        cached(-1)
    assert [cached(1), cached(2)] == [1, 2]
    assert cached.cache_info() == {"size": 2, "max_size": 2, "hits": 2, "misses": 3}


@level(3)
def name_and_docstring(solution: Solution) -> None:
    """The cached function has the name and the docstring of the function."""

    def area_of_circle(radius: float) -> float:
        """Return how much it covers."""
        return 3.0 * radius * radius

    cached = solution.memoize(5)(area_of_circle)
    assert attribute(cached, "__name__") == "area_of_circle"
    assert attribute(cached, "__doc__") == "Return how much it covers."


@level(3)
def parameters(solution: Solution) -> None:
    """The cached function has the signature of the function."""

    def scale(value, factor=2, *others, is_exact=False):  # type: ignore[no-untyped-def] # its signature is compared
        return value * factor

    cached = solution.memoize(5)(scale)
    assert signature(cached) == "(value, factor=2, *others, is_exact=False)"
    assert [cached(3), cached(3, 4)] == [6, 12]


@level(3)
def names_of_all_kinds(solution: Solution) -> None:
    """A parameter may have any name, also one that the cache uses itself."""
    calls = []

    def count(**named: int) -> int:
        calls.append(named)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert cached(self=1, cls=2, args=3, kwargs=4, key=5, function=6, func=7) == 1
    assert cached(cache=1, f=2, fn=3, max_size=4, value=5, wrapped=6, name=7) == 2
    assert cached(func=7, function=6, key=5, kwargs=4, args=3, cls=2, self=1) == 1
    assert calls == [
        {
            "self": 1,
            "cls": 2,
            "args": 3,
            "kwargs": 4,
            "key": 5,
            "function": 6,
            "func": 7,
        },
        {
            "cache": 1,
            "f": 2,
            "fn": 3,
            "max_size": 4,
            "value": 5,
            "wrapped": 6,
            "name": 7,
        },
    ]


@level(3)
def recursion(solution: Solution) -> None:
    """A function that calls itself through its cache computes each value once."""
    calls = []

    def fibonacci(n: int) -> int:
        calls.append(n)
        return n if n < 2 else cached(n - 1) + cached(n - 2)

    cached = solution.memoize(50)(fibonacci)
    assert cached(20) == 6765
    assert calls == list(range(20, -1, -1))
    assert cached.cache_info() == {"size": 21, "max_size": 50, "hits": 18, "misses": 21}


@level(3)
def recursion_in_a_small_cache(solution: Solution) -> None:
    """Entries are made when calls return, so the outermost is the most recent."""
    calls = []

    def depth(n: int) -> int:
        calls.append(n)
        return 0 if n == 0 else cached(n - 1) + 1

    cached = solution.memoize(2)(depth)
    assert cached(5) == 5
    assert cached.cache_info() == {"size": 2, "max_size": 2, "hits": 0, "misses": 6}
    assert [cached(5), cached(4)] == [5, 4]
    assert calls == [5, 4, 3, 2, 1, 0]


@level(3)
def recursion_in_a_cache_of_one(solution: Solution) -> None:
    """However many calls are open, the size is never above what it may be."""
    sizes: list[int] = []

    def depth(n: int) -> int:
        result = 0 if n == 0 else cached(n - 1) + 1
        sizes.append(cached.cache_info()["size"])
        return result

    cached = solution.memoize(1)(depth)
    assert cached(3) == 3
    assert sizes == [0, 1, 1, 1]
    assert cached.cache_info() == {"size": 1, "max_size": 1, "hits": 0, "misses": 4}


@level(3)
def call_that_caches_itself(solution: Solution) -> None:
    """If a call is made again within itself, the last result to return is kept."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        number = len(calls)
        if number == 1:
            cached(key)
        return number

    cached = solution.memoize(2)(count)
    assert cached("a") == 1
    assert cached("a") == 1
    assert calls == ["a", "a"]
    assert cached.cache_info() == {"size": 1, "max_size": 2, "hits": 1, "misses": 2}
    assert [cached("b"), cached("a"), cached("b")] == [3, 1, 3]


@level(3)
def call_that_caches_itself_is_recent(solution: Solution) -> None:
    """When such a call returns, its entry is the most recent."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        number = len(calls)
        if number == 1:
            cached(key)
            cached("b")
        return number

    cached = solution.memoize(2)(count)
    assert cached("a") == 1
    assert [cached("c"), cached("a"), cached("b")] == [4, 1, 5]
    assert cached.cache_info() == {"size": 2, "max_size": 2, "hits": 1, "misses": 5}


@level(3)
def full_cache_and_a_call_that_caches_itself(solution: Solution) -> None:
    """It takes one place, so no second entry has to go for it."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        number = len(calls)
        if key == "c" and calls.count("c") == 1:
            cached("c")
        return number

    cached = solution.memoize(2)(count)
    assert [cached("a"), cached("b"), cached("c")] == [1, 2, 3]
    assert [cached("b"), cached("c")] == [2, 3]
    assert cached.cache_info() == {"size": 2, "max_size": 2, "hits": 2, "misses": 4}


@level(3)
def call_that_clears_the_cache(solution: Solution) -> None:
    """If the function clears the cache, its own result is kept all the same."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        if key == "c":
            cached.cache_clear()
        return len(calls)

    cached = solution.memoize(2)(count)
    assert [cached("a"), cached("b"), cached("b"), cached("c")] == [1, 2, 2, 3]
    assert cached.cache_info() == {"size": 1, "max_size": 2, "hits": 0, "misses": 0}
    assert [cached("c"), cached("a"), cached("b"), cached("a")] == [3, 4, 5, 4]


@level(3)
def call_that_looks_at_the_counters(solution: Solution) -> None:
    """A miss is counted before the function is called, its entry made afterwards."""
    seen = []

    def look(key: str) -> str:
        seen.append(cached.cache_info())
        return key

    cached = solution.memoize(2)(look)
    assert [cached("a"), cached("a"), cached("b")] == ["a", "a", "b"]
    assert seen == [
        {"size": 0, "max_size": 2, "hits": 0, "misses": 1},
        {"size": 1, "max_size": 2, "hits": 1, "misses": 2},
    ]


@generated(3, count=50)
def any_keys(solution: Solution, draw: Draw) -> None:
    """Random arguments, by position and by name, some of which are equal."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    max_size = draw.integer(1, 12)
    cached = solution.memoize(max_size)(count)
    truth = Cache(max_size)
    for _ in range(draw.size(0, 16)):
        key = _drawn_key(draw)
        expected = truth.call(key, len(calls) + 1)
        assert cached(*key.args, **key.kwargs) == expected
    assert cached.cache_info() == truth.info()


def _drawn_key(draw: Draw) -> Key:
    args = [draw.choice(_ARGUMENTS) for _ in range(draw.integer(0, 3))]
    names = draw.shuffled(_NAMES)[: draw.integer(0, 2)]
    return Key(tuple(args), {name: draw.choice(_ARGUMENTS) for name in names})


# Level 4


@level(4)
def entries_come_back(solution: Solution) -> None:
    """What was saved is there in a new process, and nothing has to be called."""
    calls = []

    def square(x: int) -> int:
        calls.append(x)
        return x * x

    cached = solution.memoize(5)(square)
    assert [cached(2), cached(3), cached(4)] == [4, 9, 16]
    assert cached.save("cache.txt") == 3
    solution.restart()
    cached = solution.memoize(5)(square)
    assert cached.load("cache.txt") == 3
    assert [cached(4), cached(2), cached(3)] == [16, 4, 9]
    assert calls == [2, 3, 4]
    assert cached.cache_info() == {"size": 3, "max_size": 5, "hits": 3, "misses": 0}


@level(4)
def texts_and_names_come_back(solution: Solution) -> None:
    """Arguments that are texts, and arguments by name, are found in a new process."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(20)(count)
    assert [cached("Ada"), cached("ada"), cached(name="Ada")] == [1, 2, 3]
    assert [cached("Ada", name="x"), cached("Ada", first=1, last=2)] == [4, 5]
    assert [cached(), cached("name", "Ada"), cached(("name", "Ada"))] == [6, 7, 8]
    assert cached.save("cache.txt") == 8
    solution.restart()
    cached = solution.memoize(20)(count)
    assert cached.load("cache.txt") == 8
    assert [cached("Ada"), cached("ada"), cached(name="Ada")] == [1, 2, 3]
    assert [cached("Ada", name="x"), cached("Ada", last=2, first=1)] == [4, 5]
    assert [cached(), cached("name", "Ada"), cached(("name", "Ada"))] == [6, 7, 8]


@level(4)
def order_comes_back(solution: Solution) -> None:
    """Entries are as recent after loading as they were when they were saved."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(4)(count)
    assert [cached(key) for key in "abcdac"] == [1, 2, 3, 4, 1, 3]
    assert cached.save("cache.txt") == 4
    solution.restart()
    cached = solution.memoize(4)(count)
    assert cached.load("cache.txt") == 4
    assert [cached("e"), cached("f")] == [5, 6]
    assert [cached("a"), cached("c"), cached("b"), cached("d")] == [1, 3, 7, 8]


@level(4)
def form_of_the_file(solution: Solution) -> None:
    """The first line is `memoize 1`; each entry has one with its sum before it."""
    texts = ["plain", "two\nlines", "\r", "\x85", "\N{LINE SEPARATOR}", "\N{SNOWMAN}"]

    def text(index: int) -> str:
        return texts[index]

    cached = solution.memoize(9)(text)
    assert [cached(index) for index in range(6)] == texts
    assert cached.save("cache.txt") == 6
    assert _num_lines(solution.scratch.read("cache.txt")) == 7
    assert _faults(solution.scratch.read("cache.txt")) == []


def _num_lines(data: bytes) -> int:
    """Count the line feeds."""
    return data.count(b"\n")


def _faults(data: bytes) -> list[str]:
    """Say what is wrong with the form of a file."""
    first_line, *lines = data.split(b"\n")
    faults = [] if first_line == b"memoize 1" else ["the first line is another"]
    if not lines or lines.pop() != b"":
        faults.append("the last line has no line feed")
    for index, line in enumerate(lines, 1):
        if line[:9] != b"%08x " % zlib.crc32(line[9:]):
            faults.append(f"line {index} does not begin with its sum and a blank")
    return faults


@level(4)
def sums_have_eight_digits(solution: Solution) -> None:
    """A sum has its eight digits also if zeros are in front."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(150)(square)
    assert [cached(x) for x in range(150)] == [x * x for x in range(150)]
    assert cached.save("cache.txt") == 150
    assert _faults(solution.scratch.read("cache.txt")) == []


@level(4)
def first_line_alone(solution: Solution) -> None:
    """The first line is a file of no entries, without its line feed too."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(3)(count)
    assert [cached(key) for key in "ab"] == [1, 2]
    solution.scratch.write("cache.txt", b"memoize 1")
    assert cached.load("cache.txt") == 0
    assert cached("a") == 3
    solution.scratch.write("cache.txt", b"memoize 1\n")
    assert cached.load("cache.txt") == 0
    assert cached("a") == 4


@level(4)
def types_come_back(solution: Solution) -> None:
    """A value has the type that it had, and so has all that it holds."""
    values: list[object] = [
        *(None, True, False, 0, 1, -7, 0.0, 1.0, 2.5, "", "1", "True", "None", b""),
        *(b"1",),
        *((), (1,), (1, (2, [3])), [], [1], [(), [()]], {}, {"a": 1}),
        *({1: "a", "1": "b"},),
        *({None: None, 2.5: (), (1, 2): {True: []}}, [[1, 1.0, True], "x", b"x", None]),
    ]

    def value(index: int) -> object:
        return values[index]

    cached = solution.memoize(50)(value)
    assert [cached(index) for index in range(len(values))] == values
    assert cached.save("cache.txt") == 26
    solution.restart()
    cached = solution.memoize(50)(value)
    assert cached.load("cache.txt") == 26
    assert [cached(index) for index in range(len(values))] == values
    assert cached.cache_info() == {"size": 26, "max_size": 50, "hits": 26, "misses": 0}


@level(4)
def numbers_come_back(solution: Solution) -> None:
    """Integers of any size and any float can be a value and an argument."""
    numbers = [
        *(2**53 + 1, -(2**63), 2**64, 10**100, 1 << 15_000, -(1 << 15_000) + 1),
        *(0.1, 1e300, 5e-324, 1e16, -1.5),
    ]
    calls = []

    def same(number: float) -> float:
        calls.append(1)
        return number

    cached = solution.memoize(50)(same)
    assert [cached(number) for number in numbers] == numbers
    assert cached.save("cache.txt") == 11
    cached = solution.memoize(50)(same)
    assert cached.load("cache.txt") == 11
    assert [cached(number) for number in numbers] == numbers
    assert len(calls) == 11


@level(4)
def floats_that_are_no_numbers(solution: Solution) -> None:
    """Infinity, minus zero and NaN come back, also in tuples and lists."""
    values = [
        *(float("nan"), float("inf"), float("-inf"), -0.0),
        *((float("nan"), 1), [float("inf"), -0.0], {"x": float("nan")}),
    ]

    def value(index: int) -> object:
        return values[index]

    cached = solution.memoize(50)(value)
    for index in range(7):
        first = cached(index)
        assert repr(first) == repr(values[index])
    assert cached.save("cache.txt") == 7
    cached = solution.memoize(50)(value)
    assert cached.load("cache.txt") == 7
    for index in range(7):
        second = cached(index)
        assert repr(second) == repr(values[index])
    assert cached.cache_info() == {"size": 7, "max_size": 50, "hits": 7, "misses": 0}


@level(4)
def infinity_is_an_argument(solution: Solution) -> None:
    """An entry whose argument is infinite is found again."""
    calls = []

    def count(*args: float, **named: float) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(float("inf")), cached(float("-inf"), x=float("inf"))] == [1, 2]
    assert cached.save("cache.txt") == 2
    cached = solution.memoize(5)(count)
    assert cached.load("cache.txt") == 2
    assert [cached(float("inf")), cached(float("-inf"), x=float("inf"))] == [1, 2]


@level(4)
def texts_of_all_characters(solution: Solution) -> None:
    """Any text comes back as it was: breaks of all kinds, surrogates, quotes."""
    texts = [
        *("", "a", "two words", "'\"\\", "line\nbreak", "\r", "\r\n", "\t", "\0"),
        *("\x7f",),
        *("\x0b\x0c\x1c\x1d\x1e\x85", "\N{LINE SEPARATOR}", "é", "\N{OCTOPUS}", "\\n"),
        *("\ud800", "\udfff", "\udfff\ud800", "\ud83d\udc19", "null", "[1]", "\\ud83d"),
    ]
    calls = []

    def same(text: str) -> str:
        calls.append(text)
        return text

    cached = solution.memoize(50)(same)
    assert [cached(text) for text in texts] == texts
    assert cached.save("cache.txt") == 22
    cached = solution.memoize(50)(same)
    assert cached.load("cache.txt") == 22
    assert [cached(text) for text in texts] == texts
    assert len(calls) == 22


@level(4)
def arguments_of_all_types(solution: Solution) -> None:
    """Entries are found again by arguments of each type that can be one."""
    arguments = [
        *(None, 0, 1, -1, 2.5, "", "1", "None", b"", b"1", b"\xff\n"),
        *((), (None,), (1, (2.5, ("x", b"x"))), ((), ())),
    ]
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(50)(count)
    first = [cached(argument) for argument in arguments]
    assert first == list(range(1, 16))
    second = [cached(x=argument) for argument in arguments]
    assert second == list(range(16, 31))
    assert cached.save("cache.txt") == 30
    cached = solution.memoize(50)(count)
    assert cached.load("cache.txt") == 30
    assert [cached(argument) for argument in arguments] == list(range(1, 16))
    assert [cached(x=argument) for argument in arguments] == list(range(16, 31))


@level(4)
def loading_replaces(solution: Solution) -> None:
    """What was cached before loading is gone, and the counters go on."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached("a"), cached("b"), cached("a")] == [1, 2, 1]
    assert cached.save("cache.txt") == 2
    assert cached.cache_info() == {"size": 2, "max_size": 5, "hits": 1, "misses": 2}
    assert [cached("c"), cached("d"), cached("c")] == [3, 4, 3]
    assert cached.load("cache.txt") == 2
    assert cached.cache_info() == {"size": 2, "max_size": 5, "hits": 2, "misses": 4}
    assert [cached("a"), cached("b"), cached("c")] == [1, 2, 5]
    assert cached.cache_info() == {"size": 3, "max_size": 5, "hits": 4, "misses": 5}


@level(4)
def loading_replaces_a_value(solution: Solution) -> None:
    """If a key is cached and saved with different values, the saved one is loaded."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached("a"), cached("b")] == [1, 2]
    assert cached.save("cache.txt") == 2
    cached.cache_clear()
    assert [cached("b"), cached("a")] == [3, 4]
    assert cached.load("cache.txt") == 2
    assert [cached("a"), cached("b")] == [1, 2]


@level(4)
def smaller_cache_keeps_the_most_recent(solution: Solution) -> None:
    """If there are more entries than fit, the most recent are loaded and counted."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(key) for key in "abcdea"] == [1, 2, 3, 4, 5, 1]
    assert cached.save("cache.txt") == 5
    small = solution.memoize(2)(count)
    assert small.load("cache.txt") == 2
    assert small.cache_info() == {"size": 2, "max_size": 2, "hits": 0, "misses": 0}
    assert [small("a"), small("e"), small("f")] == [1, 5, 6]
    assert [small("e"), small("a")] == [5, 7]
    none = solution.memoize(0)(count)
    assert none.load("cache.txt") == 0
    assert none.cache_info() == {"size": 0, "max_size": 0, "hits": 0, "misses": 0}
    assert none("a") == 8


@level(4)
def empty_cache_is_saved(solution: Solution) -> None:
    """A cache without entries is a file of one line, and loading it forgets all."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(5)(square)
    assert cached.save("cache.txt") == 0
    assert solution.scratch.read("cache.txt") == b"memoize 1\n"
    assert cached(3) == 9
    assert cached.load("cache.txt") == 0
    assert cached.cache_info() == {"size": 0, "max_size": 5, "hits": 0, "misses": 1}
    none = solution.memoize(0)(square)
    assert none(3) == 9
    assert none.save("none.txt") == 0
    assert solution.scratch.read("none.txt") == b"memoize 1\n"


@level(4)
def saving_again_replaces(solution: Solution) -> None:
    """A file that was there is replaced, also by a shorter one."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached("a"), cached("b"), cached("c")] == [1, 2, 3]
    assert cached.save("cache.txt") == 3
    cached.cache_clear()
    assert cached("d") == 4
    assert cached.save("cache.txt") == 1
    assert cached.load("cache.txt") == 1
    assert [cached("d"), cached("a")] == [4, 5]
    assert solution.scratch.names() == ["cache.txt"]


@level(4)
def files_of_two_caches(solution: Solution) -> None:
    """Each cache has its file, and any cache can load any file."""

    def double(x: int) -> int:
        return 2 * x

    def square(x: int) -> int:
        return x * x

    doubled = solution.memoize(5)(double)
    squared = solution.memoize(5)(square)
    assert [doubled(5), squared(5), squared(6)] == [10, 25, 36]
    assert doubled.save("doubled.txt") == 1
    assert squared.save("squared.txt") == 2
    assert squared.load("doubled.txt") == 1
    assert squared(5) == 10
    assert doubled.load("squared.txt") == 2
    assert [doubled(5), doubled(6), doubled(7)] == [25, 36, 14]


@level(4)
def saving_leaves_the_cache_as_it_was(solution: Solution) -> None:
    """A save refreshes nothing."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(3)(count)
    assert [cached(key) for key in "abca"] == [1, 2, 3, 1]
    assert cached.save("cache.txt") == 3
    assert [cached("d"), cached("a"), cached("c"), cached("b")] == [4, 1, 3, 5]


@level(4)
def missing_file(solution: Solution) -> None:
    """A file that is not there is a FileNotFoundError and changes nothing."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(3)(count)
    assert [cached("a"), cached("b")] == [1, 2]
    with solution.raises(FileNotFoundError):
        cached.load("missing.txt")
    assert [cached("a"), cached("b")] == [1, 2]
    assert solution.scratch.names() == []


@level(4)
def another_first_line(solution: Solution) -> None:
    """A file with another first line is a ValueError that names it, and no more."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    cached = solution.memoize(3)(count)
    assert [cached("a"), cached("b")] == [1, 2]
    assert cached.save("cache.txt") == 2
    saved = solution.scratch.read("cache.txt")
    assert cached("c") == 3
    for first_line in (
        *(b"memoize 2", b"memoize 10", b"memoize", b"memoize 1 ", b" memoize 1"),
        *(b"Memoize 1", b"memoize  1", b"memoize 01", b"memoize 1.0", b""),
        *(b"\nmemoize 1",),
    ):
        solution.scratch.write("other.txt", saved.replace(b"memoize 1", first_line, 1))
        with solution.raises(ValueError, naming="other.txt"):
            cached.load("other.txt")
    solution.scratch.write("empty.txt", b"")
    with solution.raises(ValueError, naming="empty.txt"):
        cached.load("empty.txt")
    assert [cached("a"), cached("b"), cached("c")] == [1, 2, 3]
    assert cached.cache_info() == {"size": 3, "max_size": 3, "hits": 3, "misses": 3}


@level(4)
def loaded_entries_can_be_saved(solution: Solution) -> None:
    """What was loaded can be saved and loaded again, and again."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(1, x=(2,)), cached("a"), cached()] == [1, 2, 3]
    assert cached.save("first.txt") == 3
    assert cached.load("first.txt") == 3
    assert cached.save("second.txt") == 3
    assert cached.load("second.txt") == 3
    assert [cached(1, x=(2,)), cached("a"), cached()] == [1, 2, 3]
    assert solution.scratch.names() == ["first.txt", "second.txt"]


@generated(4, count=40)
def any_entries_come_back(solution: Solution, draw: Draw) -> None:
    """Random entries, loaded into a cache of another size, and used there."""
    keys = [_saved_key(draw) for _ in range(draw.size(0, 10))]
    values = [_saved_value(draw) for _ in range(24)]
    calls = []

    def fetch(*args: object, **named: object) -> object:
        calls.append(1)
        return values[len(calls) - 1]

    cached = solution.memoize(8)(fetch)
    truth = Cache(8)
    for key in keys:
        again = draw.choice(keys) if draw.boolean(0.3) else key
        expected = truth.call(again, values[len(calls)])
        assert cached(*again.args, **again.kwargs) == expected
    assert cached.save("cache.txt") == len(truth.entries())
    max_size = 8 if draw.boolean(0.5) else draw.integer(0, 9)
    loaded = solution.memoize(max_size)(fetch)
    after = Cache(max_size)
    num_loaded = after.load(truth.entries())
    assert loaded.load("cache.txt") == num_loaded
    for _ in range(draw.size(0, 8)):
        key = draw.choice(keys) if keys and draw.boolean(0.7) else _saved_key(draw)
        expected = after.call(key, values[len(calls)])
        assert loaded(*key.args, **key.kwargs) == expected
    assert len(calls) == truth.misses + after.misses
    assert loaded.cache_info() == after.info()


def _saved_key(draw: Draw) -> Key:
    args = [_saved_value(draw, is_key=True) for _ in range(draw.integer(0, 2))]
    names = draw.shuffled(("x", "y", "name"))[: draw.choice((0, 0, 1, 2))]
    return Key(tuple(args), {name: _saved_value(draw, is_key=True) for name in names})


def _saved_value(draw: Draw, depth: int = 3, *, is_key: bool = False) -> Any:
    """Draw a value that can be saved; one in a key has a hash, and none holds NaN."""
    kinds = [
        "number",
        "text",
        "bytes",
        "float",
        "none",
        "bool",
        "tuple",
        "list",
        "dict",
    ]
    if is_key:
        kinds = kinds[:7]
    kind = draw.choice(kinds if depth else kinds[:6])
    if kind == "number":
        return draw.choice(_NUMBERS) if draw.boolean(0.3) else draw.integer(-9, 9)
    if kind == "text":
        return "".join(draw.choice(_TEXTS) for _ in range(draw.integer(0, 2)))
    if kind == "bytes":
        return draw.choice(_BYTES)
    if kind == "float":
        return draw.choice(_FLOATS)
    if kind == "none":
        return None
    if kind == "bool":
        return draw.boolean(0.5)
    num_items = draw.integer(0, 3)
    if kind == "dict":
        return {
            _saved_value(draw, depth - 1, is_key=True): _saved_value(draw, depth - 1)
            for _ in range(num_items)
        }
    items = [_saved_value(draw, depth - 1, is_key=is_key) for _ in range(num_items)]
    return items if kind == "list" else tuple(items)


# Level 5


@level(5)
def cut_at_every_byte(solution: Solution) -> None:
    """Of a file that was cut, the whole lines are loaded, whatever the last one is."""
    values = {"a": [1, (2.5, None)], "b": {"x": b"y"}}
    calls = []

    def fetch(key: str) -> object:
        calls.append(key)
        return values[key]

    saved = solution.memoize(5)(fetch)
    assert [saved("a"), saved("b")] == list(values.values())
    assert saved.save("cache.txt") == 2
    data = solution.scratch.read("cache.txt")
    loaded = solution.memoize(5)(fetch)
    # From the beginning as far as every coding is the same, then from the end.
    for num_bytes in (*range(20), *range(len(data) - 1, 19, -1)):
        if num_bytes < 20 or num_bytes == len(data) - 1:
            assert saved.save("cache.txt") == 2
        solution.scratch.cut("cache.txt", num_bytes)
        whole = whole_lines(data, data[:num_bytes])
        if whole is None:
            with solution.raises(ValueError, naming="cache.txt"):
                loaded.load("cache.txt")
            continue
        num_calls = len(calls)
        assert loaded.load("cache.txt") == len(whole)
        assert [loaded("a"), loaded("b")] == list(values.values())
        assert calls[num_calls:] == ["a", "b"][len(whole) :]


@level(5)
def a_bit_of_every_byte(solution: Solution) -> None:
    """A line in which one bit is wrong is skipped; all others are loaded."""
    values = {"a": 17, "b": "text"}
    calls = []

    def fetch(key: str) -> object:
        calls.append(key)
        return values[key]

    saved = solution.memoize(5)(fetch)
    assert [saved("a"), saved("b")] == [17, "text"]
    assert saved.save("cache.txt") == 2
    data = solution.scratch.read("cache.txt")
    loaded = solution.memoize(5)(fetch)
    for position, byte in enumerate(data):
        # What else might break a line is not laid down.
        if byte == ord("\n"):
            continue
        solution.scratch.flip("cache.txt", position)
        whole = whole_lines(data, solution.scratch.read("cache.txt"))
        if whole is None:
            with solution.raises(ValueError, naming="cache.txt"):
                loaded.load("cache.txt")
            solution.scratch.flip("cache.txt", position)
            continue
        num_calls = len(calls)
        assert loaded.load("cache.txt") == len(whole)
        assert [loaded("a"), loaded("b")] == [17, "text"]
        assert calls[num_calls:] == [
            "ab"[index] for index in (0, 1) if index not in whole
        ]
        solution.scratch.flip("cache.txt", position)


@level(5)
def first_line_that_is_no_text(solution: Solution) -> None:
    """A first line that is no text is another first line, and the file is named."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(5)(square)
    assert cached(3) == 9
    for first_line in (b"\xff\xfe", b"memoize 1\xff", b"\x00", b"\x80memoize 1"):
        solution.scratch.write("other.txt", first_line + b"\n")
        with solution.raises(ValueError, naming="other.txt"):
            cached.load("other.txt")
    assert cached.cache_info() == {"size": 1, "max_size": 5, "hits": 0, "misses": 1}


@level(5)
def every_line_in_turn(solution: Solution) -> None:
    """If a line is lost, the entries before and behind it keep their order."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    saved = solution.memoize(4)(count)
    assert [saved(key) for key in "abcd"] == [1, 2, 3, 4]
    for lost in range(1, 5):
        assert saved.save("cache.txt") == 4
        solution.scratch.replace_line("cache.txt", lost, b"lost")
        left = [number for number in range(1, 5) if number != lost]
        loaded = solution.memoize(2)(count)
        assert loaded.load("cache.txt") == 2
        assert [loaded("abcd"[number - 1]) for number in left[1:]] == left[1:]
    assert calls == ["a", "b", "c", "d"]


@level(5)
def bytes_that_are_no_text(solution: Solution) -> None:
    """Bytes that are no text in any coding spoil their own line and no other."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    saved = solution.memoize(5)(count)
    assert [saved("a"), saved("b"), saved("c")] == [1, 2, 3]
    loaded = solution.memoize(5)(count)
    assert saved.save("cache.txt") == 3
    for rubbish in (b"\xff\xfe\xfd", b"\x80" * 20, b"00000000 \xc3\x28", b"\0", b""):
        solution.scratch.replace_line("cache.txt", 2, rubbish)
        assert loaded.load("cache.txt") == 2
        assert [loaded("a"), loaded("c")] == [1, 3]
        assert loaded.cache_info()["size"] == 2
    assert calls == ["a", "b", "c"]


@level(5)
def right_sum_and_no_entry(solution: Solution) -> None:
    """A line that cannot be decoded is skipped, though its sum is right."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    saved = solution.memoize(5)(count)
    assert [saved("a"), saved("b"), saved("c")] == [1, 2, 3]
    loaded = solution.memoize(5)(count)
    assert saved.save("cache.txt") == 3
    for nonsense in _NONSENSE:
        line = b"%08x %s" % (zlib.crc32(nonsense), nonsense)
        solution.scratch.replace_line("cache.txt", 2, line)
        assert loaded.load("cache.txt") == 2
        assert [loaded("a"), loaded("c")] == [1, 3]
    assert calls == ["a", "b", "c"]


@level(5)
def entry_that_ends_early(solution: Solution) -> None:
    """An entry that was cut is skipped, though its sum was made to be right again."""
    calls = []

    def count(key: str) -> int:
        calls.append(key)
        return len(calls)

    saved = solution.memoize(5)(count)
    assert [saved("a"), saved("b"), saved("c")] == [1, 2, 3]
    assert saved.save("cache.txt") == 3
    coded = solution.scratch.read("cache.txt").split(b"\n")[2][9:]
    loaded = solution.memoize(5)(count)
    for num_bytes in range(0, len(coded), 3):
        part = coded[:num_bytes]
        line = b"%08x %s" % (zlib.crc32(part), part)
        solution.scratch.replace_line("cache.txt", 2, line)
        assert loaded.load("cache.txt") == 2
        assert [loaded("a"), loaded("c")] == [1, 3]
    assert calls == ["a", "b", "c"]


@level(5)
def nothing_is_executed(solution: Solution) -> None:
    """An expression in the place of a text is not carried out when it is loaded."""

    def greet(name: str) -> str:
        return "greeting"

    cached = solution.memoize(5)(greet)
    assert cached("somebody") == "greeting"
    assert cached.save("cache.txt") == 1
    coded = solution.scratch.read("cache.txt").split(b"\n")[1][9:]
    for harmful in _HARMFUL:
        line = b"%08x %s" % (zlib.crc32(harmful), harmful)
        solution.scratch.write("harmful.txt", b"memoize 1\n" + line + b"\n")
        assert cached.load("harmful.txt") == 0
        for text in (b"'greeting'", b'"greeting"', b"'somebody'", b'"somebody"'):
            if text in coded:
                changed = coded.replace(text, harmful)
                line = b"%08x %s" % (zlib.crc32(changed), changed)
                solution.scratch.write("harmful.txt", b"memoize 1\n" + line + b"\n")
                assert cached.load("harmful.txt") <= 1
    assert solution.scratch.names() == ["cache.txt", "harmful.txt"]


@level(5)
def sets_are_skipped(solution: Solution) -> None:
    """An entry that holds a set is not saved, and the others are."""
    values = [1, {2}, frozenset({3}), [(4, {5})], {"x": frozenset()}, "six"]
    calls = []

    def fetch(index: int, *others: object, **named: object) -> object:
        calls.append(index)
        return values[index]

    cached = solution.memoize(9)(fetch)
    assert [cached(index) for index in range(6)] == values
    assert [cached(0, frozenset({1})), cached(0, x=(frozenset(),))] == [1, 1]
    assert cached.save("cache.txt") == 2
    assert [cached(index) for index in range(6)] == values
    assert cached.cache_info() == {"size": 8, "max_size": 9, "hits": 6, "misses": 8}
    assert cached.load("cache.txt") == 2
    assert [cached(index) for index in range(6)] == values
    assert calls == [0, 1, 2, 3, 4, 5, 0, 0, 1, 2, 3, 4]


@level(5)
def subclasses_are_skipped(solution: Solution) -> None:
    """An object of a subclass is none of its base, and neither is what holds it."""
    values = [1, given.Label("x"), given.Metres(2.5), [given.Pair((1, 2))], (3,), "six"]
    calls = []

    def fetch(index: int, *others: object) -> object:
        calls.append(index)
        return values[index]

    cached = solution.memoize(9)(fetch)
    assert [cached(index) for index in range(6)] == values
    assert [cached(0, given.Label("x")), cached(0, (given.Metres(2.5),))] == [1, 1]
    assert cached.save("cache.txt") == 3
    assert cached.load("cache.txt") == 3
    assert [cached(0), cached(4), cached(5)] == [1, (3,), "six"]
    assert calls == [0, 1, 2, 3, 4, 5, 0, 0]


@level(5)
def argument_that_equals_everything(solution: Solution) -> None:
    """An argument of another type is not saved, whatever it is equal to."""
    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(5)(count)
    assert [cached(given.Anything("x")), cached(x=given.Anything("y"))] == [1, 2]
    assert [cached(1), cached(x=1)] == [3, 4]
    assert cached.save("cache.txt") == 2
    assert cached.load("cache.txt") == 2
    assert [cached(1), cached(x=1)] == [3, 4]


@level(5)
def two_hundred_deep_and_deeper(solution: Solution) -> None:
    """Two hundred containers in each other are saved, and one more is too many."""
    kinds = ["list", "tuple", "dict", "key"]

    def nested(kind: str, depth: int) -> object:
        if kind == "key":
            return {nested("tuple", depth - 1): 1}
        value: object = {"list": [], "tuple": (), "dict": {}}[kind]
        for _ in range(depth - 1):
            value = {"list": [value], "tuple": (value,), "dict": {1: value}}[kind]
        return value

    calls = []

    def fetch(kind: str, depth: int) -> object:
        calls.append(depth)
        return nested(kind, depth)

    cached = solution.memoize(9)(fetch)
    for depth in (200, 201):
        for kind in kinds:
            assert cached(kind, depth) == nested(kind, depth)
    assert cached.save("cache.txt") == 4
    assert cached.load("cache.txt") == 4
    for depth in (200, 201):
        for kind in kinds:
            assert cached(kind, depth) == nested(kind, depth)
    assert calls == [200] * 4 + [201] * 8


@level(5)
def arguments_two_hundred_deep(solution: Solution) -> None:
    """So it is with an argument, by position and by name."""

    def nested(depth: int) -> object:
        value: object = ()
        for _ in range(depth - 1):
            value = (value,)
        return value

    calls = []

    def count(*args: object, **named: object) -> int:
        calls.append(args)
        return len(calls)

    cached = solution.memoize(9)(count)
    assert [cached(nested(200)), cached(nested(201))] == [1, 2]
    assert [cached(x=nested(200)), cached(x=nested(201))] == [3, 4]
    assert cached.save("cache.txt") == 2
    assert cached.load("cache.txt") == 2
    assert [cached(nested(200)), cached(x=nested(200))] == [1, 3]
    assert [cached(nested(201)), cached(x=nested(201))] == [5, 6]


@level(5)
def functions_are_skipped(solution: Solution) -> None:
    """An entry whose value or argument is a function is not saved."""

    def double(x: int) -> int:
        return 2 * x

    def fetch(key: object) -> object:
        return double if key == "function" else "other"

    cached = solution.memoize(9)(fetch)
    assert cached("a") == "other"
    cached("function")
    assert cached(double) == "other"
    assert cached("b") == "other"
    assert cached.save("cache.txt") == 2
    assert cached.cache_info() == {"size": 4, "max_size": 9, "hits": 0, "misses": 4}
    assert cached.load("cache.txt") == 2
    assert [cached("b"), cached("a")] == ["other", "other"]
    assert cached.cache_info() == {"size": 2, "max_size": 9, "hits": 2, "misses": 4}


@generated(5, count=40)
def any_damage(solution: Solution, draw: Draw) -> None:
    """Random entries in a file that is damaged in random places."""
    keys = [_saved_key(draw) for _ in range(draw.integer(0, 4))]
    # No two lines are the same, so that each can be told by its bytes.
    values = [[index, _saved_value(draw)] for index in range(4)]
    calls = []

    def fetch(*args: object, **named: object) -> object:
        calls.append(1)
        return values[len(calls) - 1]

    cached = solution.memoize(8)(fetch)
    truth = Cache(8)
    for key in keys:
        expected = truth.call(key, [*values, None][len(calls)])
        assert cached(*key.args, **key.kwargs) == expected
    entries = truth.entries()
    assert cached.save("cache.txt") == len(entries)
    saved = solution.scratch.read("cache.txt")
    for _ in range(draw.integer(1, 2)):
        _damage(solution, draw)
    whole = whole_lines(saved, solution.scratch.read("cache.txt"))
    if whole is None:
        with solution.raises(ValueError, naming="cache.txt"):
            cached.load("cache.txt")
        whole = list(range(len(entries)))
    else:
        assert cached.load("cache.txt") == len(whole)
    for index in whole:
        key = entries[index].key
        assert cached(*key.args, **key.kwargs) == entries[index].value
    assert len(calls) == truth.misses
    assert cached.cache_info()["size"] == len(whole)


def _damage(solution: Solution, draw: Draw) -> None:
    """Damage the file in one place, if there is anything left of it."""
    data = solution.scratch.read(_FILE)
    kind = draw.choice(("line", "flip", "cut"))
    if kind == "line" and data:
        index = draw.integer(0, data.count(b"\n"))
        solution.scratch.replace_line(
            _FILE, index, draw.choice((b"lost", b"", b"\xff"))
        )
    elif kind == "flip" and data:
        position = draw.integer(0, len(data) - 1)
        if data[position] != ord("\n"):
            solution.scratch.flip(_FILE, position)
    elif data:
        solution.scratch.cut(_FILE, draw.integer(0, len(data) - 1))


@level(5)
def full_file_system(solution: Solution) -> None:
    """A save for which there is no room is an OSError, and the old file stays whole."""
    texts = list(_LONG_TEXTS)
    calls = []

    def fetch(index: int) -> str:
        calls.append(index)
        return texts[index]

    cached = solution.memoize(5)(fetch)
    assert cached(0) == texts[0]
    assert cached.save("cache.txt") == 1
    assert [cached(1), cached(2)] == texts[1:]
    loaded = solution.memoize(5)(fetch)
    for num_bytes in (60, 100, 10, 1, 0):
        solution.limit_files(num_bytes)
        with solution.raises(OSError):
            cached.save("cache.txt")
        assert solution.scratch.names() == ["cache.txt"]
        assert loaded.load("cache.txt") == 1
        assert loaded(0) == texts[0]
    solution.limit_files(None)
    assert cached.save("cache.txt") == 3
    assert loaded.load("cache.txt") == 3
    assert [loaded(0), loaded(1), loaded(2)] == texts
    assert calls == [0, 1, 2]


@level(5)
def full_file_system_and_no_old_file(solution: Solution) -> None:
    """A save for which there is no room leaves no file where there was none."""
    texts = list(_LONG_TEXTS)

    def fetch(index: int) -> str:
        return texts[index]

    cached = solution.memoize(5)(fetch)
    assert [cached(0), cached(1)] == texts[:2]
    solution.limit_files(60)
    with solution.raises(OSError):
        cached.save("cache.txt")
    assert solution.scratch.names() == []
    solution.limit_files(None)
    assert cached.save("cache.txt") == 2
    assert solution.scratch.names() == ["cache.txt"]


@level(5)
def no_such_folder(solution: Solution) -> None:
    """A save into a folder that is not there is an OSError and leaves nothing."""

    def square(x: int) -> int:
        return x * x

    cached = solution.memoize(5)(square)
    assert cached(3) == 9
    with solution.raises(OSError):
        cached.save("missing/cache.txt")
    assert solution.scratch.names() == []
    assert cached.save("cache.txt") == 1


@level(5)
def killed_in_a_save(solution: Solution) -> None:
    """A process that is killed while it saves leaves the old file or the new one."""
    texts = list(_LONG_TEXTS)
    calls = []

    def fetch(index: int) -> str:
        calls.append(index)
        return texts[index]

    for num_bytes in (60, 0, 100):
        cached = solution.memoize(5)(fetch)
        assert cached(0) == texts[0]
        assert cached.save("cache.txt") == 1
        assert [cached(1), cached(2)] == texts[1:]
        solution.limit_files(num_bytes, is_fatal=True)
        with solution.may_die():
            cached.save("cache.txt")
        solution.restart()
        cached = solution.memoize(5)(fetch)
        assert cached.load("cache.txt") >= 1
        num_calls = len(calls)
        assert cached(0) == texts[0]
        assert calls[num_calls:] == []
        assert [cached(1), cached(2)] == texts[1:]
        assert cached.save("cache.txt") == 3
        solution.scratch.remove("cache.txt")


# Measures


@measure("hits")
def hits(size: int, source: random.Random) -> Step:
    """A lookup that hits costs the same in a small and in a large cache."""
    first_key, serial = source.choice(_KEYS), source.choice(_SERIALS)
    keys = range(first_key, first_key + size)
    in_use = source.sample(keys, min(size, _MOST_KEYS_IN_USE))
    lookups = source.choices(in_use, k=2 * size) if in_use else []
    total = 2 * (sum(lookups) + len(lookups) * (serial - first_key))
    asked = run("hits", first_key, size, lookups, serial)
    return asked.gives([total, 2 * len(lookups), size])


@measure("evictions")
def evictions(size: int, source: random.Random) -> Step:
    """A miss that evicts costs the same in a small and in a large cache."""
    first_key, serial = source.choice(_KEYS), source.choice(_SERIALS)
    lookups = source.choices(range(first_key, first_key + 4 * size + 1), k=2 * size)
    total, num_misses = _simulated(range(first_key, first_key + size), lookups, serial)
    num_hits = 3 * size - num_misses
    asked = run("evictions", first_key, size, lookups, serial)
    return asked.gives([total, num_hits, num_misses])


def _simulated(keys: range, lookups: list[int], serial: int) -> tuple[int, int]:
    """Return the sum of what a cache as large as `keys` answers, and its misses."""
    cache = OrderedDict(zip(keys, range(serial, serial + len(keys)), strict=True))
    total = sum(cache.values())
    next_serial = serial + len(keys)
    for key in lookups:
        found = cache.get(key)
        if found is None:
            found = cache[key] = next_serial
            next_serial += 1
            cache.popitem(last=False)
        else:
            cache.move_to_end(key)
        total += found
    return total, next_serial - serial
