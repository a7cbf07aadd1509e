"""Calls get_received once for every sender, as if it gave one message at a time.

Level: 1
Verdict: raised
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    others = range(1, cluster.num_nodes)
    for node in others:
        values = cluster.read_local_data(node)
        cluster.send(node, 0, struct.pack(f">{len(values)}q", *values))
    counts = Counter(cluster.read_local_data(0))
    for _ in others:
        message = cluster.get_received(0)[0]
        counts.update(struct.unpack(f">{len(message) // 8}q", message))
    if not counts:
        raise ValueError("no data")
    return min(counts, key=lambda value: (-counts[value], value))
