"""Tests of the rules about speed: each holds for made-up reports, and can fail.

One report is of real processes, and only its rungs are looked at: no clock decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from perfkata.catalog import Measure
from perfkata.judge.contract import Finding, bars
from perfkata.judge.contract.subject import Subject
from perfkata.judge.measures import SUBMISSION
from perfkata.judge.measuring import rung_sides
from perfkata.judge.report import (
    Cause,
    GrowthFound,
    MeasureReport,
    MeasureVerdict,
    Standing,
)
from perfkata.judge.sandbox import Limits
from perfkata.judge.taking import Taking
from perfkata.judge.turns import WAITING
from tests.judge.contract.conftest import Copied, only_bad

_FIRST, _SECOND, _MODEL = _LADDER = ("1_copy_first", "2_comprehension", "3_map")
_SLOW = "slow"
_MEASURE = "cost_per_number"
# As question.toml says.
_BARS = {_FIRST: 1.3, _SECOND: 2.0}
_QUIET = "Measure again on a quiet machine; then change the bar or the rung."
_LOOP = "loop within the loop"
# What each rung costs beside the rungs, if each is what it should be.
_SOUND = {
    _FIRST: {_FIRST: 1.0, _SECOND: 2.5, _MODEL: 3.0},
    _SECOND: {_FIRST: 0.4, _SECOND: 1.0, _MODEL: 1.2},
    _MODEL: {_FIRST: 0.3, _SECOND: 0.8, _MODEL: 1.0},
}


def standing(rung: str, low: float, high: float) -> Standing:
    """Where an answer stands beside a rung, by the interval of its ratio."""
    at_most = _BARS.get(rung)
    is_cleared = None
    if at_most is not None and (high <= at_most or low > at_most):
        is_cleared = high <= at_most
    return Standing(
        rung=rung,
        size=10_000,
        ratio=(low + high) / 2,
        low=low,
        high=high,
        num_pairs=8,
        at_most=at_most,
        points=0 if at_most is None else 10,
        is_cleared=is_cleared,
    )


def report(*standings: Standing, **facts: Any) -> MeasureReport:
    """The report of an answer that stands so."""
    known: dict[str, Any] = {
        "name": _MEASURE,
        "title": "Cost of a number",
        "points": 20,
        "verdict": MeasureVerdict.RUNG_REACHED,
        "standings": standings,
    }
    return MeasureReport(**known | facts)


def costing(ratios: dict[str, float], **facts: Any) -> MeasureReport:
    """The report of an answer whose ratios are known within a hundredth."""
    standings = [
        standing(rung, 0.99 * ratio, 1.01 * ratio) for rung, ratio in ratios.items()
    ]
    return report(*standings, **facts)


def growing(is_kept: bool | None) -> GrowthFound:
    """A growth of which this is known."""
    return GrowthFound(0.5, 0.1, 0.9, "between linear and quadratic", is_kept)


def because(kind: str | None) -> Cause:
    """A cause of this kind."""
    return Cause(kind, "Made up.", None, None, 1_000)


@dataclass
class Reports:
    """Made-up reports, sound ones for the rungs unless others are put in their place.

    Attributes:
        subject: The question.
        by_name: The report of each answer.
        asked: The answers and measures that were asked for.
        said: What was told meanwhile.
        num_turns: How many turns there were.
        is_its_turn: Whether one goes on.
        has_to_wait: Whether another measurement goes on first.
    """

    subject: Subject
    by_name: dict[str, MeasureReport] = field(
        default_factory=lambda: {
            name: costing(ratios, growth=growing(True))
            for name, ratios in _SOUND.items()
        }
    )
    asked: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    num_turns: int = 0
    is_its_turn: bool = False
    has_to_wait: bool = False

    def report(self, subject: Subject, path: Path, measure: Measure) -> MeasureReport:
        """Give what was made up for an answer."""
        assert subject is self.subject
        assert self.is_its_turn
        self.asked.append((path.stem, measure.name))
        return self.by_name[path.stem]

    @contextmanager
    def turn(self, on_wait: Callable[[], None]) -> Iterator[bool]:
        """Begin a turn that keeps nobody waiting."""
        self.num_turns += 1
        if self.has_to_wait:
            on_wait()
        self.is_its_turn = True
        yield True
        self.is_its_turn = False

    def findings(self) -> list[Finding]:
        """What is found of the question."""
        return list(bars.check_bars(self.subject, self.said.append))


# Makes reports for a question as it stands by then.
MakeReports = Callable[[], Reports]
# Says what is found of a slow answer, by what it declares and its report.
FindSlow = Callable[[str, MeasureReport], Finding]


@pytest.fixture
def make_reports(double: Copied, monkeypatch: pytest.MonkeyPatch) -> MakeReports:
    """A function that makes up reports for the question of doubling."""

    def made() -> Reports:
        reports = Reports(double.subject())
        monkeypatch.setattr(bars, "_report", reports.report)
        monkeypatch.setattr(bars, "turn", reports.turn)
        return reports

    return made


@pytest.fixture
def reports(make_reports: MakeReports) -> Reports:
    """Sound reports for the rungs of the question of doubling."""
    return make_reports()


def slow_answer(double: Copied, cause: str) -> Path:
    """Write a slow answer that declares its cause."""
    return double.write(
        f"interviewer/wrong/{_SLOW}.py",
        f'"""Slow.\n\nMeasure: {_MEASURE}\nCause: {cause}\n"""\n',
    )


@pytest.fixture
def find_slow(double: Copied, make_reports: MakeReports) -> FindSlow:
    """A function that makes up a slow answer, and says what is found of it."""

    def found(declared: str, its_report: MeasureReport) -> Finding:
        slow_answer(double, declared)
        reports = make_reports()
        reports.by_name[_SLOW] = its_report
        *of_rungs, finding = reports.findings()
        assert len(of_rungs) == len(_LADDER)
        assert all(of_rung.is_good for of_rung in of_rungs)
        assert finding.where == f"01_double/interviewer/wrong/{_SLOW}.py"
        return finding

    return found


def where(rung: str) -> str:
    """How a rung's file is named."""
    return f"01_double/interviewer/rungs/{rung}.py"


