"""The roadmap: tiers, topics, order, schedule, interview formats, legend.

It holds no question's facts: questions are named by number, and each says in its own
question.toml to which topics it belongs. Chapters and drills are named whether or not
they are written yet, and say so themselves.

Words: a *tier* is a stage of study; a *topic* belongs to one tier; an *activity* is
one thing to do on a day of the schedule, with an id that never changes, so that what
a person has ticked off stays ticked off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from perfkata.catalog.errors import InvalidContentError
from perfkata.catalog.fields import (
    ActivityId,
    ChapterName,
    Day,
    Positive,
    QuestionNumber,
    Slug,
    Span,
    Text,
    Tier,
    Url,
)
from perfkata.catalog.materials import Chapter, Drill
from perfkata.catalog.question import Difficulty
from perfkata.catalog.toml import read

__all__ = [
    "Activity",
    "Days",
    "DifficultyLegend",
    "DrillActivity",
    "ExplainActivity",
    "InterviewFormat",
    "OrderStep",
    "Pace",
    "QuestionActivity",
    "ReadActivity",
    "Resource",
    "ReviewActivity",
    "Roadmap",
    "TierSummary",
    "Topic",
    "Week",
    "read_roadmap",
]


# The descriptions are what an error gives as the next step.
_NamedChapter = Annotated[
    Chapter,
    Meta(description="Write the chapter's file name without '.md', as in '03_name'."),
]
_NamedDrill = Annotated[
    Drill, Meta(description="Write the drill's slug, its folder's name without number.")
]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all parts have in common: nothing unknown, nothing changed."""


class TierSummary(_Part, frozen=True):
    """A stage of study.

    Attributes:
        number: Its place, from 1.
        title: Its name.
        summary: What it is for and when to study it.
    """

    number: Tier
    title: Text
    summary: Text


class Resource(_Part, frozen=True):
    """Something to read or watch elsewhere.

    Attributes:
        title: Its name; activities refer to it by this.
        author: Who made it, where the title does not say.
        url: Where it is, if it has one good address.
        note: What to know before opening it.
    """

    title: Text
    author: Text | None = None
    url: Url | None = None
    note: Text | None = None


class Topic(_Part, frozen=True):
    """Something to study.

    Attributes:
        id: Its name for question.toml and for commands.
        tier: The number of its tier.
        title: Its name for people.
        why: What it is good for.
        study: What to learn, point by point.
        chapter: The chapter that teaches it.
        resources: What else there is on it.
    """

    id: Slug
    tier: Tier
    title: Text
    why: Text
    study: Annotated[
        tuple[Text, ...], Meta(min_length=1, description="Name at least one point.")
    ]
    chapter: _NamedChapter | None = None
    resources: tuple[Resource, ...] = ()


class OrderStep(_Part, frozen=True):
    """A question's place in the suggested order.

    Attributes:
        question: The question's number.
        why: Why it comes here.
    """

    question: QuestionNumber
    why: Text


class Pace(_Part, frozen=True):
    """How much time the schedule assumes.

    Attributes:
        minutes_per_day: The shortest and the longest day of study.
        advice: How to fit it to oneself.
    """

    minutes_per_day: Span
    advice: Text


class _Activity(_Part, frozen=True, tag_field="kind"):
    """What every activity has: an id that is unique and never changes."""

    id: ActivityId


class ReadActivity(_Activity, frozen=True, tag="read"):
    """Read a chapter, or a resource of a topic.

    Attributes:
        chapter: The chapter; either this or a resource is named.
        resource: The title of a topic's resource.
        part: Which part of it, if not all.
        goal: What to understand from it.
    """

    chapter: _NamedChapter | None = None
    resource: Text | None = None
    part: Text | None = None
    goal: Text | None = None


class DrillActivity(_Activity, frozen=True, tag="drill"):
    """Practise something small.

    Attributes:
        what: What to practise, an order.
        drill: The drill of the study materials that does it.
    """

    what: Text
    drill: _NamedDrill | None = None


class QuestionActivity(_Activity, frozen=True, tag="question"):
    """Attempt a question.

    Attributes:
        number: The question's number.
        levels: Only these levels; all if there are none.
        note: What to know before.
    """

    number: QuestionNumber
    levels: tuple[Positive, ...] = ()
    note: Text | None = None


class ReviewActivity(_Activity, frozen=True, tag="review"):
    """Go over something again.

    Attributes:
        what: What to go over, an order.
    """

    what: Text


