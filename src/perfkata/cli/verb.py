"""What every verb is made of: examples in its help, and an argument for a question."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from perfkata.cli.program import as_typed

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from perfkata.catalog import Question

__all__ = [
    "QUESTION",
    "SEED",
    "RefusedError",
    "Verb",
    "own_solution",
    "print_json",
    "require_known_layer",
    "verb",
]

# What `perfkata.judge.grade` takes; to import it would cost every verb its start.
SEED = click.IntRange(0, 2**48 - 1)

Callback = Callable[..., int | None]


class RefusedError(click.ClickException):
    """What was asked for cannot be done; the message says why and what can."""


class Verb(click.Command):
    """A command whose help ends in examples that work as typed."""

    def __init__(self, *args: Any, examples: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.examples = tuple(examples)

    def format_epilog(
        self, _context: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the examples, one a line and never wrapped."""
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"  {as_typed(example)}\n")


def verb(
    *examples: str, name: str, kind: type[Verb] = Verb
) -> Callable[[Callback], Verb]:
    """Make a function a verb; its docstring is the help.

    Args:
        examples: Whole command lines, as the help shows them.
        name: What the person types.
        kind: What reads the arguments.
    """

    def make(callback: Callback) -> Verb:
        return click.command(name, cls=kind, examples=examples)(callback)

    return make


def require_known_layer() -> None:
    """Refuse an environment that insists on a layer of isolation that is none.

    Raises:
        RefusedError: ``PERFKATA_ISOLATION`` names no layer.
    """
    from perfkata.judge.errors import SandboxError
    from perfkata.judge.sandbox import forced_layer

    try:
        forced_layer()
    except SandboxError as error:
        raise RefusedError(f"{error.message}; {error.hint}.") from None


def own_solution(question: Question, purpose: str) -> Path:
    """Return the answer that a verb is about where no file is named, spelled shortly.

    Args:
        question: What it answers.
        purpose: What the verb does with it.

    Raises:
        WorkspaceError: The question has no workspace.
    """
    from perfkata.learner.workspace import find_workspace

    workspace = find_workspace(
        question, os.environ, otherwise=f"; or name the file to {purpose}"
    )
    solution = workspace.solution
    try:
        relative = Path(os.path.relpath(solution))
    except OSError:
        return solution
    return min(relative, solution, key=lambda path: len(str(path)))


def print_json(report: object) -> None:
    """Print a report as JSON on standard output, and nothing else."""
    import msgspec

    data = msgspec.json.encode(report)
    sys.stdout.write(msgspec.json.format(data, indent=2).decode() + "\n")


class _QuestionName(click.ParamType[str]):
    """A question by number, name or slug; the catalog decides whether it exists."""

    name = "question"

    def shell_complete(
        self, _context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the numbers of the questions that begin so."""
        from click.shell_completion import CompletionItem

        from perfkata.catalog import CatalogError, open_catalog

        try:
            questions = open_catalog().questions()
        except CatalogError:
            return []
        return [
            CompletionItem(question.number, help=question.title)
            for question in questions
            if question.number.startswith(incomplete)
        ]


QUESTION = _QuestionName()