def test_a_sound_ladder_has_one_good_finding_a_rung(reports: Reports) -> None:
    """Each says beside which rungs it stands, those without a bar too."""
    findings = reports.findings()
    assert all(found.is_good and not found.advice for found in findings)
    assert [found.where for found in findings] == [where(rung) for rung in _LADDER]
    assert findings[0].what == (
        f"measure {_MEASURE}: 1.00 of {_FIRST}, 2.50 of {_SECOND}, 3.00 of {_MODEL}"
    )


def test_rungs_are_measured_in_their_turn_and_told(reports: Reports) -> None:
    """All is measured in one turn, and wrong answers that are not slow never are."""
    reports.has_to_wait = True
    reports.findings()
    assert reports.num_turns == 1
    assert reports.asked == [(rung, _MEASURE) for rung in _LADDER]
    assert reports.said == [WAITING, *(f"{rung}, {_MEASURE}" for rung in _LADDER)]


def test_a_slow_answer_is_measured_in_the_measure_that_it_declares(
    double: Copied, make_reports: MakeReports
) -> None:
    """Rungs are measured in each, before the slow answers of that measure."""
    slow_answer(double, _LOOP)
    reports = make_reports()
    question = reports.subject.question
    (measure,) = question.measures
    both = (structs.replace(measure, name="other"), measure)
    question = structs.replace(question, measures=both)
    reports.subject = replace(reports.subject, question=question)
    reports.by_name[_SLOW] = costing(_SOUND[_FIRST], cause=because(_LOOP))
    assert all(found.is_good for found in reports.findings())
    assert reports.asked == [
        *((rung, "other") for rung in _LADDER),
        *((rung, _MEASURE) for rung in _LADDER),
        (_SLOW, _MEASURE),
    ]


