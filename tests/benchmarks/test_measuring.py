"""Tests of what the trials of measuring are made of; nothing is measured here."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import measuring
from benchmarks.figures import this_machine
from perfkata.catalog import Growth, open_catalog
from perfkata.judge.grading import Gives
from perfkata.judge.loading import load_grader

ROOT = Path(__file__).resolve().parents[2]
_BETWEEN_OTHERS = "between flat or logarithmic and linear or n log n"


def outcome(**changes: int) -> measuring.Outcome:
    """An outcome with some counts."""
    return measuring.Outcome(
        title="A copy | itself",
        command="python -m benchmarks measuring same",
        counts=changes,
        target="at most 3 claims",
        is_met=not changes.get("slower"),
        seconds=1.5,
        machine=this_machine(),
    )


@pytest.mark.parametrize(
    ("counts", "is_met"),
    [
        ({"same": 300}, True),
        ({"same": 282, "undecided": 15, "slower": 3}, True),
        ({"same": 296, "slower": 2, "faster": 2}, False),
        ({"same": 284, "undecided": 16}, False),
    ],
)
def test_an_answer_is_the_same_as_itself(counts: dict[str, int], is_met: bool) -> None:
    """Three claims of a difference are one too many for none, and 5 % undecided."""
    assert measuring.is_same(Counter(counts), most_undecided=0.05) is is_met


@pytest.mark.parametrize(
    ("counts", "is_met"),
    [
        ({"slower": 99, "undecided": 1}, True),
        ({"slower": 98, "undecided": 2}, False),
        ({"slower": 99, "faster": 1}, False),
    ],
)
def test_a_slower_answer_is_called_slower(counts: dict[str, int], is_met: bool) -> None:
    """It has to be recognised nearly always, and is never called faster."""
    assert measuring.is_slower(Counter(counts), least=0.99) is is_met


@pytest.mark.parametrize(
    ("counts", "is_met"),
    [
        ({"quadratic": 20}, True),
        ({"quadratic": 19, "undecided": 1}, True),
        ({"between linear or n log n and quadratic": 20}, True),
        ({"quadratic": 18, "undecided": 2}, False),
        ({"quadratic": 19, "cubic": 1}, False),
        (
            {"quadratic": 19, "between flat or logarithmic and linear or n log n": 1},
            False,
        ),
    ],
)
def test_a_growth_is_named_rightly(counts: dict[str, int], is_met: bool) -> None:
    """A wrong class is one too many, and one in twenty may be undecided."""
    assert measuring.is_class(Counter(counts), Growth.QUADRATIC) is is_met


@pytest.mark.parametrize("percent", [10, 30])
def test_a_slower_copy_is_right_and_does_that_much_more(percent: int) -> None:
    """The copy gives the same answers, from a run on so many logs more."""
    question = open_catalog().question("21")
    step = load_grader(question).measured["flat"].draw(1_000, random.Random(7))
    assert isinstance(step.expectation, Gives)
    seen: list[int] = []
    names: dict[str, object] = {}
    exec(question.rungs()[-1].read_text(), names)
    whole = names["exclusive_time"]
    assert callable(whole)

    def noted(n: int, logs: list[str]) -> object:
        seen.append(len(logs))
        return whole(n, logs)

    names["exclusive_time"] = noted
    exec(measuring.slower(percent), names)
    slower = names["exclusive_time"]
    assert callable(slower)
    assert slower(*step.call.arguments) == step.expectation.value
    assert sum(seen) == pytest.approx((1 + percent / 100) * seen[-1], abs=2)


@pytest.mark.parametrize("name", measuring.PROGRAMS)
def test_a_program_of_known_growth_is_right(name: str) -> None:
    """It and what runs beside it give what is expected."""
    tried = measuring.PROGRAMS[name]
    for body in (tried.body, tried.beside):
        names: dict[str, object] = {}
        exec(f"def work(items, wanted):{body}", names)
        step = measuring.draw_work(50, random.Random(3))
        work = names["work"]
        assert callable(work)
        assert isinstance(step.expectation, Gives)
        assert work(*step.call.arguments) == step.expectation.value


def test_a_page_says_what_was_not_kept() -> None:
    """A promise that was broken stands there as broken, with all that was counted."""
    page = measuring.as_markdown([outcome(same=299, undecided=1), outcome(slower=5)])
    kept, broken = [line for line in page.splitlines() if line.startswith("| A copy")]
    assert "same 299, undecided 1" in kept and "| yes |" in kept
    assert "slower 5" in broken and "**no**" in broken


def test_unknown_parts_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no part is answered with those that there are."""
    assert program.main(["measuring", "everything"]) == 2
    assert "same-busy" in capsys.readouterr().err


def test_the_page_in_the_repository_is_what_its_data_gives() -> None:
    """docs/results/measuring.md is written from benchmarks/results/measuring.json."""
    data = (ROOT / "benchmarks" / "results" / "measuring.json").read_bytes()
    outcomes = measuring.read_outcomes(data)
    assert list(outcomes) == [part for part in measuring.PARTS if part in outcomes]
    page = (ROOT / "docs" / "results" / "measuring.md").read_text()
    assert page == measuring.as_markdown(list(outcomes.values()))
