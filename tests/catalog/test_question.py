"""A question's facts, its files, and the rules that its question.toml keeps."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkata.catalog import (
    Bar,
    CatalogError,
    Difficulty,
    Growth,
    InvalidContentError,
    Level,
    NotAllowed,
    Question,
)
from perfkata.catalog.question import read_question
from tests.catalog.conftest import FACTS, LEVELS, RUNGS, Track, as_toml, write_rungs

MEASURE: dict[str, Any] = LEVELS["measures"][0]
BARS: list[dict[str, Any]] = MEASURE["bars"]


def refused(track: Track, facts: dict[str, Any], *, is_here: bool = True) -> list[str]:
    """The problems of a question with these facts, as keys with their messages."""
    folder = track.add("01_double", facts, is_here=is_here)
    with pytest.raises(InvalidContentError) as caught:
        read_question(folder, file="q.toml")
    error = caught.value
    assert error.file == "q.toml"
    return [f"{item.key}: {item.message}" for item in (error, *error.others)]


def test_the_facts_are_the_questions_own_attributes(track: Track) -> None:
    """What question.toml says is read from the question directly."""
    question = track.catalog.question("01")
    assert question.title == "Double a number"
    assert question.difficulty is Difficulty.MEDIUM
    assert question.minutes == (5, 10)
    assert question.levels[1] == Level(number=2, title="Large numbers", points=30)
    (measure,) = question.measures
    assert (measure.sizes, measure.growth) == ((10, 100), Growth.LINEAR)
    assert measure.floor is None
    assert measure.bars[0] == Bar(
        rung="1_plain", at_most=1.5, points=5, source="A guess."
    )
    assert question.points == 100
    assert question.order_matters
    assert question.system is None
    level = question.levels[0]
    assert not level.keeps_inputs
    assert level.cpu_limit_s is level.memory_limit_mib is None


def test_a_name_is_number_and_slug(track: Track) -> None:
    """Number and slug are the two parts of the folder's name."""
    question = track.catalog.question("01")
    assert (question.name, question.number, question.slug) == (
        "01_double",
        "01",
        "double",
    )


def test_a_question_cannot_be_changed(track: Track) -> None:
    """Facts are frozen, so what was kept stays what was read."""
    question = track.catalog.question("01")
    with pytest.raises(AttributeError):
        question.title = "Another"  # type: ignore[misc]


def test_the_statement_makes_a_question_here(track: Track) -> None:
    """Here is what has a question.md, at the moment of asking."""
    question = track.catalog.question("01")
    before = question.is_here
    question.statement.unlink()
    assert (before, question.is_here) == (True, False)
    assert not track.catalog.question("02").is_here


def test_the_paths_are_those_of_the_contract(track: Track) -> None:
    """Each file of a question's folder has one home."""
    question = track.catalog.question("01")
    paths = {
        "question.toml": question.facts_file,
        "question.md": question.statement,
        "starter.py": question.starter,
        "examples.py": question.examples,
        "interviewer": question.interviewer,
        "interviewer/grader.py": question.grader,
        "interviewer/hints.md": question.hints,
        "interviewer/followups.md": question.followups,
        "interviewer/rubric.md": question.rubric,
    }
    assert {name: question.folder / name for name in paths} == paths


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("given", "given.py"),
        ("oracle", "interviewer/oracle.py"),
        ("workloads", "interviewer/workloads.py"),
    ],
)
def test_files_that_not_every_question_has_may_be_none(
    track: Track, attribute: str, name: str
) -> None:
    """An optional file is None until it is written."""
    question = track.catalog.question("01")
    assert getattr(question, attribute) is None
    path = question.folder / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert getattr(question, attribute) == path


def test_the_ladder_goes_by_number(track: Track) -> None:
    """Rung 10 stands above rung 2; what is no Python file is no rung."""
    question = track.catalog.question("02")
    assert question.rungs() == ()
    write_rungs(question.folder, ("10_fast", "2_better", "1_plain", "odd"))
    (question.interviewer / "rungs" / "notes.md").touch()
    names = [path.name for path in question.rungs()]
    assert names == ["1_plain.py", "2_better.py", "10_fast.py", "odd.py"]


