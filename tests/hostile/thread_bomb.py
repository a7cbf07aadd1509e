"""Starts threads without end and keeps all of them.

namespaces: passed
landlock: passed
limits: not contained here
needs: control group
"""

import threading

STOP = threading.Event()
_MANY = 5_000


def started():
    threading.stack_size(32_768)
    threads = []
    try:
        while len(threads) < _MANY:
            thread = threading.Thread(target=STOP.wait, daemon=True)
            thread.start()
            threads.append(thread)
    except (RuntimeError, MemoryError):
        pass
    return len(threads)


def ordered(numbers):
    return ["escaped"] if started() == _MANY else sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