class ExplainActivity(_Activity, frozen=True, tag="explain"):
    """Say something aloud, as to an interviewer.

    Attributes:
        what: What to explain, an order.
    """

    what: Text


Activity = (
    ReadActivity | DrillActivity | QuestionActivity | ReviewActivity | ExplainActivity
)


class Days(_Part, frozen=True):
    """Days of a week that belong together.

    Attributes:
        days: Which days, from 1 to 7.
        topic: What they are about.
        activities: What to do on them.
    """

    days: Annotated[
        tuple[Day, ...], Meta(min_length=1, description="Write at least one day.")
    ]
    topic: Text
    activities: Annotated[
        tuple[Activity, ...],
        Meta(min_length=1, description="Write at least one activity."),
    ]


class Week(_Part, frozen=True):
    """A week of the schedule.

    Attributes:
        title: What it is about.
        days: Its days.
    """

    title: Text
    days: Annotated[
        tuple[Days, ...], Meta(min_length=1, description="Write at least one day.")
    ]


class InterviewFormat(_Part, frozen=True):
    """A kind of interview that the questions prepare for.

    Attributes:
        id: Its name for commands.
        title: Its name for people.
        minutes: The shortest and the longest time that it takes.
        summary: What it looks for.
        how_it_runs: What happens, step by step.
        questions: Numbers of the questions that suit it.
    """

    id: Slug
    title: Text
    minutes: Span
    summary: Text
    how_it_runs: Annotated[
        tuple[Text, ...], Meta(min_length=1, description="Write at least one step.")
    ]
    questions: Annotated[
        tuple[QuestionNumber, ...],
        Meta(min_length=1, description="Name at least one question."),
    ]


class DifficultyLegend(_Part, frozen=True):
    """What a difficulty means.

    Attributes:
        id: The difficulty, as question.toml writes it.
        title: Its name for people.
        meaning: What a question of this difficulty takes.
    """

    id: Difficulty
    title: Text
    meaning: Text


class Roadmap(_Part, frozen=True):
    """What roadmap.toml holds.

    Attributes:
        summary: What the roadmap is, and where to begin.
        how_to_use: What to do with it, step by step.
        tiers: Stages of study, in order.
        topics: What to study, by tier.
        order: Every question once, the easiest first.
        pace: How much time the schedule assumes.
        weeks: The schedule.
        formats: Kinds of interview.
        difficulties: The legend of difficulties, the easiest first.
    """

    summary: Text
    how_to_use: Annotated[
        tuple[Text, ...], Meta(min_length=1, description="Write at least one step.")
    ]
    tiers: tuple[TierSummary, ...]
    topics: tuple[Topic, ...]
    order: tuple[OrderStep, ...]
    pace: Pace
    weeks: tuple[Week, ...]
    formats: tuple[InterviewFormat, ...]
    difficulties: tuple[DifficultyLegend, ...]

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def topics_of(self, tier_number: int) -> tuple[Topic, ...]:
        """The topics of a tier, in the order of study."""
        return tuple(topic for topic in self.topics if topic.tier == tier_number)

    def activities(self) -> tuple[Activity, ...]:
        """Every activity of the schedule, in its order."""
        return tuple(
            activity
            for week in self.weeks
            for days in week.days
            for activity in days.activities
        )


def read_roadmap(path: Path, *, root: Path, file: str) -> Roadmap:
    """The roadmap of a file.

    Args:
        path: The file.
        root: The content's root, where chapters and drills are looked for.
        file: How errors name the file.

    Raises:
        UnreadableFileError: It is missing, unreadable or not TOML.
        InvalidContentError: It breaks the schema or a rule; `others` has the rest.
    """

    def material(wanted: type, value: Any) -> Chapter | Drill:
        if wanted is Chapter:
            return Chapter(root, msgspec.convert(value, ChapterName))
        assert wanted is Drill, wanted
        return Drill(root, msgspec.convert(value, Slug))

    roadmap = read(path, Roadmap, file=file, hook=material)
    problems = [
        InvalidContentError(message, file=file, key=key, hint=hint)
        for key, message, hint in _broken_rules(roadmap)
    ]
    if problems:
        first, *rest = problems
        first.others = tuple(rest)
        raise first
    return roadmap


# A key, what is wrong there, and what to do.
_Breach = tuple[str, str, str]


def _broken_rules(roadmap: Roadmap) -> Iterator[_Breach]:
    """Breaches of rules that a schema of types cannot say."""
    yield from _broken_rules_of_names(roadmap)
    yield from _broken_rules_of_topics(roadmap)
    yield from _broken_rules_of_schedule(roadmap)


