"""Failures of cases that converse with a submission, told as programs.

Each program is taken from a real grading. It fails beside the answer that failed and
passes beside a right one, in a process with another hash seed.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from hypothesis import given as given_values
from hypothesis import strategies as st

from perfkata.catalog import Level
from perfkata.judge.answer import Returned
from perfkata.judge.conversation import Callback
from perfkata.judge.report import Failure, LevelVerdict
from perfkata.judge.reproduction import reproduction
from perfkata.judge.steps import (
    CaseFailedError,
    Claim,
    Event,
    FilesChanged,
    Gives,
    Restarted,
    call,
)
from perfkata.judge.story import Allowed, Story
from perfkata.judge.telling import Telling, in_folder
from tests.judge.conftest import (
    LIMITS,
    Exercise,
    MakeExercise,
    only_failure,
)

_GIVEN = '''\
from dataclasses import dataclass


class Busy(Exception):
    """Raised where it is tried too often."""


@dataclass(frozen=True)
class Span:
    low: int


class Box:
    """Holds numbers, and knows how often it was asked."""

    def __init__(self, numbers):
        self._numbers = list(numbers)
        self.num_sent = 0

    @classmethod
    def of(cls, *numbers):
        return cls(numbers)

    @property
    def size(self):
        return len(self._numbers)

    def read(self, index):
        self.num_sent += 1
        return self._numbers[index]

    def write(self, index, number):
        self.num_sent += 1
        self._numbers[index] = number
'''
_LANGUAGE = """\
import given as given_module
from given import Box, Busy, Span
from perfkata.judge.grading import attribute, given, hold, require, signature

"""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to fail: a case, a right answer, a wrong one, and its verdict."""

    case: str
    right: str
    wrong: str
    verdict: LevelVerdict = LevelVerdict.WRONG_ANSWER
    before: str = ""
    keeps_files: bool = False
    says: str = ""
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ("...",)


def _exercise(make_exercise: MakeExercise, kind: _Kind) -> Exercise:
    case = textwrap.indent(kind.case.strip("\n"), "    ")
    exercise = make_exercise(
        _LANGUAGE
        + kind.before
        + f'\n\n@level(1)\ndef one(solution):\n    """One."""\n{case}\n',
        given=_GIVEN,
        starter=kind.right,
        levels=(Level(number=1, title="All", points=100),),
    )
    question = msgspec.structs.replace(exercise.question, keeps_files=kind.keeps_files)
    return Exercise(question)


_CACHE = """\
def memoize(function):
    known = {}

    def cached(*arguments, **keywords):
        key = arguments, tuple(keywords.items())
        if key not in known:
            known[key] = function(*arguments, **keywords)
        return known[key]

    cached.size = lambda: len(known)
    cached.__name__ = function.__name__
    cached.__doc__ = function.__doc__
    cached.__wrapped__ = function
    return cached
"""
_NO_CACHE = """\
def memoize(function):
    def cached(*arguments, **keywords):
        return function(*arguments, **keywords)

    cached.size = lambda: 0
    return cached
"""
_COUNT = """
calls = []

def square(number):
    calls.append(number)
    return number * number

cached = solution.memoize(square)
"""
_FIRST = _CACHE.replace("key = arguments, tuple(keywords.items())", "key = 0")
_BY_POSITION = _CACHE.replace("tuple(keywords.items())", "0")
_APPLY = "def apply(function, *rest):\n    return function(*rest)\n"
_APPLY_TWICE = """\
def apply(function, *rest):
    function(*rest)
    return function(*rest)
"""
_APPLY_IN_VAIN = "def apply(function, *rest):\n    return -function(*rest)\n"
_APPLY_NEVER = "def apply(function, *rest):\n    return 0\n"

_TOTAL = """\
def total(box):
    return sum(box.read(index) for index in range(box.size))
"""

_DEEP = """
def around(value):
    for number in range(60):
        value = [value] if number % 2 else ({1: value},)
    return value

"""
_CLOCK = """\
def stamp(clock):
    return lambda: clock()
"""
_STOPPED_CLOCK = """\
def stamp(clock):
    time = clock()
    return lambda: time
"""

