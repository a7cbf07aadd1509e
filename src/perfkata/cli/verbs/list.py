"""``perfkata list``: the questions as a table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from perfkata.cli.screen import Part, console, say, say_columns, say_command
from perfkata.cli.verb import RefusedError, verb

if TYPE_CHECKING:
    from perfkata.catalog import Catalog, Question

__all__ = ["command"]

_NARROW = 60


@verb(
    "perfkata list",
    "perfkata list --here",
    "perfkata list --difficulty medium --tier 1",
    name="list",
)
@click.option("--tier", type=int, metavar="N", help="Only with a topic of this tier.")
@click.option("--topic", metavar="ID", help="Only those that exercise this topic.")
@click.option(
    "--difficulty",
    metavar="NAME",
    # Laid out by hand, since click would break the names at their hyphens.
    help="\b\nOnly those that are\neasy-medium,\nmedium,\nmedium-hard, hard\n"
    "or very-hard.",
)
@click.option("--category", metavar="TEXT", help="Only where the category has it.")
@click.option("--here", "only_here", is_flag=True, help="Only those that are here.")
def command(
    tier: int | None,
    topic: str | None,
    difficulty: str | None,
    category: str | None,
    only_here: bool,
) -> None:
    """List the questions: number, title, difficulty, time, and whether it is here."""
    from perfkata.catalog import open_catalog

    catalog = open_catalog()
    questions = list(catalog.questions())
    if tier is not None:
        topics = _topics_of_tier(catalog, tier)
        questions = [question for question in questions if topics & {*question.topics}]
    if topic is not None:
        known = [each.id for each in catalog.roadmap.topics]
        _require("--topic", topic, known)
        questions = [question for question in questions if topic in question.topics]
    if difficulty is not None:
        from perfkata.catalog import Difficulty

        known = [each.value for each in Difficulty]
        _require("--difficulty", difficulty.casefold(), known)
        wanted = Difficulty(difficulty.casefold())
        questions = [each for each in questions if each.difficulty is wanted]
    if category is not None:
        part = category.casefold()
        questions = [each for each in questions if part in each.category.casefold()]
    if only_here:
        questions = [question for question in questions if question.is_here]
    _show(questions)


def _topics_of_tier(catalog: Catalog, number: int) -> set[str]:
    known = [tier.number for tier in catalog.roadmap.tiers]
    if number not in known:
        raise RefusedError(
            f"there is no tier {number}; there are {known[0]} to {known[-1]}."
        )
    return {topic.id for topic in catalog.roadmap.topics_of(number)}


def _require(option: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise RefusedError(
            f"{option} is '{value}', which is not one of {', '.join(known)}."
        )


def _show(questions: list[Question]) -> None:
    if not questions:
        say("No question passes these filters. To see them all:")
        say_command("perfkata list")
        return
    started = _started()
    is_narrow = console().width < _NARROW
    rows: list[list[Part]] = []
    for question in questions:
        shortest, longest = question.minutes
        facts: list[Part] = [
            question.difficulty.value,
            f"{shortest}-{longest} min",
        ]
        rows.append(
            [
                (question.number, "bold"),
                question.title,
                *([] if is_narrow else facts),
                _state(question, started),
            ]
        )
    say_columns(rows, flexible=1)


def _state(question: Question, started: set[str]) -> Part:
    if question.name in started:
        return "started", "cyan"
    return ("here", "green") if question.is_here else ("not here yet", "dim")


def _started() -> set[str]:
    from perfkata.learner.workspace import (
        WorkspaceError,
        existing_workspaces,
        workspaces_root,
    )

    try:
        workspaces = existing_workspaces(workspaces_root(os.environ))
    except WorkspaceError:
        return set()
    return {workspace.folder.name for workspace in workspaces}