def test_wrong_answers_go_by_name(track: Track) -> None:
    """Wrong answers are the Python files of their folder, sorted."""
    question = track.catalog.question("01")
    assert question.wrong_answers() == ()
    folder = question.interviewer / "wrong"
    (folder / "b.py").mkdir(parents=True)
    for name in ("c.py", "a.py", "a.pyc"):
        (folder / name).touch()
    assert [path.name for path in question.wrong_answers()] == ["a.py", "c.py"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"minutes": [10, 5]}, "minutes: the shortest time, 10, is above the longest"),
        ({"topics": ["numbers", "numbers"]}, "topics: 'numbers' stands there twice"),
        ({"prerequisites": ["a", "a"]}, "prerequisites: 'a' stands there twice"),
        ({"levels": []}, "levels: there are none, but question.md is here"),
        (
            {"measures": []},
            "levels: levels and measures have 80 points together, not 100",
        ),
        (
            {"levels": [LEVELS["levels"][1], LEVELS["levels"][0]]},
            "levels: the numbers are [2, 1], not 1 to 2 in order",
        ),
        (
            {"levels": [LEVELS["levels"][0], LEVELS["levels"][0] | {"points": 30}]},
            "levels: the numbers are [1, 1], not 1 to 2 in order",
        ),
        (
            {"levels": [{"number": 0, "title": "a", "points": 80}]},
            "levels[0].number: expected int >= 1, got int 0",
        ),
        (
            {"levels": [level | {"title": "Same"} for level in LEVELS["levels"]]},
            "levels: two have the title 'Same'",
        ),
        (
            {
                "measures": [
                    MEASURE
                    | {"points": 10, "bars": [bar | {"points": 5} for bar in BARS]}
                ]
                * 2
            },
            "measures: 'cost' stands there twice",
        ),
        (
            {"measures": [MEASURE | {"sizes": [10, 10]}]},
            "measures[0].sizes: [10, 10] do not ascend",
        ),
        (
            {"measures": [MEASURE | {"sizes": []}]},
            "measures[0].sizes: expected array of length >= 1, got array of 0",
        ),
        (
            {"not_allowed": [{"name": "re", "because": "a"}] * 2},
            "not_allowed: 're' stands there twice",
        ),
        (
            {"not_allowed": [{"name": "re; os", "because": "a"}]},
            'not_allowed[0].name: is not written right, got str "re; os"',
        ),
        ({"system": "Sys"}, 'system: is not written right, got str "Sys"'),
        ({"title": ""}, 'title: expected str of length >= 1, got str ""'),
        ({"title": "a\nb"}, 'title: is not written right, got str "a\\nb"'),
        ({"difficulty": "easy"}, 'difficulty: is no known value, got str "easy"'),
        ({"minutes": 5}, "minutes: expected array, got int 5"),
        ({"minutes": [0, 5]}, "minutes[0]: expected int >= 1, got int 0"),
        ({"level": []}, "level: is no key here"),
    ],
)
def test_a_broken_rule_is_told(
    track: Track, changes: dict[str, Any], problem: str
) -> None:
    """Each rule of question.toml that is broken is an error with its key."""
    found = refused(track, FACTS | LEVELS | changes)
    assert any(line.startswith(problem) for line in found), found


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"growth": "fast"}, 'growth: is no known value, got str "fast"'),
        ({"growth": None}, "growth: is missing"),
        ({"bars": None}, "bars: is missing"),
        ({"bars": []}, "bars: expected array of length >= 1, got array of 0"),
        ({"bars": BARS[:1]}, "bars: they have 5 points together, the measure 20"),
        ({"points": 19}, "bars: they have 20 points together, the measure 19"),
        (
            {"bars": [BARS[0], BARS[1] | {"rung": "3_fast"}]},
            "bars: there is no rung '3_fast'",
        ),
        (
            {"bars": [BARS[0], BARS[1] | {"rung": "1_plain"}]},
            "bars: the rungs ['1_plain', '1_plain'] do not ascend",
        ),
        (
            {"bars": BARS[::-1]},
            "bars: the rungs ['2_quick', '1_plain'] do not ascend",
        ),
        (
            {"bars": [BARS[0] | {"at_most": 1.05}, BARS[1]]},
            "bars[0].at_most: expected float >= 1.1, got float 1.05",
        ),
        (
            {"bars": [BARS[0], BARS[1] | {"at_most": 101}]},
            "bars[1].at_most: expected float <= 100.0, got int 101",
        ),
        (
            {"bars": [BARS[0] | {"points": 0}, BARS[1]]},
            "bars[0].points: expected int >= 1, got int 0",
        ),
        (
            {"bars": [BARS[0] | {"source": ""}, BARS[1]]},
            'bars[0].source: expected str of length >= 1, got str ""',
        ),
        (
            {"bars": [BARS[0] | {"below": 2}, BARS[1]]},
            "bars[0].below: is no key here",
        ),
        ({"floor": 0.0}, "floor: expected float > 0.0, got float 0.0"),
        ({"floor": 1.0}, "floor: expected float < 1.0, got float 1.0"),
    ],
)
def test_a_broken_rule_of_a_measure_is_told(
    track: Track, changes: dict[str, Any], problem: str
) -> None:
    """Growth, bars and floor: each rule that is broken is an error with its key."""
    measure = {
        key: value for key, value in (MEASURE | changes).items() if value is not None
    }
    found = refused(track, FACTS | LEVELS | {"measures": [measure]})
    assert any(line.startswith(f"measures[0].{problem}") for line in found), found