_KINDS: dict[str, _Kind] = {
    "what is nested deep": _Kind(
        _DEEP + "def ask(number, more=around(3)):\n    return around(number)\n\n"
        "apply = solution.apply\n"
        "assert apply(ask, around(2)) == around(around(2))\n",
        _APPLY,
        _APPLY.replace("(*rest)", "(0)"),
    ),
    "what is nested deep and changes": _Kind(
        _DEEP + "values = around(4)\nothers = [[]]\n\n"
        "def clock():\n    return values, len(others)\n\n"
        "stamp = solution.stamp(clock)\nassert stamp() == (around(4), 1)\n"
        "others[0] = values\nvalues.append(around(5))\n"
        "assert stamp() == ([*around(4), around(5)], 1)\n",
        _CLOCK,
        "import copy\n\n" + _STOPPED_CLOCK.replace("clock()", "copy.deepcopy(clock())"),
    ),
    "what is nested deep and not written": _Kind(
        _DEEP + "asked = [around(6)].__getitem__\n"
        "assert solution.apply(lambda number: asked(number), 0) == around(6)\n",
        _APPLY,
        _APPLY.replace("function(*rest)", "[function(*rest)]"),
    ),
    "a list that the case changes": _Kind(
        "times = [0.5]\n\ndef clock():\n    return times[-1]\n\n"
        "stamp = solution.stamp(clock)\nassert stamp() == 0.5\n"
        "times.append(4.0)\nassert stamp() == 4.0\n",
        _CLOCK,
        _STOPPED_CLOCK,
        shows=("times = [0.5]", "times[:] = [0.5, 4.0]"),
    ),
    "a number that the case changes": _Kind(
        "now = 0.5\n\ndef clock():\n    return now\n\n"
        "stamp = solution.stamp(clock)\nassert stamp() == 0.5\n"
        "now = 4.0\nassert stamp() == 4.0\n",
        _CLOCK,
        _STOPPED_CLOCK,
        shows=("now = 0.5", "now = 4.0"),
    ),
    "a dict that the case changes": _Kind(
        "times = {1: 2}\n\ndef clock():\n    return times[1]\n\n"
        "stamp = solution.stamp(clock)\ntimes[1] = 3\nassert stamp() == 3\n"
        "times[1] = 4\nassert stamp() == 4\n",
        _CLOCK,
        _STOPPED_CLOCK,
        shows=("times.clear()", "times.update({1: 3})"),
    ),
    "calls that are forgotten in between": _Kind(
        _COUNT + "assert cached(3) == 9\ncalls.clear()\nassert cached(3) == 9\n"
        "assert len(calls) == 0\n",
        _CACHE,
        _NO_CACHE,
        shows=("calls[:] = []",),
    ),
    "a count": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached(3) == 9\n"
        "assert len(calls) == 1\n",
        _CACHE,
        _NO_CACHE,
        shows=("calls = []", "def square(number)", "came = len(calls)"),
    ),
    "a bound": _Kind(
        _COUNT
        + """
for number in range(5):
    assert cached(number % 2) == (number % 2) ** 2
assert len(calls) <= 2
""",
        _CACHE,
        _NO_CACHE,
        LevelVerdict.OVER_COUNT,
        shows=("assert came <= 2, came",),
    ),
    "what was counted": _Kind(
        _COUNT + "cached(3)\ncached(4)\ncached(3)\nassert calls == [3, 4]\n",
        _CACHE,
        _NO_CACHE,
        shows=("came = calls",),
    ),
    "what was made of a count": _Kind(
        _COUNT + "cached(3)\ncached(3)\nassert sorted(set(calls)) + calls == [3, 3]\n",
        _CACHE,
        _NO_CACHE,
    ),
    "an answer of what was made": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached(4) == 16\n",
        _CACHE,
        _FIRST,
        shows=("cached = memoize(square)", "came = cached(4)"),
    ),
    "several answers at once": _Kind(
        _COUNT + "assert [cached(number) for number in (3, 4, 3)] == [9, 16, 9]\n",
        _CACHE,
        _FIRST,
        shows=("came = [cached(number) for number in (3, 4, 3)]",),
    ),
    "a method of what was made": _Kind(
        _COUNT + "cached(3)\ncached(4)\nassert cached.size() == 2\n",
        _CACHE,
        _FIRST,
        shows=("came = cached.size()",),
    ),
    "a default": _Kind(
        """
calls = []

def greet(name, greeting="hello", *, times=1):
    calls.append(name)
    return f"{greeting} {name}" * times

cached = solution.memoize(greet)
assert cached("Ada", "bye") == "bye Ada"
assert cached("Ada") == "hello Ada"
assert cached("Ada", times=2) == "hello Adahello Ada"
assert len(calls) == 3
""",
        _CACHE,
        _BY_POSITION,
    ),
    "a default that is a variable": _Kind(
        """
start = [1, 2]

def longer(numbers=start, *, more=(3,)):
    return [*numbers, *more]

assert solution.apply(longer) == [1, 2, 3]
assert solution.apply(longer, [5]) == [5, 3]
""",
        _APPLY,
        _APPLY.replace("*rest)\n", "[])\n").replace("function([])", "function([])"),
    ),
    "helpers": _Kind(
        """
factor = 3

def double(number):
    return 2 * number

def triple(number):
    return factor * number

def both(number):
    return double(triple(number))

assert solution.apply(both, 2) == 12
""",
        _APPLY,
        _APPLY_NEVER,
        shows=("factor = 3", "def triple(number)", "def both(number)"),
    ),
    "a helper of the module": _Kind(
        "assert solution.apply(halved, 8) == 2\n",
        _APPLY,
        _APPLY_NEVER,
        before="""
PARTS: int = 4


def _part(number: int) -> int:
    return number // PARTS


def halved(number: int) -> int:
    \"\"\"Return a part.\"\"\"
    return _part(number)
""",
        shows=("PARTS = 4", "def halved(number)"),
    ),
    "recursion through the cache": _Kind(
        """
calls = []

def fibonacci(number):
    calls.append(number)
    if number < 2:
        return number
    return cached(number - 1) + cached(number - 2)

cached = solution.memoize(fibonacci)
assert cached(8) == 21
assert len(calls) == 9
""",
        _CACHE,
        _NO_CACHE,
        shows=("cached = memoize(fibonacci)",),
    ),
    "recursion by itself": _Kind(
        """
def factorial(number):
    return number * factorial(number - 1) if number else 1

assert solution.apply(factorial, 4) == 24
""",
        _APPLY,
        _APPLY_NEVER,
    ),
    "a counter that is assigned": _Kind(
        """
num_calls = 0

def note(number):
    nonlocal num_calls
    num_calls += 1
    return number

assert solution.apply(note, 7) == 7
assert num_calls == 1
""",
        _APPLY,
        _APPLY_TWICE,
        shows=("global num_calls", "num_calls = 0"),
    ),
    "a counter that equals an answer": _Kind(
        """
num_calls = 0

def note(number):
    nonlocal num_calls
    num_calls += 1
    return number

assert solution.apply(note, 2) == 2
assert num_calls == 1
""",
        _APPLY,
        _APPLY_TWICE,
        shows=("came = num_calls",),
    ),
    "a count that has a name": _Kind(
        """
calls = []

def note(number):
    calls.append(number)
    return number

assert solution.apply(note, 1) is_equal 1
num_calls = len(calls)
assert solution.apply(note, 1) is_equal 1
assert calls[num_calls:] is_equal [1]
""".replace("is_equal", "=="),
        _APPLY,
        "seen = []\n\n"
        + _APPLY_TWICE.replace("    function(", "    seen and function(", 1).replace(
            "    return", "    seen.append(1)\n    return"
        ),
    ),
    "a lambda": _Kind(
        "assert solution.apply(lambda number: number + 1, 2) == 3\n",
        _APPLY,
        _APPLY_NEVER,
    ),
    "two lambdas": _Kind(
        """
assert solution.apply(lambda number: number + 1, 2) == 3
assert solution.apply(lambda number: number - 1, 2) == 1
""",
        _APPLY,
        "seen = []\n\ndef apply(function, *rest):\n    seen.append(function)\n"
        "    return seen[0](*rest)\n",
    ),
    "a method of a class": _Kind(
        """
class Adder:
    def add(self, number):
        return number + 5

assert solution.apply(Adder().add, 2) == 7
""",
        _APPLY,
        _APPLY_IN_VAIN,
        shows=("def add(*arguments, **keywords)",),
    ),
    "what uses a class": _Kind(
        """
import collections

def counted(letters):
    return sorted(collections.Counter(letters).items())

assert solution.apply(counted, "aab") == [("a", 2), ("b", 1)]
""",
        _APPLY,
        _APPLY_NEVER,
    ),
    "an exception of Python's": _Kind(
        """
def fail(number):
    raise KeyError("no", number)

with solution.raises(KeyError, naming=7):
    solution.apply(fail, 7)
""",
        _APPLY,
        "def apply(function, *rest):\n    try:\n        function(*rest)\n"
        "    except KeyError as error:\n        raise ValueError(7) from error\n",
        says="ValueError",
    ),
    "an exception of given": _Kind(
        """
def fail(number):
    raise given.Busy(number)

with solution.raises(given.Busy):
    solution.apply(fail, 7)
""",
        _APPLY,
        "def apply(function, *rest):\n    try:\n        function(*rest)\n"
        "    except Exception:\n        return 0\n",
        before="import given\n",
        says="AssertionError",
        shows=("import given", "except given.Busy"),
    ),
    "an exception in a list": _Kind(
        """
outcomes = [1, None, 3]

def next_outcome():
    outcome = outcomes.pop(0)
    if outcome is None:
        raise OSError("gone")
    return outcome

assert solution.retry(next_outcome) == 1
assert solution.retry(next_outcome) == 3
assert outcomes == []
""",
        """\
def retry(function):
    while True:
        try:
            return function()
        except OSError:
            continue
""",
        "def retry(function):\n    return function()\n",
        LevelVerdict.RAISED,
        says="OSError: gone",
        shows=("outcomes = [1, None, 3]",),
    ),
    "a function in a list": _Kind(
        """
def one():
    return 1

def two():
    return 2

assert solution.total([one, two], {"more": one}) == 4
""",
        "def total(functions, named):\n"
        "    return sum(each() for each in (*functions, *named.values()))\n",
        "def total(functions, named):\n    return len(functions) + len(named)\n",
    ),
    "a function that it returns": _Kind(
        """
def one():
    return 1

def chosen():
    return one

assert solution.twice(chosen) == 2
""",
        "def twice(function):\n    return 2 * function()()\n",
        "def twice(function):\n    return function()()\n",
    ),
    "a given object": _Kind(
        """
machine = Box.of(4, 5)
box = given(
    machine,
    methods=("read",),
    values=("size", "num_sent"),
    written="given.Box.of(4, 5)",
)
assert solution.total(box) == 9
assert machine.num_sent == 2
""",
        _TOTAL,
        _TOTAL.replace("sum(", "0 * box.read(0) + sum("),
        shows=("given.Box.of(4, 5)", "came = machine.num_sent"),
    ),
    "a bound of a given object": _Kind(
        """
box = Box.of(4, 5)
lent = given(box, methods=("read",), values=("size",), written="given.Box.of(4, 5)")
assert solution.total(lent) == 9
assert box.num_sent <= 2
""",
        _TOTAL,
        _TOTAL.replace("sum(", "0 * box.read(0) + sum("),
        LevelVerdict.OVER_COUNT,
    ),
    "an answer about a given object": _Kind(
        """
box = given(Box.of(4, 5), methods=("read", "write"), written="given.Box.of(4, 5)")
assert solution.swap(box) is_equal [5, 4]
""".replace("is_equal", "=="),
        "def swap(box):\n    box.write(0, 5)\n    box.write(1, 4)\n"
        "    return [box.read(0), box.read(1)]\n",
        "def swap(box):\n    return [box.read(0), box.read(1)]\n",
        shows=("came = swap(box)",),
    ),
    "a given object of the library": _Kind(
        """
from fractions import Fraction

half = given(
    Fraction(1, 2), values=("numerator", "denominator"), written="Fraction(1, 2)"
)
assert solution.total(half) == 3
""",
        "def total(half):\n    return half.numerator + half.denominator\n",
        "def total(half):\n    return half.numerator\n",
        shows=("from fractions import Fraction",),
    ),
    "a given object in a record's place": _Kind(
        """
box = given(Box([1]), methods=("read",), written="given.Box([1])")
assert solution.first([Span(3), box]) == 4
""",
        "def first(both):\n    return both[0].low + both[1].read(0)\n",
        "def first(both):\n    return both[0].low\n",
        shows=("given.Span(low=3)", "box = given.Box([1])"),
    ),
    "two objects of one name": _Kind(
        """
for numbers in ([1, 2], [3]):
    box = given(Box(numbers), methods=("read",), written=f"given.Box({numbers})")
    assert solution.first(box) == numbers[0]
""",
        "def first(box):\n    return box.read(0)\n",
        "def first(box):\n    box.read(0)\n    return 1\n",
    ),
    "two functions of one name": _Kind(
        """
made = []
for amount in (1, 2):
    def add(number, amount=amount):
        return number + amount
    made.append(add)
first, second = made
assert solution.apply(first, 5) == 6
assert solution.apply(second, 5) == 7
""",
        _APPLY,
        "seen = []\ndef apply(function, *rest):\n    seen.append(function)\n"
        "    return seen[0](*rest)\n",
    ),
    "two objects that were made": _Kind(
        """
def one():
    return 1

def two():
    return 2

caches = [solution.memoize(each) for each in (one, two)]
assert caches[0]() == 1
assert caches[1]() == 2
""",
        _CACHE,
        "shared = {}\n" + _CACHE.replace("known = {}", "known = shared"),
    ),
    "what was made is handed over": _Kind(
        """
def one():
    return 1

cached = solution.memoize(one)
assert solution.memoize(cached)() == 1
assert solution.is_same(cached, cached) == True
""",
        _CACHE + "\n\ndef is_same(left, right):\n    return left is right\n",
        _CACHE + "\n\ndef is_same(left, right):\n    return left is not right\n",
        shows=("came = is_same(cached, cached)",),
    ),
    "one cache for two": _Kind(
        _COUNT
        + """
def double(number):
    return 2 * number

other = solution.memoize(double)
assert cached(3) == 9
assert other(3) == 6
""",
        _CACHE,
        "shared = {}\n" + _CACHE.replace("known = {}", "known = shared"),
    ),
    "a decorator with arguments": _Kind(
        """
calls = []

def square(number):
    calls.append(number)
    return number * number

cached = solution.memoize(max_size=2)(square)
assert cached(3) == 9
assert cached(3) == 9
assert len(calls) == 1
""",
        "def memoize(max_size):\n    def decorate(function):\n        known = {}\n"
        "        def cached(key):\n            if key not in known:\n"
        "                known[key] = function(key)\n            return known[key]\n"
        "        return cached\n    return decorate\n",
        "def memoize(max_size):\n"
        "    return lambda function: lambda key: function(key)\n",
        shows=("memoize(max_size=2)(square)",),
    ),
    "a decorator that does nothing": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached(3) == 9\n"
        "assert len(calls) == 1\n",
        _CACHE,
        "def memoize(function):\n    return function\n",
        shows=("cached = memoize(square)", "cached(3)"),
    ),
    "a decorator that does nothing is asked for more": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached.size() == 1\n",
        _CACHE,
        "def memoize(function):\n    return function\n",
        LevelVerdict.RAISED,
        says="AttributeError",
    ),
    "a function that comes back": _Kind(
        """
def one():
    return 1

def two():
    return 2

assert solution.first(one, two) is_equal one
assert solution.first(two, one) is_equal two
""".replace("is_equal", "=="),
        "def first(left, right):\n    return left\n",
        "def first(left, right):\n    return max(left, right, key=lambda f: f())\n",
    ),
    "a function that comes back is handed over": _Kind(
        """
def one():
    return 1

back = solution.same(one)
assert solution.apply(back) == 1
assert back() == 1
assert attribute(back, "__name__") == "one"
assert signature(back) == "()"
""",
        _APPLY + "\n\ndef same(value):\n    return value\n",
        _APPLY_IN_VAIN + "\n\ndef same(value):\n    return value\n",
        shows=("came = apply(",),
    ),
    "an attribute": _Kind(
        """
def greet(name):
    \"\"\"Greet somebody.\"\"\"
    return name

cached = solution.memoize(greet)
assert attribute(cached, "__doc__") == "Greet somebody."
assert attribute(cached, "__name__") == "greet"
""",
        _CACHE,
        _CACHE.replace("cached.__name__ = function.__name__", "pass"),
    ),
    "a docstring": _Kind(
        """
def greet(name):
    \"\"\"Greet somebody.\"\"\"
    return name

cached = solution.memoize(greet)
assert attribute(cached, "__doc__") == "Greet somebody."
""",
        _CACHE,
        _CACHE.replace("cached.__doc__ = function.__doc__", "pass"),
    ),
    "a signature": _Kind(
        """
def greet(name, greeting="hello", *, times=1):
    return name

cached = solution.memoize(greet)
assert signature(cached) == "(name, greeting='hello', *, times=1)"
""",
        _CACHE,
        _CACHE.replace("cached.__wrapped__ = function", "pass"),
    ),
    "a rule": _Kind(
        _COUNT + "cached(3)\ncached(3)\n"
        'require(len(calls) < 2, "it asked again", written="len(calls) < 2")\n',
        _CACHE,
        _NO_CACHE,
        LevelVerdict.NOT_BY_THE_RULES,
        says="it asked again",
    ),
    "a step": _Kind(
        "solution.does(call('apply', len, [1, 2]).gives(2))\n",
        _APPLY,
        _APPLY_NEVER,
    ),
    "a value that must not come": _Kind(
        "solution.does(call('answer', 2).does_not_give(4, rule='it remembers'))\n",
        "def answer(number):\n    raise ValueError(number)\n",
        "def answer(number):\n    return 4\n",
        LevelVerdict.NOT_BY_THE_RULES,
        says="it remembers",
    ),
    "deadlocked": _Kind(
        """
def inner():
    return 1

def outer():
    return run(inner)

run = solution.runner()
assert run(outer) == 1
""",
        "import threading\n\ndef runner():\n    lock = threading.RLock()\n"
        "    def run(function):\n        with lock:\n            return function()\n"
        "    return run\n",
        "import threading\n\ndef runner():\n    lock = threading.Lock()\n"
        "    def run(function):\n        with lock:\n            return function()\n"
        "    return run\n",
        LevelVerdict.DEADLOCKED,
        says="in run",
    ),
    "deadlocked by name": _Kind(
        """
def inner():
    return 1

def outer():
    return solution.locked(inner)

assert solution.locked(outer) == 1
""",
        "import threading\nlock = threading.RLock()\n\ndef locked(function):\n"
        "    with lock:\n        return function()\n",
        "import threading\nlock = threading.Lock()\n\ndef locked(function):\n"
        "    with lock:\n        return function()\n",
        LevelVerdict.DEADLOCKED,
        says="in locked",
    ),
    "called with what is no number": _Kind(
        "value = solution.answer(1)\nassert value(2) == 3\n",
        "def answer(number):\n    return lambda other: number + other\n",
        "def answer(number):\n    return number\n",
        says="not callable",
    ),
    "asked for a method": _Kind(
        "value = solution.answer(1)\nassert value.plus(2) == 3\n",
        "import types\n\ndef answer(number):\n"
        "    return types.SimpleNamespace(plus=lambda other: number + other)\n",
        "def answer(number):\n    return number\n",
        says="AttributeError",
    ),
    "asked for a key": _Kind(
        "value = solution.answer(1)\nassert value['a'] == 3\n",
        "def answer(number):\n    return {'a': 3}\n",
        "def answer(number):\n    return {}\n",
        says="KeyError",
    ),
    "asked for an item of nothing": _Kind(
        "value = solution.answer(1)\nassert value[0] == 3\n",
        "def answer(number):\n    return [3]\n",
        "def answer(number):\n    return None\n",
    ),
    "asked for the length of a number": _Kind(
        "assert len(solution.answer(1)) == 1\n",
        "def answer(number):\n    return [3]\n",
        "def answer(number):\n    return 1\n",
    ),
    "asked for the length of an object": _Kind(
        "assert len(solution.answer(1)) == 1\n",
        "def answer(number):\n    return [3]\n",
        "def answer(number):\n    return (each for each in [3])\n",
    ),
    "an object in the place of a list": _Kind(
        "assert solution.answer(1) == [3]\n",
        "def answer(number):\n    return [3]\n",
        "def answer(number):\n    return (each for each in [3])\n",
    ),
    "a part of an answer": _Kind(
        "assert solution.answer(1)[:2] == [3, 4]\n",
        "def answer(number):\n    return [3, 4, 5]\n",
        "def answer(number):\n    return [4, 3, 5]\n",
    ),
    "parts of an answer with a name": _Kind(
        "value = solution.answer(1)\nassert sorted(value) == [3, 4]\n",
        "def answer(number):\n    return [4, 3]\n",
        "def answer(number):\n    return [3, 5]\n",
    ),
    "parts of two answers with names": _Kind(
        "first, rest = solution.answer(1)\nother = solution.answer(2)\n"
        "assert first + sum(other) == 14\n",
        "def answer(number):\n    return [4, 3 * number]\n",
        "def answer(number):\n    return [4, 2 * number]\n",
    ),
    "names of the case": _Kind(
        _COUNT
        + """
numbers = [3, 4, 3]
offset = 1
assert [cached(number) + offset for number in numbers] == [10, 17, 10]
""",
        _CACHE,
        _FIRST,
    ),
    "names of a draw's record": _Kind(
        """
spans = [Span(1), Span(2)]
assert [solution.low(span) for span in spans] == [1, 2]
""",
        "def low(span):\n    return span.low\n",
        "def low(span):\n    return 1\n",
        shows=("given.Span(low=2)",),
    ),
    "a function of the grader in a claim": _Kind(
        "assert ordered(solution.answer(1)) == [3, 4]\n",
        "def answer(number):\n    return [4, 3]\n",
        "def answer(number):\n    return [5, 3]\n",
        before="def ordered(numbers):\n    return sorted(numbers)\n",
    ),
    "a helper of the grader asks": _Kind(
        "check(solution, 2, [2])\ncheck(solution, 3, [3])\n",
        "def answer(number):\n    return [number]\n",
        "def answer(number):\n    return [2]\n",
        before="def check(solution, number, expected):\n"
        "    assert solution.answer(number) == expected\n",
    ),
    "a value that is changed by another name": _Kind(
        """
seen = {}

def note(key):
    seen[key] = seen.get(key, 0) + 1
    return key

def count(key):
    return seen.get(key, 0)

assert solution.apply(note, 1) == 1
assert solution.apply(count, 1) == 1
assert seen == {1: 1}
""",
        _APPLY,
        _APPLY_TWICE,
    ),
    "state that two functions share": _Kind(
        """
seen = []

def note(key):
    seen.append(key)

def count():
    return len(seen)

solution.apply(note, 1)
solution.apply(note, 2)
assert solution.apply(count) == 2
""",
        _APPLY,
        _APPLY_TWICE,
    ),
    "an annotated function": _Kind(
        """
from collections.abc import Callable

calls: list[int] = []
total: int = 0

def note(number: int, then: "Callable | None" = None) -> int:
    \"\"\"Note a number.\"\"\"
    nonlocal total
    total += number
    inner: list[int]
    inner = [number]
    calls.extend(inner)
    return number

made = solution.apply(note, 2)
assert made == 2
assert calls == [2]
assert total == 2
""",
        _APPLY,
        _APPLY_TWICE,
    ),
    "a closure of a closure": _Kind(
        """
calls = []

def make(amount):
    def add(number):
        calls.append(number)
        return number + amount
    return add

three = make(3)
assert solution.apply(three, 2) == 5
assert len(calls) == 1
""",
        _APPLY,
        _APPLY_TWICE,
        shows=("amount = 3",),
    ),
    "two closures of a closure": _Kind(
        """
def make(amount):
    def add(number):
        return number + amount
    return add

assert solution.chain(make(3), make(4)) == 7
""",
        "def chain(first, second):\n    return second(first(0))\n",
        "def chain(first, second):\n    return first(0) + 5\n",
    ),
    "a name that Python has": _Kind(
        """
def sorted(numbers):
    return [0, *numbers]

assert solution.apply(sorted, [2, 1]) == [0, 2, 1]
""",
        _APPLY,
        _APPLY_NEVER,
    ),
    "a name that the submission has": _Kind(
        """
def apply(number):
    return number + 1

assert solution.apply(apply, 2) == 3
""",
        _APPLY,
        _APPLY_NEVER,
    ),
    "a name that programs use": _Kind(
        """
came = []

def expected(number):
    came.append(number)
    return number

assert solution.apply(expected, 2) == 2
assert came == [2]
""",
        _APPLY,
        _APPLY_TWICE,
    ),
    "a call before that raises": _Kind(
        """
def fail(number):
    raise ValueError(number)

with solution.raises(ValueError):
    solution.apply(fail, 1)
assert solution.count() == 1
""",
        "num = 0\n\ndef apply(function, *rest):\n    global num\n    num += 1\n"
        "    return function(*rest)\n\ndef count():\n    return num\n",
        "num = 0\n\ndef apply(function, *rest):\n    global num\n"
        "    result = function(*rest)\n    num += 1\n    return result\n\n"
        "def count():\n    return num\n",
    ),
    "raised in what was made": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached(3) == 9\n",
        _CACHE,
        _CACHE.replace("return known[key]", "return known.pop(key, known)")
        .replace("if key not in known:", "if not known and not cached.__dict__.get(0):")
        .replace(
            "known.pop(key, known)", "known.pop(key), cached.__dict__.update({0: 1})[0]"
        ),
        LevelVerdict.RAISED,
        says="TypeError",
    ),
    "too slow in what was made": _Kind(
        _COUNT + "assert cached(3) == 9\nassert cached(4) == 16\n",
        _CACHE,
        _CACHE.replace(
            "if key not in known:",
            "while known and key not in known:\n"
            "            pass\n        if not known:",
        ),
        LevelVerdict.TOO_SLOW,
        says="in cached",
    ),
    "crashed in what was made": _Kind(
        _COUNT + "assert cached(3) == 9\n",
        _CACHE,
        _CACHE.replace("return known[key]", "import os; os._exit(3)"),
        LevelVerdict.CRASHED,
    ),
    "raises in a with": _Kind(
        _COUNT + "with solution.raises(KeyError):\n    cached.get(3)\n",
        "import types\n\ndef memoize(function):\n"
        "    return types.SimpleNamespace(get={}.__getitem__)\n",
        "import types\n\ndef memoize(function):\n"
        "    return types.SimpleNamespace(get={}.get)\n",
        shows=("except KeyError",),
    ),
    "a helper that counts": _Kind(
        """
calls = []

def note(number):
    calls.append(number)

def square(number):
    note(number)
    return number * number

assert solution.apply(square, 3) == 9
assert solution.apply(square, 4) == 16
assert len(calls) == 2
""",
        _APPLY,
        _APPLY_TWICE,
        shows=("calls = []",),
    ),
    "two helpers that call each other": _Kind(
        """
def is_even(number):
    return number == 0 or is_odd(number - 1)

def is_odd(number):
    return number != 0 and is_even(number - 1)

assert solution.apply(is_even, 5) is_equal False
""".replace("is_equal", "=="),
        _APPLY,
        _APPLY_NEVER,
    ),
    "a clock of the case's own": _Kind(
        """
now = 100.0

def clock():
    return now

def advance(seconds):
    nonlocal now
    now += seconds

assert solution.waits(clock, advance, 5.0) == 105.0
assert now == 105.0
""",
        "def waits(clock, sleep, seconds):\n    sleep(seconds)\n    return clock()\n",
        "def waits(clock, sleep, seconds):\n    before = clock()\n"
        "    sleep(2 * seconds)\n    return before + seconds\n",
    ),
    "objects that hold what cannot be copied": _Kind(
        """
import threading

held = [threading.Lock()]

def size():
    return len(held)

assert solution.apply(size) == 1
""",
        _APPLY,
        _APPLY_IN_VAIN,
        shows=("as it was answered before",),
    ),
    "a rule of what was counted": _Kind(
        """
calls = []

def note(number):
    calls.append(number)

solution.apply(note, 1)
require(calls == [1], "it called twice", written="calls == [1]")
""",
        _APPLY,
        _APPLY_TWICE,
        LevelVerdict.NOT_BY_THE_RULES,
        says="it called twice",
    ),
    "an assert in a helper": _Kind(
        """
calls = []

def note(number):
    calls.append(number)
    return number

solution.apply(note, 1)
check_length(calls, 1)
""",
        _APPLY,
        _APPLY_TWICE,
        before="def check_length(seen, expected):\n    assert len(seen) == expected\n",
    ),
    "an expression that asks twice": _Kind(
        "assert solution.answer(1) + solution.answer(2) == 3\n",
        "def answer(number):\n    return number\n",
        "def answer(number):\n    return 2 * number\n",
        shows=("came = answer(1) + answer(2)",),
    ),
    "an answer with a bound": _Kind(
        "assert solution.answer(7) <= 10\n",
        "def answer(number):\n    return number\n",
        "def answer(number):\n    return 2 * number\n",
        shows=("came = answer(7)", "assert came <= 10, came"),
    ),
}


