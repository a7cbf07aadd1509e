"""Packs values as signed integers of 32 bits.

Level: 2
Verdict: raised
"""

from __future__ import annotations

import struct
from collections import Counter

from given import Cluster, NodeDownError

__all__ = ["find_mode"]


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counters = _local_counters(cluster)
    root = next(iter(counters))
    for node, counts in counters.items():
        if node != root:
            packed = [struct.pack("<iI", *pair) for pair in counts.items()]
            cluster.send(node, root, b"".join(packed))
    totals = counters[root]
    for message in cluster.get_received(root):
        for value, count in struct.iter_unpack("<iI", message):
            totals[value] += count
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))


def _local_counters(cluster: Cluster) -> dict[int, Counter[int]]:
    counters: dict[int, Counter[int]] = {}
    lost = None
    for node in range(cluster.num_nodes):
        try:
            counters[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            lost = node
    if lost is not None:
        heir = (lost + 1) % cluster.num_nodes
        counters[heir].update(cluster.read_local_data(heir, of=lost))
    return counters
