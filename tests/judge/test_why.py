"""Looking for the reason why an answer is slow, in workers that really run.

What is counted decides here, not the time that it took: where a clock ends a search,
it has run out before, or never does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from perfkata.judge import why as module
from perfkata.judge.grading import Step, Workload, call
from perfkata.judge.report import Cause
from perfkata.judge.rounds import Side
from perfkata.judge.sandbox import Layer, Limits
from perfkata.judge.session import Job, LoadError
from perfkata.judge.taking import Taking
from perfkata.judge.why import find_why
from tests.judge.made_up import side

_SMALL, _LARGE, _LARGER = _SIZES = (4, 400, 800)
_LOOP = "loop within the loop"
_LIMITS = Limits(load_s=10.0, cpu_s=60.0, patience=30.0)
_NEVER_S = 600.0
_COUNTED = """\
def num_pairs(numbers):
    num_found = 0
    seen = {}
    for number in numbers:
        num_found += seen.get(number, 0)
        seen[number] = seen.get(number, 0) + 1
    return num_found
"""
_NESTED = """\
def num_pairs(numbers):
    num_found = 0
    for place, number in enumerate(numbers):
        for earlier in range(place):
            if numbers[earlier] == number:
                num_found += 1
    return num_found
"""
# Many more calls than needed would be a cause; these are lines alone.
_FIVE_TIMES = """\
def num_pairs(numbers):
    num_found = 0
    seen = {}
    for number in numbers:
        for _ in range(5):
            num_found += 0
        num_found += seen.get(number, 0)
        seen[number] = seen.get(number, 0) + 1
    return num_found
"""
_RAISES = """\
def num_pairs(numbers):
    raise ValueError("no pair")
"""
_RAISES_WHEN_LARGE = """\
def num_pairs(numbers):
    if len(numbers) > 100:
        raise ValueError("too many")
    return len(numbers)
"""
_ENDS = """\
import os

def num_pairs(numbers):
    os._exit(0)
"""
_NO_PYTHON = "def num_pairs(:\n"
_RAISES_AT_ONCE = "raise ValueError\n"
_OTHER_NAME = "def pairs(numbers):\n    return 0\n"


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock ends a search, however busy the machine is."""
    monkeypatch.setattr(module, "_MAX_TRACED_S", _NEVER_S)
    monkeypatch.setattr(module, "_MAX_LOOKING_S", _NEVER_S)


def draw_numbers(size: int, source: random.Random) -> Step:
    """A step with this many numbers, some of them equal."""
    numbers = [source.randrange(1, size) for _ in range(size)]
    same = [numbers.count(number) for number in numbers]
    return call("num_pairs", numbers).gives(sum(count - 1 for count in same) // 2)


_WORKLOAD = Workload("pairs", "A number costs what it costs.", draw_numbers)


def answering(name: str, source: str) -> Side:
    """A side that must define what the workload calls."""
    made = side(name, source)
    return Side(name, replace(made.job, interface=("num_pairs",)))


def why(
    source: str,
    sizes: Sequence[int] = _SIZES,
    *,
    model: str = _COUNTED,
    workload: Workload = _WORKLOAD,
    seed: int = 1,
) -> Cause | None:
    """Look for the reason why an answer costs more than the model answer."""
    submission, model_side = answering("answer", source), answering("model", model)
    return find_why(submission, model_side, workload, sizes, Taking(seed, _LIMITS))


def assert_only_a_line(found: Cause | None, source: str, size: int) -> None:
    """No kind is named, and a line of the answer is shown as where the time goes."""
    assert found is not None
    assert (found.kind, found.size) == (None, size)
    assert found.line is not None
    assert found.source == source.split("\n")[found.line - 1].strip()
    assert found.sentence.startswith(
        f"No cause found; most time goes into line {found.line}, "
    )


def test_a_small_size_does_not_show_a_nested_loop() -> None:
    """Where a square is hardly more than its root, a line is all that is told."""
    assert_only_a_line(why(_NESTED, [_SMALL]), _NESTED, _SMALL)


def test_a_nested_loop_is_told_at_the_smallest_size_that_shows_it() -> None:
    """The search goes on from a size that shows nothing, and ends where one does."""
    found = why(_NESTED)
    assert found is not None
    assert (found.kind, found.size) == (_LOOP, _LARGE)
    assert found.source in (
        "for earlier in range(place):",
        "if numbers[earlier] == number:",
    )
    assert found.line is not None
    assert found.source == _NESTED.split("\n")[found.line - 1].strip()
    assert found.sentence.startswith(f"Line {found.line} runs ")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(_COUNTED, id="sound"),
        pytest.param(_FIVE_TIMES, id="five_times"),
    ],
)
def test_a_constant_factor_is_no_cause(source: str) -> None:
    """All sizes are tried, and the line of the largest is what there is to say."""
    assert_only_a_line(why(source), source, _LARGER)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(_RAISES, id="raises"),
        pytest.param(_ENDS, id="ends"),
        pytest.param(_NO_PYTHON, id="no_python"),
        pytest.param(_RAISES_AT_ONCE, id="raises_at_once"),
        pytest.param(_OTHER_NAME, id="other_name"),
    ],
)
def test_what_cannot_be_counted_has_no_reason(source: str) -> None:
    """An answer that fails or does not load gives nothing, and so does such a model."""
    assert why(source) is None
    assert why(_COUNTED, model=source) is None