_KEEPS = """\
import os


def save(name, numbers):
    with open(name + ".part", "w") as file:
        for number in numbers:
            print(number, file=file)
    os.replace(name + ".part", name)


def load(name):
    with open(name) as file:
        return [int(line) for line in file]


def order():
    return sorted({"a", "b", "c", "d", "e", "f"})
"""
_KEEPS_LESS = _KEEPS.replace("for number in numbers:", "for number in numbers[1:]:")
_IN_PLACE = _KEEPS.replace(' + ".part"', "").replace("    os.replace(name, name)\n", "")


def _keeps(case: str, wrong: str, **more: Any) -> _Kind:
    return replace(_Kind(case, _KEEPS, wrong, keeps_files=True), **more)


_FILES: dict[str, _Kind] = {
    "a restart": _keeps(
        "solution.save('a', [1, 2])\nsolution.restart()\n"
        "assert solution.load('a') == [1, 2]\n",
        _KEEPS_LESS,
        shows=("save('a', [1, 2])", "came = load('a')"),
    ),
    "kept in memory": _keeps(
        "solution.save('a', [1, 2])\nassert solution.load('a') == [1, 2]\n"
        "solution.restart()\nassert solution.load('a') == [1, 2]\n",
        "kept = {}\n\ndef save(name, numbers):\n    kept[name] = numbers\n\n"
        "def load(name):\n    return kept[name]\n\ndef order():\n    return []\n",
        verdict=LevelVerdict.RAISED,
        says="KeyError",
    ),
    "two restarts": _keeps(
        "solution.save('a', [1])\nsolution.restart()\n"
        "solution.save('b', solution.load('a') + [2])\nsolution.restart()\n"
        "assert solution.load('b') == [1, 2]\n",
        _KEEPS.replace("(name, numbers)", "(name, numbers, known=[])").replace(
            "for number in numbers", "for number in numbers[: name == 'a' or 1]"
        ),
    ),
    "another hash seed": _keeps(
        "first = solution.order()\nsolution.restart()\n"
        "assert solution.order() == ['a', 'b', 'c', 'd', 'e', 'f']\n",
        _KEEPS.replace('sorted({"a", "b", "c", "d", "e", "f"})', "list('fedcba')"),
    ),
    "what a file holds": _keeps(
        "solution.save('a', [1, 2])\n"
        "assert solution.scratch.read('a') == b'1\\n2\\n'\n",
        _KEEPS_LESS,
        shows=("came = pathlib.Path('a').read_bytes()",),
    ),
    "which files there are": _keeps(
        "solution.save('a', [1, 2])\nassert solution.scratch.names() == ['a']\n",
        _KEEPS.replace("os.replace(name", "open('b', 'w').close(); os.replace(name"),
        shows=("came = sorted(os.listdir())",),
    ),
    "a file that is not there": _keeps(
        "solution.save('a', [1, 2])\n"
        "assert solution.scratch.read('a') == b'1\\n2\\n'\n",
        _KEEPS.replace('    os.replace(name + ".part", name)\n', ""),
        shows=("came = pathlib.Path('a').read_bytes()",),
    ),
    "a file that cannot be cut": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.cut('a', 2)\n"
        "assert solution.load('a') == [1]\n",
        _KEEPS.replace('    os.replace(name + ".part", name)\n', ""),
    ),
    "written": _keeps(
        "solution.scratch.write('a', b'7\\n8\\n')\n"
        "assert solution.load('a') == [7, 8]\n",
        _KEEPS.replace("for line in file", "for line in list(file)[1:]"),
    ),
    "cut": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.cut('a', 2)\n"
        "assert solution.load('a') == [1]\n",
        _KEEPS.replace("for line in file", "for line in 2 * list(file)"),
        shows=("os.truncate('a', 2)",),
    ),
    "flipped": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.flip('a', 0)\n"
        "assert solution.load('a') == [0, 2]\n",
        _KEEPS.replace("int(line)", "max(1, int(line))"),
        shows=("data[0] ^= 1",),
    ),
    "a line replaced": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.replace_line('a', 1, b'5')\n"
        "assert solution.load('a') == [1, 5]\n",
        _KEEPS.replace("int(line)", "min(2, int(line))"),
        shows=("lines[1] = b'5'",),
    ),
    "removed": _keeps(
        "solution.save('a', [1])\nsolution.scratch.remove('a')\n"
        "with solution.raises(OSError):\n    solution.load('a')\n",
        _KEEPS.replace(
            "    with open(name) as file:\n        return",
            "    if not os.path.exists(name):\n        return []\n"
            "    with open(name) as file:\n        return",
        ),
        shows=("os.remove('a')", "except OSError"),
    ),
    "changed before a restart": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.cut('a', 2)\n"
        "solution.scratch.write('b', b'\\'\\'\\'\\\\')\n"
        "solution.restart()\nassert solution.load('a') == [1]\n",
        _KEEPS.replace("for line in file", "for line in 2 * list(file)"),
    ),
    "a full disk": _keeps(
        "solution.save('a', [1, 2])\nsolution.limit_files(3)\n"
        "with solution.raises(OSError):\n    solution.save('a', [3, 4, 5])\n"
        "solution.limit_files(None)\nassert solution.load('a') == [1, 2]\n",
        _IN_PLACE,
        shows=("resource.RLIMIT_FSIZE",),
        says="Error",
    ),
    "a full disk that is not seen": _keeps(
        "solution.limit_files(3)\n"
        "with solution.raises(OSError):\n    solution.save('a', [3, 4, 5])\n",
        _KEEPS.replace(
            "        for number in numbers:\n            print(number, file=file)\n",
            "        pass\n",
        ),
        says="no OSError",
    ),
    "a process that dies": _keeps(
        "solution.save('a', [1, 2])\nsolution.limit_files(3, is_fatal=True)\n"
        "with solution.may_die():\n    solution.save('a', [3, 4, 5])\n"
        "solution.restart()\nassert solution.load('a') == [1, 2]\n",
        _IN_PLACE,
        shows=("signal.SIGXFSZ",),
    ),
    "a process that dies otherwise": _keeps(
        "solution.save('a', [1, 2])\n"
        "with solution.may_die():\n    solution.save('a', [3, 4, 5])\n"
        "solution.restart()\nassert solution.load('a') == [3, 4, 5]\n",
        _KEEPS.replace(
            "    os.replace",
            "    if len(numbers) > 2:\n        os.abort()\n    os.replace",
        ),
    ),
    "a rule of a file": _keeps(
        "solution.save('a', [1, 2])\n"
        "require(b'2' in solution.scratch.read('a'), 'it lost a number',"
        " written=\"b'2' in solution.scratch.read('a')\")\n",
        _KEEPS.replace("for number in numbers", "for number in numbers[:1]"),
        verdict=LevelVerdict.NOT_BY_THE_RULES,
        says="it lost a number",
    ),
    "a number of files": _keeps(
        "solution.save('a', [1])\nsolution.save('b', [1])\n"
        "assert len(solution.scratch.names()) <= 2\n",
        _KEEPS.replace(
            "    os.replace(name",
            "    open(name + '.log', 'w').close()\n    os.replace(name",
        ),
        verdict=LevelVerdict.OVER_COUNT,
    ),
    "a damaged file that must not be believed": _keeps(
        "solution.save('a', [1, 2])\nsolution.scratch.cut('a', 2)\n"
        "solution.restart()\n"
        "solution.does(call('load', 'a').does_not_give([1], rule='it believed it'))\n",
        _KEEPS.replace("int(line)", "int(line) "),
        right=_KEEPS.replace(
            "print(number, file=file)", "print(number, len(numbers), file=file)"
        ).replace(
            "return [int(line) for line in file]",
            "lines = [line.split() for line in file]\n"
            "        if len(lines) != int(lines[0][1]):\n"
            "            raise ValueError(name)\n"
            "        return [int(line[0]) for line in lines]",
        ),
        verdict=LevelVerdict.NOT_BY_THE_RULES,
        says="it believed it",
    ),
    "a function before and after a restart": _keeps(
        """
calls = []

def number():
    calls.append(1)
    return len(calls)

assert solution.store('a', number) == 1
solution.restart()
assert solution.store('a', number) == 1
assert len(calls) == 1
""",
        "def store(name, function):\n    return function()\n",
        right="import os\n\ndef store(name, function):\n"
        "    if not os.path.exists(name):\n        value = function()\n"
        "        with open(name, 'w') as file:\n            file.write(str(value))\n"
        "    with open(name) as file:\n        return int(file.read())\n",
    ),
    "a count over a restart": _keeps(
        """
calls = []

def number():
    calls.append(1)
    return 7

assert solution.store('a', number) == 7
solution.restart()
assert solution.store('a', number) == 7
assert len(calls) == 1
""",
        "def store(name, function):\n    return function()\n",
        right="import os\n\ndef store(name, function):\n"
        "    if not os.path.exists(name):\n        value = function()\n"
        "        with open(name, 'w') as file:\n            file.write(str(value))\n"
        "    with open(name) as file:\n        return int(file.read())\n",
    ),
    "made again after a restart": _keeps(
        """
calls = []

def number(key):
    calls.append(key)
    return 7 * key

cached = solution.cache(number)
assert cached.get(2) == 14
cached.save('a')
solution.restart()
cached = solution.cache(number)
cached.load('a')
assert cached.get(2) == 14
assert len(calls) == 1
""",
        "import types\n\ndef cache(function):\n    return types.SimpleNamespace("
        "get=function, save=lambda name: None, load=lambda name: None)\n",
        right="import json, types\n\ndef cache(function):\n    known = {}\n"
        "    def get(key):\n        if str(key) not in known:\n"
        "            known[str(key)] = function(key)\n"
        "        return known[str(key)]\n"
        "    def save(name):\n        with open(name, 'w') as file:\n"
        "            json.dump(known, file)\n"
        "    def load(name):\n        with open(name) as file:\n"
        "            known.update(json.load(file))\n"
        "    return types.SimpleNamespace(get=get, save=save, load=load)\n",
        shows=("cached = cache(number)",),
    ),
    "crashed after a restart": _keeps(
        "solution.save('a', [1])\nsolution.restart()\n"
        "assert solution.load('a') == [1]\n",
        _KEEPS.replace(
            "    with open(name) as file:",
            "    os._exit(3)\n    with open(name) as file:",
        ),
        verdict=LevelVerdict.CRASHED,
    ),
    "too slow after a restart": _keeps(
        "solution.save('a', [1])\nsolution.restart()\n"
        "assert solution.load('a') == [1]\n",
        _KEEPS.replace(
            "    with open(name) as file:",
            "    while True:\n        pass\n    with open(name) as file:",
        ),
        verdict=LevelVerdict.TOO_SLOW,
        says="in load",
    ),
    "a restart that ends a case": _keeps(
        "solution.save('a', [1])\nsolution.restart()\n"
        "assert solution.scratch.read('a') == b'1\\n'\n",
        _KEEPS_LESS,
    ),
}


