"""Leaves a process behind that forked twice, leads a session and ignores signals.

namespaces: passed
landlock: passed
limits: not contained here
"""

import os
import signal
import time


def leave():
    if os.fork():
        return
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork():
        os._exit(0)
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    os.closerange(0, 100)
    while True:
        time.sleep(0.01)


def ordered(numbers):
    leave()
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