@pytest.mark.parametrize(
    ("high", "is_good"), [(1.90, True), (1.91, False), (2.0, False)]
)
def test_the_model_answer_clears_each_bar_with_a_margin(
    reports: Reports, high: float, is_good: bool
) -> None:
    """The upper end of its interval is a twentieth below the bar or more."""
    low = 1.7
    reports.by_name[_MODEL] = report(
        standing(_FIRST, 0.3, 0.31), standing(_SECOND, low, high)
    )
    findings = reports.findings()
    assert findings[-1].is_good is is_good
    if not is_good:
        found = only_bad(findings)
        assert found.where == where(_MODEL)
        assert found.what == (
            f"measure {_MEASURE}: it has no margin: it costs {(low + high) / 2:.2f}"
            f" ({low:.2f} to {high:.2f}) times {_SECOND}, whose bar is 2"
        )
        assert found.advice == _QUIET


def test_only_the_model_answer_needs_a_margin(reports: Reports) -> None:
    """A rung before it may be as near to its bar as clears it."""
    near = report(standing(_FIRST, 0.3, 0.4), standing(_SECOND, 1.9, 2.0))
    reports.by_name[_SECOND] = near
    assert all(found.is_good for found in reports.findings())


@pytest.mark.parametrize(
    ("name", "beside", "low", "high"),
    [
        pytest.param(_FIRST, _FIRST, 1.4, 1.5, id="first_misses_its_own"),
        pytest.param(_FIRST, _FIRST, 1.2, 1.4, id="first_undecided_at_its_own"),
        pytest.param(_SECOND, _SECOND, 2.1, 2.2, id="second_misses_its_own"),
        pytest.param(_SECOND, _FIRST, 1.4, 1.5, id="second_misses_the_one_below"),
        pytest.param(_SECOND, _SECOND, 1.9, 2.1, id="second_undecided_at_its_own"),
        pytest.param(_MODEL, _FIRST, 1.4, 1.5, id="model_misses_the_first"),
        pytest.param(_MODEL, _SECOND, 1.9, 2.1, id="model_undecided_at_the_second"),
    ],
)
def test_a_rung_that_does_not_clear_a_bar_is_found(
    reports: Reports, name: str, beside: str, low: float, high: float
) -> None:
    """It must clear its own bar and those below, and undecided is not cleared."""
    sound = reports.by_name[name].standings
    reports.by_name[name] = report(
        *(standing(beside, low, high) if at.rung == beside else at for at in sound)
    )
    found = only_bad(reports.findings())
    assert found.where == where(name)
    assert found.what == (
        f"measure {_MEASURE}: it does not clear a bar: it costs {(low + high) / 2:.2f}"
        f" ({low:.2f} to {high:.2f}) times {beside}, whose bar is {_BARS[beside]:g}"
    )
    assert found.advice == _QUIET


@pytest.mark.parametrize(("low", "high"), [(1.4, 1.5), (1.9, 2.1)])
def test_a_first_rung_that_misses_no_bar_is_found(
    reports: Reports, low: float, high: float
) -> None:
    """Where the plainest answer earns all, or might, the bars ask for nothing."""
    reports.by_name[_FIRST] = report(
        standing(_FIRST, 0.99, 1.01), standing(_SECOND, low, high)
    )
    found = only_bad(reports.findings())
    assert found.where == where(_FIRST)
    assert found.what == f"measure {_MEASURE}: the first rung misses no bar"


def test_a_ladder_of_one_rung_need_miss_no_bar(
    double: Copied, make_reports: MakeReports
) -> None:
    """Where no slower way is known, the model answer is the first rung too."""
    for rung in (_SECOND, _MODEL):
        double.remove(f"interviewer/rungs/{rung}.py")
    double.change("question.toml", "points = 12", "points = 20")
    path = double.folder / "question.toml"
    second = path.read_text("utf-8").rpartition("[[measures.bars]]")
    path.write_text(second[0], "utf-8")
    reports = make_reports()
    reports.by_name = {_FIRST: report(standing(_FIRST, 0.99, 1.01))}
    (found,) = reports.findings()
    assert found.is_good
    assert reports.asked == [(_FIRST, _MEASURE)]


