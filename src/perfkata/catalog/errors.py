"""What can be wrong with the content, each as one line that says what to do.

    CatalogError
    ├── ContentNotFoundError   no folder holds the content
    ├── UnreadableFileError    a file is missing, unreadable, not UTF-8 or not TOML
    ├── InvalidContentError    a key breaks the schema or a rule of the content
    └── UnknownQuestionError   a reference that names no question

An error names a file below the content's root, a key as TOML nests it with lists
counted from 0 (``levels[2].points``), what is wrong, and the next step.
"""

from __future__ import annotations

__all__ = [
    "CatalogError",
    "ContentNotFoundError",
    "InvalidContentError",
    "UnknownQuestionError",
    "UnreadableFileError",
    "printable",
]


class CatalogError(Exception):
    """Content that cannot be used as it is.

    Attributes:
        file: The file, below the content's root; empty if it is about no file.
        key: The key in the file, dotted; empty if it is about the whole file.
        message: What is wrong, without a full stop.
        hint: What to do about it, a sentence.
        others: Further problems of the same file, found at the same time.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        file: str = "",
        key: str = "",
        others: tuple[CatalogError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.file = file
        self.key = key
        self.message = message
        self.hint = hint
        self.others = others

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.file, self.key) if part)
        return printable(" ".join(f"{where}{self.message}. {self.hint}".split()))


class ContentNotFoundError(CatalogError):
    """No folder holds the roadmap and the questions."""


class UnreadableFileError(CatalogError):
    """A file that cannot be read as TOML at all."""


class InvalidContentError(CatalogError):
    """A file that reads as TOML and breaks the schema or a rule of the content."""


class UnknownQuestionError(CatalogError):
    """A reference that names no question.

    Attributes:
        nearest: The names of questions that look like it, the likest first.
    """

    def __init__(self, message: str, *, hint: str, nearest: tuple[str, ...]) -> None:
        super().__init__(message, hint=hint)
        self.nearest = nearest


def printable(text: str) -> str:
    r"""The text with an escape for each character that a terminal should not get.

    Example:
        >>> print(printable("café \x1b[31m"))
        café \x1b[31m
    """
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1]
        for character in text
    )
