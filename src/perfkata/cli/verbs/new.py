"""``perfkata new``: the folder of a question that is yet to be written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from perfkata.cli.screen import say, say_code, say_command
from perfkata.cli.verb import RefusedError, verb

if TYPE_CHECKING:
    from pathlib import Path

    from perfkata.catalog import Catalog

__all__ = ["command"]

_NUMBER = re.compile(r"[0-9]{2}")
_SLUG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_MAX_SLUG_CHARACTERS = 37


@verb("perfkata new 22 bloom_filter", name="new")
@click.argument("number", metavar="NN")
@click.argument("slug")
def command(number: str, slug: str) -> None:
    """Begin a question: write its folder, with all that is to be filled in.

    NN is its number, two digits; SLUG its name in small letters, digits and
    underscores. The files hold a small exercise that runs, to be replaced by yours.
    Then 'perfkata check NN' names everything that is missing, until nothing is.
    """
    from perfkata.catalog import open_catalog

    if not _NUMBER.fullmatch(number):
        raise RefusedError(f"NN is '{number}', which is not two digits.")
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG_CHARACTERS:
        raise RefusedError(
            f"SLUG is '{slug}', which is not small letters, digits and single "
            f"underscores, {_MAX_SLUG_CHARACTERS} characters at most."
        )
    catalog = open_catalog()
    _require_free(catalog, number, slug)
    folder = _write_folder(
        catalog.root / "questions", f"{number}_{slug}", _topics(catalog)
    )
    say("The question begins in")
    say_code(str(folder))
    say("as a small exercise that runs: put yours in its place. What is missing")
    say("is named by")
    say_command(f"perfkata check {number}")


def _require_free(catalog: Catalog, number: str, slug: str) -> None:
    for name in catalog.names():
        if number == name[:2] or slug == name[3:]:
            raise RefusedError(
                f"{name} is there already. Take another number and another slug."
            )


def _topics(catalog: Catalog) -> list[str]:
    """Return the roadmap's topics; none if it is broken, which `check` says."""
    from perfkata.catalog import CatalogError

    try:
        return [topic.id for topic in catalog.roadmap.topics]
    except CatalogError:
        return []


def _write_folder(questions: Path, name: str, topics: list[str]) -> Path:
    """Write the folder beside its place and move it there, whole or not at all."""
    from tempfile import TemporaryDirectory

    from perfkata.catalog import Difficulty
    from perfkata.cli.skeleton import skeleton

    title = name[3:].replace("_", " ").capitalize()
    difficulties = [difficulty.value for difficulty in Difficulty]
    files = skeleton(title, name[:2], difficulties, topics)
    try:
        with TemporaryDirectory(prefix=".new-", dir=questions) as parent:
            folder = questions / parent / name
            for file, text in files.items():
                path = folder / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return folder.rename(questions / name)
    except OSError as error:
        raise RefusedError(
            f"{questions / name} cannot be written: {error.strerror}. "
            "Questions are written in a copy of the repository; "
            "PERFKATA_CONTENT names the folder of another."
        ) from None