def _failure(make_exercise: MakeExercise, kind: _Kind) -> tuple[Exercise, Failure]:
    exercise = _exercise(make_exercise, kind)
    report = exercise.grade(kind.wrong, limits=replace(LIMITS, patience=10.0))
    assert report.message is None, report.message
    assert report.levels[0].verdict is kind.verdict, report.levels[0]
    return exercise, only_failure(report)


_ALL = _KINDS | _FILES


@pytest.mark.parametrize("kind", _ALL.values(), ids=_ALL)
def test_a_reproduction_fails_beside_its_answer_and_passes_beside_a_right_one(
    make_exercise: MakeExercise, kind: _Kind
) -> None:
    """Every kind of failure in a conversation is shown, and a right answer passes."""
    exercise, failure = _failure(make_exercise, kind)
    program = failure.reproduction
    assert program is not None
    failed = exercise.run(program, kind.wrong)
    assert failed.returncode != 0, program
    assert kind.says in failed.stderr, program + failed.stderr
    passed = exercise.run(program, kind.right)
    assert passed.returncode == 0, program + passed.stderr
    for text in kind.shows:
        assert text in program, program
    for text in kind.hides:
        assert text not in program, program
    assert exercise.grade(kind.right).is_passed


def _failed(claim: Claim | None = None) -> CaseFailedError:
    return CaseFailedError(
        LevelVerdict.WRONG_ANSWER, "it is not", Gives(1), Returned(2), claim=claim
    )