@pytest.mark.parametrize("is_kept", [False, None])
@pytest.mark.parametrize("rung", _LADDER)
def test_a_rung_that_grows_otherwise_is_found(
    reports: Reports, rung: str, is_kept: bool | None
) -> None:
    """A growth that is not kept, or may not be, is none of a right answer."""
    reports.by_name[rung] = costing(_SOUND[rung], growth=growing(is_kept))
    found = only_bad(reports.findings())
    assert found.where == where(rung)
    said = f"measure {_MEASURE}: it grows otherwise than the model answer: "
    assert found.what.startswith(said)
    assert "between linear and quadratic" in found.what


def test_one_size_tells_no_growth(reports: Reports) -> None:
    """Where no growth is reported there is none to keep."""
    for name, ratios in _SOUND.items():
        reports.by_name[name] = costing(ratios)
    assert all(found.is_good for found in reports.findings())


@pytest.mark.parametrize("rung", [_SECOND, _MODEL])
def test_a_rung_that_was_not_measured_is_found(reports: Reports, rung: str) -> None:
    """A report without a standing says nothing good; its verdict is told."""
    reports.by_name[rung] = report(verdict=MeasureVerdict.FAILED)
    found = only_bad(reports.findings())
    assert found.where == where(rung)
    assert found.what == f"measure {_MEASURE}: it was not measured: failed"


def test_each_problem_of_a_rung_is_a_finding(reports: Reports) -> None:
    """Two bars that are not cleared are two findings, and nothing good is said."""
    reports.by_name[_MODEL] = costing({_FIRST: 1.5, _SECOND: 2.5})
    of_model = [found for found in reports.findings() if found.where == where(_MODEL)]
    assert [found.is_good for found in of_model] == [False, False]
    assert _FIRST in of_model[0].what and _SECOND in of_model[1].what


_MISSED = {_FIRST: 2.0, _SECOND: 4.0, _MODEL: 5.0}
_CLEARED = {_FIRST: 1.0, _SECOND: 1.5, _MODEL: 2.0}
_BELOW = MeasureVerdict.BELOW_FIRST_BAR


@pytest.mark.parametrize(
    ("ratios", "growth"),
    [
        pytest.param(_MISSED, None, id="missed"),
        pytest.param({_FIRST: 1.0, _SECOND: 4.0}, growing(True), id="missed_one"),
        pytest.param(_CLEARED, growing(False), id="grown"),
    ],
)
def test_a_slow_answer_with_its_cause_is_good(
    find_slow: FindSlow, ratios: dict[str, float], growth: GrowthFound | None
) -> None:
    """It misses a bar or grows otherwise, and the report says why."""
    its_report = costing(ratios, growth=growth, cause=because(_LOOP))
    found = find_slow(_LOOP, its_report)
    assert found.is_good and not found.advice
    assert found.what == f"it misses a bar of {_MEASURE}, and the cause is {_LOOP!r}"


def test_an_answer_that_reaches_no_size_is_slow(find_slow: FindSlow) -> None:
    """It stands nowhere, and the report tells the size at which it was stopped."""
    stopped = "a run of size 1,000 takes more than 2 s"
    its_report = report(verdict=_BELOW, message=stopped, cause=because(_LOOP))
    assert find_slow(_LOOP, its_report).is_good


@pytest.mark.parametrize("cause", [None, because(None)])
def test_a_slow_answer_may_declare_that_no_cause_is_known(
    find_slow: FindSlow, cause: Cause | None
) -> None:
    """That holds if none is named, whether or not a line is."""
    found = find_slow("none", costing(_MISSED, cause=cause))
    assert found.is_good
    assert found.what == f"it misses a bar of {_MEASURE}, and the cause is 'none'"


