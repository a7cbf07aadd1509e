"""A workspace: the folder in which a learner answers one question.

It lies in the *root* of the workspaces and has the question's name, such as
``~/perfkata/21_exclusive_time``. ``solution.py`` belongs to the learner from the moment
it exists: nothing here ever writes it again. The other files are *handed out*. A record
of what was handed out tells a file that the learner changed from one that the question
changed, so that a learner's own tests in ``examples.py`` stay.

Every file appears whole or not at all: it is written beside its place and moved there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from perfkata.catalog.errors import CatalogError

if TYPE_CHECKING:
    from perfkata.catalog import Question

__all__ = [
    "ROOT_VARIABLE",
    "HandedOut",
    "State",
    "Workspace",
    "WorkspaceError",
    "existing_workspaces",
    "find_workspace",
    "hand_out",
    "is_starter",
    "workspaces_root",
]

ROOT_VARIABLE = "PERFKATA_WORKSPACES"
_DEFAULT_NAME = "perfkata"
_SOLUTION = "solution.py"
_RECORD = ".perfkata.json"
_NAME = re.compile(r"[0-9]{2}_[a-z0-9_]{1,40}")
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


class WorkspaceError(Exception):
    """A workspace that is not there, or cannot be made or written."""


class State(Enum):
    """What became of one file."""

    MADE = "made"
    KEPT = "yours, kept"
    UNCHANGED = "up to date"
    REFRESHED = "refreshed"
    BESIDE = "yours, kept; the new one lies beside it"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One file of a workspace and what became of it.

    Attributes:
        path: The file that was made, kept or replaced.
        state: Which of these.
        beside: Where the question's version was put, if the learner's was kept.
    """

    path: Path
    state: State
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one question, whether or not it exists."""

    folder: Path

    @property
    def solution(self) -> Path:
        """The learner's answer."""
        return self.folder / _SOLUTION

    @property
    def has_solution(self) -> bool:
        """Whether there is an answer, be it the untouched starter."""
        try:
            return self.solution.is_file()
        except OSError:
            return False

    @property
    def is_closed(self) -> bool:
        """Whether the system hides what the folder holds."""
        try:
            self.solution.stat()
        except PermissionError:
            return True
        except OSError:
            return False
        return False

    def is_untouched(self, question: Question) -> bool:
        """Whether the answer is the starter as it was handed out."""
        try:
            return is_starter(question, _sha256(self.solution))
        except OSError:
            return False


def is_starter(question: Question, sha256: str) -> bool:
    """Whether bytes with this hash are the starter of a question."""
    try:
        return _sha256(question.starter) == sha256
    except OSError:
        return False


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def workspaces_root(environment: Mapping[str, str], into: Path | None = None) -> Path:
    """Return the folder that holds the workspaces, as an absolute path.

    Args:
        environment: ``PERFKATA_WORKSPACES`` and ``HOME`` are read from it.
        into: What the person asked for; it wins.

    Raises:
        WorkspaceError: Nothing names a folder.
    """
    named = str(into or "") or environment.get(ROOT_VARIABLE, "")
    home = environment.get("HOME", "")
    if not named:
        _require_home(home)
        return Path(home) / _DEFAULT_NAME
    if named == "~" or named.startswith("~/"):
        _require_home(home)
        named = home + named[1:]
    return Path(named).absolute()


def _require_home(home: str) -> None:
    if Path(home).is_absolute() and Path(home).is_dir():
        return
    found = f"HOME is {home!r}, which is no folder" if home else "HOME is not set"
    raise WorkspaceError(
        f"there is no place for workspaces: {found}. "
        f"Set {ROOT_VARIABLE} to a folder of yours, or use 'perfkata start --into DIR'."
    )


def find_workspace(
    question: Question, environment: Mapping[str, str], otherwise: str = ""
) -> Workspace:
    """Return where a question is answered: here if this is its workspace, else below.

    Args:
        question: The question.
        environment: Names the root, see `workspaces_root`.
        otherwise: What else than starting helps the person, after a full sentence.

    Raises:
        WorkspaceError: There is no answer in either place, or it may not be seen.
    """
    here = Workspace(_current_folder())
    if here.folder.name == question.name and here.has_solution:
        return here
    if here.folder.name == question.name and here.is_closed:
        raise _closed(here.folder)
    workspace = Workspace(workspaces_root(environment) / question.name)
    if workspace.is_closed:
        raise _closed(workspace.folder)
    if not workspace.has_solution:
        raise WorkspaceError(
            f"{workspace.solution} is not there. "
            f"'perfkata start {question.number}' makes it{otherwise}."
        )
    return workspace


def _closed(folder: Path) -> WorkspaceError:
    return WorkspaceError(
        f"{folder} may not be entered: Permission denied. "
        f"'chmod u+rwx' opens a folder of yours; look at those above it too."
    )


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise WorkspaceError(
            f"the current folder cannot be read: {error.strerror}. Change to another."
        ) from None


