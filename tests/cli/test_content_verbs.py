"""The verbs for those who write questions: new and check."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from perfkata.catalog import Difficulty
from tests.questions.test_types import find_type_errors

if TYPE_CHECKING:
    from tests.cli.conftest import Perfkata

_ROOT = Path(__file__).resolve().parents[2]
_DECISIONS = {
    "difficulty": '"medium"',
    "category": '"Lists"',
    "limited_by": '"one addition a number"',
    "prerequisites": '["a for loop"]',
    "minutes": "[5, 10]",
    "topics": '["walking"]',
}
_GRADES = ("No Hire", "Leaning No Hire", "Leaning Hire", "Hire", "Strong Hire")
_SECOND_RUNG = '''\
"""Running totals in one pass."""

from __future__ import annotations

import itertools

__all__ = ["running_totals"]


def running_totals(numbers: list[int]) -> list[int]:
    """Return the sum up to each number, that number included."""
    return list(itertools.accumulate(numbers))
'''
_QUESTION = "'What if the numbers never end?'"


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
    """What `new` leaves empty, `check` asks for by file and key, and nothing else."""
    done = perfkata("new", "04", "bloom_filter")
    assert (done.code, done.err) == (0, "")
    assert "perfkata check 04" in done.out.replace(perfkata.spelled, "perfkata")
    done = perfkata("check", "04")
    assert done.code == 1
    facts = "questions/04_bloom_filter/question.toml"
    *said, last = _findings(done.out)
    for told, what in zip(said, [*_DECISIONS, "order"], strict=True):
        file = "roadmap.toml" if what == "order" else facts
        assert told.startswith(f"{file}: {what}: ")
    assert last.startswith("04_bloom_filter: the rest is looked at once")


def test_what_is_left_to_decide_is_all_that_is_named(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """Once the facts are there, one rung, hints, follow-ups and grades are missing."""
    perfkata("new", "04", "bloom_filter")
    folder = on_copy / "04_bloom_filter"
    _decide_facts(folder)
    done = perfkata("check", "04")
    assert done.code == 1
    assert [told.partition(". ")[0] for told in _findings(done.out)] == [
        f"04_bloom_filter/interviewer/{told}"
        for told in (
            "rungs: 1 rungs, and a ladder has 2 at least",
            "hints.md: level 1 has 0 hints, not 3",
            "hints.md: level 2 has 0 hints, not 3",
            f"followups.md: {_QUESTION} has no part 'Strong answer'",
            f"followups.md: {_QUESTION} has no part 'Red flags'",
            f"followups.md: {_QUESTION} has no part 'Ask next'",
            f"rubric.md: no criteria for {', '.join(_GRADES)}",
        )
    ]


def test_a_question_that_is_filled_in_keeps_the_contract(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """Rung, wrong answer, grader, examples and statement are right as they begin."""
    perfkata("new", "04", "bloom_filter")
    folder = on_copy / "04_bloom_filter"
    _decide_facts(folder)
    rungs = folder / "interviewer" / "rungs"
    (rungs / "2_one_pass.py").write_text(_SECOND_RUNG)
    for name, old, new in (
        ("hints.md", r"(?m)^(\d\.)$", r"\1 Think."),
        ("followups.md", r"\.\*\*", ".** Something."),
        ("rubric.md", r"Hire \| \|", "Hire | Something. |"),
    ):
        path = folder / "interviewer" / name
        path.write_text(re.sub(old, new, path.read_text()))
    done = perfkata("check", "04")
    assert (done.code, done.out) == (0, "The contract is kept.\n")


def test_a_new_question_passes_lint(perfkata: Perfkata, on_copy: Path) -> None:
    """What `new` writes is clean and formatted by the rules of the project."""
    perfkata("new", "04", "bloom_filter")
    # Rules for questions are found by the place of this file.
    shutil.copy(_ROOT / "pyproject.toml", on_copy.parent)
    for command in (["check"], ["format", "--check"]):
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=on_copy / "04_bloom_filter",
            check=True,
        )


def test_a_new_question_is_typed(
    perfkata: Perfkata, on_copy: Path, tmp_path: Path, worker_id: str
) -> None:
    """What `new` writes has strict types, as each question must."""
    perfkata("new", "04", "bloom_filter")
    found = find_type_errors(on_copy / "04_bloom_filter", tmp_path, worker_id)
    assert found == ""


def test_what_there_is_to_choose_from_is_told(
    perfkata: Perfkata, on_copy: Path
) -> None:
    """Difficulties and topics stand beside their keys, without a roadmap none do."""
    perfkata("new", "04", "bloom_filter")
    facts = (on_copy / "04_bloom_filter" / "question.toml").read_text()
    topics = tomllib.loads((on_copy.parent / "roadmap.toml").read_text())["topics"]
    difficulties = [difficulty.value for difficulty in Difficulty]
    assert f"# Of {', '.join(difficulties)}.\ndifficulty = " in facts
    assert f"# Of {', '.join(topic['id'] for topic in topics)}.\ntopics = " in facts
    (on_copy.parent / "roadmap.toml").write_text("summary = 1")
    assert perfkata("new", "05", "ring_buffer").code == 0
    facts = (on_copy / "05_ring_buffer" / "question.toml").read_text()
    assert "# Ids of topics of the roadmap.\ntopics = []" in facts


def test_facts_alone_do_not_make_a_question(perfkata: Perfkata, on_copy: Path) -> None:
    """Files that are missing or empty are named beside facts that are there."""
    perfkata("new", "04", "bloom_filter")
    folder = on_copy / "04_bloom_filter"
    facts = (on_copy / "03_span" / "question.toml").read_text()
    (folder / "question.toml").write_text(facts)
    for part in ("rungs", "wrong"):
        shutil.rmtree(folder / "interviewer" / part)
    for name in ("hints", "followups", "rubric"):
        (folder / "interviewer" / f"{name}.md").write_text("")
    (folder / "starter.py").write_text("")
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


def _findings(out: str) -> list[str]:
    """What `check` named, each in a line."""
    found = re.split(r"^- ", out, flags=re.MULTILINE)
    assert found[0] == ""
    return [" ".join(told.split()) for told in found[1:]]


def _decide_facts(folder: Path) -> None:
    """Fill in what `new` leaves empty in question.toml, and give it its place."""
    facts = folder / "question.toml"
    text = facts.read_text()
    for key, value in _DECISIONS.items():
        empty = re.compile(rf'^{key} = (""|\[\])$', re.MULTILINE)
        text, num_found = empty.subn(f"{key} = {value}", text)
        assert num_found == 1
    facts.write_text(text)
    with (folder.parent.parent / "roadmap.toml").open("a") as roadmap:
        roadmap.write('\n[[order]]\nquestion = "04"\nwhy = "It comes last."\n')


def _read_only_track(perfkata: Perfkata) -> Path:
    """Content in which root too can write nothing."""
    track = perfkata.folder / "linked"
    track.mkdir()
    shutil.copy(Path(perfkata.environment["PERFKATA_CONTENT"]) / "roadmap.toml", track)
    (track / "questions").symlink_to("/proc/self/fdinfo")
    return track
