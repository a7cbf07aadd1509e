"""Looks for processes that it may signal and kills everything that it can.

namespaces: crashed
landlock: crashed
limits: not contained here
"""

import os
import signal


def reaches(process):
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def ordered(numbers):
    # Of its own sandbox it knows the zygote and itself; a reaper is number 1 there.
    own = {1, os.getpid(), os.getppid()}
    others = {*range(2, 2_000), *range(os.getppid() - 2_000, os.getppid())} - own
    if any(reaches(process) for process in others if process > 0):
        return ["escaped"]
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass
    os.kill(0, signal.SIGKILL)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