def existing_workspaces(root: Path) -> tuple[Workspace, ...]:
    """Return the workspaces below a root that hold an answer, by name.

    One that may not be entered is among them: somebody made it.

    Raises:
        WorkspaceError: The root may not be read.
    """
    try:
        folders = sorted(root.iterdir())
    except PermissionError:
        raise _closed(root) from None
    except OSError:
        return ()
    named = [Workspace(folder) for folder in folders if _NAME.fullmatch(folder.name)]
    return tuple(each for each in named if each.has_solution or each.is_closed)


def hand_out(question: Question, root: Path) -> tuple[HandedOut, ...]:
    """Make a question's workspace, or bring what was handed out up to date.

    Running it twice is harmless, and so is being killed in the middle of it.

    Raises:
        WorkspaceError: The folder or a file in it cannot be made.
    """
    workspace = Workspace(root / question.name)
    try:
        workspace.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused("make", workspace.folder, error) from None
    record = _read_record(workspace.folder)
    starter = _content_of(question.starter, question)
    sources = {
        "question.md": question.statement,
        "examples.py": question.examples,
        **({"given.py": question.given} if question.given else {}),
    }
    handed = [
        _refresh(workspace.folder / name, _content_of(source, question), record)
        for name, source in sources.items()
    ]
    # The answer comes last: where it exists, the rest of the workspace does.
    handed.append(_begin(workspace.solution, starter))
    _write_record(workspace.folder, record)
    return tuple(handed)


def _content_of(source: Path, question: Question) -> bytes:
    try:
        return source.read_bytes()
    except OSError as error:
        raise CatalogError(
            f"cannot be read ({error.strerror})",
            file=f"{question.name}/{source.name}",
            hint=f"'perfkata check {question.number}' lists what is missing.",
        ) from None


def _refresh(path: Path, content: bytes, record: dict[str, str]) -> HandedOut:
    """Bring one handed-out file up to date, and note in the record what was given."""
    digest = hashlib.sha256(content).hexdigest()
    given_before = record.get(path.name)
    record[path.name] = digest
    if not os.path.lexists(path):
        _replace(path, content)
        return HandedOut(path, State.MADE)
    found = _digest_of(path)
    if found == digest:
        return HandedOut(path, State.UNCHANGED)
    if found == given_before:
        _replace(path, content)
        return HandedOut(path, State.REFRESHED)
    if given_before == digest:
        return HandedOut(path, State.KEPT)
    beside = path.with_name(f"{path.stem}.new{path.suffix}")
    _replace(beside, content)
    return HandedOut(path, State.BESIDE, beside)


def _digest_of(path: Path) -> str:
    try:
        return _sha256(path)
    except OSError as error:
        raise _refused("read", path, error) from None


def _begin(path: Path, content: bytes) -> HandedOut:
    """Put the starter where no answer is; two runs at once cannot both do so."""
    if os.path.lexists(path):
        return HandedOut(path, State.KEPT)
    try:
        _write(path, content, _move_if_absent)
    except FileExistsError:
        return HandedOut(path, State.KEPT)
    return HandedOut(path, State.MADE)


def _replace(path: Path, content: bytes) -> None:
    _write(path, content, os.replace)


def _move_if_absent(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # No hard links on this file system: the test above is all that there is.
        temporary.rename(path)
    else:
        temporary.unlink()


def _write(path: Path, content: bytes, move: Callable[[Path, Path], None]) -> None:
    """Write a file beside its place, then move it there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            move(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise
    except OSError as error:
        raise _refused("write", path, error) from None


def _refused(action: str, path: Path, error: OSError) -> WorkspaceError:
    """Say why the system refused, and what the person can do about it."""
    advice = {
        errno.ENOSPC: "The disk is full: make room and run the same command again.",
        errno.EDQUOT: "Your quota is used up: make room and run the command again.",
        errno.EFBIG: "A limit on file sizes forbids it: raise it (ulimit -f).",
        errno.EROFS: "The file system is read-only: choose another with --into DIR.",
        errno.ENOTDIR: "A file lies where a folder belongs: move it away.",
        errno.EEXIST: "A file lies where a folder belongs: move it away.",
        errno.EISDIR: "A folder lies where a file belongs: move it away.",
    }.get(
        error.errno or 0,
        f"Choose another folder with --into DIR or {ROOT_VARIABLE}.",
    )
    return WorkspaceError(f"cannot {action} {path}: {error.strerror}. {advice}")


def _read_record(folder: Path) -> dict[str, str]:
    """Read what was handed out before; a record that is damaged counts as none."""
    try:
        record = json.loads((folder / _RECORD).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(record, dict):
        return {}
    return {name: str(digest) for name, digest in record.items()}


def _write_record(folder: Path, record: Mapping[str, str]) -> None:
    text = json.dumps(dict(sorted(record.items())), indent=2) + "\n"
    _replace(folder / _RECORD, text.encode())
