"""Study materials by name: chapters and drills, written already or not here yet.

The names are promises of the roadmap. Neither file is opened here; whether it is here
is looked up each time, so that a chapter counts from the moment it is written.
"""

from __future__ import annotations

from pathlib import Path

from perfkata.catalog.content import has_file

__all__ = ["Chapter", "Drill"]

_MATERIALS_FOLDER = "study_materials"
_DRILLS_FOLDER = "drills"


class _Material:
    """Something below the study materials, equal to another of the same name."""

    __slots__ = ("_name", "_root")

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._name = name

    @property
    def name(self) -> str:
        """What the roadmap calls it."""
        return self._name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return (self._name, self._root) == (other._name, other._root)

    def __hash__(self) -> int:
        return hash((self._name, self._root))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"


class Chapter(_Material):
    """A chapter; its name is its file's without the ending, as ``03_name``."""

    __slots__ = ()

    @property
    def path(self) -> Path:
        """Where its Markdown is, or will be."""
        return self._root / _MATERIALS_FOLDER / f"{self._name}.md"

    @property
    def is_here(self) -> bool:
        """Whether it is written."""
        return has_file(self.path)


class Drill(_Material):
    """A small exercise; its name is its folder's without the chapter's number."""

    __slots__ = ()

    @property
    def folder(self) -> Path | None:
        """Its folder, or None if it is not here yet."""
        drills = self._root / _MATERIALS_FOLDER / _DRILLS_FOLDER
        found = sorted(drills.glob(f"[0-9][0-9]_{self._name}/question.md"))
        return found[0].parent if found else None

    @property
    def is_here(self) -> bool:
        """Whether it can be worked on."""
        return self.folder is not None
