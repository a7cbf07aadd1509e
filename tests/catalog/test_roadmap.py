"""The roadmap's own rules, and what it says of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from perfkata.catalog import (
    CatalogError,
    Difficulty,
    DrillActivity,
    ExplainActivity,
    QuestionActivity,
    ReadActivity,
    ReviewActivity,
    Roadmap,
)
from perfkata.catalog.roadmap import read_roadmap
from tests.catalog.conftest import Track


def read(track: Track) -> Roadmap:
    """The roadmap of a track, read afresh."""
    track.write_roadmap()
    path = track.root / "roadmap.toml"
    return read_roadmap(path, root=track.root, file="roadmap.toml")


def test_a_roadmap_is_read_in_its_order(track: Track) -> None:
    """Tiers, topics, order and legend come as the file has them."""
    roadmap = read(track)
    assert [tier.title for tier in roadmap.tiers] == ["Counting", "Adding"]
    assert [step.question for step in roadmap.order] == ["02", "01"]
    assert [legend.id for legend in roadmap.difficulties] == list(Difficulty)
    assert roadmap.pace.minutes_per_day == (60, 90)
    assert roadmap.formats[0].questions == ("01", "02")


def test_topics_are_found_by_id_and_by_tier(track: Track) -> None:
    """A topic that is not there is None, a tier without topics is empty."""
    roadmap = read(track)
    topic = roadmap.topic("sums")
    assert topic is not None
    assert roadmap.topics_of(2) == (topic,)
    assert roadmap.topics_of(3) == ()
    assert roadmap.topic("sum") is None


def test_each_kind_of_activity_is_a_type(track: Track) -> None:
    """The kind in the file decides the type, and activities keep their order."""
    activities = read(track).activities()
    assert [type(activity) for activity in activities] == [
        ReadActivity,
        ReadActivity,
        DrillActivity,
        QuestionActivity,
        ReviewActivity,
        ExplainActivity,
    ]
    ids = [activity.id for activity in activities]
    assert ids == ["chapter", "book", "count", "double", "again", "aloud"]


def test_chapters_and_drills_say_whether_they_are_here(track: Track) -> None:
    """What is not written yet is no error, and is noticed once it is written."""
    track.roadmap["weeks"][0]["days"][1]["activities"][0]["drill"] = "count"
    roadmap = read(track)
    reading, drilling = roadmap.activities()[0], roadmap.activities()[2]
    assert isinstance(reading, ReadActivity) and isinstance(drilling, DrillActivity)
    assert reading.chapter is not None and drilling.drill is not None
    assert reading.chapter == roadmap.topics[0].chapter
    before = (reading.chapter.is_here, drilling.drill.is_here)
    folder = track.root / "study_materials" / "drills" / "01_count"
    folder.mkdir(parents=True)
    (folder / "question.md").touch()
    reading.chapter.path.touch()
    assert before == (False, False)
    assert (reading.chapter.is_here, drilling.drill.is_here) == (True, True)


Change = Callable[[dict[str, Any]], object]


def activity(roadmap: dict[str, Any], index: int) -> dict[str, Any]:
    """An activity of the first days."""
    found: dict[str, Any] = roadmap["weeks"][0]["days"][0]["activities"][index]
    return found


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda roadmap: roadmap["tiers"].reverse(),
            "roadmap.toml: tiers: the numbers are [2, 1], not 1 to 2 in order.",
        ),
        (
            lambda roadmap: roadmap["topics"].pop(),
            "roadmap.toml: tiers: no topic belongs to tier 2.",
        ),
        (
            lambda roadmap: roadmap["topics"][0].update(tier=3),
            "roadmap.toml: topics[0].tier: no tier has the number 3.",
        ),
        (
            lambda roadmap: roadmap["topics"][1].update(id="numbers"),
            "roadmap.toml: topics: 'numbers' stands there twice.",
        ),
        (
            lambda roadmap: roadmap["topics"][1].update(chapter="01_numbers"),
            "roadmap.toml: topics: two have the chapter '01_numbers'.",
        ),
        (
            lambda roadmap: roadmap["topics"][1].update(chapter="01_sums"),
            "roadmap.toml: topics: two chapters have the number 01.",
        ),
        (
            lambda roadmap: roadmap["topics"][1].update(chapter="sums"),
            'roadmap.toml: topics[1].chapter: is not written right, got str "sums".',
        ),
        (
            lambda roadmap: roadmap["topics"][1].update(study=[]),
            "roadmap.toml: topics[1].study: expected array of length >= 1",
        ),
        (
            lambda roadmap: roadmap["order"].append(roadmap["order"][0]),
            "roadmap.toml: order: '02' stands there twice.",
        ),
        (
            lambda roadmap: roadmap["order"][0].update(question="2"),
            'roadmap.toml: order[0].question: is not written right, got str "2".',
        ),
        (
            lambda roadmap: roadmap["pace"].update(minutes_per_day=[90, 60]),
            "roadmap.toml: pace.minutes_per_day: the shortest time, 90, is above",
        ),
        (
            lambda roadmap: roadmap["formats"][0].update(minutes=[9, 6]),
            "roadmap.toml: formats[0].minutes: the shortest time, 9, is above",
        ),
        (
            lambda roadmap: roadmap["formats"].append(roadmap["formats"][0]),
            "roadmap.toml: formats: 'live' stands there twice.",
        ),
        (
            lambda roadmap: roadmap["formats"][0].update(questions=["01", "01"]),
            "roadmap.toml: formats[0].questions: '01' stands there twice.",
        ),
        (
            lambda roadmap: roadmap["difficulties"].reverse(),
            "roadmap.toml: difficulties: the ids are very-hard, hard,",
        ),
        (
            lambda roadmap: roadmap["difficulties"].clear(),
            "roadmap.toml: difficulties: the ids are missing.",
        ),
        (
            lambda roadmap: roadmap["weeks"][0]["days"].reverse(),
            "roadmap.toml: weeks[0].days: the days [4, 1, 2] do not ascend.",
        ),
        (
            lambda roadmap: roadmap["weeks"][0]["days"][0].update(days=[8]),
            "roadmap.toml: weeks[0].days[0].days[0]: expected int <= 7, got int 8.",
        ),
        (
            lambda roadmap: activity(roadmap, 0).update(id="book"),
            "roadmap.toml: weeks: 'book' stands there twice.",
        ),
        (
            lambda roadmap: activity(roadmap, 0).update(kind="raed"),
            "roadmap.toml: weeks[0].days[0].activities[0].kind: expected one of read,",
        ),
        (
            lambda roadmap: activity(roadmap, 0).update(what="Read."),
            "roadmap.toml: weeks[0].days[0].activities[0].what: is no key here.",
        ),
        (
            lambda roadmap: activity(roadmap, 0).pop("chapter"),
            "roadmap.toml: weeks[0].days[0].activities[0]: names neither a chapter",
        ),
        (
            lambda roadmap: activity(roadmap, 0).update(resource="A book of numbers"),
            "roadmap.toml: weeks[0].days[0].activities[0]: names both a chapter",
        ),
        (
            lambda roadmap: activity(roadmap, 0).update(chapter="02_other"),
            "roadmap.toml: weeks[0].days[0].activities[0].chapter: no topic has",
        ),
        (
            lambda roadmap: activity(roadmap, 1).update(resource="No book"),
            "roadmap.toml: weeks[0].days[0].activities[1].resource: no topic has",
        ),
        (
            lambda roadmap: roadmap.pop("pace"),
            "roadmap.toml: pace: is missing.",
        ),
    ],
)
def test_a_broken_rule_is_told(track: Track, change: Change, problem: str) -> None:
    """Each rule of roadmap.toml that is broken is an error with its key."""
    change(track.roadmap)
    with pytest.raises(CatalogError) as caught:
        read(track)
    found = [str(error) for error in (caught.value, *caught.value.others)]
    assert any(line.startswith(problem) for line in found), found


def test_all_broken_rules_are_told_at_once(track: Track) -> None:
    """One reading finds every rule that the file breaks."""
    track.roadmap["tiers"].reverse()
    track.roadmap["pace"]["minutes_per_day"] = [90, 60]
    activity(track.roadmap, 1)["resource"] = "No book"
    with pytest.raises(CatalogError) as caught:
        read(track)
    keys = [error.key for error in (caught.value, *caught.value.others)]
    assert keys == [
        "tiers",
        "pace.minutes_per_day",
        "weeks[0].days[0].activities[1].resource",
    ]
