"""Measures in the terminal, from reports made by hand: no clock decides anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import Catalog, Growth, Question
from perfkata.cli.grading import GradeScreen, show_summary
from perfkata.cli.measures import show_measure
from perfkata.cli.program import program
from perfkata.judge.report import (
    Cause,
    Cost,
    GrowthFound,
    LevelReport,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Memory,
    Report,
    Standing,
    SubmissionVerdict,
)
from tests.cli.conftest import printed

if TYPE_CHECKING:
    from tests.cli.conftest import Golden

_TRACK = Path(__file__).parent.parent / "fake_track"
_BARS = {"1_copy_first": (1.3, 12), "2_comprehension": (2.0, 8)}


def _standing(
    rung: str, ratio: float, low: float, high: float, is_cleared: bool | None = None
) -> Standing:
    at_most, points = _BARS.get(rung, (None, 0))
    return Standing(
        rung=rung,
        size=10_000,
        ratio=ratio,
        low=low,
        high=high,
        num_pairs=3 if ratio < 0.5 else 8,
        at_most=at_most,
        points=points,
        is_cleared=is_cleared,
    )


_BEST = MeasureReport(
    name="cost_per_number",
    title="Cost of a number",
    points=20,
    verdict=MeasureVerdict.RUNG_REACHED,
    earned=20,
    rung="2_comprehension",
    standings=(
        _standing("1_copy_first", 0.4321, 0.4012, 0.4654, True),
        _standing("2_comprehension", 1.012, 0.981, 1.043, True),
        _standing("3_map", 1.268, 1.221, 1.319),
    ),
    costs=(Cost(1_000, 31.2e-6, 25.1e-6), Cost(10_000, 348e-6, 252e-6)),
    growth=GrowthFound(0.03, -0.02, 0.08, "linear or n log n", True),
    memory=Memory(10_000, 421_000, 398_000),
    seconds=4.2,
)
_MISSED = msgspec.structs.replace(
    _BEST,
    verdict=MeasureVerdict.BELOW_FIRST_BAR,
    earned=0,
    rung=None,
    standings=(
        _standing("1_copy_first", 23.4, 21.7, 25.2, False),
        _standing("2_comprehension", 58.2, 54.1, 62.7, False),
        _standing("3_map", 71.3, 66.0, 77.1),
    ),
    costs=(Cost(1_000, 257e-6, 25.1e-6), Cost(10_000, 18.1e-3, 252e-6)),
    growth=GrowthFound(0.97, 0.91, 1.03, "quadratic", False),
    memory=Memory(10_000, 1_240_000, 398_000),
    cause=Cause(
        kind="list searched",
        sentence="The list is searched from its beginning for each number.",
        line=4,
        source="    if number in numbers[:position]:",
        size=1_000,
    ),
)
_COUNTED = msgspec.structs.replace(
    _BEST,
    verdict=MeasureVerdict.RUNG_REACHED,
    earned=12,
    rung="1_copy_first",
    standings=tuple(
        msgspec.structs.replace(standing, num_pairs=0)
        for standing in (
            _standing("1_copy_first", 0.25, 0.25, 0.25, True),
            _standing("2_comprehension", 2.5, 2.5, 2.5, False),
            _standing("3_map", 1.0001, 1.0001, 1.0001),
        )
    ),
    costs=(
        Cost(1_000, count=2_500.0, model_count=1_000),
        Cost(10_000, count=25_000.0, model_count=9_999),
    ),
    growth=GrowthFound(0.0, 0.0, 0.0, "linear or n log n", True),
    memory=None,
    cause=Cause("one by one", "It asks for one at a time.", None, None, 1_000),
    counts="calls",
)
_UNDECIDED = msgspec.structs.replace(
    _BEST,
    verdict=MeasureVerdict.UNDECIDED,
    earned=12,
    open_points=8,
    message="time was up before all was decided",
    rung="1_copy_first",
    standings=(
        _standing("1_copy_first", 0.51, 0.42, 0.62, True),
        _standing("2_comprehension", 1.76, 1.41, 2.20),
        _standing("3_map", 1.31, 0.97, 1.73),
    ),
    is_disturbed=True,
    is_layout_fixed=False,
    seconds=15.0,
)
_NOTHING = MeasureReport(
    name="cost_per_number",
    title="Cost of a number",
    points=20,
    verdict=MeasureVerdict.NOT_MEASURED,
    open_points=20,
    message="only levels were asked for",
)
_FAILED = msgspec.structs.replace(
    _NOTHING,
    verdict=MeasureVerdict.FAILED,
    open_points=0,
    message="wrong answer: it is 9,999 long, expected 10,000",
)


def _report(
    measure: MeasureReport, file: str = "answer.py", *, passes: bool = True
) -> Report:
    """A grading that ended in this measure."""
    verdict = LevelVerdict.PASSED if passes else LevelVerdict.TOO_SLOW
    levels = (
        LevelReport(1, "Lists of numbers", 50, 50, LevelVerdict.PASSED, 3, 0.1),
        LevelReport(2, "Random lists", 30, 30 * passes, verdict, 50, 0.1),
    )
    return Report(
        question="01_double",
        file=file,
        source_sha256="0",
        seed=7,
        isolation="namespaces",
        perfkata_version="1",
        python_version="3.11.2",
        verdict=SubmissionVerdict.GRADED,
        levels=levels,
        measures=(measure,),
        earned=50 + 30 * passes + measure.earned,
        points=100 - measure.open_points,
        open_points=measure.open_points,
        load_seconds=0.01,
        seconds=5.0,
    )


@pytest.fixture(scope="module")
def question() -> Question:
    """Question 01 of the fake track."""
    return Catalog(_TRACK).question("01")


def _shown(question: Question, report: Report, width: int = 80) -> str:
    def show() -> None:
        grade_screen = GradeScreen(question, None)
        for level in report.levels:
            grade_screen.show_level(level)
        grade_screen.finish(report)

    return _printed(show, width)


def _printed(show: Callable[[], None], width: int, encoding: str = "utf-8") -> str:
    """What is printed, with the program's plain name."""
    return printed(width, show, encoding).replace(program(), "perfkata")


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("measure_best", _BEST),
        ("measure_missed", _MISSED),
        ("measure_counted", _COUNTED),
        ("measure_undecided", _UNDECIDED),
        ("measure_nothing", _NOTHING),
        ("measure_failed", _FAILED),
    ],
)
def test_a_measure_is_told(
    question: Question, golden: Golden, name: str, measure: MeasureReport
) -> None:
    """Where an answer stands, what is next and why: as it is recorded."""
    golden(f"{name}.txt", _shown(question, _report(measure)))


