"""Folders of our own that hold what a worker writes, and go with it."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["empty_folder", "made_folder", "remove_folder"]


def made_folder(parent: Path | None = None) -> Path:
    """Make a folder, and remove those of judges that were killed.

    Args:
        parent: Where it is made; else where temporary files lie.
    """
    parent = parent or Path(tempfile.gettempdir())
    for folder in parent.glob("perfkata-*-*"):
        maker = folder.name.split("-")[1]
        if maker.isdecimal() and not _is_alive(int(maker)):
            remove_folder(folder)
    return Path(tempfile.mkdtemp(prefix=f"perfkata-{os.getpid()}-", dir=parent))


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def remove_folder(folder: Path) -> None:
    """Remove a folder and all that is in it, as `empty_folder` does."""
    empty_folder(folder)
    with suppress(OSError):
        folder.rmdir()


def empty_folder(folder: Path) -> None:
    """Remove all that is in a folder, whatever its modes, and follow no link.

    A submission may change meanwhile what is in it, and nest folders deeper than a path
    can say. So every folder is reached from the top one by its descriptor, and what it
    holds of folders is moved to the top before it is removed.
    """
    with suppress(OSError), _opened(folder) as top:
        names = _left_folders(top)
        fresh = secrets.token_hex(8)
        num_moved = 0
        while names:
            name = names.pop()
            with suppress(OSError), _opened(name, top) as within:
                for each in _left_folders(within):
                    num_moved += 1
                    moved = f"{fresh}-{num_moved}"
                    with suppress(OSError):
                        with _opened(each, within):
                            pass  # its modes let it be moved now
                        os.rename(each, moved, src_dir_fd=within, dst_dir_fd=top)
                        names.append(moved)
            with suppress(OSError):
                os.rmdir(name, dir_fd=top)


def _left_folders(folder: int) -> list[str]:
    """Remove the files of a folder and return the names of its folders."""
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                names.append(entry.name)
                continue
            with suppress(OSError):
                os.unlink(entry.name, dir_fd=folder)
    return names


@contextmanager
def _opened(name: str | Path, parent: int | None = None) -> Iterator[int]:
    """Open a folder that is no link, and let its owner do everything with it.

    Raises:
        OSError: It is none.
    """
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    if sys.platform == "linux":
        # What is closed to us can be named by such a descriptor, and opened up.
        named = os.open(name, flags | os.O_PATH, dir_fd=parent)
        try:
            with suppress(OSError):
                Path(f"/proc/self/fd/{named}").chmod(0o700)
        finally:
            os.close(named)
    handle = os.open(name, flags | os.O_RDONLY, dir_fd=parent)
    try:
        yield handle
    finally:
        os.close(handle)