def test_a_bar_without_its_rung_has_a_next_step(track: Track) -> None:
    """The error names the rungs that are there, or where to write one."""
    bars = [BARS[0], BARS[1] | {"rung": "3_fast"}]
    facts = FACTS | LEVELS | {"measures": [MEASURE | {"bars": bars}]}
    folder = track.add("01_double", facts, is_here=True)
    with pytest.raises(InvalidContentError, match=r"Name one of 1_plain, 2_quick\."):
        read_question(folder, file="q.toml")
    for name in RUNGS:
        (folder / "interviewer" / "rungs" / f"{name}.py").unlink()
    with pytest.raises(InvalidContentError, match=r"one of the files in interviewer/"):
        read_question(folder, file="q.toml")


def test_bars_of_what_is_not_here_yet_name_no_file(track: Track) -> None:
    """Rungs are looked for once the statement is there."""
    measure = MEASURE | {"bars": [BARS[0] | {"rung": "9_last", "points": 20}]}
    facts = FACTS | LEVELS | {"measures": [measure]}
    folder = track.add("03_later", facts)
    question = read_question(folder, file="q.toml")
    assert [bar.rung for bar in question.measures[0].bars] == ["9_last"]


def test_a_floor_is_a_ratio(track: Track) -> None:
    """What is suspiciously fast is told as a part of the model answer's cost."""
    facts = FACTS | LEVELS | {"measures": [MEASURE | {"floor": 0.2}]}
    track.add("01_double", facts, is_here=True)
    assert track.catalog.question("01").measures[0].floor == 0.2


def test_all_broken_rules_are_told_at_once(track: Track) -> None:
    """One reading finds every rule that the file breaks."""
    changes = {"minutes": [10, 5], "topics": ["a", "a"], "measures": []}
    keys = [line.partition(":")[0] for line in refused(track, FACTS | LEVELS | changes)]
    assert keys == ["minutes", "topics", "levels"]


@pytest.mark.parametrize("key", list(FACTS))
def test_every_fact_of_a_question_is_needed(track: Track, key: str) -> None:
    """A question that is not here yet has all of these and needs nothing else."""
    facts = {name: value for name, value in FACTS.items() if name != key}
    assert refused(track, facts, is_here=False) == [f"{key}: is missing"]


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
slugs = st.from_regex(r"\A[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,5}){0,3}\Z")
point_lists = st.lists(st.integers(1, 30), min_size=2, max_size=6).filter(
    lambda points: sum(points) < 100
)


LADDER = tuple(f"{number}_idea" for number in range(1, 6))


@st.composite
def right_bars(draw: st.DrawFn, points: int) -> list[dict[str, Any]]:
    """Bars that earn so many points together, in the order of the ladder."""
    most = min(points, len(LADDER))
    rungs = draw(
        st.lists(st.sampled_from(LADDER), min_size=1, max_size=most, unique=True)
    )
    rest = points - len(rungs)
    earned = [1 + rest, *[1] * (len(rungs) - 1)]
    return [
        {
            "rung": rung,
            "at_most": draw(st.floats(1.1, 100)),
            "points": share,
            "source": draw(words),
        }
        for rung, share in zip(sorted(rungs), earned, strict=True)
    ]


