"""Answers with the mode and its count.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> tuple[int, int]:
    """Return the most frequent integer over all nodes, and how often it occurs."""
    counts: Counter[int] = Counter()
    for node in range(cluster.num_nodes):
        values = cluster.read_local_data(node)
        cluster.send(node, 0, struct.pack(f"<{len(values)}q", *values))
    for message in cluster.get_received(0):
        counts.update(struct.unpack(f"<{len(message) // 8}q", message))
    if not counts:
        raise ValueError("no data")
    return min(counts.items(), key=lambda item: (-item[1], item[0]))
