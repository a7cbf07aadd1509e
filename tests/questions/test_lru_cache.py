"""What question 05 asks and measures, and its rungs, against the oracle."""

from __future__ import annotations

import importlib.util
import itertools
import random
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.catalog import Catalog
from perfkata.judge.grading import Gives
from perfkata.judge.loading import load_grader
from tests.questions.conftest import ROOT

QUESTION = Catalog(ROOT).question("05")
MEASURED = load_grader(QUESTION).measured
SETTINGS = settings(deadline=None, max_examples=60)


def loaded(path: Path | None, name: str) -> ModuleType:
    """A file of the question as a module that only this test knows."""
    assert path is not None
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up while it is loaded.
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    return module


ORACLE: Any = loaded(QUESTION.oracle, "_oracle_of_05")
WORKLOADS: Any = loaded(QUESTION.workloads, "_workloads_of_05")
RUNGS: dict[str, Any] = {
    path.stem: loaded(path, f"_rung_{path.stem}") for path in QUESTION.rungs()
}

every_rung = pytest.mark.parametrize("name", RUNGS)

# Few values, so that calls are often the same, and some that are equal across types.
ARGUMENTS = st.sampled_from(
    [0, 1, 2, True, 1.0, -1, -2, "x", "1", b"1", None, (), (1,), ("x", 1), (("x", 1),)]
)
KEYS = st.tuples(
    st.lists(ARGUMENTS, max_size=2).map(tuple),
    st.dictionaries(st.sampled_from("xy"), ARGUMENTS, max_size=2),
)
HASHABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda items: st.lists(items, max_size=3).map(tuple),
    max_leaves=6,
)
VALUES = st.recursive(
    HASHABLE,
    lambda items: (
        st.lists(items, max_size=3)
        | st.lists(items, max_size=3).map(tuple)
        | st.dictionaries(HASHABLE, items, max_size=3)
    ),
    max_leaves=8,
)


def numbered() -> Callable[..., int]:
    """A function whose results say how many calls there have been."""
    serials = itertools.count(1)

    def number(*args: object, **kwargs: object) -> int:
        return next(serials)

    return number


@every_rung
@SETTINGS
@given(max_size=st.integers(0, 5), keys=st.lists(KEYS, max_size=40))
def test_a_rung_answers_as_the_oracle_does(
    name: str, max_size: int, keys: list[tuple[Any, Any]]
) -> None:
    """Which calls hit, what they give and what is counted are the oracle's."""
    cached = RUNGS[name].memoize(max_size)(numbered())
    truth = ORACLE.Cache(max_size)
    for args, kwargs in keys:
        expected = truth.call(ORACLE.Key(args, kwargs), truth.misses + 1)
        assert cached(*args, **kwargs) == expected
        assert cached.cache_info() == truth.info()


