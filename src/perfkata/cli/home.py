"""The home screen: what this is, how far it goes, where you are, what comes next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from perfkata.cli.program import as_typed
from perfkata.cli.screen import say, say_code, say_columns, say_command

if TYPE_CHECKING:
    from pathlib import Path

    from perfkata.catalog import Question, Roadmap

__all__ = ["show_home"]


def show_home() -> None:
    """Print the home screen."""
    from perfkata import __version__
    from perfkata.catalog import open_catalog

    catalog = open_catalog()
    questions = {question.number: question for question in catalog.questions()}
    roadmap = catalog.roadmap
    say(("perfkata", "bold"), f" {__version__}")
    say(
        "Learn performance engineering by doing it: read a question, write an answer,"
        " and get an honest grade."
    )
    _show_roadmap(roadmap, list(questions.values()))
    started = _show_workspaces(list(questions.values()))
    _show_next(roadmap, questions, started)


def _show_roadmap(roadmap: Roadmap, questions: list[Question]) -> None:
    say()
    say(("Roadmap", "bold"))
    rows = []
    for tier in roadmap.tiers:
        topics = {topic.id for topic in roadmap.topics_of(tier.number)}
        belonging = [question for question in questions if topics & {*question.topics}]
        num_here = sum(question.is_here for question in belonging)
        rows.append(
            (
                f"tier {tier.number}",
                tier.title,
                (f"{num_here} of {len(belonging)} questions here", "dim"),
            )
        )
    say_columns(rows, flexible=1, indent=2)


def _show_workspaces(questions: list[Question]) -> list[str]:
    """Show what was begun, and return the numbers of the questions."""
    from perfkata.learner.workspace import (
        WorkspaceError,
        existing_workspaces,
        workspaces_root,
    )

    say()
    say(("Your workspaces", "bold"))
    try:
        root = workspaces_root(os.environ)
    except WorkspaceError as error:
        say(as_typed(str(error)), indent=2)
        return []
    titles = {question.name: question.title for question in questions}
    workspaces = existing_workspaces(root)
    if not workspaces:
        say(f"none yet; they will lie in {_short(root)}", indent=2)
    for workspace in workspaces:
        say_code(_short(workspace.folder), indent=2)
    return [
        workspace.folder.name[:2]
        for workspace in workspaces
        if workspace.folder.name in titles
    ]


def _show_next(
    roadmap: Roadmap, questions: dict[str, Question], started: list[str]
) -> None:
    say()
    say(("Go on", "bold"))
    if started:
        say("Grade what you have:", indent=2)
        say_command(f"perfkata grade {started[0]}")
    order = [step.question for step in roadmap.order if step.question in questions]
    fresh = [
        number
        for number in order
        if questions[number].is_here and number not in started
    ]
    if fresh:
        say(f"Begin with {questions[fresh[0]].title}:", indent=2)
        say_command(f"perfkata start {fresh[0]}")
    say("See what there is, and in which order to study it:", indent=2)
    say_command("perfkata list")
    say_command("perfkata roadmap")


def _short(path: Path) -> str:
    """Write the home folder as ``~``."""
    home = os.environ.get("HOME", "")
    text = str(path)
    if home and text.startswith(home.rstrip("/") + "/"):
        return "~" + text[len(home.rstrip("/")) :]
    return text
