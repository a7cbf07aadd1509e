"""``perfkata check``: whether the content keeps its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from perfkata.cli.progress import Progress
from perfkata.cli.screen import say
from perfkata.cli.verb import QUESTION, verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfkata.catalog import Catalog, CatalogError, Question
    from perfkata.judge.contract import Finding

__all__ = ["command"]

_SEEDS = 3


@verb(
    "perfkata check",
    "perfkata check 21",
    "perfkata check 21 --seeds 200",
    "perfkata check 21 --bars",
    name="check",
)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...", type=QUESTION)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=_SEEDS,
    metavar="N",
    show_default=True,
    help="Try reference and wrong answers on so many seeds.",
)
@click.option(
    "--bars",
    is_flag=True,
    help="Measure reference answers against bars instead; takes minutes.",
)
def command(questions: tuple[str, ...], seeds: int, bars: bool) -> int:
    """Check that questions keep their contract; all of them if none is named.

    Reference answers must pass, wrong answers must fail as they declare, and nothing
    may be missing. Every breach is named with what to do. Exit code 0 means that
    there is none, 1 that there is.

    With --bars, speed is what is checked, and nothing else: reference answers against
    the bars, slow answers and their causes. It needs the machine for itself.
    """
    from perfkata.catalog import open_catalog

    catalog = open_catalog()
    names = [_name(catalog, reference) for reference in questions]
    num_breaches = 0
    with Progress().running() as progress:
        found = (
            _slow_breaches(catalog, names, progress)
            if bars
            else _breaches(catalog, names, seeds, progress)
        )
        for breach in found:
            num_breaches += 1
            with progress.aside():
                say(breach, marker="- ")
    if num_breaches == 0:
        say(("The contract is kept.", "green"))
    return int(num_breaches > 0)


def _name(catalog: Catalog, reference: str) -> str:
    """Find a question's name, even if its question.toml is what has to be mended."""
    from perfkata.catalog import CatalogError, UnknownQuestionError

    try:
        return catalog.question(reference).name
    except UnknownQuestionError:
        raise
    except CatalogError:
        padded = reference.zfill(2)
        for name in catalog.names():
            if padded in (name, name[:2], name[3:]):
                return name
        raise


def _breaches(
    catalog: Catalog, names: list[str], seeds: int, progress: Progress
) -> Iterator[str]:
    progress.show("reading the content")
    problems = catalog.check()
    yield from (str(problem) for problem in problems if _concerns(problem, names))
    questions = []
    for name in names or catalog.names():
        question = _readable(catalog, name)
        if question is None:
            yield f"{name}: the rest is looked at once its question.toml can be read."
        elif question.is_here:
            questions.append(question)
    for finding in _findings(questions, seeds, progress):
        if not finding.is_good:
            yield str(finding)


def _slow_breaches(
    catalog: Catalog, names: list[str], progress: Progress
) -> Iterator[str]:
    """Measure, and say of everything that was measured how it stands."""
    from perfkata.judge.contract import check_bars

    for name in names or catalog.names():
        question = catalog.question(name)
        if not question.is_here or not question.measures:
            continue
        for finding in check_bars(question, progress.show):
            if finding.is_good:
                with progress.aside():
                    say(str(finding), marker="  ")
            else:
                yield str(finding)


def _concerns(problem: CatalogError, names: list[str]) -> bool:
    """Whether a problem is about one of these questions; all are if none is named."""
    if not names:
        return True
    return any(
        problem.file.startswith(f"questions/{name}/")
        or (problem.file == "roadmap.toml" and f"question {name[:2]} " in str(problem))
        for name in names
    )


def _readable(catalog: Catalog, name: str) -> Question | None:
    from perfkata.catalog import CatalogError

    try:
        return catalog.question(name)
    except CatalogError:
        # Why is said already, among the problems of the whole content.
        return None


def _findings(
    questions: list[Question], seeds: int, progress: Progress
) -> Iterator[Finding]:
    """Look at one question piece by piece, or at several side by side."""
    from perfkata.judge.contract import check_question, check_questions

    progress.show(f"checking {', '.join(question.slug for question in questions)}")
    if len(questions) == 1:
        yield from check_question(questions[0], seeds=seeds)
    elif questions:
        for _, findings in check_questions(questions, seeds=seeds):
            yield from findings
