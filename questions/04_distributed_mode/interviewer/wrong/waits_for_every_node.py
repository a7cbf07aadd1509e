"""Polls its box until every node has written, which one without data never does.

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
    for node in range(1, cluster.num_nodes):
        counts = Counter(cluster.read_local_data(node))
        if counts:
            pairs = [number for pair in counts.items() for number in pair]
            cluster.send(node, 0, struct.pack(f"<{len(pairs)}q", *pairs))
    totals = Counter(cluster.read_local_data(0))
    num_missing = cluster.num_nodes - 1
    while num_missing > 0:
        for message in cluster.get_received(0):
            num_missing -= 1
            for value, count in struct.iter_unpack("<qq", message):
                totals[value] += count
    if not totals:
        raise ValueError("no data anywhere")
    return min(totals, key=lambda value: (-totals[value], value))
