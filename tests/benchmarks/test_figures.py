"""Tests of figures and of the page that shows them; nothing is measured here."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import judge
from benchmarks.figures import Results, as_markdown, figure, this_machine

ROOT = Path(__file__).resolve().parents[2]
SECONDS = st.lists(st.floats(0, 1e3), min_size=2, max_size=30)


@given(SECONDS, st.sampled_from(["s", "ms", "us"]))
def test_the_median_lies_in_the_spread(seconds: list[float], unit: str) -> None:
    """A figure's values are in its unit, and its middle half is within them."""
    scale = {"s": 1, "ms": 1e3, "us": 1e6}[unit]
    found = figure("A", seconds, command="a", unit=unit)
    assert found.count == len(seconds)
    assert found.low <= found.median <= found.high
    slack = 1e-9 * scale
    assert found.low >= min(seconds) * scale - slack
    assert found.high <= max(seconds) * scale + slack


def test_a_figure_says_how_to_see_it_again() -> None:
    """Median, spread, count, target and command are in one text."""
    found = figure("A wait", [0.01, 0.02, 0.03], command="wait", unit="ms", target=60)
    text = "A wait: 20 ms (15 to 25, n = 3), target 60 ms\n    wait"
    assert str(found) == text


def test_a_page_keeps_what_misses_its_target_and_what_was_skipped() -> None:
    """Every figure is a row, whatever its target, and what is not there is named."""
    slow = figure("Slow", [1.0, 1.0], command="slow", unit="s", target=0.3)
    free = figure("Free", [1.0, 1.0], command="free", unit="us")
    results = Results(this_machine(), (slow, free), ("make: it is not there",))
    page = as_markdown("Costs", results, "Doubt.\n")
    assert page.startswith("# Costs\n\nDoubt.\n")
    assert "| Slow | 1 s | 1 to 1 | 2 | 0.3 s | `slow` |" in page
    assert "| Free | 1e+06 us | 1e+06 to 1e+06 | 2 |  | `free` |" in page
    assert page.endswith("\nNot measured: make: it is not there\n")


def test_the_page_is_what_the_results_say() -> None:
    """docs/results/judge.md is made from benchmarks/results/judge.json, unedited."""
    data = (ROOT / "benchmarks/results/judge.json").read_bytes()
    results = msgspec.json.decode(data, type=Results, strict=True)
    page = (ROOT / "docs/results/judge.md").read_text(encoding="utf-8")
    assert page == as_markdown(judge.TITLE, results, judge.NOTES)
    assert all(found.count >= 5 and found.command for found in results.figures)


def test_a_command_that_fails_is_no_figure() -> None:
    """What ends with an error, or never says its word, is not timed in silence."""
    with pytest.raises(RuntimeError, match="ended with 1"):
        judge._run(["false"])
    with pytest.raises(RuntimeError, match="ended with 0"):
        judge._run(["echo", "one"], first_word=b"two")
    first, whole = judge._run(["echo", "one"], first_word=b"one")
    assert 0 < first <= whole
