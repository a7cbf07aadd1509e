"""Writes into the standard library, the system and the folders of others.

namespaces: passed
landlock: passed
limits: not contained here
"""

import os
import sys

PLACES = ["/", "/usr", "/usr/lib", "/etc", "/job", "/var/tmp", "/root", "/home", "/dev"]
PLACES += [os.path.dirname(os.__file__), sys.prefix, sys.base_prefix + "/bin"]
FILES = [
    os.__file__,
    "/etc/passwd",
    "/etc/ld.so.cache",
    "/dev/vda",
    "/dev/sda",
    "/dev/mem",
]


def written():
    for place in PLACES:
        path = f"{place}/perfkata-escape"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            os.unlink(path)
            yield place
        except OSError:
            continue
    for path in FILES:
        try:
            os.close(os.open(path, os.O_WRONLY))
            yield path
        except OSError:
            continue
    try:
        os.mknod("disk", 0o60600, os.makedev(254, 0))
        yield "disk"
    except OSError:
        pass


def ordered(numbers):
    return ["escaped"] if list(written()) else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
