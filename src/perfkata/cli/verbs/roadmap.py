"""``perfkata roadmap``: what to study, why, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from perfkata.cli.screen import say, say_columns
from perfkata.cli.verb import RefusedError, verb

if TYPE_CHECKING:
    from perfkata.catalog import (
        Activity,
        Catalog,
        InterviewFormat,
        Question,
        Resource,
        Topic,
    )

__all__ = ["SECTIONS", "command"]


@verb(
    "perfkata roadmap",
    "perfkata roadmap order",
    "perfkata roadmap tiers schedule",
    "perfkata roadmap python_concurrency",
    name="roadmap",
)
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
def command(sections: tuple[str, ...]) -> None:
    """Show the roadmap, or some sections of it.

    A section is one of use, tiers, topics, order, schedule, formats, difficulties, or
    the id of one topic, as 'tiers' names them.
    """
    from perfkata.catalog import open_catalog

    catalog = open_catalog()
    summary = catalog.roadmap.summary
    names = dict.fromkeys(sections or SECTIONS)
    chosen = [_section(catalog, name) for name in names]
    if not sections:
        say(("Roadmap", "bold"))
        say(summary)
        say()
    for position, show in enumerate(chosen):
        if position:
            say()
        show()


def _section(catalog: Catalog, name: str) -> Callable[[], None]:
    if name in SECTIONS:
        return lambda: SECTIONS[name](catalog)
    topic = catalog.roadmap.topic(name)
    if topic is not None:
        return lambda: _show_topic(catalog, topic)
    from difflib import get_close_matches

    known = [*SECTIONS, *(each.id for each in catalog.roadmap.topics)]
    nearest = get_close_matches(name, known, n=1)
    hint = (
        f"Did you mean '{nearest[0]}'?" if nearest else f"There are {', '.join(known)}."
    )
    raise RefusedError(f"the roadmap has no section '{name}'. {hint}")


def _show_use(catalog: Catalog) -> None:
    say(("How to use it", "bold"))
    for number, step in enumerate(catalog.roadmap.how_to_use, 1):
        say(step, indent=2, marker=f"{number}. ")


def _show_tiers(catalog: Catalog) -> None:
    roadmap = catalog.roadmap
    say(("Tiers", "bold"))
    for tier in roadmap.tiers:
        say((f"{tier.number} {tier.title}", "bold"), indent=2)
        say(tier.summary, indent=4)
        say_columns(
            [
                ((topic.id, "cyan"), topic.title)
                for topic in roadmap.topics_of(tier.number)
            ],
            flexible=1,
            indent=4,
        )


def _show_topics(catalog: Catalog) -> None:
    say(("Topics", "bold"))
    for position, topic in enumerate(catalog.roadmap.topics):
        if position:
            say()
        _show_topic(catalog, topic)


def _show_topic(catalog: Catalog, topic: Topic) -> None:
    say((topic.title, "bold"), (f"  tier {topic.tier}, {topic.id}", "dim"), indent=2)
    say(topic.why, indent=4)
    say("Study:", indent=4)
    for point in topic.study:
        say(point, indent=6, marker="- ")
    if topic.chapter is not None:
        state = "" if topic.chapter.is_here else " (not here yet)"
        say(f"Chapter: {topic.chapter.name}{state}", indent=4)
    if topic.resources:
        say("Elsewhere:", indent=4)
    for resource in topic.resources:
        say(_described(resource), indent=6, marker="- ")
    relevant = [
        _named(question)
        for question in catalog.questions()
        if topic.id in question.topics
    ]
    say(f"Questions: {', '.join(relevant)}", indent=4)


def _described(resource: Resource) -> str:
    author = f" by {resource.author}" if resource.author else ""
    url = f" {resource.url}" if resource.url else ""
    note = f" ({resource.note})" if resource.note else ""
    return f"{resource.title}{author}{note}{url}"


def _named(question: Question) -> str:
    return f"{question.number} {question.title}"


def _show_order(catalog: Catalog) -> None:
    say(("Order", "bold"))
    for position, step in enumerate(catalog.roadmap.order, 1):
        question = catalog.question(step.question)
        state = "" if question.is_here else " (not here yet)"
        say(
            (_named(question), "bold"),
            (state, "dim"),
            indent=2,
            marker=f"{position:2}. ",
        )
        say(step.why, indent=6)


def _show_schedule(catalog: Catalog) -> None:
    roadmap = catalog.roadmap
    shortest, longest = roadmap.pace.minutes_per_day
    say(("Schedule", "bold"))
    say(f"{shortest} to {longest} minutes a day. {roadmap.pace.advice}", indent=2)
    for number, week in enumerate(roadmap.weeks, 1):
        say((f"Week {number}: {week.title}", "bold"), indent=2)
        for group in week.days:
            days = ", ".join(str(day) for day in group.days)
            label = "Day" if len(group.days) == 1 else "Days"
            say(f"{label} {days}: {group.topic}", indent=4)
            for activity in group.activities:
                say(_spoken(catalog, activity), indent=6, marker="- ")


def _spoken(catalog: Catalog, activity: Activity) -> str:
    """Say an activity as an order."""
    from perfkata.catalog import (
        DrillActivity,
        ExplainActivity,
        QuestionActivity,
        ReadActivity,
    )

    if isinstance(activity, ReadActivity):
        name = activity.chapter.name if activity.chapter else activity.resource
        part = f", {activity.part}" if activity.part else ""
        goal = f": {activity.goal}" if activity.goal else ""
        return f"Read {name}{part}{goal}"
    if isinstance(activity, QuestionActivity):
        question = catalog.question(activity.number)
        levels = ", ".join(str(level) for level in activity.levels)
        noun = "level" if len(activity.levels) == 1 else "levels"
        part = f", {noun} {levels}" if levels else ""
        note = f": {activity.note}" if activity.note else ""
        return f"Question {_named(question)}{part}{note}"
    if isinstance(activity, ExplainActivity):
        return f"Explain: {activity.what}"
    if isinstance(activity, DrillActivity):
        return f"Drill: {activity.what}"
    return f"Review: {activity.what}"


def _show_formats(catalog: Catalog) -> None:
    say(("Interview formats", "bold"))
    for form in catalog.roadmap.formats:
        _show_format(catalog, form)


def _show_format(catalog: Catalog, form: InterviewFormat) -> None:
    shortest, longest = form.minutes
    minutes = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
    say((form.title, "bold"), f", {minutes} minutes", indent=2)
    say(form.summary, indent=4)
    for step in form.how_it_runs:
        say(step, indent=4, marker="- ")
    suited = ", ".join(_named(catalog.question(number)) for number in form.questions)
    say(f"Questions: {suited}", indent=4)


def _show_difficulties(catalog: Catalog) -> None:
    say(("Difficulties", "bold"))
    say_columns(
        [(legend.title, legend.meaning) for legend in catalog.roadmap.difficulties],
        flexible=1,
        indent=2,
    )


SECTIONS: dict[str, Callable[[Catalog], None]] = {
    "use": _show_use,
    "tiers": _show_tiers,
    "topics": _show_topics,
    "order": _show_order,
    "schedule": _show_schedule,
    "formats": _show_formats,
    "difficulties": _show_difficulties,
}
