"""Draws: the same from the same seed, replayed from a record, and made smaller."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.drawing import Draw, shrink

_BOUNDS = st.integers(-40, 40)
_RANGES = st.tuples(_BOUNDS, _BOUNDS).map(lambda ends: (min(ends), max(ends)))
_STEPS = st.one_of(
    st.tuples(st.just("integer"), _RANGES),
    st.tuples(st.just("size"), _RANGES.map(lambda ends: (abs(ends[0]), 90))),
    st.tuples(st.just("boolean"), st.floats(0, 1).map(lambda chance: (chance,))),
    st.tuples(st.just("choice"), st.integers(1, 5).map(lambda n: ("abcde"[:n],))),
    st.tuples(st.just("shuffled"), st.integers(0, 5).map(lambda n: ("abcde"[:n],))),
)
_PROGRAMS = st.lists(_STEPS, max_size=12)
_SEEDS = st.integers(0, 2**48).map(str)

Program = list[tuple[str, tuple[Any, ...]]]
Record = Sequence[int]


def _drawn(draw: Draw, program: Program) -> list[Any]:
    return [getattr(draw, name)(*arguments) for name, arguments in program]


@given(_PROGRAMS, _SEEDS)
def test_equal_seeds_draw_equally(program: Program, seed: str) -> None:
    """A seed is all that the values depend on."""
    assert _drawn(Draw(seed), program) == _drawn(Draw(seed), program)


def test_a_seed_draws_the_same_on_every_machine() -> None:
    """The values of one seed are known, so that an old seed replays an old report."""
    draw = Draw("1 any_case 0")
    numbers = [draw.integer(-100, 100) for _ in range(6)]
    others = [draw.boolean(), draw.choice("abc"), draw.size(0, 64)]
    assert numbers == [-22, -75, 29, 98, 14, -66]
    assert [*others, draw.shuffled("abcde")] == [
        True,
        "b",
        63,
        ["d", "c", "b", "e", "a"],
    ]


def test_another_seed_draws_otherwise() -> None:
    """A hundred seeds draw a hundred sequences."""
    draws = [Draw(str(seed)) for seed in range(100)]
    drawn = {tuple(draw.integer(0, 9) for _ in range(12)) for draw in draws}
    assert len(drawn) == 100


@given(_PROGRAMS, _SEEDS)
def test_a_record_replays_what_was_drawn(program: Program, seed: str) -> None:
    """The choices that a draw took make the same values again, without its seed."""
    first = Draw(seed)
    values = _drawn(first, program)
    again = Draw(None, first.taken)
    assert _drawn(again, program) == values
    assert again.taken == first.taken


@given(_PROGRAMS, st.lists(st.integers(0, 200), max_size=30))
def test_any_record_keeps_the_rules(program: Program, record: list[int]) -> None:
    """Whatever is replayed, every value is one that a seed could have drawn."""
    draw = Draw(None, record)
    for (name, arguments), value in zip(program, _drawn(draw, program), strict=True):
        if name in ("integer", "size"):
            low, high = arguments
            assert low <= value <= high
        elif name == "boolean":
            assert value in (True, False)
        elif name == "choice":
            assert value in arguments[0]
        else:
            assert sorted(value) == list(arguments[0])
    values = _drawn(Draw(None, record), program)
    assert _drawn(Draw(None, draw.taken), program) == values


@given(_PROGRAMS)
def test_without_seed_and_record_all_is_simplest(program: Program) -> None:
    """The simplest is nearest 0, the low end of a size, False, first, and in order."""
    for (name, arguments), value in zip(
        program, _drawn(Draw(None), program), strict=True
    ):
        if name == "integer":
            low, high = arguments
            assert value == min(range(low, high + 1), key=abs)
        elif name == "boolean":
            assert value is False
        elif name == "shuffled":
            assert value == list(arguments[0])
        else:
            assert value == (arguments[0][0] if name == "choice" else arguments[0])


@given(_RANGES)
def test_every_integer_of_a_range_has_one_choice(ends: tuple[int, int]) -> None:
    """Choices and values of a range are one to one, and larger ones lie farther off."""
    low, high = ends
    values = [
        Draw(None, [choice]).integer(low, high) for choice in range(high - low + 1)
    ]
    assert sorted(values) == list(range(low, high + 1))
    for one_sided in ([v for v in values if v >= 0], [v for v in values if v < 0]):
        assert one_sided == sorted(one_sided, key=abs)


@given(_RANGES, st.integers(0, 300))
def test_a_fresh_integer_of_a_range_is_replayed(
    ends: tuple[int, int], seed: int
) -> None:
    """What a seed draws from any range lies in it and is what its record gives."""
    draw = Draw(str(seed))
    value = draw.integer(*ends)
    assert ends[0] <= value <= ends[1]
    assert Draw(None, draw.taken).integer(*ends) == value


@pytest.mark.parametrize("ends", [(-2, 2), (0, 3), (-3, 0), (4, 6), (-6, -4), (7, 7)])
def test_every_integer_of_a_range_is_drawn(ends: tuple[int, int]) -> None:
    """Seeds reach each value of a range, about equally often."""
    draw = Draw("1")
    drawn = [draw.integer(*ends) for _ in range(700)]
    for value in range(ends[0], ends[1] + 1):
        assert 60 < drawn.count(value) <= 700


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("integer", (3, 2)),
        ("integer", (0, -1)),
        ("integer", (1, -1)),
        ("size", (5, 4)),
        ("choice", ([],)),
    ],
)
@pytest.mark.parametrize("seed", ["1", None])
def test_an_empty_range_is_an_error(
    name: str, arguments: tuple[Any, ...], seed: str | None
) -> None:
    """A range without a value is refused, fresh and replayed."""
    with pytest.raises(ValueError, match="an empty range was drawn from"):
        _drawn(Draw(seed), [(name, arguments)])


def test_a_chance_of_0_or_1_is_certain() -> None:
    """Chance 0 draws False and chance 1 draws True, always."""
    draw = Draw("1")
    assert not any(draw.boolean(0) for _ in range(200))
    assert all(draw.boolean(1) for _ in range(200))


def test_a_chance_is_about_what_it_says() -> None:
    """A tenth of many booleans of chance 0.1 are True."""
    draw = Draw("1")
    assert 60 < sum(draw.boolean(0.1) for _ in range(1_000)) < 140


def test_every_second_size_is_an_edge() -> None:
    """Ends, powers of two and their neighbours come up in at least half the draws."""
    draw = Draw("1")
    sizes = [draw.size(20, 1_000) for _ in range(1_000)]
    powers = [2**exponent for exponent in range(5, 10)]
    edges = {20, 21, 1_000} | {power + by for power in powers for by in (-1, 0, 1)}
    assert sum(size in edges for size in sizes) > 450
    assert set(sizes) >= edges
    assert len(set(sizes) - edges) > 300


def _numbers(draw: Draw) -> list[int]:
    return [draw.integer(-100, 100) for _ in range(draw.size(0, 20))]


def _flagged(draw: Draw) -> list[int]:
    numbers: list[int] = []
    while len(numbers) < 30 and draw.boolean(0.9):
        numbers.append(draw.integer(0, 1_000))
    return numbers


def _pair(draw: Draw) -> tuple[int, int]:
    return draw.integer(0, 1_000_000), draw.integer(5, 500)


def _order(draw: Draw) -> list[str]:
    return draw.shuffled("abcdef")


def _shrunk(
    generate: Callable[[Draw], Any], fails: Callable[[Any], bool], **limits: Any
) -> tuple[Any, int]:
    """Shrink the first failing input of many; return it and the number of attempts."""
    num_attempts = 0

    def still_fails(record: Record) -> Record | None:
        nonlocal num_attempts
        num_attempts += 1
        draw = Draw(None, record)
        return draw.taken if fails(generate(draw)) else None

    for seed in range(1_000):
        draw = Draw(str(seed))
        if fails(generate(draw)):
            record = shrink(draw.taken, still_fails, **limits)
            return generate(Draw(None, record)), num_attempts
    raise AssertionError("no input fails")


_Example = tuple[Callable[[Draw], Any], Callable[[Any], bool], Any]
_SMALLEST: dict[str, _Example] = {
    "large": (_numbers, lambda xs: any(x >= 17 for x in xs), [17]),
    "negative": (_numbers, lambda xs: any(x <= -17 for x in xs), [-17]),
    "long": (_numbers, lambda xs: len(xs) >= 3, [0, 0, 0]),
    "a step down": (_numbers, lambda xs: any(map(int.__gt__, xs, xs[1:])), [0, -1]),
    "any": (_numbers, lambda xs: True, []),
    "large and flagged": (_flagged, lambda xs: any(x >= 17 for x in xs), [17]),
    "last": (_flagged, lambda xs: len(xs) >= 2 and xs[-1] > 5, [0, 6]),
    "first of a pair": (_pair, lambda pair: pair[0] > 70_000, (70_001, 5)),
    "second of a pair": (_pair, lambda pair: pair[1] >= 300, (0, 300)),
    "disorder": (_order, lambda it: it[0] != "a", ["b", "a", "c", "d", "e", "f"]),
}


@pytest.mark.parametrize(
    ("generate", "fails", "smallest"), _SMALLEST.values(), ids=_SMALLEST
)
def test_the_smallest_example_is_found(
    generate: Callable[[Draw], Any], fails: Callable[[Any], bool], smallest: Any
) -> None:
    """Shrinking ends at the simplest input that fails, where one can know it."""
    value, num_attempts = _shrunk(generate, fails)
    assert value == smallest
    assert num_attempts <= 200


def _key(record: Record) -> tuple[int, tuple[int, ...]]:
    return len(record), tuple(record)


_PREDICATES: list[Callable[[list[int]], bool]] = [
    lambda xs: sum(xs) % 7 == 3,
    lambda xs: len(xs) % 3 == 2,
    lambda xs: bool(xs) and max(xs) - min(xs) > 50,
    lambda xs: sum(x * x for x in xs) > 900,
    lambda xs: hash(tuple(xs)) % 5 == 1,
]


@given(
    st.sampled_from(_PREDICATES),
    st.sampled_from([_numbers, _flagged]),
    st.lists(st.integers(0, 200), max_size=25),
    st.integers(0, 60),
)
def test_what_shrinking_returns_still_fails(
    fails: Callable[[list[int]], bool],
    generate: Callable[[Draw], list[int]],
    record: list[int],
    max_attempts: int,
) -> None:
    """The result fails, is no larger, and costs at most the attempts allowed."""
    tried: list[tuple[int, ...]] = []

    def still_fails(candidate: Record) -> Record | None:
        tried.append(tuple(candidate))
        draw = Draw(None, candidate)
        return draw.taken if fails(generate(draw)) else None

    first = Draw(None, record)
    if not fails(generate(first)):
        return
    smallest = shrink(first.taken, still_fails, max_attempts=max_attempts)
    last = Draw(None, smallest)
    assert fails(generate(last))
    assert tuple(last.taken) == smallest
    assert _key(smallest) <= _key(first.taken)
    assert len(tried) <= max_attempts
    assert len(set(tried)) == len(tried)


def test_nothing_is_tried_once_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts end with the seconds, and the best so far is the result."""
    seconds = itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    value, num_attempts = _shrunk(_numbers, lambda xs: len(xs) >= 2, max_seconds=12)
    assert 0 < num_attempts <= 12
    assert len(value) >= 2


def test_without_attempts_the_record_is_returned() -> None:
    """No attempts allowed is no attempt made."""
    assert shrink([3, 2, 1], lambda record: record, max_attempts=0) == (3, 2, 1)


def test_all_attempts_are_spent_where_they_are_needed() -> None:
    """A search that finds nothing ends at the very number of attempts allowed."""
    tried: list[Record] = []
    shrink([9] * 40, tried.append, max_attempts=7)
    assert len(tried) == 7


def test_a_replay_that_takes_more_choices_is_no_progress() -> None:
    """An input counts by the choices that it took, not by those that were offered."""
    assert shrink([5, 5], lambda record: [*record, 9, 9]) == (5, 5)
