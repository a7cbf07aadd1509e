"""``perfkata show``: a question's facts and what it asks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from perfkata.cli.screen import console, say, say_code, say_columns, say_command
from perfkata.cli.verb import QUESTION, verb

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from perfkata.catalog import Question

__all__ = ["command"]

# Longer lines of prose are hard to follow.
_MAX_COLUMNS = 96


@verb("perfkata show 21", "perfkata show exclusive_time | less", name="show")
@click.argument("question", type=QUESTION)
def command(question: str) -> None:
    """Show a question: its facts, its levels, and what it asks.

    In a terminal the statement is typeset; into a pipe or a file it goes as the
    Markdown that it is.
    """
    from perfkata.catalog import open_catalog

    found = open_catalog().question(question)
    _show_facts(found)
    _show_levels(found)
    say()
    if not found.is_here:
        say("The question is not here yet. What is:")
        say_command("perfkata list --here")
        return
    _show_statement(found)
    say()
    if _is_started(found):
        say("Grade your answer:")
        say_command(f"perfkata grade {found.number}")
    else:
        say("Begin:")
        say_command(f"perfkata start {found.number}")


def _is_started(question: Question) -> bool:
    """Whether `perfkata grade` would find an answer."""
    from perfkata.learner.workspace import WorkspaceError, find_workspace

    try:
        find_workspace(question, os.environ)
    except WorkspaceError:
        return False
    return True


def _show_facts(question: Question) -> None:
    shortest, longest = question.minutes
    say((f"{question.number} {question.title}", "bold"))
    rows = [
        ("difficulty", question.difficulty.value),
        ("time", f"{shortest} to {longest} minutes"),
        ("category", question.category),
        ("limited by", question.limited_by),
        ("know before", "; ".join(question.prerequisites)),
        ("topics", ", ".join(question.topics)),
    ]
    say_columns([((name, "dim"), value) for name, value in rows], flexible=1, indent=2)


def _show_levels(question: Question) -> None:
    rows = [
        (f"level {level.number}", level.title, f"{level.points} points")
        for level in question.levels
    ]
    rows += [
        ("measure", f"{measure.title} ({measure.name})", f"{measure.points} points")
        for measure in question.measures
    ]
    if rows:
        say()
        say_columns(rows, flexible=1, indent=2)
    for banned in question.not_allowed:
        say(f"not allowed: {banned.name}. {banned.because}", indent=2)


def _show_statement(question: Question) -> None:
    from perfkata.catalog import UnreadableFileError

    try:
        text = question.statement.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            f"cannot be read ({error})",
            file=f"{question.name}/{question.statement.name}",
            hint=f"'perfkata check {question.number}' says more.",
        ) from None
    if console().is_terminal:
        _typeset(text)
    else:
        say_code(text, indent=0)


def _typeset(text: str) -> None:
    from rich.markdown import CodeBlock, Markdown
    from rich.padding import Padding
    from rich.syntax import Syntax
    from rich.theme import Theme

    class UnwrappedBlock(CodeBlock):
        """Code or a drawing: a line that is too long is cut, and shows it."""

        def __rich_console__(
            self, _console: Console, _options: ConsoleOptions
        ) -> RenderResult:
            syntax = Syntax("", self.lexer_name, theme=self.theme)
            code = syntax.highlight(str(self.text).rstrip())
            code.rstrip()
            code.no_wrap, code.overflow = True, "ellipsis"
            yield Padding(code, 1)

    class Statement(Markdown):
        elements = Markdown.elements | {
            "fence": UnwrappedBlock,
            "code_block": UnwrappedBlock,
        }

    # Rich paints code on black, which suits dark terminals alone.
    theme = Theme({"markdown.code": "cyan"})
    width = min(console().width, _MAX_COLUMNS)
    with console().use_theme(theme):
        console().print(Statement(text, code_theme="ansi_dark"), width=width)
