"""``perfkata count``: the instructions that an answer takes, as information."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfkata.cli.verb import (
    QUESTION,
    SEED,
    RefusedError,
    own_solution,
    print_json,
    require_known_layer,
    verb,
)

if TYPE_CHECKING:
    from perfkata.catalog import Measure, Question
    from perfkata.judge.valgrind import Valgrind

__all__ = ["command"]


@verb(
    "perfkata count 21",
    "perfkata count 21 --measure nested --size 10000",
    "perfkata count 21 mine.py yours.py",
    name="count",
)
@click.argument("question", type=QUESTION)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option(
    "--measure",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this measure; may be given several times.",
)
@click.option(
    "--size",
    type=click.IntRange(min=1),
    metavar="N",
    help="The size of the run [the smallest that is measured].",
)
@click.option(
    "--seed",
    type=SEED,
    default=0,
    metavar="N",
    help="Draw other inputs [0].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def command(
    question: str,
    files: tuple[Path, ...],
    names: tuple[str, ...],
    size: int | None,
    seed: int,
    as_json: bool,
) -> int:
    """Count the instructions that answers to a question take.

    Without a file: solution.py, found as for grade. Counts stand beside those of the
    reference answers. They are the same every time, which shows what a small change
    did, and they decide nothing. Needs valgrind. Exit code 0 means that every answer
    was right, 1 that one was not.
    """
    from perfkata.catalog import open_catalog
    from perfkata.cli.counts import show_counts
    from perfkata.cli.progress import Progress
    from perfkata.cli.verbs.start import require_here
    from perfkata.judge.instructions import Counting
    from perfkata.judge.submission import Submission

    require_known_layer()
    found = open_catalog().question(question)
    require_here(found)
    measures = _chosen_measures(found, names)
    sizes = {measure.name: _chosen_size(measure, size) for measure in measures}
    paths = files or (own_solution(found, "count"),)
    submissions = [Submission.read(path) for path in paths]
    valgrind = _required_valgrind()
    with Progress().running() as progress:
        report = Counting(
            question=found,
            submissions=submissions,
            valgrind=valgrind,
            sizes=sizes,
            seed=seed,
            on_progress=progress.show,
        ).run()
    if as_json:
        print_json(report)
    else:
        show_counts(found, report)
    return int(not report.is_complete)


def _chosen_measures(question: Question, names: tuple[str, ...]) -> list[Measure]:
    timed = [measure for measure in question.measures if measure.counts is None]
    known = [measure.name for measure in timed]
    if not known:
        what = (
            "counts what it measures already"
            if question.measures
            else "measures nothing"
        )
        raise RefusedError(f"question {question.number} {what}.")
    for name in names:
        if name not in known:
            raise RefusedError(
                f"question {question.number} has no measure '{name}'; "
                f"it has {', '.join(known)}."
            )
    return [each for each in timed if not names or each.name in names]


def _chosen_size(measure: Measure, size: int | None) -> int:
    *_, largest = measure.sizes
    if size is not None and size > largest:
        raise RefusedError(
            f"the measure {measure.name} has no size {size:,}; its largest is"
            f" {largest:,}, and under valgrind a run takes some 50 times as long."
        )
    return measure.sizes[0] if size is None else size


def _required_valgrind() -> Valgrind:
    from perfkata.judge.valgrind import Valgrind, ValgrindError

    try:
        return Valgrind.find()
    except ValgrindError as error:
        raise RefusedError(f"{error.message}; {error.hint}.") from None
