"""The home screen: what this is, how far it goes, where you are, what comes next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from perfkata.cli.program import as_typed
from perfkata.cli.screen import console, say, say_code, say_columns, say_command

if TYPE_CHECKING:
    from pathlib import Path

    from perfkata.catalog import Question, Roadmap
    from perfkata.learner.workspace import Workspace

__all__ = ["show_home"]

_NARROW = 60
# Where nothing else says where workspaces lie.
_ROOT_OF_THE_HOMELESS = "katas"


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
    noun = "" if console().width < _NARROW else "questions "
    rows = []
    for tier in roadmap.tiers:
        topics = {topic.id for topic in roadmap.topics_of(tier.number)}
        belonging = [question for question in questions if topics & {*question.topics}]
        num_here = sum(question.is_here for question in belonging)
        rows.append(
            (
                f"tier {tier.number}",
                tier.title,
                (f"{num_here} of {len(belonging)} {noun}here", "dim"),
            )
        )
    say_columns(rows, flexible=1, indent=2)
    say(("A question counts in every tier that it trains.", "dim"), indent=2)


def _show_workspaces(questions: list[Question]) -> list[Workspace] | None:
    """Show what was begun, and return it; None if there is no place for it."""
    from perfkata.learner.workspace import (
        WorkspaceError,
        existing_workspaces,
        workspaces_root,
    )

    say()
    say(("Your workspaces", "bold"))
    try:
        root = workspaces_root(os.environ)
        workspaces = existing_workspaces(root)
    except WorkspaceError as error:
        say(as_typed(str(error)), indent=2)
        return None
    names = {question.name for question in questions if question.is_here}
    if not workspaces:
        say(f"none yet; they will lie in {_short(root)}", indent=2)
    for workspace in workspaces:
        state = " (may not be entered)" if workspace.is_closed else ""
        say_code(f"{_short(workspace.folder)}{state}", indent=2)
    return [each for each in workspaces if each.folder.name in names]


def _show_next(
    roadmap: Roadmap, questions: dict[str, Question], workspaces: list[Workspace] | None
) -> None:
    say()
    say(("Go on", "bold"))
    begun = {each.folder.name[:2]: each for each in workspaces or ()}
    _show_begun(questions, begun)
    order = [step.question for step in roadmap.order if step.question in questions]
    fresh = [
        number for number in order if questions[number].is_here and number not in begun
    ]
    if fresh:
        say(f"Begin with {questions[fresh[0]].title}:", indent=2)
        place = f" --into {_ROOT_OF_THE_HOMELESS}" if workspaces is None else ""
        say_command(f"perfkata start {fresh[0]}{place}")
    say("See what there is, and in which order to study it:", indent=2)
    say_command("perfkata list")
    say_command("perfkata roadmap")


def _show_begun(questions: dict[str, Question], begun: dict[str, Workspace]) -> None:
    """Propose to grade what was written, and to write what was only started."""
    open_ones = {
        number: workspace.is_untouched(questions[number])
        for number, workspace in begun.items()
        if not workspace.is_closed
    }
    written = [number for number, is_untouched in open_ones.items() if not is_untouched]
    untouched = [number for number, is_untouched in open_ones.items() if is_untouched]
    if written:
        say("Grade what you have:", indent=2)
        say_command(f"perfkata grade {written[0]}")
    if untouched:
        folder = begun[untouched[0]].folder
        say("Read question.md, write solution.py, then try it:", indent=2)
        say_code(_short(folder / "question.md"))
        say_command(f"perfkata test {untouched[0]}")


def _short(path: Path) -> str:
    """Write the home folder as ``~``."""
    home = os.environ.get("HOME", "")
    text = str(path)
    if home and text.startswith(home.rstrip("/") + "/"):
        return "~" + text[len(home.rstrip("/")) :]
    return text
