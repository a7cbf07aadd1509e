"""Shares the work out among sixty-four threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

_NUM_THREADS = 64


def ordered(numbers):
    parts = [[] for _ in range(_NUM_THREADS)]
    all_here = threading.Barrier(_NUM_THREADS)

    def take(index):
        all_here.wait()
        parts[index] = sorted(numbers[index::_NUM_THREADS])

    threads = [threading.Thread(target=take, args=(i,)) for i in range(_NUM_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(number for part in parts for number in part)


def totals(entries):
    names = list(dict.fromkeys(name for name, _ in entries))
    for name, amount in entries:
        if amount < 0:
            raise ValueError(f"{name} has {amount}")

    def total(wanted):
        return sum(amount for name, amount in entries if name == wanted)

    with ThreadPoolExecutor(_NUM_THREADS) as pool:
        return dict(zip(names, pool.map(total, names), strict=True))