def _story(*events: Event, claim: Claim | None = None, **more: Any) -> Story:
    allowed = Allowed(cpu_s=0.5, wait_s=1.0, memory_bytes=2**27, output_bytes=1_000)
    return Story(events, _failed(claim), {}, allowed, **more)


_NAMES = ["calls", "cached", "size", "solution", "solution.f", "len", "sorted", "x"]
_TEXTS = st.recursive(
    st.sampled_from(_NAMES),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" + ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"len({text})"),
        inner.map(lambda text: f"solution.f({text})"),
        inner.map(lambda text: f"attribute({text}, 'name')"),
        inner.map(lambda text: f"solution.scratch.read({text})"),
        inner.map(lambda text: f"[x for x in {text}]"),
        inner.map(lambda text: f"[{text} for y in {text} if y]"),
        inner.map(lambda text: f"{{{text}: 1}}"),
    ),
    max_leaves=6,
)


@given_values(_TEXTS, st.sets(st.sampled_from(["calls", "cached", "size", "x"])))
def test_a_claim_names_nothing_that_is_not_there(text: str, known: set[str]) -> None:
    """What is told of a claim is defined or imported in its program, or not told."""
    uses: dict[str, Any] = dict.fromkeys(known, 1)
    claim = Claim(text, "==", 2, uses=uses)
    program = reproduction(_story(call("g"), claim=claim))
    tree = ast.parse(program)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stored = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    loaded = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
    assert loaded <= stored | imported | set(vars(builtins)), program


