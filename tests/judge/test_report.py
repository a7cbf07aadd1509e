"""The report: data that JSON holds, whatever a submission wrote into it."""

from __future__ import annotations

from enum import Enum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.judge.report import (
    SCHEMA_VERSION,
    Failure,
    LevelReport,
    LevelVerdict,
    MeasureReport,
    MeasureVerdict,
    Report,
    Reports,
    SubmissionVerdict,
    encodable,
)

_TEXTS = st.text(st.characters(), max_size=30)
_OPTIONAL = st.none() | _TEXTS.map(encodable)
_FAILURES = st.builds(
    Failure,
    *[_TEXTS.map(encodable)] * 3,
    *[_OPTIONAL] * 6,
)
_LEVELS = st.builds(
    LevelReport,
    number=st.integers(1, 9),
    title=_TEXTS.map(encodable),
    points=st.integers(0, 100),
    earned=st.integers(0, 100),
    verdict=st.sampled_from(LevelVerdict),
    num_cases=st.integers(0, 999),
    seconds=st.floats(0, 99),
    failure=st.none() | _FAILURES,
)


def _report(
    verdict: SubmissionVerdict = SubmissionVerdict.GRADED,
    levels: tuple[LevelReport, ...] = (),
) -> Report:
    measure = MeasureReport("cost", "Cost", 20, MeasureVerdict.NOT_MEASURED)
    return Report(
        question="01_answer",
        file="solution.py",
        source_sha256="00",
        seed=2**48 - 1,
        isolation="namespaces",
        perfkata_version="1",
        python_version="3.11.0",
        verdict=verdict,
        levels=levels,
        measures=(measure,),
        earned=1,
        points=2,
        open_points=20,
        load_seconds=0.5,
        seconds=1.5,
    )


def _level(verdict: LevelVerdict) -> LevelReport:
    return LevelReport(1, "One", 10, 0, verdict, 1, 0.1)


@given(st.lists(_LEVELS, max_size=3), st.sampled_from(SubmissionVerdict))
def test_a_report_survives_json(
    levels: list[LevelReport], verdict: SubmissionVerdict
) -> None:
    """What is written as JSON is read back as the same report."""
    reports = Reports(SCHEMA_VERSION, (_report(verdict, tuple(levels)),))
    assert msgspec.json.decode(msgspec.json.encode(reports), type=Reports) == reports


def test_what_is_not_known_is_left_out() -> None:
    """A key stands in the JSON only where there is something to say."""
    report = _report(levels=(_level(LevelVerdict.PASSED),))
    data = msgspec.json.decode(msgspec.json.encode(report))
    assert "message" not in data and "traceback" not in data
    assert "failure" not in data["levels"][0]
    assert (data["verdict"], data["levels"][0]["verdict"]) == ("graded", "passed")


@given(_TEXTS)
def test_any_text_can_be_made_to_fit_json(text: str) -> None:
    """Only halves of characters are changed, into what Python would write for them."""
    fitting = encodable(text)
    msgspec.json.encode(fitting)
    if not any(0xD800 <= ord(mark) < 0xE000 for mark in text):
        assert fitting == text


def test_a_half_of_a_character_is_spelled() -> None:
    """A lone surrogate is shown by its number."""
    assert encodable("a\ud800b") == "a\\ud800b"


@pytest.mark.parametrize("verdict", SubmissionVerdict)
@pytest.mark.parametrize("first", LevelVerdict)
@pytest.mark.parametrize("second", [*LevelVerdict, None])
def test_a_report_passes_if_every_level_of_it_does(
    verdict: SubmissionVerdict, first: LevelVerdict, second: LevelVerdict | None
) -> None:
    """One level that is not passed, or a submission that is not graded, fails it."""
    verdicts = [first] if second is None else [first, second]
    report = _report(verdict, tuple(map(_level, verdicts)))
    is_graded = verdict is SubmissionVerdict.GRADED
    assert report.is_passed == (is_graded and set(verdicts) == {LevelVerdict.PASSED})


@pytest.mark.parametrize("verdict", SubmissionVerdict)
def test_a_report_without_levels_does_not_pass(verdict: SubmissionVerdict) -> None:
    """Nothing graded is nothing passed."""
    assert not _report(verdict).is_passed


@pytest.mark.parametrize("kind", [SubmissionVerdict, LevelVerdict, MeasureVerdict])
def test_a_verdict_is_a_phrase_of_its_own(kind: type[Enum]) -> None:
    """Verdicts of a kind differ, and each is a short phrase in small letters."""
    phrases = [verdict.value for verdict in kind]
    assert len(set(phrases)) == len(phrases)
    assert all(phrase == phrase.lower().strip() for phrase in phrases)
