"""What a worker can see and do, found out from inside: the sandbox's self-test.

This file is loaded by a worker in a submission's place, so it needs the standard
library alone. It looks; whether that is too much, `doctor` decides on the other side.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

__all__ = ["burn", "can_reach_network", "has_privileges", "readable_files", "user"]

_NOT_WALKED = ("/proc", "/sys", "/dev")


def readable_files(names: list[str]) -> list[str]:
    """Walk all that is visible and return the readable files of these names.

    A name that ends in a slash is a folder's.
    """
    found: list[str] = []
    for folder, folders, files in os.walk("/"):
        below = Path(folder)
        folders[:] = [name for name in folders if str(below / name) not in _NOT_WALKED]
        found += [
            str(below / name)
            for name in [*files, *(f"{name}/" for name in folders)]
            if name in names and _opens(below / name)
        ]
    return found


def _opens(path: Path) -> bool:
    try:
        if path.is_dir():
            return any(path.iterdir())
        with path.open("rb"):
            return True
    except OSError:
        return False


def burn(cpu_s: float) -> float:
    """Use CPU time, and return how much by this process's own clock."""
    started = time.process_time()
    while time.process_time() - started < cpu_s:
        pass
    return time.process_time() - started


def can_reach_network(port: int) -> bool:
    """Whether a connection to a port of this machine's loopback succeeds."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def user() -> int:
    """Return the user that the worker runs as, as it sees it."""
    return os.getuid()


def has_privileges() -> bool:
    """Whether the worker can do what only a privileged process can."""
    try:
        os.setgroups(os.getgroups())
    except OSError:
        return False
    return True
