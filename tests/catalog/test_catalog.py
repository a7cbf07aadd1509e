"""Finding questions, reading only what is needed, and checking all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from perfkata.catalog import (
    Catalog,
    CatalogError,
    ContentNotFoundError,
    InvalidContentError,
    UnknownQuestionError,
    UnreadableFileError,
    open_catalog,
)
from tests.catalog.conftest import Track


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Track:
    """A track that many examples look at and none changes."""
    return Track(tmp_path_factory.mktemp("track"))


@pytest.mark.parametrize("reference", ["01", "1", "double", "01_double"])
def test_a_question_is_found_by_each_of_its_names(track: Track, reference: str) -> None:
    """Number, slug and name mean the same question."""
    assert track.catalog.question(reference).name == "01_double"


@given(st.text(max_size=50) | st.from_regex(r"\A[a-z0-9_./]{1,45}\Z"))
def test_any_other_reference_is_an_unknown_question(
    shared: Track, reference: str
) -> None:
    """A reference is compared with names; it never becomes part of a path."""
    names = {"1", "2", "01", "02", "double", "halve", "01_double", "02_halve"}
    assume(reference not in names)
    with pytest.raises(UnknownQuestionError, match="'perfkata list'") as caught:
        shared.catalog.question(reference)
    assert str(caught.value).isprintable()


def test_a_reference_cannot_leave_the_questions(track: Track) -> None:
    """A question outside of the folder of questions is out of reach."""
    outside = track.root / "01_outside"
    outside.mkdir()
    facts = (track.root / "questions" / "01_double" / "question.toml").read_text()
    (outside / "question.toml").write_text(facts)
    for reference in ("../01_outside", str(outside), "01_outside", "01_double/../"):
        with pytest.raises(UnknownQuestionError):
            track.catalog.question(reference)


def test_an_unknown_question_offers_the_nearest(track: Track) -> None:
    """A slip of the finger is answered with the likely question."""
    with pytest.raises(UnknownQuestionError) as caught:
        track.catalog.question("doubel")
    assert caught.value.nearest == ("01_double",)
    assert str(caught.value) == (
        "no question is called 'doubel'. Did you mean 01_double?"
        " 'perfkata list' shows all."
    )


def test_a_very_long_reference_is_cut(track: Track) -> None:
    """An error stays one readable line, however long the reference."""
    with pytest.raises(UnknownQuestionError) as caught:
        track.catalog.question("x" * 1_000_000)
    assert f"'{'x' * 40}'…" in str(caught.value)
    assert len(str(caught.value)) < 200


def test_two_folders_of_one_number_make_the_number_ambiguous(track: Track) -> None:
    """A reference that fits two folders names both; the full names still work."""
    track.add("01_treble", track.facts)
    with pytest.raises(InvalidContentError, match="01_double and 01_treble"):
        track.catalog.question("01")
    assert track.catalog.question("01_treble").slug == "treble"


def test_one_question_is_read_alone(track: Track) -> None:
    """Broken neighbours and a broken roadmap do not keep a question from opening."""
    (track.root / "roadmap.toml").write_text("no toml")
    (track.root / "questions" / "02_halve" / "question.toml").write_text("no toml")
    assert track.catalog.question("01").title == "Double a number"
    with pytest.raises(
        UnreadableFileError, match=r"^questions/02_halve/question\.toml"
    ):
        track.catalog.questions()
    with pytest.raises(UnreadableFileError, match=r"^roadmap\.toml: is not TOML"):
        _ = track.catalog.roadmap


def test_opening_a_catalog_reads_nothing(tmp_path: Path) -> None:
    """A root that is missing is told when the first question is asked for."""
    catalog = Catalog(tmp_path / "nowhere")
    assert repr(catalog) == f"Catalog({str(tmp_path / 'nowhere')!r})"
    with pytest.raises(ContentNotFoundError, match="No such file"):
        catalog.question("01")
    assert [str(error) for error in catalog.check()] == [
        (
            "questions/: cannot be listed (No such file or directory)."
            f" The content's root, {tmp_path / 'nowhere'}, must hold that folder."
        )
    ]


def test_what_was_read_is_kept(track: Track) -> None:
    """A second look at the same question or roadmap costs no reading."""
    question, roadmap = track.catalog.question("01"), track.catalog.roadmap
    question.facts_file.unlink()
    (track.root / "roadmap.toml").unlink()
    assert track.catalog.question("double") is question
    assert track.catalog.roadmap is roadmap


def test_questions_go_by_number(track: Track) -> None:
    """All questions are listed, those that are not here yet among them."""
    track.add("00_first", track.facts)
    names = [question.name for question in track.catalog.questions()]
    assert names == ["00_first", "01_double", "02_halve"]
    assert track.catalog.names() == tuple(names)


def test_a_track_without_a_fault_has_no_problems(track: Track) -> None:
    """The fixture that the other tests break is whole."""
    assert track.problems() == []


def test_hidden_entries_are_left_alone(track: Track) -> None:
    """What tools leave behind is no question and no problem."""
    (track.root / "questions" / ".cache").mkdir()
    (track.root / "questions" / "__pycache__").mkdir()
    assert track.problems() == []


@pytest.mark.parametrize(
    "name", ["double", "1_double", "01-double", "01_Double", "01_", "01_a__b", "0" * 50]
)
def test_a_folder_without_a_questions_name_is_a_problem(
    track: Track, name: str
) -> None:
    """Every folder among the questions has two digits and a slug."""
    (track.root / "questions" / name).mkdir()
    (problem,) = track.problems()
    assert problem.startswith(
        f"questions/{name}: is a folder without a question's name"
    )


def test_a_file_among_the_questions_is_a_problem(track: Track) -> None:
    """A stray file is told, even if it has a question's name."""
    (track.root / "questions" / "03_stray").touch()
    (problem,) = track.problems()
    assert problem.startswith("questions/03_stray: is a file among the questions")


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [("01_treble", "number", "01_double"), ("03_double", "slug", "01_double")],
)
def test_twins_are_a_problem(track: Track, name: str, kind: str, other: str) -> None:
    """Neither a number nor a slug is given twice."""
    track.roadmap["order"].append({"question": "03", "why": "It is there."})
    track.write_roadmap()
    track.add(name, track.facts)
    twins = f"{other} and {name} have the same {kind}."
    assert any(twins in problem for problem in track.problems())