@every_rung
@SETTINGS
@given(entries=st.lists(st.tuples(HASHABLE, VALUES), max_size=6))
def test_a_rung_saves_what_it_can_load(
    name: str, entries: list[tuple[Any, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Loaded entries are those that were saved, in their order, of their types."""
    file = str(tmp_path_factory.mktemp("saved") / "cache.txt")
    values = dict(entries)
    memoize = RUNGS[name].memoize
    saved = memoize(9)(values.__getitem__)
    for key in values:
        saved(key)
    assert saved.save(file) == len(values)
    restored = memoize(9)(pytest.fail)
    assert restored.load(file) == len(values)
    assert [repr(restored(key)) for key in values] == list(map(repr, values.values()))


LAYERS: dict[str, Callable[[Any], Any]] = {
    "list": lambda value: [value],
    "tuple": lambda value: (value,),
    "dict": lambda value: {1: value},
}


def nested(kind: str, depth: int) -> Any:
    """A value of so many containers within each other."""
    value: Any = {"list": [], "tuple": (), "dict": {}}[kind]
    for _ in range(depth - 1):
        value = LAYERS[kind](value)
    return value


@every_rung
@pytest.mark.parametrize("kind", LAYERS)
def test_a_rung_saves_what_is_200_deep_and_no_deeper(
    name: str, kind: str, tmp_path: Path
) -> None:
    """For that it needs two thirds of the frames that Python allows."""
    file = str(tmp_path / "cache.txt")
    memoize = RUNGS[name].memoize
    cached = memoize(9)(lambda depth: nested(kind, depth))
    for depth in (1, 200, 201):
        cached(depth)
    restored = memoize(9)(pytest.fail)
    before, frame, num_frames = sys.getrecursionlimit(), sys._getframe(), 1
    while frame.f_back is not None:
        frame, num_frames = frame.f_back, num_frames + 1
    sys.setrecursionlimit(num_frames + 650)
    try:
        saved, loaded = cached.save(file), restored.load(file)
    finally:
        sys.setrecursionlimit(before)
    assert (saved, loaded) == (2, 2)
    assert repr(restored(200)) == repr(nested(kind, 200))
    assert restored(1) == nested(kind, 1)


@given(max_size=st.integers(0, 6), keys=st.lists(st.integers(0, 9), max_size=30))
def test_the_oracle_holds_the_last_distinct_calls(
    max_size: int, keys: list[int]
) -> None:
    """It agrees with the definition: the keys of the last calls, without repetition."""
    truth = ORACLE.Cache(max_size)
    for key in keys:
        truth.call(ORACLE.Key((key,)), key)
    last = list(dict.fromkeys(reversed(keys)))[:max_size]
    assert [entry.value for entry in truth.entries()] == last[::-1]


def drawn(name: str, size: int, seed: int) -> tuple[tuple[Any, ...], list[int]]:
    """What a measure hands over, and what it expects."""
    step = MEASURED[name].draw(size, random.Random(seed))
    assert isinstance(step.expectation, Gives)
    return step.call.arguments, step.expectation.value


def by_oracle(lookups: list[int], keys: range, serial: int) -> list[int]:
    """Fill a cache with keys and ask it for others, as the oracle has it."""
    truth = ORACLE.Cache(len(keys))
    values = [
        truth.call(ORACLE.Key((key,)), serial + truth.misses)
        for key in (*keys, *lookups)
    ]
    return [sum(values), truth.hits, truth.misses]


@SETTINGS
@given(size=st.integers(0, 12), seed=st.integers(0, 2**32))
def test_the_truth_about_hits_is_the_oracles(size: int, seed: int) -> None:
    """Each lookup finds its entry, first forwards, then backwards."""
    (first, max_size, lookups, serial), expected = drawn("hits", size, seed)
    assert max_size == size
    keys = range(first, first + size)
    total, hits, misses = by_oracle([*lookups, *reversed(lookups)], keys, serial)
    filled = sum(range(serial, serial + size))
    assert expected == [total - filled, hits, misses]
    assert misses == size


@SETTINGS
@given(size=st.integers(0, 12), seed=st.integers(0, 2**32))
def test_the_truth_about_evictions_is_the_oracles(size: int, seed: int) -> None:
    """What was evicted when decides which call filled the entry that is found."""
    (first, max_size, lookups, serial), expected = drawn("evictions", size, seed)
    assert max_size == size
    assert expected == by_oracle(lookups, range(first, first + size), serial)


@every_rung
@pytest.mark.parametrize("measure", MEASURED)
def test_a_workload_gives_what_is_expected(
    name: str, measure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a rung beside it, a workload returns the truth that was drawn."""
    monkeypatch.setitem(sys.modules, "solution", RUNGS[name])
    arguments, expected = drawn(measure, 300, seed=1)
    assert getattr(WORKLOADS, measure)(*arguments) == expected


def test_hits_are_of_a_thousand_entries_at_most() -> None:
    """A larger cache is asked for no more keys, twice as often as it has entries."""
    for size, least, most in ((0, 0, 0), (10, 8, 10), (5_000, 990, 1_000)):
        (_, _, lookups, _), _ = drawn("hits", size, seed=2)
        assert len(lookups) == 2 * size
        assert least <= len(set(lookups)) <= most


def test_three_calls_in_four_evict() -> None:
    """The keys that are asked for are four times as many as there is room for."""
    (_, size, lookups, _), (_, hits, misses) = drawn("evictions", 5_000, seed=3)
    assert len(lookups) == 2 * size
    assert hits + misses == 3 * size
    assert 0.74 < (misses - size) / len(lookups) < 0.76


@SETTINGS
@given(
    lines=st.lists(
        st.binary(max_size=3).filter(lambda line: b"\n" not in line), unique=True
    ),
    index=st.integers(0, 40),
)
def test_whole_lines_are_those_before_a_cut(lines: list[bytes], index: int) -> None:
    """Of a file that is cut, the oracle finds the lines that end before the cut."""
    lines = [b"%d " % number + line for number, line in enumerate(lines)]
    data = b"\n".join([b"memoize 1", *lines, b""])
    position = min(index, len(data))
    found = ORACLE.whole_lines(data, data[:position])
    if position < len(b"memoize 1"):
        assert found is None
    else:
        num_whole = sum(
            len(b"\n".join([b"memoize 1", *lines[: number + 1]])) <= position
            for number in range(len(lines))
        )
        assert found == list(range(num_whole))


def sum_of_hits(
    first_key: int, max_size: int, lookups: list[int], serial: int
) -> list[int]:
    """The cheapest that gives what the workload of hits does: no cache at all."""
    total = sum(lookups) + len(lookups) * (serial - first_key)
    return [2 * total, 2 * len(lookups), max_size]


def one_ordered_dict(
    first_key: int, max_size: int, lookups: list[int], serial: int
) -> list[int]:
    """The cheapest for evictions: all that a cache does, without a function."""
    keys = range(first_key, first_key + max_size)
    cache = OrderedDict(zip(keys, itertools.count(serial)))
    total, following = sum(cache.values()), serial + max_size
    for key in lookups:
        found = cache.get(key)
        if found is None:
            found = cache[key] = following
            following += 1
            cache.popitem(last=False)
        else:
            cache.move_to_end(key)
        total += found
    num_misses = following - serial
    return [total, 3 * max_size - num_misses, num_misses]


def num_opcodes(function: Callable[..., Any], *arguments: Any) -> int:
    """How many instructions of Python a call takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("measure", "cheapest"), [("hits", sum_of_hits), ("evictions", one_ordered_dict)]
)
def test_a_workload_that_is_replaced_gains_nothing(
    measure: str, cheapest: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheapest that gives the same takes less than the floor: it is suspicious."""
    monkeypatch.setitem(sys.modules, "solution", list(RUNGS.values())[-1])
    arguments, expected = drawn(measure, 500, seed=4)
    assert cheapest(*arguments) == expected
    (floor,) = (each.floor for each in QUESTION.measures if each.name == measure)
    assert floor is not None
    honest = num_opcodes(getattr(WORKLOADS, measure), *arguments)
    assert num_opcodes(cheapest, *arguments) < floor * honest
