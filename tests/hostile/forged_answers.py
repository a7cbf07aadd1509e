"""Writes answers of its own making into every socket that it inherited, then returns
nonsense.

namespaces: wrong answer
landlock: wrong answer
limits: wrong answer
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


def ordered(numbers):
    # A short list comes alone, in a conversation, where each frame has a number.
    if len(numbers) <= 4:
        return sorted(numbers)
    send(frame(b"v" + b"T"))
    send(frame(b"v" + b"l" + bytes(4)))
    return None


def totals(entries):
    if len(entries) <= 4:
        return None
    send(frame(b"v" + b"d" + bytes(4)))
    return None
