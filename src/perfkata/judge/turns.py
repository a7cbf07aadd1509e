"""Turns: of all measurements that one user runs, one goes on and the others wait.

The turn is a name in the kernel on Linux (an abstract socket), elsewhere a lock on a
file; both end with their process, however that ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["WAITING", "turn"]

# What a person is told meanwhile.
WAITING = "waiting for another measurement of yours to end"
_NAME = "perfkata-measures"
_PAUSE_S = 0.05
# Whoever measures for longer hangs, or is somebody who only took the name.
_PATIENCE_S = 300.0


@contextmanager
def turn(on_wait: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Wait until no other measurement of this user goes on, and keep others waiting.

    Args:
        on_wait: Called once if it has to wait.

    Yields:
        Whether it is alone; after five minutes it goes on without.
    """
    with contextlib.ExitStack() as stack:
        yield _take(stack) or _wait(stack, on_wait)


def _wait(stack: contextlib.ExitStack, on_wait: Callable[[], None]) -> bool:
    on_wait()
    until_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until_s:
        time.sleep(_PAUSE_S)
        if _take(stack):
            return True
    return False


def _take(stack: contextlib.ExitStack) -> bool:
    return _take_name(stack) if sys.platform == "linux" else _take_file(stack)


def _take_name(stack: contextlib.ExitStack) -> bool:
    taken = socket.socket(socket.AF_UNIX)
    try:
        taken.bind(f"\0{_NAME}-{os.getuid()}")
    except OSError as error:
        taken.close()
        # Where sockets are forbidden there is nobody to wait for either.
        return error.errno != errno.EADDRINUSE
    stack.callback(taken.close)
    return True


def _take_file(stack: contextlib.ExitStack) -> bool:
    import fcntl

    path = Path(tempfile.gettempdir()) / f"{_NAME}-{os.getuid()}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    stack.callback(os.close, handle)
    return True
