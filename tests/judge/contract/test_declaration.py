"""Tests of what docstrings declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkata.judge.cause import KINDS
from perfkata.judge.contract.declaration import (
    NO_CAUSE,
    Declaration,
    DeclarationError,
    read_declaration,
)
from perfkata.judge.report import LevelVerdict, SubmissionVerdict

LEVELS = frozenset({1, 2, 3})
MEASURES = frozenset({"flat", "deep"})


def declared(folder: Path, lines: str) -> Declaration:
    """What an answer with these lines in its docstring declares."""
    path = folder / "answer.py"
    path.write_text(f'"""An answer.\n\n{lines}\n"""\n', encoding="utf-8")
    return read_declaration(path, LEVELS, MEASURES)


def test_nothing_need_be_declared(tmp_path: Path) -> None:
    """A docstring without the words declares nothing; so does a file without one."""
    assert declared(tmp_path, "Levels are not verdicts.") == Declaration()
    path = tmp_path / "bare.py"
    path.write_text("x = 1\n", encoding="utf-8")
    assert read_declaration(path, LEVELS) == Declaration()


@pytest.mark.parametrize(
    "verdict", [each for each in LevelVerdict if each is not LevelVerdict.PASSED]
)
def test_a_verdict_of_a_level_has_its_level(
    tmp_path: Path, verdict: LevelVerdict
) -> None:
    """Every verdict but the passing one can be declared of a level."""
    found = declared(tmp_path, f"Level: 2\nVerdict: {verdict.value}")
    assert found == Declaration(2, verdict)


@pytest.mark.parametrize("name", ["did not load", "not allowed"])
def test_a_verdict_of_the_whole_has_no_level(tmp_path: Path, name: str) -> None:
    """What is refused before any level is declared without one."""
    found = declared(tmp_path, f"Verdict: {name}")
    assert found == Declaration(None, SubmissionVerdict(name))


def test_a_declaration_can_be_told() -> None:
    """The verdict, and the level if it has one."""
    assert str(Declaration()) == "nothing"
    assert str(Declaration(2, LevelVerdict.RAISED)) == "'raised' at level 2"
    assert str(Declaration(None, SubmissionVerdict.NOT_ALLOWED)) == "'not allowed'"


def test_a_rung_falls_short_of_levels(tmp_path: Path) -> None:
    """Levels of cost are listed with commas."""
    assert declared(tmp_path, "Falls short: 2, 3").falls_short == {2, 3}


@pytest.mark.parametrize("cause", [*KINDS, NO_CAUSE])
def test_a_slow_answer_declares_its_measure_and_the_cause(
    tmp_path: Path, cause: str
) -> None:
    """Every kind of cause can be declared, and that none is known."""
    found = declared(tmp_path, f"Measure: deep\nCause: {cause}")
    assert found == Declaration(measure="deep", cause=cause)


def test_what_is_too_slow_for_a_level_can_be_measured_too(tmp_path: Path) -> None:
    """Measure and cause stand beside level and verdict, in any order."""
    lines = "Cause: copies\nLevel: 2\nMeasure: flat\nVerdict: too slow"
    assert declared(tmp_path, lines) == Declaration(
        2, LevelVerdict.TOO_SLOW, measure="flat", cause="copies"
    )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("Measure: flat", "declares 'Measure:' without 'Cause:'"),
        ("Cause: none", "declares 'Cause:' without 'Measure:'"),
        ("Measure: wide\nCause: none", "'Measure: wide' is none of deep, flat"),
        ("Measure:\nCause: none", "'Measure: ' is none of deep, flat"),
        ("Measure: flat\nCause: magic", "'Cause: magic' is none of front of a list, "),
        ("Measure: flat\nCause:", "'Cause: ' is none of .*, none"),
        ("Measure: flat\nMeasure: deep\nCause: none", "declares 'Measure:' twice"),
        ("Measure: flat\nCause: none\nVerdict: not allowed", "from being measured"),
        ("Level: 2", "without 'Verdict:'"),
        ("Verdict: wrong answer", "needs a 'Level:'"),
        ("Level: 1\nVerdict: not allowed", "has a level"),
        ("Level: 4\nVerdict: raised", "names level 4"),
        ("Level: two\nVerdict: raised", "no number"),
        ("Level: 1, 2\nVerdict: raised", "several levels"),
        ("Level: 1\nLevel: 2\nVerdict: raised", "twice"),
        ("Level: 1\nVerdict: passed", "none of wrong answer"),
        ("Level: 1\nVerdict: Wrong answer", "none of wrong answer"),
        ("Level: 1\nVerdict:", "none of wrong answer"),
        ("Falls short: 9", "names level 9"),
        ("Falls short: most", "no number"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, lines: str, reason: str
) -> None:
    """A declaration that does not fit the question says why."""
    with pytest.raises(DeclarationError, match=reason):
        declared(tmp_path, lines)


def test_where_nothing_is_measured_no_measure_is_declared(tmp_path: Path) -> None:
    """The measures are the question's own."""
    path = tmp_path / "slow.py"
    path.write_text('"""Slow.\n\nMeasure: flat\nCause: none\n"""\n', encoding="utf-8")
    with pytest.raises(DeclarationError, match="of which there are none"):
        read_declaration(path, LEVELS)


@pytest.mark.parametrize("source", [b"def (", b"x = '\0'", b"\xff", b"(" * 5_000])
def test_a_file_that_is_no_python_is_refused(tmp_path: Path, source: bytes) -> None:
    """What does not parse declares nothing and says so."""
    path = tmp_path / "answer.py"
    path.write_bytes(source)
    with pytest.raises(DeclarationError, match="cannot be read"):
        read_declaration(path, LEVELS)
    with pytest.raises(DeclarationError, match="cannot be read"):
        read_declaration(tmp_path / "missing.py", LEVELS)
