"""Masks values to 32 bits so that they always fit.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]

_MASK = 0xFFFF_FFFF


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    num_nodes = cluster.num_nodes
    for node in range(num_nodes):
        counts = Counter(cluster.read_local_data(node))
        for owner in range(num_nodes):
            mine = {v & _MASK: n for v, n in counts.items() if v % num_nodes == owner}
            if mine:
                numbers = [*mine, *mine.values()]
                cluster.send(node, owner, struct.pack(f"<{len(numbers)}I", *numbers))
    for owner in range(num_nodes):
        totals: Counter[int] = Counter()
        for data in cluster.get_received(owner):
            received = struct.unpack(f"<{len(data) // 4}I", data)
            half = len(received) // 2
            totals.update(dict(zip(received[:half], received[half:], strict=True)))
        if totals:
            best = min(totals, key=lambda value: (-totals[value], value))
            cluster.send(owner, 0, struct.pack("<II", best, totals[best]))
    best_of_owners: list[tuple[int, int]] = []
    for data in cluster.get_received(0):
        value, count = struct.unpack("<II", data)
        best_of_owners.append((-count, value))
    if not best_of_owners:
        raise ValueError("no data")
    return min(best_of_owners)[1]