@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_width_has_its_layout(
    question: Question, golden: Golden, width: int
) -> None:
    """The plot stands beside the numbers, below them, or not at all."""
    golden(f"measure_{width}.txt", _shown(question, _report(_MISSED), width))


def test_a_poor_encoding_gets_plain_characters(
    question: Question, golden: Golden
) -> None:
    """Where the output has ASCII alone, the same is told in it."""
    report = _report(_BEST)
    show = partial(show_measure, question, report.measures[0])
    golden("measure_ascii.txt", _printed(show, 80, "ascii"))


def test_the_summary_has_the_points_of_measures(golden: Golden) -> None:
    """Of each file what measures earned, and what is open, beside its levels."""
    measures = {"best": _BEST, "missed": _MISSED, "undecided": _UNDECIDED}
    measures |= {"nothing": _NOTHING, "failed": _FAILED}
    reports = [_report(measure, f"{name}.py") for name, measure in measures.items()]
    golden("measure_several.txt", _printed(lambda: show_summary(reports), 80))


def test_a_measure_is_printed_once(question: Question) -> None:
    """What was printed when it was decided is not printed again at the end."""

    def show() -> None:
        grade_screen = GradeScreen(question, None)
        grade_screen.show_measure(_BEST)
        grade_screen.finish(_report(_BEST))

    assert _printed(show, 80).count("\n  measure  ") == 0
    assert _printed(show, 80).startswith("  measure  Cost of a number  rung reached")


def test_a_long_title_breaks_its_own_line_alone(question: Question) -> None:
    """Levels keep their columns, however long the title of a measure is."""
    title = "Cost of a number among many others, one after the other"
    long = msgspec.structs.replace(question.measures[0], title=title)
    asked = msgspec.structs.replace(question, measures=(long,))
    measure = msgspec.structs.replace(_BEST, title=title)
    lines = _shown(asked, _report(measure)).splitlines()
    assert re.match(r"  level 1  Lists of numbers  passed  .* 50/50  3 cases", lines[0])
    assert lines[2] == f"  measure  {title}"
    assert lines[3].split() == ["rung", "reached", "20/20"]