@pytest.mark.parametrize(
    ("declared", "cause", "named"),
    [
        pytest.param(_LOOP, because("copies"), "copies", id="another"),
        pytest.param(_LOOP, because(None), "none", id="a_line_alone"),
        pytest.param(_LOOP, None, "none", id="nothing"),
        pytest.param("none", because(_LOOP), _LOOP, id="one_that_is_not_declared"),
    ],
)
def test_another_cause_than_the_declared_one_is_found(
    find_slow: FindSlow, declared: str, cause: Cause | None, named: str
) -> None:
    """Both causes are told, the one that is declared and the one that was found."""
    found = find_slow(declared, costing(_MISSED, cause=cause))
    assert not found.is_good
    assert found.what == f"its cause is {declared!r}, and {named!r} was found"
    assert found.advice == "Mend the declaration, or what finds causes."


@pytest.mark.parametrize(
    ("its_report", "verdict"),
    [
        pytest.param(
            costing(_CLEARED, cause=because(_LOOP), growth=growing(True)),
            "rung reached",
            id="cleared",
        ),
        pytest.param(
            costing(
                {_FIRST: 1.3, _SECOND: 2.0},
                verdict=MeasureVerdict.WITHIN_NOISE,
                cause=because(_LOOP),
            ),
            "within noise of a bar",
            id="on_the_bar",
        ),
        pytest.param(
            costing(
                _CLEARED,
                verdict=MeasureVerdict.UNDECIDED,
                growth=growing(None),
                cause=because(_LOOP),
            ),
            "undecided",
            id="growth_undecided",
        ),
        pytest.param(
            costing(
                _CLEARED,
                message="time was up before all was decided",
                cause=because(_LOOP),
            ),
            "rung reached",
            id="cleared_with_a_message",
        ),
    ],
)
def test_a_slow_answer_that_misses_no_bar_is_found(
    find_slow: FindSlow, its_report: MeasureReport, verdict: str
) -> None:
    """What is not missed for certain is not missed, whatever the cause."""
    found = find_slow(_LOOP, its_report)
    assert not found.is_good
    assert found.what == f"it misses no bar of {_MEASURE}: {verdict}"
    assert found.advice == "Make it slower, or the bar lower."


def test_a_run_is_of_the_answer_beside_the_ladder(
    double: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is measured as a submission of a question that is to be trusted."""
    runs: list[dict[str, Any]] = []

    @dataclass
    class MadeUpRun:
        facts: dict[str, Any]

        def run(self) -> MeasureReport:
            runs.append(self.facts)
            return report()

    monkeypatch.setattr(bars, "MeasureRun", lambda **facts: MadeUpRun(facts))
    subject = double.subject()
    (measure,) = subject.question.measures
    path = slow_answer(double, _LOOP)
    seeds = set()
    for _ in range(2):
        assert bars._report(subject, path, measure) == report()
        facts = runs.pop()
        submission = facts["submission"]
        assert submission.name == SUBMISSION
        assert submission.job == subject.job(path.read_bytes())
        assert facts["rungs"] == rung_sides(subject.question, submission.job)
        assert [side.name for side in facts["rungs"]] == [*_LADDER]
        assert facts["measure"] is measure
        assert facts["workload"] is subject.grader.measured[_MEASURE]
        assert facts["is_trusted"] is True
        seeds.add(facts["taking"].seed)
    assert len(seeds) == 2


def test_a_real_report_has_a_standing_beside_each_rung(
    double: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rung is measured beside the first, those with bars, and the model answer."""
    # No clock ends it, however busy the machine is.
    monkeypatch.setattr(bars, "_MAX_MEASURE_S", 600.0)
    monkeypatch.setattr(bars, "Taking", partial(Taking, limits=Limits(patience=500)))
    double.change("question.toml", "[1_000, 10_000]", "[1_000]")
    subject = double.subject()
    (measure,) = subject.question.measures
    path = double.folder / "interviewer" / "rungs" / f"{_SECOND}.py"
    found = bars._report(subject, path, measure)
    assert [at.rung for at in found.standings] == [*_LADDER]
