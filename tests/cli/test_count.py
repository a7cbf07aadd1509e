"""The verb that counts instructions: what it shows, refuses and needs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from perfkata.catalog import Catalog
from perfkata.cli.counts import show_counts
from perfkata.judge.instructions import Count, CountReport, MeasureCounts
from tests.cli.conftest import printed

if TYPE_CHECKING:
    from tests.cli.conftest import Golden, Perfkata

_TRACK = Path(__file__).parent.parent / "fake_track"
_needs_valgrind = pytest.mark.needs("valgrind", install="apt-get install valgrind")

_MADE_UP = CountReport(
    schema_version=1,
    question="01_double",
    seed=0,
    isolation="namespaces",
    python_version="3.11.2",
    perfkata_version="0.1.0",
    measures=(
        MeasureCounts(
            name="cost_per_number",
            title="Cost of a number",
            size=1_000,
            submissions=(
                Count("mine.py", 12_345_678, 12_345.678, 1.26),
                Count("yours.py", message="wrong answer: it is 0, expected 354"),
            ),
            rungs=(
                Count("1_copy_first", 14_000_000, 14_000.0, 1.43),
                Count("2_comprehension", 9_800_000, 9_800.4, 1.0),
            ),
        ),
    ),
)


def _shown(report: CountReport, width: int, encoding: str = "utf-8") -> str:
    question = Catalog(_TRACK).question("01")
    return printed(width, lambda: show_counts(question, report), encoding)


@pytest.mark.parametrize("width", [80, 40])
def test_counts_are_a_table(golden: Golden, width: int) -> None:
    """Whose, how many, for each unit, beside the model answer; and what they mean."""
    text = _shown(_MADE_UP, width)
    assert max(map(len, text.splitlines())) <= width
    golden(f"count_{width}.txt", text)


def test_a_poor_encoding_gets_a_plain_sign() -> None:
    """Where the output has ASCII alone, a ratio is told in it."""
    assert "1.26 x" in _shown(_MADE_UP, 80, "ascii")


@_needs_valgrind
def test_an_answer_is_counted_beside_the_reference_answers(perfkata: Perfkata) -> None:
    """The answer comes first, then every rung, and the model answer's ratio is 1."""
    perfkata.answer(perfkata.right_answer("01").read_text(), "mine.py")
    done = perfkata("count", "01", "mine.py")
    assert (done.code, done.err) == (0, "")
    rows = re.findall(
        r"^  (\S+) +([\d,]+) +[\d,]+ +([\d.]+) \N{MULTIPLICATION SIGN}$",
        done.out,
        re.MULTILINE,
    )
    names = [name for name, _, _ in rows]
    assert names == ["mine.py", "1_copy_first", "2_comprehension", "3_map"]
    assert rows[-1][2] == "1.00"
    assert "for 1,000 numbers" in done.out
    assert "Instructions decide no grade" in done.out


@_needs_valgrind
def test_the_solution_of_the_workspace_is_counted_as_json(perfkata: Perfkata) -> None:
    """Without a file it is solution.py; one that is not right has no count, and 1."""
    perfkata("start", "01")
    folder = perfkata.home / "perfkata" / "01_double"
    done = perfkata("count", "01", "--size", 10, "--seed", 3, "--json", cwd=folder)
    assert (done.code, done.err) == (1, "")
    report = json.loads(done.out)
    (measure,) = report["measures"]
    assert (report["seed"], measure["size"]) == (3, 10)
    (starter,) = measure["submissions"]
    assert starter["name"] == "solution.py"
    assert starter["message"].startswith("raised: ")
    assert "instructions" not in starter
    assert all(rung["instructions"] > 0 for rung in measure["rungs"])


def test_valgrind_that_is_missing_is_told(perfkata: Perfkata) -> None:
    """Nothing is counted, and the command that installs it is named."""
    answer = perfkata.answer("")
    done = perfkata("count", "01", answer.name, PATH="/nonexistent")
    assert (done.code, done.out) == (2, "")
    assert "valgrind, which is not here" in done.complaint
    assert "apt-get install valgrind" in done.complaint


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("01", "--measure", "hits"),
            "question 01 has no measure 'hits'; it has cost_per_number.",
        ),
        (
            ("01", "--size", "10001"),
            (
                "the measure cost_per_number has no size 10,001; its largest is 10,000,"
                " and under valgrind a run takes some 50 times as long."
            ),
        ),
        (("03",), "question 03 measures nothing."),
        (("01", "absent.py"), "absent.py does not exist. Name the file of the answer."),
    ],
)
def test_what_cannot_be_counted_is_refused(
    perfkata: Perfkata, arguments: tuple[str, ...], complaint: str
) -> None:
    """A measure, a size or a file that is not there is named, with what is."""
    done = perfkata("count", *arguments)
    assert (done.code, done.out, done.complaint) == (2, "", complaint)


def test_a_missing_workspace_is_told_with_the_purpose(perfkata: Perfkata) -> None:
    """Without a file and a workspace, both ways to go on are named."""
    done = perfkata("count", "01")
    assert done.code == 2
    assert "or name the file to count" in done.complaint
