"""A process that locks itself in, then becomes the program that runs a worker.

Where a program runs its interpreter, a worker cannot lock itself in: not every program
lets what it runs make all the system calls that this takes, or set its own limits.

This file goes to the process as code, and needs the standard library and `worker`.
"""

from __future__ import annotations

import _socket
import marshal
import os
from typing import NoReturn

from perfkata.judge.worker import lock_in, receive

__all__ = ["main"]


def main(connection: _socket.socket) -> NoReturn:
    """Do what a worker does to lock itself in, then what the judge orders."""
    order = receive(connection)
    assert order is not None, "the judge closed the connection before its order"
    job, command, environment = marshal.loads(order)
    lock_in(job)
    try:
        os.execve(command[0], command, environment)
    except OSError as error:
        raise SystemExit(f"{command[0]} does not start: {error.strerror}") from None
