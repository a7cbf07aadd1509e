"""Where the content lies: the folder that holds roadmap.toml and questions/.

Three places, in this order: the folder that the environment variable
``PERFKATA_CONTENT`` names; ``_content`` inside the installed package, which a wheel
brings along; the repository that this file belongs to. The current folder is never
searched, so that the same command means the same questions everywhere.
"""

from __future__ import annotations

import os
from pathlib import Path

from perfkata.catalog.errors import ContentNotFoundError

__all__ = [
    "CONTENT_VARIABLE",
    "QUESTIONS_FOLDER",
    "ROADMAP_FILE",
    "content_root",
    "has_file",
    "has_folder",
]

CONTENT_VARIABLE = "PERFKATA_CONTENT"
ROADMAP_FILE = "roadmap.toml"
QUESTIONS_FOLDER = "questions"
_PACKAGE_FOLDER = Path(__file__).resolve().parent.parent


def content_root() -> Path:
    """The folder that holds the content, as an absolute path.

    Raises:
        ContentNotFoundError: ``PERFKATA_CONTENT`` names a folder without content, or
            it is not set and neither the package nor a repository around it has any.
    """
    named = os.environ.get(CONTENT_VARIABLE)
    if named:
        return _named_root(Path(named).absolute(), named)
    packaged = _PACKAGE_FOLDER / "_content"
    if has_folder(packaged):
        return _packaged_root(packaged)
    repository = _PACKAGE_FOLDER.parent.parent
    if not _lacking(repository):
        return repository
    raise ContentNotFoundError(
        f"no questions in the package ({packaged}) and none in a repository around it",
        hint=f"Reinstall perfkata, or set {CONTENT_VARIABLE} to a folder with"
        f" {ROADMAP_FILE} and {QUESTIONS_FOLDER}/.",
    )


def _named_root(root: Path, named: str) -> Path:
    if lacking := _lacking(root):
        raise ContentNotFoundError(
            f"{CONTENT_VARIABLE} is {named!r}, where {lacking} is missing",
            hint=f"Set it to a folder with {ROADMAP_FILE} and {QUESTIONS_FOLDER}/,"
            " or unset it.",
        )
    return root


def _packaged_root(root: Path) -> Path:
    if lacking := _lacking(root):
        raise ContentNotFoundError(
            f"the installed content ({root}) is incomplete: {lacking} is missing",
            hint="Reinstall perfkata.",
        )
    return root


def _lacking(root: Path) -> str:
    """What keeps a folder from being the content's root; empty if nothing does."""
    if not has_folder(root):
        return "the folder itself"
    if not has_file(root / ROADMAP_FILE):
        return ROADMAP_FILE
    if not has_folder(root / QUESTIONS_FOLDER):
        return f"{QUESTIONS_FOLDER}/"
    return ""


def has_file(path: Path) -> bool:
    """Whether a regular file is there, as far as we may see.

    Unlike `Path.is_file`, a folder that must not be entered is no error.
    """
    try:
        return path.is_file()
    except OSError:
        return False


def has_folder(path: Path) -> bool:
    """Whether a folder is there, as far as we may see."""
    try:
        return path.is_dir()
    except OSError:
        return False
