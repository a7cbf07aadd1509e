"""Forks a child that does the work, and waits for it."""

import marshal
import os


def ordered(numbers):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, marshal.dumps(sorted(numbers)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = marshal.loads(pipe.read())
    os.waitpid(child, 0)
    return found


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
