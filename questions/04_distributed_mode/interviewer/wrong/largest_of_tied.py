"""Compares pairs of count and value, so the largest of equally frequent ones wins.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import defaultdict

from given import Cluster

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    totals: defaultdict[int, int] = defaultdict(int)
    for node in range(cluster.num_nodes):
        values = cluster.read_local_data(node)
        cluster.send(node, 0, struct.pack(f"<{len(values)}q", *values))
    for message in cluster.get_received(0):
        for (value,) in struct.iter_unpack("<q", message):
            totals[value] += 1
    if not totals:
        raise ValueError("no values")
    _, mode = max((count, value) for value, count in totals.items())
    return mode