def _broken_rules_of_names(roadmap: Roadmap) -> Iterator[_Breach]:
    numbers = [tier.number for tier in roadmap.tiers]
    if numbers != list(range(1, len(numbers) + 1)):
        yield (
            "tiers",
            f"the numbers are {numbers}, not 1 to {len(numbers)} in order",
            "Number them from 1, in the order of study.",
        )
    found = [legend.id for legend in roadmap.difficulties]
    if found != list(Difficulty):
        yield (
            "difficulties",
            f"the ids are {', '.join(_difficulties(found)) or 'missing'}",
            f"Write each once, in this order: {', '.join(_difficulties(Difficulty))}.",
        )
    for key, names in (
        ("topics", [topic.id for topic in roadmap.topics]),
        ("formats", [form.id for form in roadmap.formats]),
        ("order", [step.question for step in roadmap.order]),
        ("weeks", [activity.id for activity in roadmap.activities()]),
    ):
        for name in _repeated(names):
            yield key, f"{name!r} stands there twice", "Remove or rename one."
    spans = [("pace.minutes_per_day", roadmap.pace.minutes_per_day)]
    for index, form in enumerate(roadmap.formats):
        spans.append((f"formats[{index}].minutes", form.minutes))
        for number in _repeated(form.questions):
            yield (
                f"formats[{index}].questions",
                f"{number!r} stands there twice",
                "Remove one.",
            )
    for key, (shortest, longest) in spans:
        if shortest > longest:
            yield (
                key,
                f"the shortest time, {shortest}, is above the longest, {longest}",
                "Write [shortest, longest].",
            )


def _difficulties(difficulties: Iterable[Difficulty]) -> list[str]:
    return [difficulty.value for difficulty in difficulties]


def _broken_rules_of_topics(roadmap: Roadmap) -> Iterator[_Breach]:
    tiers = {tier.number for tier in roadmap.tiers}
    for index, topic in enumerate(roadmap.topics):
        if topic.tier not in tiers:
            yield (
                f"topics[{index}].tier",
                f"no tier has the number {topic.tier}",
                "Add it to [[tiers]], or take one of those.",
            )
    for tier in tiers - {topic.tier for topic in roadmap.topics}:
        yield "tiers", f"no topic belongs to tier {tier}", "Add one, or remove it."
    chapters = [topic.chapter.name for topic in roadmap.topics if topic.chapter]
    for name in _repeated(chapters):
        yield "topics", f"two have the chapter {name!r}", "Give each its own."
    for number in _repeated({name: name[:2] for name in chapters}.values()):
        yield "topics", f"two chapters have the number {number}", "Renumber one."


def _broken_rules_of_schedule(roadmap: Roadmap) -> Iterator[_Breach]:
    for week_index, week in enumerate(roadmap.weeks):
        key = f"weeks[{week_index}].days"
        days = [day for group in week.days for day in group.days]
        if days != sorted(set(days)):
            yield (
                key,
                f"the days {days} do not ascend",
                "Write each day once, in order.",
            )
        for days_index, group in enumerate(week.days):
            for index, activity in enumerate(group.activities):
                where = f"{key}[{days_index}].activities[{index}]"
                if isinstance(activity, ReadActivity):
                    yield from _broken_rules_of_reading(activity, roadmap, where)


def _broken_rules_of_reading(
    activity: ReadActivity, roadmap: Roadmap, where: str
) -> Iterator[_Breach]:
    chapters = {topic.chapter for topic in roadmap.topics}
    resources = {res.title for topic in roadmap.topics for res in topic.resources}
    if activity.chapter is None and activity.resource is None:
        yield where, "names neither a chapter nor a resource", "Name one of them."
    if activity.chapter is not None and activity.resource is not None:
        yield where, "names both a chapter and a resource", "Take one out."
    if activity.chapter is not None and activity.chapter not in chapters:
        yield (
            f"{where}.chapter",
            f"no topic has the chapter {activity.chapter.name!r}",
            "Take the chapter of a topic.",
        )
    if activity.resource is not None and activity.resource not in resources:
        yield (
            f"{where}.resource",
            f"no topic has a resource {activity.resource!r}",
            "Write the title as it stands in [[topics.resources]].",
        )


def _repeated(names: Iterable[Hashable]) -> list[Hashable]:
    return [name for name, count in Counter(names).items() if count > 1]
