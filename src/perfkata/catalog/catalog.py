"""The catalog: all content, read when it is asked for.

Opening a catalog reads nothing. A question costs its own question.toml and a look at
the names of the folders; what was read once is kept. `Catalog.check` reads everything
and names every problem, also those between files.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from perfkata.catalog.content import QUESTIONS_FOLDER, ROADMAP_FILE, content_root
from perfkata.catalog.errors import (
    CatalogError,
    ContentNotFoundError,
    InvalidContentError,
    UnknownQuestionError,
)
from perfkata.catalog.question import (
    FACTS_FILE,
    FOLDER_PATTERN,
    Question,
    read_question,
)
from perfkata.catalog.roadmap import QuestionActivity, Roadmap, read_roadmap

__all__ = ["Catalog", "open_catalog"]

_REFERENCE = re.compile(r"[a-z0-9_]{1,40}")
_MAX_SHOWN_CHARACTERS = 40
_HINT_TO_LIST = "'perfkata list' shows all."


def open_catalog() -> Catalog:
    """The catalog of the content that belongs to this perfkata.

    Raises:
        ContentNotFoundError: There is no content.
    """
    return Catalog(content_root())


class Catalog:
    """The content below one folder.

    Attributes:
        root: The folder that holds roadmap.toml and questions/.
    """

    __slots__ = ("_questions", "_roadmap", "root")

    def __init__(self, root: Path) -> None:
        self.root: Final = root
        self._questions: dict[str, Question] = {}
        self._roadmap: Roadmap | None = None

    def __repr__(self) -> str:
        return f"Catalog({str(self.root)!r})"

    @property
    def roadmap(self) -> Roadmap:
        """The roadmap.

        Raises:
            CatalogError: roadmap.toml is unreadable or breaks a rule of its own.
        """
        if self._roadmap is None:
            path = self.root / ROADMAP_FILE
            self._roadmap = read_roadmap(path, root=self.root, file=ROADMAP_FILE)
        return self._roadmap

    def names(self) -> tuple[str, ...]:
        """The names of all questions, by number; reads no file.

        Raises:
            ContentNotFoundError: There is no folder of questions.
        """
        return tuple(
            name
            for name, is_folder in self._entries().items()
            if is_folder and FOLDER_PATTERN.fullmatch(name)
        )

    def question(self, reference: str) -> Question:
        """The question that a reference names.

        Args:
            reference: Its number, its slug, or both as its folder has them.

        Raises:
            UnknownQuestionError: No question is named so; it lists the nearest.
            CatalogError: Its question.toml is unreadable or breaks a rule, or the
                reference fits two folders.
        """
        return self._read(self._name(reference))

    def questions(self) -> tuple[Question, ...]:
        """All questions, by number, those that are not here yet among them.

        Raises:
            CatalogError: A question.toml is unreadable or breaks a rule.
        """
        return tuple(self._read(name) for name in self.names())

    def check(self) -> list[CatalogError]:
        """Every problem of the content: in each file, and between them."""
        problems: list[CatalogError] = []
        try:
            names = self.names()
        except CatalogError as error:
            return [error]
        problems += self._broken_names()
        questions = []
        for name in names:
            try:
                questions.append(self._read(name))
            except CatalogError as error:
                problems += [error, *error.others]
        for question in questions:
            problems += _unfinished(question)
        try:
            roadmap = self.roadmap
        except CatalogError as error:
            return [*problems, error, *error.others]
        numbers = {name[:2] for name in names}
        problems += _broken_topics(questions, roadmap)
        problems += _broken_numbers(numbers, roadmap)
        problems += _broken_levels(questions, roadmap)
        problems += self._stray_chapters(roadmap)
        return problems

    def _read(self, name: str) -> Question:
        if name not in self._questions:
            self._questions[name] = read_question(
                self.root / QUESTIONS_FOLDER / name, file=_facts_file(name)
            )
        return self._questions[name]

    def _entries(self) -> dict[str, bool]:
        """What the folder of questions holds, by name, and whether it is a folder."""
        try:
            with os.scandir(self.root / QUESTIONS_FOLDER) as entries:
                found = {
                    entry.name: entry.is_dir()
                    for entry in entries
                    if not entry.name.startswith((".", "__"))
                }
        except OSError as error:
            raise ContentNotFoundError(
                f"cannot be listed ({error.strerror})",
                file=f"{QUESTIONS_FOLDER}/",
                hint=f"The content's root, {self.root}, must hold that folder.",
            ) from None
        return dict(sorted(found.items()))

    def _name(self, reference: str) -> str:
        names = self.names()
        found = []
        if _REFERENCE.fullmatch(reference):
            padded = reference.zfill(2) if reference.isdecimal() else reference
            found = [name for name in names if padded in (name, name[:2], name[3:])]
        if len(found) > 1:
            raise InvalidContentError(
                f"{reference!r} names {_listed(found)}",
                file=f"{QUESTIONS_FOLDER}/",
                hint="Rename one of these folders.",
            )
        if not found:
            raise _unknown(reference, names)
        return found[0]

    def _broken_names(self) -> Iterator[CatalogError]:
        def broken(file: str, message: str, hint: str) -> CatalogError:
            return InvalidContentError(message, file=file, hint=hint)

        for name, is_folder in self._entries().items():
            file = f"{QUESTIONS_FOLDER}/{name}"
            if not is_folder:
                yield broken(file, "is a file among the questions", "Move it away.")
            elif not FOLDER_PATTERN.fullmatch(name):
                yield broken(
                    file,
                    "is a folder without a question's name",
                    "Name it NN_slug: two digits, then small letters, digits and"
                    " underscores, 40 characters at most.",
                )
        names = self.names()
        for kind, parts in (
            ("number", [name[:2] for name in names]),
            ("slug", [name[3:] for name in names]),
        ):
            for part in (part for part, num in Counter(parts).items() if num > 1):
                twins = [name for name in names if part in (name[:2], name[3:])]
                yield broken(
                    f"{QUESTIONS_FOLDER}/",
                    f"{_listed(twins)} have the same {kind}",
                    "Rename one.",
                )

    def _stray_chapters(self, roadmap: Roadmap) -> Iterator[CatalogError]:
        named = {topic.chapter.path for topic in roadmap.topics if topic.chapter}
        for path in sorted((self.root / "study_materials").glob("[0-9][0-9]_*.md")):
            if path not in named:
                yield InvalidContentError(
                    "is a chapter that no topic names",
                    file=f"study_materials/{path.name}",
                    hint=f"Name it in {ROADMAP_FILE}, or remove it.",
                )


def _facts_file(name: str) -> str:
    return f"{QUESTIONS_FOLDER}/{name}/{FACTS_FILE}"


def _unknown(reference: str, names: tuple[str, ...]) -> UnknownQuestionError:
    # Only a mistake pays for this import.
    import difflib

    cut = reference[:_MAX_SHOWN_CHARACTERS]
    forms = {form: name for name in names for form in (name[:2], name[3:], name)}
    likely = difflib.get_close_matches(cut.lower(), forms, n=3, cutoff=0.6)
    nearest = tuple(dict.fromkeys(forms[form] for form in likely))
    shown = ascii(cut) + ("…" if len(reference) > len(cut) else "")
    hint = f"Did you mean {_listed(nearest, 'or')}? " if nearest else ""
    return UnknownQuestionError(
        f"no question is called {shown}", hint=hint + _HINT_TO_LIST, nearest=nearest
    )


def _unfinished(question: Question) -> Iterator[CatalogError]:
    if question.is_here:
        return
    for key in ("size_of", "keeps_files", "levels", "measures", "not_allowed"):
        if getattr(question, key):
            yield InvalidContentError(
                "is there, but question.md is not",
                file=_facts_file(question.name),
                key=key,
                hint="Write question.md, or leave the key out until then.",
            )


def _broken_topics(
    questions: list[Question], roadmap: Roadmap
) -> Iterator[CatalogError]:
    known = {topic.id for topic in roadmap.topics}
    for question in questions:
        for index, topic in enumerate(question.topics):
            if topic not in known:
                yield InvalidContentError(
                    f"{ROADMAP_FILE} has no topic {topic!r}",
                    file=_facts_file(question.name),
                    key=f"topics[{index}]",
                    hint=f"Take one of {', '.join(sorted(known))}.",
                )


def _broken_numbers(numbers: set[str], roadmap: Roadmap) -> Iterator[CatalogError]:
    """Questions that the roadmap names and are not there, and the other way round."""
    named = [
        (f"order[{index}].question", step.question)
        for index, step in enumerate(roadmap.order)
    ]
    for index, form in enumerate(roadmap.formats):
        named += [(f"formats[{index}].questions", number) for number in form.questions]
    named += [(f"{key}.number", attempt.number) for key, attempt in _attempts(roadmap)]
    for key, number in named:
        if number not in numbers:
            yield InvalidContentError(
                f"no question has the number {number}",
                file=ROADMAP_FILE,
                key=key,
                hint=f"Add its folder to {QUESTIONS_FOLDER}/, or take it out.",
            )
    for number in sorted(numbers - {step.question for step in roadmap.order}):
        yield InvalidContentError(
            f"question {number} has no place",
            file=ROADMAP_FILE,
            key="order",
            hint="Add it, with the reason for its place.",
        )


def _broken_levels(
    questions: list[Question], roadmap: Roadmap
) -> Iterator[CatalogError]:
    levels = {
        question.number: {level.number for level in question.levels}
        for question in questions
        if question.is_here
    }
    for key, attempt in _attempts(roadmap):
        known = levels.get(attempt.number, set(attempt.levels))
        for number in sorted(set(attempt.levels) - known):
            yield InvalidContentError(
                f"question {attempt.number} has no level {number}",
                file=ROADMAP_FILE,
                key=f"{key}.levels",
                hint="Take it out, or add the level.",
            )


def _attempts(roadmap: Roadmap) -> Iterator[tuple[str, QuestionActivity]]:
    """The questions of the schedule, each with its place in roadmap.toml."""
    for week_index, week in enumerate(roadmap.weeks):
        for days_index, days in enumerate(week.days):
            for index, activity in enumerate(days.activities):
                if isinstance(activity, QuestionActivity):
                    key = f"weeks[{week_index}].days[{days_index}].activities[{index}]"
                    yield key, activity


def _listed(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    *others, final = names
    return f"{', '.join(others)} {last} {final}" if others else final