@pytest.mark.parametrize("key", ["levels", "measures", "not_allowed", "size_of"])
def test_a_question_that_is_not_here_has_facts_alone(track: Track, key: str) -> None:
    """What grading needs comes with the statement, not before it."""
    extra = {
        "levels": [{"number": 1, "title": "All", "points": 100}],
        "measures": track.levels["measures"],
        "not_allowed": [{"name": "re", "because": "It would be too easy."}],
        "size_of": "numbers",
    }
    folder = track.add("02_halve", track.facts | {key: extra[key]})
    assert track.catalog.question("02").name == "02_halve"
    line = (
        f"questions/02_halve/question.toml: {key}: is there, but question.md is not."
        " Write question.md, or leave the key out until then."
    )
    assert line in track.problems()
    (folder / "question.md").touch()
    assert line not in track.problems()


def test_a_topic_that_the_roadmap_lacks_is_a_problem(track: Track) -> None:
    """A question's topics are ids of the roadmap."""
    track.add("02_halve", track.facts | {"topics": ["numbers", "halves"]})
    assert track.problems() == [
        (
            "questions/02_halve/question.toml: topics[1]: roadmap.toml has no topic"
            " 'halves'. Take one of numbers, sums."
        )
    ]


def test_questions_that_are_not_there_are_problems_of_the_roadmap(
    track: Track,
) -> None:
    """Order, formats and schedule name only questions that exist."""
    track.roadmap["order"][0]["question"] = "07"
    track.roadmap["formats"][0]["questions"] = ["08"]
    track.roadmap["weeks"][0]["days"][1]["activities"][1]["number"] = "09"
    track.write_roadmap()
    assert [problem.partition(". ")[0] for problem in track.problems()] == [
        "roadmap.toml: order[0].question: no question has the number 07",
        "roadmap.toml: formats[0].questions: no question has the number 08",
        (
            "roadmap.toml: weeks[0].days[1].activities[1].number:"
            " no question has the number 09"
        ),
        "roadmap.toml: order: question 02 has no place",
    ]


def test_a_level_that_is_not_there_is_a_problem_once_the_question_is_here(
    track: Track,
) -> None:
    """The schedule may name levels of what is to come, but none that is wrong."""
    attempt = track.roadmap["weeks"][0]["days"][1]["activities"][1]
    attempt["levels"] = [1, 3]
    track.write_roadmap()
    assert track.problems() == [
        (
            "roadmap.toml: weeks[0].days[1].activities[1].levels: question 01 has no"
            " level 3. Take it out, or add the level."
        )
    ]
    attempt["number"] = "02"
    track.write_roadmap()
    assert track.problems() == []


def test_a_chapter_that_no_topic_names_is_a_problem(track: Track) -> None:
    """A chapter that is written has its place in the roadmap."""
    folder = track.root / "study_materials"
    folder.mkdir()
    for name in ("01_numbers.md", "02_letters.md", "notes.txt"):
        (folder / name).touch()
    assert track.problems() == [
        (
            "study_materials/02_letters.md: is a chapter that no topic names."
            " Name it in roadmap.toml, or remove it."
        )
    ]


def test_all_problems_are_told_at_once(track: Track) -> None:
    """One check goes through every file, whatever is wrong with the others."""
    (track.root / "questions" / "stray").mkdir()
    track.add("01_double", {"title": "", "minutes": [2, 1]}, is_here=True)
    track.add("02_halve", track.facts | {"minutes": [2, 1]})
    track.roadmap["pace"]["minutes_per_day"] = [2, 1]
    track.roadmap["tiers"].reverse()
    track.write_roadmap()
    places = {(error.file, error.key) for error in Catalog(track.root).check()}
    assert places == {
        ("questions/stray", ""),
        *{
            ("questions/01_double/question.toml", key)
            for key in track.facts
            if key != "minutes"
        },
        ("questions/02_halve/question.toml", "minutes"),
        ("roadmap.toml", "pace.minutes_per_day"),
        ("roadmap.toml", "tiers"),
    }


def test_a_check_never_raises(track: Track) -> None:
    """A check of a track in ruins is a list."""
    for path in sorted(track.root.rglob("*.toml")):
        path.unlink()
        path.mkdir()
    problems = Catalog(track.root).check()
    assert len(problems) == 3
    assert all(isinstance(problem, CatalogError) for problem in problems)


def test_our_own_content_has_no_problems() -> None:
    """The content that perfkata brings along keeps every rule."""
    assert [str(error) for error in open_catalog().check()] == []


def test_importing_the_catalog_stays_cheap() -> None:
    """The first verdict waits for this import: it brings no face and no judge."""
    program = (
        "import sys; import perfkata.catalog;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}"
        " | {name for name in sys.modules if name.startswith('perfkata.')}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        # What measures coverage would import as well.
        env={name: os.environ[name] for name in os.environ if name[:3] != "COV"},
    )
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("perfkata.")}
    assert all(name.startswith("perfkata.catalog") for name in ours)
    assert "msgspec" in loaded
    assert not loaded & {
        "difflib",
        "dataclasses",
        "click",
        "rich",
        "sqlite3",
        "asyncio",
    }
