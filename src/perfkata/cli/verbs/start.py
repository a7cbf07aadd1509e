"""``perfkata start``: a workspace to answer a question in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfkata.cli.screen import say, say_code, say_columns, say_command
from perfkata.cli.verb import QUESTION, RefusedError, verb

if TYPE_CHECKING:
    from perfkata.catalog import Question

__all__ = ["command"]


@verb("perfkata start 21", "perfkata start 21 --into ~/katas", name="start")
@click.argument("question", type=QUESTION)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Make the workspace in this folder [PERFKATA_WORKSPACES, or ~/perfkata].",
)
def command(question: str, into: Path | None) -> None:
    """Make the workspace of a question, or bring it up to date.

    It holds the statement, the starter as solution.py, and examples to run. What you
    wrote is never overwritten; running it again is harmless.
    """
    from perfkata.catalog import open_catalog
    from perfkata.learner.workspace import hand_out, workspaces_root

    found = open_catalog().question(question)
    require_here(found)
    root = workspaces_root(os.environ, into)
    handed = hand_out(found, root)
    folder = root / found.name
    say((found.title, "bold"), " is in")
    say_code(str(folder))
    rows = [
        (
            file.path.name,
            file.state.value + (f" as {file.beside.name}" if file.beside else ""),
        )
        for file in handed
    ]
    say_columns(rows, flexible=1, indent=2)
    say()
    say("Read question.md, write solution.py, then")
    # Elsewhere than in the usual place, only the folder itself tells where it is.
    start = folder if into is not None else None
    if start is not None:
        say_code(f"cd {_quoted(folder)}", style="bold cyan")
    say_command(f"perfkata test {found.number}", start)
    say_command(f"perfkata grade {found.number}", start)


def require_here(question: Question) -> None:
    """Refuse a question whose facts are all that there is.

    Raises:
        RefusedError: It is not here yet.
    """
    if not question.is_here:
        raise RefusedError(
            f"question {question.number}, {question.title}, is not here yet. "
            "'perfkata list --here' shows those that are."
        )


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