@st.composite
def right_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of a question that is here and keeps every rule."""
    points = draw(point_lists)
    points.append(100 - sum(points))
    num_levels = draw(st.integers(1, len(points)))
    numbered = zip(itertools.count(1), points[:num_levels], strict=False)
    sizes = st.lists(st.integers(1, 10**9), min_size=1, max_size=4, unique=True)
    return {
        "title": draw(words),
        "difficulty": draw(st.sampled_from([choice.value for choice in Difficulty])),
        "category": draw(words),
        "limited_by": draw(words),
        "prerequisites": draw(st.lists(words, min_size=1, max_size=3, unique=True)),
        "minutes": sorted(
            draw(st.tuples(st.integers(1, 1_440), st.integers(1, 1_440)))
        ),
        "topics": draw(st.lists(slugs, min_size=1, max_size=3, unique=True)),
        "system": draw(slugs),
        "size_of": draw(slugs),
        "order_matters": draw(st.booleans()),
        "keeps_files": draw(st.booleans()),
        "levels": [
            {
                "number": number,
                "title": f"{number} {draw(words)}",
                "points": earned,
                "keeps_inputs": draw(st.booleans()),
                "cpu_limit_s": draw(st.floats(0.001, 600)),
                "memory_limit_mib": draw(st.integers(1, 1_000_000)),
            }
            for number, earned in numbered
        ],
        "measures": [
            {
                "name": f"m{index}_{draw(slugs)}",
                "title": draw(words),
                "points": earned,
                "growth": draw(st.sampled_from([growth.value for growth in Growth])),
                "sizes": sorted(draw(sizes)),
                "bars": draw(right_bars(earned)),
                "counts": draw(words),
                "sizes_of": draw(words),
                "floor": draw(
                    st.floats(0, 1, exclude_min=True, exclude_max=True, width=32)
                ),
            }
            for index, earned in enumerate(points[num_levels:])
        ],
        "not_allowed": [
            {"name": f"{module}.{draw(slugs)}", "because": draw(words)}
            for module in draw(st.lists(slugs, max_size=3, unique=True))
        ],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A question's folder that examples may write over."""
    folder = tmp_path_factory.mktemp("questions") / "07_any"
    folder.mkdir()
    (folder / "question.md").touch()
    write_rungs(folder, LADDER)
    return folder


@given(right_facts())
def test_right_facts_come_back_as_they_were_written(
    folder: Path, facts: dict[str, Any]
) -> None:
    """Reading loses nothing and adds nothing."""
    (folder / "question.toml").write_text(as_toml(facts), "utf-8")
    question = read_question(folder, file="q.toml")
    names = [name for name in question.__struct_fields__ if name != "folder"]
    came = {name: getattr(question, name) for name in names}
    # JSON knows one kind of list, as TOML does.
    assert json.loads(msgspec.json.encode(came)) == facts
    assert question.points == 100


@given(right_facts(), st.data())
def test_any_one_fault_is_found_at_its_key(
    folder: Path, facts: dict[str, Any], data: st.DataObject
) -> None:
    """Of right facts, one value of another type is refused under its own key."""
    key = data.draw(st.sampled_from(sorted(facts)))
    facts[key] = data.draw(st.sampled_from([3, -1.5, [[]], {"a": 1}]))
    (folder / "question.toml").write_text(as_toml(facts), "utf-8")
    with pytest.raises(CatalogError) as caught:
        read_question(folder, file="q.toml")
    problems = (caught.value, *caught.value.others)
    assert all(problem.key.startswith(key) for problem in problems)


def test_what_is_not_allowed_says_why(track: Track) -> None:
    """A learner who uses it reads the sentence of the file."""
    banned = {"name": "functools.lru_cache", "because": "It is the exercise."}
    track.add("01_double", FACTS | LEVELS | {"not_allowed": [banned]}, is_here=True)
    question: Question = track.catalog.question("double")
    assert question.not_allowed == (NotAllowed(**banned),)