def test_nothing_is_cleared_while_nothing_is_decided(question: Question) -> None:
    """Where time was up before any ratio was known, it is to be measured again."""
    measure = msgspec.structs.replace(
        _UNDECIDED, earned=0, open_points=20, rung=None, standings=()
    )
    out = _shown(question, _report(measure))
    assert "every bar is cleared" not in out
    assert "To decide what is open, measure again" in out
    assert "  next  " not in out


def test_growth_that_is_missed_holds_back_all_points(question: Question) -> None:
    """A cleared bar earns nothing then, and the growth is what comes next."""
    growth = _MISSED.growth
    measure = msgspec.structs.replace(_BEST, earned=0, rung=None, growth=growth)
    out = _shown(question, _report(measure))
    assert re.search(r"bar 1\.30 .  cleared   0/12$", out, re.MULTILINE)
    assert "  next    a cost that grows no faster; until then no bar counts\n" in out


def test_growth_that_is_open_keeps_points_open(question: Question) -> None:
    """A cleared bar has no points yet while the growth is not decided."""
    growth = GrowthFound(0.2, 0.1, 0.3, "undecided", None)
    measure = msgspec.structs.replace(
        _BEST,
        verdict=MeasureVerdict.UNDECIDED,
        earned=0,
        open_points=20,
        rung=None,
        growth=growth,
    )
    out = _shown(question, _report(measure))
    assert "undecided            -/20  20 open" in out
    assert re.search(r"bar 1\.30 .  cleared   -/12$", out, re.MULTILINE)
    told = "perhaps faster than the model answer's, by another factor of size^0.20"
    assert f"{told} (0.10 to 0.30)" in " ".join(out.split())


def test_undecided_says_what_to_do(question: Question) -> None:
    """Without another reason it is the machine; either way it is what to do."""
    measure = msgspec.structs.replace(_UNDECIDED, message=None)
    words = " ".join(_shown(question, _report(measure)).split())
    assert "The machine was too noisy to decide. Close other programs, then" in words
    assert "grade again. 8 points stay open." in words


def test_a_bar_that_noise_hides_is_told(question: Question) -> None:
    """More runs would not help, a faster answer would; the points stay open."""
    measure = msgspec.structs.replace(
        _UNDECIDED, verdict=MeasureVerdict.WITHIN_NOISE, message=None
    )
    words = " ".join(_shown(question, _report(measure)).split())
    assert "more runs would hardly tell" in words
    assert "8 points stay open." in words


def test_what_is_too_fast_is_told_with_its_floor(question: Question) -> None:
    """The floor is quoted, and no bar has points."""
    floored = msgspec.structs.replace(question.measures[0], floor=0.25)
    stern = msgspec.structs.replace(question, measures=(floored,))
    measure = msgspec.structs.replace(
        _BEST,
        verdict=MeasureVerdict.SUSPICIOUSLY_FAST,
        earned=0,
        open_points=20,
        rung=None,
    )
    out = _shown(stern, _report(measure))
    assert re.search("It costs less than 0.25 . the cost of the model answer", out)
    assert re.search(r"bar 1\.30 .  cleared   -/12$", out, re.MULTILINE)


def test_other_sizes_are_named(question: Question) -> None:
    """A rung that did not reach the largest size says at which it was compared."""
    first, *others = _BEST.standings
    first = msgspec.structs.replace(first, size=1_000)
    measure = msgspec.structs.replace(_BEST, standings=(first, *others))
    out = _shown(question, _report(measure), 120)
    assert ", at 10,000 numbers:\n    1_copy_first " in out
    assert " faster (2.15 to 2.49) at 1,000 numbers  bar" in out


def test_a_size_that_was_not_reached_has_no_cost(question: Question) -> None:
    """Its cell is a dash, which is explained."""
    costs = (Cost(1_000, 2e-3, 25e-6), Cost(10_000, None, 252e-6))
    measure = msgspec.structs.replace(_MISSED, costs=costs)
    out = _shown(question, _report(measure))
    assert re.search(r"^  10,000 numbers +- +25\.2 ", out, re.MULTILINE)
    assert "A dash stands for a run that takes too long." in " ".join(out.split())


