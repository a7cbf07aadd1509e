"""The scratch folder: files that a submission writes and finds again after a restart.

It lies on this side, where the files of a killed worker outlive it, and in memory where
that can be had, so that it is another file system than the one for temporary files. The
submission may leave anything in it: links, pipes, folders, files without end. What is
read here is a plain file of a bounded length, opened without following a link.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from perfkata.judge.folders import empty_folder, made_folder, remove_folder
from perfkata.judge.report import LevelVerdict
from perfkata.judge.stopped import StoppedError

__all__ = ["MAX_BYTES", "MAX_FILES", "Scratch"]

MAX_BYTES = 64 * 2**20
MAX_FILES = 1_000
_IN_MEMORY = Path("/dev/shm")


class Scratch:
    """One scratch folder; `path` is where it lies."""

    def __init__(self) -> None:
        self.path = made_folder(_parent())

    def close(self) -> None:
        """Remove it."""
        remove_folder(self.path)

    def clear(self) -> None:
        """Remove all that is in it."""
        empty_folder(self.path)

    def names(self) -> list[str]:
        """Return the names of all that is in it, sorted.

        Raises:
            StoppedError: The folder is gone, or closed to us.
        """
        try:
            with self._folder() as folder, os.scandir(folder) as entries:
                return sorted(entry.name for entry in entries)
        except OSError as error:
            raise _missing("its folder", error) from None

    def read(self, name: str) -> bytes:
        """Return what a file holds.

        Raises:
            StoppedError: It is no plain file, or too long.
        """
        handle = self._opened(name, os.O_RDONLY)
        with os.fdopen(handle, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise StoppedError(
                LevelVerdict.TOO_MUCH_OUTPUT, f"{name} holds more than {_MOST}"
            )
        return data

    def write(self, name: str, data: bytes) -> None:
        """Replace what a file holds, or make it; its owner stays the same.

        Raises:
            StoppedError: What is there is no plain file.
        """
        handle = self._opened(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with os.fdopen(handle, "wb") as file:
            owner = self.path.lstat()
            if os.geteuid() == 0:
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(data)

    def remove(self, name: str) -> None:
        """Remove a file.

        Raises:
            StoppedError: There is none.
        """
        name = _plain(name)
        try:
            with self._folder() as folder:
                os.unlink(name, dir_fd=folder)
        except OSError as error:
            raise _missing(name, error) from None

    def check_size(self) -> None:
        """Check that not too much lies there.

        Raises:
            StoppedError: It does.
        """
        num_bytes = num_files = 0
        waiting = [self.path]
        while waiting:
            try:
                entries = list(os.scandir(waiting.pop()))
            except (FileNotFoundError, NotADirectoryError):  # it is being removed
                continue
            except OSError as error:
                # Closed to us, or deeper than a path can say, it may hold anything.
                raise StoppedError(
                    LevelVerdict.TOO_MUCH_OUTPUT,
                    f"a folder that it made cannot be looked into: {error.strerror}",
                ) from None
            num_files += len(entries)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    num_bytes += _size(entry)
            if num_bytes > MAX_BYTES or num_files > MAX_FILES:
                raise StoppedError(
                    LevelVerdict.TOO_MUCH_OUTPUT,
                    f"it wrote more than {_MOST}, or more than {MAX_FILES:,} files",
                )

    @contextmanager
    def _folder(self) -> Iterator[int]:
        """Open the folder itself, and not what somebody may have put in its place.

        Raises:
            OSError: It is gone, or closed to us.
        """
        handle = os.open(self.path, os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            yield handle
        finally:
            os.close(handle)

    def _opened(self, name: str, flags: int) -> int:
        # Without O_NONBLOCK a pipe would be waited for.
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        name = _plain(name)
        try:
            with self._folder() as folder:
                handle = os.open(name, flags, 0o644, dir_fd=folder)
        except OSError as error:
            raise _missing(name, error) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise StoppedError(LevelVerdict.WRONG_ANSWER, f"{name} is no plain file")
        return handle


_MOST = f"{MAX_BYTES // 2**20} MiB"


def _parent() -> Path:
    is_usable = _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK | os.X_OK)
    return _IN_MEMORY if is_usable else Path(tempfile.gettempdir())


def _plain(name: str) -> str:
    if name in ("", ".", "..") or "/" in name:
        raise ValueError(f"{name!r} is no name of a file in the scratch folder")
    return name


def _missing(name: str, error: OSError) -> StoppedError:
    return StoppedError(
        LevelVerdict.WRONG_ANSWER, f"{name} cannot be used: {error.strerror}"
    )


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
