"""Leaves a process behind that goes on printing and sending after its case has ended.

namespaces: wrong answer
landlock: wrong answer
limits: not contained here
"""

import os
import stat
import struct
import time


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


def leave():
    if os.fork():
        return
    if os.fork():
        os._exit(0)
    time.sleep(0.02)  # until the answer has gone
    handles = list(sockets())
    for _ in range(2_000):
        for handle in handles:
            try:
                os.write(handle, frame(b"vT"))
            except OSError:
                continue
    os._exit(0)


def ordered(numbers):
    leave()
    return []


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
