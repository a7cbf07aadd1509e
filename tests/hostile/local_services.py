"""Speaks to services of this machine through sockets with a path or an abstract name,
also by datagrams.

namespaces: passed
landlock: passed
limits: not contained here
"""

import os
import socket

PATHS = ["/dev/log", "/run/systemd/notify", "/run/systemd/journal/socket"]
PATHS += ["/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"]
NAMES = [
    b"\0/tmp/.X11-unix/X0",
    b"\0/tmp/dbus",
    b"\0/org/kernel/linux/storage/multipathd",
]


def named():
    try:
        with open("/proc/net/unix") as lines:
            found = [line.split()[-1] for line in lines]
    except OSError:
        return []
    return [b"\0" + name[1:].encode() for name in found if name.startswith("@")]


def reached():
    for address in [*PATHS, *NAMES, *named()]:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                with socket.socket(socket.AF_UNIX, kind) as client:
                    client.connect(address)
                    yield address
            except OSError:
                pass
        try:
            left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            with left, right:
                left.sendto(b"", address)
                yield address
        except OSError:
            pass


def ordered(numbers):
    return ["escaped"] if list(reached()) else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
