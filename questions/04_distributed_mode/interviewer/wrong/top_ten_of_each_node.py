"""Sends the ten most frequent values of each node, among which the mode need not be.

Level: 1
Verdict: wrong answer
"""

from __future__ import annotations

import struct
from collections import Counter
from heapq import nsmallest

from given import Cluster, NodeDownError

__all__ = ["find_mode"]

_NUM_CANDIDATES = 10


def find_mode(cluster: Cluster) -> int:
    """Return the most frequent integer over all nodes, the smallest on a tie."""
    counts: dict[int, Counter[int]] = {}
    for node in range(cluster.num_nodes):
        try:
            counts[node] = Counter(cluster.read_local_data(node))
        except NodeDownError:
            continue
    for node in range(cluster.num_nodes):
        if node not in counts:
            holder = (node + 1) % cluster.num_nodes
            counts[holder].update(cluster.read_local_data(holder, of=node))
    root = min(counts)
    for node, local in counts.items():
        best = nsmallest(
            _NUM_CANDIDATES, local, key=lambda value: (-local[value], value)
        )
        flat = [number for value in best for number in (value, local[value])]
        cluster.send(node, root, struct.pack(f"<{len(flat)}q", *flat))
    totals: Counter[int] = Counter()
    for message in cluster.get_received(root):
        for value, count in struct.iter_unpack("<qq", message):
            totals[value] += count
    if not totals:
        raise ValueError("no data")
    return min(totals, key=lambda value: (-totals[value], value))