def test_what_was_counted_before_a_failure_counts() -> None:
    """An answer that raises at a larger size is told by the size before."""
    assert_only_a_line(why(_RAISES_WHEN_LARGE), _RAISES_WHEN_LARGE, _SMALL)


def test_no_size_gives_no_reason() -> None:
    """Where nothing was reached there is nothing to count."""
    assert why(_NESTED, []) is None


def test_a_search_that_took_long_goes_on_to_no_larger_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was found by then is all, although a larger size would show more."""
    monkeypatch.setattr(module, "_MAX_LOOKING_S", -1.0)
    assert_only_a_line(why(_NESTED), _NESTED, _SMALL)


def test_a_run_that_was_cut_is_followed_by_no_larger_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A larger one would be cut too, so it ends there and says that it was."""
    monkeypatch.setattr(module, "_MAX_TRACED_S", 0.0)
    found = why(_FIVE_TIMES)
    assert_only_a_line(found, _FIVE_TIMES, _LARGE)
    assert found is not None
    assert found.sentence.endswith(" Counting was stopped before the end.")


def test_a_line_is_the_one_that_python_counts() -> None:
    """Bytes that are no UTF-8 and characters that end a page move no line."""
    before = b"# coding: latin-1\n# caf\xe9 \x0c and \x1c\n"
    job = Job(before + _NESTED.encode(), interface=("num_pairs",))
    model = answering("model", _COUNTED)
    taking = Taking(1, _LIMITS)
    found = find_why(Side("answer", job), model, _WORKLOAD, [_LARGE], taking)
    plain = why(_NESTED, [_LARGE])
    assert found is not None and plain is not None
    assert plain.line is not None
    assert (found.kind, found.source) == (_LOOP, plain.source)
    assert found.line == plain.line + before.count(b"\n")


def test_a_seed_draws_one_call_of_each_size_for_both() -> None:
    """The same seed draws the same calls, and another draws others."""
    drawn: list[tuple[int, Any]] = []

    def draw(size: int, source: random.Random) -> Step:
        step = draw_numbers(size, source)
        drawn.append((size, step.call.arguments))
        return step

    workload = Workload("pairs", "Remembered.", draw)
    calls = []
    for seed in (1, 1, 2):
        drawn.clear()
        why(_COUNTED, [_SMALL, _LARGE], workload=workload, seed=seed)
        assert len(drawn) == 2
        for (size, _), declared in zip(drawn, (_SMALL, _LARGE), strict=True):
            assert round(0.9 * declared) <= size <= round(1.1 * declared)
        calls.append(tuple(drawn))
    assert calls[0] == calls[1] != calls[2]


def test_limits_seed_and_layer_are_those_of_the_measure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker that counts is started as the measured ones, and told how long."""
    started: list[Any] = []

    def undivided() -> NoReturn:
        raise LoadError("it is not to be loaded")

    @contextmanager
    def session(job: Job, *facts: Any, is_measured: bool) -> Iterator[SimpleNamespace]:
        started.append((job.source, job.traced_s, facts, is_measured))
        yield SimpleNamespace(undivided=undivided)

    monkeypatch.setattr(module, "Session", session)
    submission, model = answering("answer", _NESTED), answering("model", _COUNTED)
    taking = Taking(7, _LIMITS, Layer.LIMITS)
    assert find_why(submission, model, _WORKLOAD, _SIZES, taking) is None
    same = (_NEVER_S, (_LIMITS, 7, Layer.LIMITS), True)
    assert started == [(_NESTED.encode(), *same), (_COUNTED.encode(), *same)]
