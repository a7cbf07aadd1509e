"""Takes other users' numbers, capabilities and programs that run as their owner.

namespaces: passed
landlock: passed
limits: not contained here
"""

import os
import subprocess


def became():
    before = os.getresuid()
    for change in (
        lambda: os.setresuid(0, 0, 0),
        lambda: os.setresgid(0, 0, 0),
        lambda: os.setgroups([0]),
        lambda: os.setuid(1_000),
    ):
        try:
            change()
        except OSError:
            continue
        # Root that stays what it is has gained nothing.
        if before[0] != 0:
            yield change
    for program in ("/usr/bin/su", "/usr/bin/sudo", "/usr/bin/newuidmap", "/bin/sh"):
        try:
            yield subprocess.run([program, "--version"], capture_output=True)
        except OSError:
            continue


def ordered(numbers):
    return ["escaped"] if list(became()) else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
