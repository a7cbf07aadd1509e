"""Uses alarms and handlers of signals within its own process.

needs: scoped signals
"""

import os
import signal

_SEEN = []
signal.signal(signal.SIGUSR1, lambda number, frame: _SEEN.append(number))


def ordered(numbers):
    before = len(_SEEN)
    signal.raise_signal(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)
    assert len(_SEEN) == before + 2
    return sorted(numbers)


def totals(entries):
    sums = {}
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")
        sums[name] = sums.get(name, 0) + amount
    return sums
