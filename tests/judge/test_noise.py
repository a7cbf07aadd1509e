"""Tests of the comparison of a program with itself, in real processes."""

from __future__ import annotations

import os
import sys

import pytest

from perfkata.judge import cgroup, estimate, noise
from perfkata.judge.noise import examine_noise
from perfkata.judge.taking import FEWEST_PAIRS
from tests.judge.layers import need_control_group

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="costs are measured on Linux alone"
)
_NUM_PAIRS = 3


@pytest.fixture(autouse=True)
def few_short_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a machine has the same form after less."""
    monkeypatch.setattr(noise, "_NUM_PAIRS", _NUM_PAIRS)
    monkeypatch.setattr(noise, "_SIZE", 2_000)


def test_a_machine_is_described_by_what_was_compared() -> None:
    """Ratio, interval and smallest difference are those of as many pairs as began."""
    said: list[str] = []
    found = examine_noise(said.append)
    assert [text.partition(": ")[2] for text in said] == ["pair 1", "pair 2", "pair 3"]
    assert found.num_pairs == _NUM_PAIRS
    assert found.low < found.ratio < found.high
    assert found.spread > 0
    expected = estimate.smallest_difference(found.spread, FEWEST_PAIRS)
    assert found.smallest_difference == expected
    assert 0 <= found.disturbed_share <= 1
    assert found.is_pinned is bool(os.sched_getaffinity(0))


def test_the_clock_that_was_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a control group's where one is made, and else a process's."""
    need_control_group()
    assert examine_noise(lambda text: None).clock.startswith("the control group's")
    monkeypatch.setattr(cgroup, "hierarchies", lambda *places: ())
    assert examine_noise(lambda text: None).clock.startswith("the process's own")
