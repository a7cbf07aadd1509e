"""Announces an answer of megabytes and sends it in drops.

namespaces: too slow
landlock: too slow
limits: too slow
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


import time


def ordered(numbers):
    return sorted(numbers)


def misbehave():
    send(struct.pack("<I", 2**25) + b"v")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        send(b"x")
        time.sleep(0.01)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            misbehave()
        sums[name] = sums.get(name, 0) + amount
    return sums
