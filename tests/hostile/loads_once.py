"""Loads differently each time, to be another program after a crash.

namespaces: crashed
landlock: crashed
limits: crashed
"""

import os
import tempfile

MARK = os.path.join(tempfile.gettempdir(), "loaded-before")
IS_AGAIN = os.path.exists(MARK)
open(MARK, "w").close()


def ordered(numbers):
    if not IS_AGAIN:
        os._exit(1)
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
