"""The verbs for those who write questions: new and check."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Perfkata


@pytest.fixture
def on_copy(perfkata: Perfkata, track: Path) -> Path:
    """The program, with a copy of the fake track as its content."""
    perfkata.environment["PERFKATA_CONTENT"] = str(track)
    return track / "questions"


def test_the_fake_track_keeps_the_contract(perfkata: Perfkata) -> None:
    """Nothing is found where nothing is wrong."""
    done = perfkata("check")
    assert (done.code, done.out, done.err) == (0, "The contract is kept.\n", "")


def test_a_new_question_is_named_everything_it_lacks(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """What `new` leaves empty, `check` asks for by file and key."""
    done = perfkata("new", "04", "bloom_filter")
    assert (done.code, done.err) == (0, "")
    assert "perfkata check 04" in done.out.replace(perfkata.spelled, "perfkata")
    done = perfkata("check", "04")
    assert done.code == 1
    said = " ".join(done.out.split())
    for key in ("difficulty", "category", "limited_by", "prerequisites", "minutes"):
        assert f"04_bloom_filter/question.toml: {key}" in said
    assert "question 04 has no place" in said


def test_facts_alone_do_not_make_a_question(perfkata: Perfkata, on_copy: Path) -> None:
    """Once the facts are there, the files that are missing or empty are named."""
    perfkata("new", "04", "bloom_filter")
    folder = on_copy / "04_bloom_filter"
    facts = (on_copy / "03_span" / "question.toml").read_text()
    (folder / "question.toml").write_text(facts)
    done = perfkata("check", "04")
    assert done.code == 1
    for part in ("rungs", "wrong", "hints.md", "followups.md", "rubric.md"):
        assert f"04_bloom_filter/interviewer/{part}: " in done.out
    assert "04_bloom_filter/starter.py: " in done.out


@pytest.mark.parametrize("verb", [["new", "04", "x"], ["start", "1"]])
def test_a_new_question_is_whole_or_not_there(
    perfkata: Perfkata, on_copy: Path, verb: list[str]
) -> None:
    """No half-written folder stays among the questions."""
    before = {path.name for path in on_copy.iterdir()}
    perfkata(*verb)
    after = {path.name for path in on_copy.iterdir()}
    assert after - before <= {"04_x"}


def test_a_number_or_slug_that_is_taken_is_refused(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """Two questions cannot share either, and nothing is written."""
    for arguments in (("01", "other"), ("04", "double")):
        done = perfkata("new", *arguments)
        assert (done.code, done.out) == (2, "")
        assert "01_double" in done.complaint


def test_questions_cannot_be_written_where_nothing_can(perfkata: Perfkata) -> None:
    """Content that is read-only is one clear line."""
    done = perfkata("new", "04", "x", PERFKATA_CONTENT=str(_read_only_track(perfkata)))
    assert (done.code, done.out) == (2, "")
    assert "04_x" in done.complaint


def test_a_broken_answer_is_found(perfkata: Perfkata, on_copy: Path) -> None:
    """A reference answer that is wrong breaks the contract, by name."""
    rungs = on_copy / "01_double" / "interviewer" / "rungs"
    (rungs / "3_map.py").write_text("def double(numbers):\n    return numbers\n")
    done = perfkata("check", "01")
    assert done.code == 1
    assert "3_map.py" in done.out


def test_check_of_one_question_leaves_the_others(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """What is broken elsewhere is not named, and what is broken here is."""
    perfkata("new", "04", "bloom_filter")
    (on_copy / "03_span" / "question.toml").write_text("nonsense")
    assert "03_span" not in perfkata("check", "04").out
    for reference in ("03", "3", "span", "03_span"):
        done = perfkata("check", reference)
        assert done.code == 1
        assert "questions/03_span/question.toml: is not TOML" in done.out
        assert "04_bloom_filter" not in done.out


def test_a_broken_roadmap_is_found(perfkata: Perfkata, on_copy: Path) -> None:
    """What other verbs refuse, check lists."""
    shutil.rmtree(on_copy / "01_double")
    shutil.rmtree(on_copy / "03_span")
    (on_copy.parent / "roadmap.toml").write_text("summary = 1")
    done = perfkata("check")
    assert done.code == 1
    assert done.out.count("roadmap.toml: ") > 3


@pytest.mark.parametrize("seeds", ["0", "-1", "x"])
def test_seeds_are_a_number(perfkata: Perfkata, seeds: str) -> None:
    """At least one seed is tried."""
    done = perfkata("check", "01", f"--seeds={seeds}")
    assert (done.code, done.out) == (2, "")
    assert "--seeds" in done.complaint


def _read_only_track(perfkata: Perfkata) -> Path:
    """Content in which root too can write nothing."""
    track = perfkata.folder / "linked"
    track.mkdir()
    shutil.copy(Path(perfkata.environment["PERFKATA_CONTENT"]) / "roadmap.toml", track)
    (track / "questions").symlink_to("/proc/self/fdinfo")
    return track