def test_a_cost_that_should_be_flat_is_that_of_a_run(question: Question) -> None:
    """Where the size is not what a run walks through, nothing is divided by it."""
    flat = msgspec.structs.replace(question.measures[0], growth=Growth.FLAT)
    asked = msgspec.structs.replace(question, measures=(flat,))
    out = _shown(asked, _report(_BEST))
    assert re.search(r"^ +µs a run  yours  model answer", out, re.MULTILINE)
    assert re.search(r"^  10,000 numbers +348 +252 ", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("size_of", "one"),
    [
        ("logs", "a log"),
        ("entries", "an entry"),
        ("mass", "an item"),
        (None, "an item"),
    ],
)
def test_a_unit_is_in_the_singular(
    question: Question, size_of: str | None, one: str
) -> None:
    """A cost is per log where the size is of logs, and per item if that is unclear."""
    asked = msgspec.structs.replace(question, size_of=size_of)
    assert f"ns {one}  yours" in _shown(asked, _report(_BEST))


def test_a_measure_says_itself_what_its_sizes_are_of(question: Question) -> None:
    """Its own noun comes before that of the question."""
    own = msgspec.structs.replace(question.measures[0], sizes_of="nodes")
    asked = msgspec.structs.replace(question, measures=(own,))
    out = _shown(asked, _report(_BEST))
    assert "at 10,000 nodes:" in out and "ns a node  yours" in out


def test_text_of_a_submission_is_not_obeyed(question: Question) -> None:
    """The line of a cause is shown as it is, cut if it is very long."""
    cause = Cause(None, "Most time is in line 9.", 9, "\x1b[2J" + "x" * 999, 1_000)
    measure = msgspec.structs.replace(_MISSED, cause=cause)
    out = _shown(question, _report(measure))
    assert "line 9: \\x1b[2Jxx" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) < 250


@pytest.mark.parametrize(
    ("measure", "passes", "said"),
    [
        (_BEST, True, "every bar is cleared"),
        (_MISSED, True, "Reach for the next bar"),
        (_UNDECIDED, True, "To decide what is open, measure again"),
        (_NOTHING, True, "To measure what it costs as well"),
        (_FAILED, True, "but not what is measured"),
        (_MISSED, False, "Next is level 2."),
    ],
)
def test_what_comes_next_follows_from_the_measures(
    question: Question, measure: MeasureReport, passes: bool, said: str
) -> None:
    """Levels come first, then what is measured, then the roadmap."""
    assert said in _shown(question, _report(measure, passes=passes))


_RATIOS = st.lists(st.floats(1e-4, 1e4), min_size=3, max_size=3).map(sorted)


@given(ratios=_RATIOS, width=st.integers(40, 120))
def test_no_ratio_is_without_its_interval(
    question: Question, ratios: list[float], width: int
) -> None:
    """However it compares, both ends of the interval are told, and lines fit."""
    low, ratio, high = ratios
    standing = _standing("2_comprehension", ratio, low, high)
    measure = msgspec.structs.replace(_UNDECIDED, standings=(standing,))
    out = _shown(question, _report(measure), width)
    assert max(map(len, out.splitlines())) <= width
    words = " ".join(out.split())
    numbers = r"[\d.,]+ to (?:bar 2\.00 . open -/8 )?[\d.,]+"
    assert re.search(numbers, words.partition(":")[2])
    assert (" faster (" in words) == (high < 1)


@given(
    costs=st.lists(
        st.tuples(st.none() | st.floats(-1e-6, 2), st.none() | st.floats(1e-6, 2)),
        min_size=1,
        max_size=3,
    ),
    width=st.integers(40, 120),
)
def test_any_costs_can_be_shown(
    question: Question, costs: list[tuple[float | None, float | None]], width: int
) -> None:
    """Costs of nothing, below nothing and of minutes have their row, and lines fit."""
    rows = tuple(
        Cost(10 ** (3 + index), own, model) for index, (own, model) in enumerate(costs)
    )
    measure = msgspec.structs.replace(_BEST, costs=rows)
    out = _shown(question, _report(measure), width)
    assert max(map(len, out.splitlines())) <= width
    is_known = any(each for pair in costs for each in pair if each and each > 1e-9)
    assert bool(re.search(r"^ .+ yours +model", out, re.MULTILINE)) >= is_known
