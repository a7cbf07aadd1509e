"""Tests of the mutants: what they are, and what is said of those that survive."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from benchmarks import mutants
from benchmarks.mutants import (
    Equivalent,
    Mutant,
    Result,
    grade_mutant,
    misfits,
    mutants_of,
    read_equivalents,
    score,
)
from perfkata.catalog import CONTENT_VARIABLE, Catalog
from tests.conftest import Needs

ROOT = Path(__file__).resolve().parents[2]
FAKE_TRACK = ROOT / "tests" / "fake_track"
SOURCE = '''\
def longest(words: list[str], least: int = 2) -> str:
    """Return the longest word."""
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
        elif not word:
            break
    return best
'''


@pytest.fixture(autouse=True)
def has_cosmic_ray(needs: Needs) -> None:
    """Mutants are made by a tool that is not needed for anything else."""
    is_present = importlib.util.find_spec("cosmic_ray") is not None
    needs("cosmic-ray", install="pip install cosmic-ray", is_present=is_present)


def test_mutants_are_programs_that_differ() -> None:
    """Each parses, none is the answer or another mutant, and keys name one each."""
    found = mutants_of(SOURCE)
    programs = [ast.dump(ast.parse(mutant.source)) for mutant in found]
    assert ast.dump(ast.parse(SOURCE)) not in programs
    assert len(set(programs)) == len(programs) > 15
    assert len({mutant.key for mutant in found}) == len(found)


def test_a_mutant_names_the_line_that_it_changes() -> None:
    """The line stands in the answer, what it becomes in the mutant."""
    for mutant in mutants_of(SOURCE):
        assert mutant.line in SOURCE
        assert mutant.becomes in mutant.source
        assert mutant.line != mutant.becomes


def test_statements_are_deleted_one_by_one() -> None:
    """Loops, branches, returns and assignments go; texts and definitions stay."""
    deleted = [
        mutant.line
        for mutant in mutants_of(SOURCE)
        if mutant.operator == "StatementDeletion"
    ]
    assert sorted(deleted) == sorted(
        [
            *('best = ""', "for word in words:", "if len(word) > len(best):"),
            *("best = word", "elif not word:", "break", "return best"),
        ]
    )


def test_annotations_are_not_mutated() -> None:
    """What changes nothing but a type is no mutant."""
    source = "def f(a: int | str) -> int | None:\n    b: int | str = a\n    return b\n"
    assert [mutant.becomes for mutant in mutants_of(source)] == ["pass", "pass"]


def result(becomes: str, killed_by: str | None) -> Result:
    """A graded mutant at the line ``x = 1``."""
    return Result(Mutant("Number", "x = 1", becomes, 0, becomes), killed_by)


def test_a_list_that_does_not_fit_is_told() -> None:
    """An entry whose mutant is gone, is another one, or is killed after all."""
    entry = Equivalent("Number", "x = 1", "x = 2", "x is not read")
    assert misfits([entry], [result("x = 2", None)]) == []
    (gone,) = misfits([entry], [])
    assert "there is no such mutant" in gone
    (other,) = misfits([entry], [result("x = 0", None)])
    assert "it becomes 'x = 0'" in other
    (killed,) = misfits([entry], [result("x = 2", "level 1: raised in a")])
    assert "kills it" in killed


def test_the_score_leaves_out_what_cannot_be_killed() -> None:
    """It is the part of the others that was killed."""
    results = [result("a", "raised"), result("b", None), result("c", None)]
    assert score(results, 0) == pytest.approx(1 / 3)
    assert score(results, 1) == pytest.approx(1 / 2)
    assert score(results[1:], 2) == 1.0


def test_listed_mutants_still_exist() -> None:
    """Every entry of the list names a mutant of the answer, and says why."""
    for file in sorted((ROOT / "benchmarks").glob("mutants_*.toml")):
        question = Catalog(ROOT).question(file.stem.removeprefix("mutants_"))
        source = question.rungs()[-1].read_text(encoding="utf-8")
        results = [Result(mutant, None) for mutant in mutants_of(source)]
        entries = read_equivalents(file)
        assert misfits(entries, results) == []
        assert entries and all(len(entry.because) > 20 for entry in entries)
    assert read_equivalents(ROOT / "benchmarks" / "mutants_99.toml") == ()


def test_a_mutant_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong one is killed by a named case, a right one survives."""
    monkeypatch.setenv(CONTENT_VARIABLE, str(FAKE_TRACK))
    model = FAKE_TRACK / "questions/01_double/interviewer/rungs/2_comprehension.py"
    source = model.read_text(encoding="utf-8")
    right = Mutant("None", "", "", 0, source)
    assert grade_mutant("01", [2, 1], right).killed_by is None
    wrong = Mutant("Number", "", "", 0, source.replace("2 *", "3 *"))
    killed_by = grade_mutant("01", [2, 1], wrong).killed_by
    assert killed_by == "level 2: wrong answer in any_numbers"
    broken = Mutant("Number", "", "", 0, source.replace("def double", "def triple"))
    assert grade_mutant("01", [2, 1], broken).killed_by == "did not load"


def test_the_exit_code_is_the_bars(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A score at the bar or above is 0, one below it is 1."""
    monkeypatch.setenv(CONTENT_VARIABLE, str(FAKE_TRACK))
    monkeypatch.chdir(ROOT)
    assert mutants.main(["01"]) == 0
    assert "score 100.0%, bar 95%" in capsys.readouterr().out
    monkeypatch.setattr(mutants, "BAR", 1.01)
    assert mutants.main(["01"]) == 1