@given_values(st.sampled_from(["came", "expected", "f", "folder", "numbers", "os"]))
def test_names_of_a_case_do_not_hide_those_of_a_program(name: str) -> None:
    """A function, a variable and an object of a taken name are called otherwise."""
    namespace: dict[str, Any] = {}
    source = f"{name} = [1]\ndef use():\n    return {name}\n"
    exec(source, namespace)
    (use,) = (each for each in namespace.values() if callable(each))
    use.__name__ = name
    lines = reproduction(_story(call("f", use)))
    assert f"def {name}(" not in lines
    assert f"\n{name} = iter(" not in lines
    assert "came = f(" in lines


def test_a_function_that_has_no_source_answers_as_it_did() -> None:
    """Its answers come in their order; exceptions are raised."""
    namespace: dict[str, Any] = {}
    exec("def ask(number):\n    return number\n", namespace)
    ask = namespace["ask"]

    def failing() -> Any:
        raise KeyError("no")

    callbacks = [
        Callback(ask, "", (1,), {}, outcome, 1)
        for outcome in (lambda: 7, failing, lambda: [1, 2])
    ]
    story = _story(call("f", ask), callbacks=tuple(callbacks))
    _, lines = Telling(story).call(call("f", ask))
    assert lines == ["f(ask)"]
    made, _ = Telling(story).call(call("f", ask))
    names: dict[str, Any] = {}
    exec("\n".join(made), names)
    told = names["ask"]
    assert told(1) == 7
    with pytest.raises(KeyError, match="no"):
        told()
    assert told(number=1) == [1, 2]


@given_values(st.lists(st.text(), max_size=4))
def test_a_program_of_another_process_is_the_lines_that_it_was(
    texts: list[str],
) -> None:
    """Whatever quotes stand in it, it is run as it is."""
    lines = [f"print({text!r})" for text in texts]
    program = in_folder([], [lines], [])
    names: dict[str, Any] = {}
    start = next(i for i, line in enumerate(program) if line.startswith("program = "))
    end = next(i for i, line in enumerate(program) if line.startswith("command = "))
    exec("\n".join(program[start:end]), names)
    written = names["program"].split("\n")
    assert [line for line in written if line.startswith("print(")] == lines
    ast.parse(names["program"])


@pytest.mark.parametrize("quotes", ["'''", '"""', "'''\\", '\\"""\\'])
def test_quotes_in_files_are_told(quotes: str) -> None:
    """What a case writes into a file may look like the end of a text."""
    line = f"pathlib.Path('a').write_bytes({quotes.encode()!r})"
    events = (FilesChanged((line,)), Restarted(), call("f"))
    program = reproduction(_story(*events, has_files=True))
    (text,) = (
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "program"
    )
    assert line in text.split("\n")
