"""A submission: the bytes of one file that somebody wants graded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Submission", "SubmissionFileError"]

_MAX_BYTES = 2**20


class SubmissionFileError(Exception):
    """A path that is no submission: one line, with the path and what to do."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is graded.

    Attributes:
        file: The path as it was given.
        source: The file's bytes.
    """

    file: Path
    source: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hexadecimal."""
        return hashlib.sha256(self.source).hexdigest()

    @classmethod
    def read(cls, file: Path) -> Submission:
        """Read a file.

        Raises:
            SubmissionFileError: It is missing, no regular file, unreadable, or more
                than 1 MiB.
        """
        try:
            if file.is_dir():
                raise SubmissionFileError(
                    f"{file} is a directory. Name the file of the answer."
                )
            if not file.is_file():
                raise SubmissionFileError(
                    f"{file} does not exist. Name the file of the answer."
                    if not file.exists()
                    else f"{file} is no regular file. Name the file of the answer."
                )
            with file.open("rb") as opened:
                source = opened.read(_MAX_BYTES + 1)
        except OSError as error:
            is_closed = isinstance(error, PermissionError)
            advice = "Change its permissions" if is_closed else "Name another file"
            raise SubmissionFileError(
                f"{file} cannot be read: {error.strerror}. {advice}."
            ) from None
        if len(source) > _MAX_BYTES:
            raise SubmissionFileError(
                f"{file} is larger than {_MAX_BYTES:,} bytes, which no answer needs."
            )
        return cls(file, source)
