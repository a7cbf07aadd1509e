"""Packs values as doubles, which are exact up to 2**53 and not beyond.

Level: 2
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    for node in range(1, cluster.num_nodes):
        values = cluster.read_local_data(node)
        cluster.send(node, 0, struct.pack(f"!{len(values)}d", *values))
    counts = Counter(cluster.read_local_data(0))
    for message in cluster.get_received(0):
        received = struct.unpack(f"!{len(message) // 8}d", message)
        counts.update(int(value) for value in received)
    if not counts:
        raise ValueError("no data")
    return min(counts, key=lambda value: (-counts[value], value))
