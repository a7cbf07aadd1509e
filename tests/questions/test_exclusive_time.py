"""What question 21 measures: its drawn logs against the oracle, and their shape."""

from __future__ import annotations

import importlib.util
import itertools
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkata.catalog import Catalog
from perfkata.judge.grading import Gives
from perfkata.judge.loading import load_grader
from tests.questions.conftest import ROOT

QUESTION = Catalog(ROOT).question("21")
WORKLOADS = load_grader(QUESTION).measured
LARGEST = max(size for measure in QUESTION.measures for size in measure.sizes)


def loaded(path: Path | None) -> ModuleType:
    """A file of the question as a module of no name that others could import."""
    assert path is not None
    spec = importlib.util.spec_from_file_location("_oracle_of_21", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up while it is loaded.
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    return module


ORACLE: Any = loaded(QUESTION.oracle)


def drawn(name: str, size: int, seed: int) -> tuple[int, list[str], list[int]]:
    """What a measure hands over, and what it expects."""
    step = WORKLOADS[name].draw(size, random.Random(seed))
    n, logs = step.call.arguments
    assert isinstance(step.expectation, Gives)
    return n, logs, step.expectation.value


def depths(logs: list[str]) -> list[int]:
    """How many calls are open after each log."""
    found, depth = [], 0
    for log in logs:
        depth += 1 if ":start:" in log else -1
        found.append(depth)
    return found


@pytest.mark.parametrize("name", WORKLOADS)
@settings(deadline=None)
@given(size=st.integers(0, 40), seed=st.integers(0, 2**32))
def test_the_truth_that_comes_with_the_logs_is_the_oracles(
    name: str, size: int, seed: int
) -> None:
    """No log is at fault, and each unit belongs to the innermost call."""
    n, logs, units = drawn(name, size, seed)
    assert ORACLE.fault_position(n, logs) is None
    assert units == ORACLE.exclusive_time(n, logs)


@pytest.mark.parametrize("name", WORKLOADS)
@settings(deadline=None, max_examples=30)
@given(size=st.integers(0, 3_000), seed=st.integers(0, 2**32))
def test_there_are_as_many_logs_as_the_size_says(
    name: str, size: int, seed: int
) -> None:
    """Every call has two logs, so an odd size has one log less."""
    n, logs, units = drawn(name, size, seed)
    assert len(logs) == size - size % 2
    assert len(units) == n


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_log_is_as_long_at_every_size(name: str) -> None:
    """Timestamps have nine digits, from the first log to the last of the most."""
    _, logs, _ = drawn(name, LARGEST, seed=1)
    assert {len(log.rpartition(":")[2]) for log in (logs[0], logs[-1])} == {9}
    assert all(timestamp < 1_000_000_000 for timestamp in map(last_number, logs))


def last_number(log: str) -> int:
    """The timestamp of a log."""
    return int(log.rpartition(":")[2])


def test_flat_logs_have_one_call_open_at_most() -> None:
    """One call ends before the next one starts."""
    _, logs, _ = drawn("flat", 1_000, seed=1)
    assert depths(logs) == [1, 0] * 500


@pytest.mark.parametrize("size", [1_000, LARGEST])
def test_nested_logs_go_down_and_up_with_turns(size: int) -> None:
    """Two in five logs leave a call open at the deepest, and on both ways some turn."""
    _, logs, _ = drawn("nested", size, seed=1)
    found = depths(logs)
    deepest = max(found)
    assert 0.36 < deepest / size < 0.44
    down, up = found[: size // 2], found[size // 2 :]
    returns = sum(after < before for before, after in itertools.pairwise(down))
    calls = sum(after > before for before, after in itertools.pairwise(up))
    assert returns > size / 40 and calls > size / 40
